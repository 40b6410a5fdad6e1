//! Rows of rare classes repeated.

use regimen_run::spec::Balance;

use crate::patient::{Change, Patient, RemedyDef, one};
use crate::task::Task;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "balanced_sampling",
    title: "Rows of rare classes repeated",
    explain: "Repeats training rows until every class has as many as the commonest: the network no longer gains by naming that one.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let Task::Classes(_) = Task::of(patient)? else {
        return Err("labels are no classes".to_owned());
    };
    if spec.data.balance == Some(Balance::Upsample) || spec.fit.class_weight.is_some() {
        return Err("classes are balanced or weighed already".to_owned());
    }
    let rows = patient
        .profile
        .label
        .classes
        .iter()
        .map(|class| class.rows[0]);
    if spec.data.balance.is_none() && rows.clone().min() == rows.max() {
        return Err("all classes have equally many rows".to_owned());
    }
    spec.data.balance = Some(Balance::Upsample);
    Ok(one("balance = \"upsample\"", spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, refusal, table};

    #[test]
    fn classes_of_different_size() {
        let mut patient = digits();
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(fixed.spec.data.balance, Some(Balance::Upsample));
        patient.spec = fixed.spec.clone();
        assert!(refusal(&DEF, &patient).contains("already"));
        assert!(refusal(&DEF, &table()).contains("no classes"));
    }
}
