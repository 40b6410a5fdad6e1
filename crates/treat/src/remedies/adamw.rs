//! AdamW as optimizer.

use crate::number::shown;
use crate::optimizer::{adaptive, with_limits};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "adamw",
    title: "AdamW as optimizer",
    explain: "Adam that shrinks every weight a little in each step, apart from the gradient (weight_decay 0.004); the rate stays that of an adaptive optimizer, or is 0.001.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let now = &spec.compile.optimizer;
    if now.class_name.eq_ignore_ascii_case("adamw") {
        return Err("the optimizer is AdamW already".to_owned());
    }
    let rate = match adaptive(now) {
        true => patient.rate.ok_or("a schedule sets the learning rate")?,
        false => 0.001,
    };
    spec.compile.optimizer = with_limits("AdamW", rate, now)?;
    Ok(one(format!("learning rate {}", shown(rate)), spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, refusal, table};

    #[test]
    fn at_the_rate_of_its_kin() {
        let rate = |patient: &Patient| {
            edits(&DEF, patient)[0].spec.compile.optimizer.config["learning_rate"].as_f64()
        };
        assert_eq!(rate(&digits()), Some(0.01));
        assert_eq!(rate(&table()), Some(0.001), "not SGD's");
        let mut patient = table();
        patient.spec = edits(&DEF, &patient).remove(0).spec;
        assert!(refusal(&DEF, &patient).contains("already"));
    }
}
