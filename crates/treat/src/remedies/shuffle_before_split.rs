//! Rows permuted before they are split.

use regimen_run::spec::SplitBy;

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "shuffle_before_split",
    title: "Rows permuted before they are split",
    explain: "Parts are cut by chance, not by order or time, so that they are of one kind. Where the future is to be told from the past, the score is better than it will be.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec.data.windows.is_some() {
        return Err("windows need their rows in order".to_owned());
    }
    let split = &mut spec.data.split;
    match split.by {
        SplitBy::Group => return Err("rows of a group stay in one part".to_owned()),
        SplitBy::Column | SplitBy::Folder => {
            return Err("the data say which part each row is of".to_owned());
        }
        SplitBy::Random | SplitBy::Stratified if split.shuffle => {
            return Err("rows are permuted before they are split already".to_owned());
        }
        SplitBy::Random | SplitBy::Stratified => {}
        SplitBy::Time => {
            split.by = SplitBy::Random;
            split.column = None;
        }
    }
    split.shuffle = true;
    Ok(one("split by chance", spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, refusal, table, text};

    #[test]
    fn by_chance_and_not_by_time() {
        let fixed = &edits(&DEF, &text())[0];
        let split = &fixed.spec.data.split;
        assert!(split.by == SplitBy::Random && split.shuffle && split.column.is_none());
        assert!(refusal(&DEF, &table()).contains("already"));
    }
}
