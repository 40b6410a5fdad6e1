//! Decision thresholds adjusted to the classes' shares.

use serde_json::json;

use crate::network::object;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "decision_thresholds",
    title: "Decision thresholds adjusted to the classes' shares",
    explain: "After training, divides each class's probability by its share in the training rows: rare classes are named as readily as common ones. The network learns as before; mean recall over classes rises, accuracy often falls.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec
        .callbacks
        .iter()
        .any(|c| c.class_name == "PriorCorrection")
    {
        return Err("the run adjusts its thresholds already".to_owned());
    }
    let label = &patient.profile.label;
    if label.classes.len() < 2 || label.encoding == "multi_hot" {
        return Err("labels are no classes".to_owned());
    }
    if !patient.profile.more_labels.is_empty() {
        return Err("there are several targets".to_owned());
    }
    let shares: Vec<f64> = label.classes.iter().map(|c| c.shares[0]).collect();
    if shares.iter().any(|s| *s <= 0.0) {
        return Err("a class has no training row".to_owned());
    }
    let (least, most) = shares
        .iter()
        .fold((f64::MAX, 0.0f64), |(l, m), s| (l.min(*s), m.max(*s)));
    if most < 1.2 * least {
        return Err("all classes are about equally common".to_owned());
    }
    if spec.data.balance.is_some() {
        return Err("the training rows are balanced already".to_owned());
    }
    let options = [("shares", json!(shares))];
    spec.callbacks.push(object("PriorCorrection", options));
    Ok(one("by the shares of the training rows", spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::digits;

    #[test]
    fn classes_of_different_size() {
        let mut patient = digits();
        assert!(changes(&patient).is_err(), "equal shares");
        patient.profile.label.classes.truncate(2);
        let shares = [0.9, 0.1];
        for (class, share) in patient.profile.label.classes.iter_mut().zip(shares) {
            class.shares = [share; 3];
        }
        let found = changes(&patient).expect("applies");
        let last = found[0].spec.callbacks.last().expect("a callback");
        assert_eq!(last.config["shares"], json!([0.9, 0.1]));
    }
}
