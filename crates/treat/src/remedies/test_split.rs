//! A test part.

use regimen_run::spec::SplitBy;

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "test_split",
    title: "A fifth of the training rows for the test",
    explain: "Rows that nothing is chosen by: the best of many epochs looks better on the rows that it was chosen on than it is.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let split = &mut spec.data.split;
    if patient.profile.rows[2] > 0 || split.test > 0.0 {
        return Err("there are test rows already".to_owned());
    }
    if split.by == SplitBy::Column {
        return Err("the data say which part each row is of".to_owned());
    }
    split.test = split.train * 0.2;
    split.train *= 0.8;
    Ok(one("a fifth of the training rows", spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, refusal, table};

    #[test]
    fn where_there_is_none() {
        let mut patient = table();
        assert!(refusal(&DEF, &patient).contains("already"));
        patient.profile.rows[2] = 0;
        patient.spec.data.split.test = 0.0;
        patient.spec.data.split.train = 0.5;
        let split = &edits(&DEF, &patient)[0].spec.data.split;
        assert_eq!((split.train, split.test), (0.4, 0.1));
    }
}
