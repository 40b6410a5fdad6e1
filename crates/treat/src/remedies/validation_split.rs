//! A validation part.

use regimen_run::spec::SplitBy;

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "validation_split",
    title: "A fifth of the training rows for validation",
    explain: "Rows that are not trained on tell when the network begins to learn by heart.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let validates = patient.profile.rows[1] > 0
        || spec.fit.validation_split > 0.0
        || spec.data.split.validation > 0.0;
    if validates {
        return Err("rows are validated on already".to_owned());
    }
    let split = &mut spec.data.split;
    match split.by {
        SplitBy::Column => spec.fit.validation_split = 0.2,
        _ => {
            split.validation = split.train * 0.2;
            split.train *= 0.8;
        }
    }
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
        patient.profile.rows[1] = 0;
        patient.spec.data.split.validation = 0.0;
        patient.spec.data.split.train = 0.5;
        let split = &edits(&DEF, &patient)[0].spec.data.split;
        assert_eq!((split.train, split.validation), (0.4, 0.1));
    }
}
