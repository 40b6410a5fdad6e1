//! Gradient descent with momentum as optimizer.

use serde_json::{Value, json};

use crate::optimizer::{adaptive, with_limits};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "sgd_momentum",
    title: "Gradient descent with momentum as optimizer",
    explain: "Plain steps with Nesterov's momentum of 0.9, at ten times the rate of an adaptive optimizer: slower at first, and often better on new rows in the end.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let now = &spec.compile.optimizer;
    let momentum = now.config.get("momentum").and_then(Value::as_f64);
    let sgd = now.class_name.eq_ignore_ascii_case("sgd");
    if sgd && momentum.is_some_and(|m| m > 0.0) {
        return Err("the optimizer has momentum already".to_owned());
    }
    let rate = patient.rate.ok_or("a schedule sets the learning rate")?;
    let rate = match (sgd, adaptive(now)) {
        (true, _) => rate,
        (_, true) => rate * 10.0,
        _ => 0.01,
    };
    let mut next = with_limits("SGD", rate, now)?;
    next.config.insert("momentum".to_owned(), json!(0.9));
    next.config.insert("nesterov".to_owned(), json!(true));
    spec.compile.optimizer = next;
    Ok(one(format!("learning rate {rate}, momentum 0.9"), spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, refusal, table};

    #[test]
    fn ten_times_the_rate_of_adam() {
        let rate = |patient: &Patient| {
            edits(&DEF, patient)[0].spec.compile.optimizer.config["learning_rate"].as_f64()
        };
        assert_eq!(rate(&digits()), Some(0.1));
        assert_eq!(rate(&table()), Some(0.01), "SGD's own");
        let mut patient = table();
        patient.spec = edits(&DEF, &patient).remove(0).spec;
        assert!(refusal(&DEF, &patient).contains("already"));
    }
}
