//! Moving averages of batch normalization that follow sooner.

use serde_json::{Value, json};

use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "batch_norm_momentum",
    title: "Batch normalization with a momentum of 0.9",
    explain: "The averages that are used in inference follow the batches in some 20 steps instead of some 200: where steps are few, or weights still move fast.",
    changes,
};

const MOMENTUM: f64 = 0.9;

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let (mut found, mut changed) = (false, 0);
    for layer in layers(&mut spec)?.iter_mut() {
        if layer.object.class_name != "BatchNormalization" {
            continue;
        }
        found = true;
        let momentum = layer.object.config.get("momentum").and_then(Value::as_f64);
        if momentum.unwrap_or(0.99) > MOMENTUM {
            layer
                .object
                .config
                .insert("momentum".to_owned(), json!(MOMENTUM));
            changed += 1;
        }
    }
    match (found, changed) {
        (false, _) => Err("there is no batch normalization".to_owned()),
        (_, 0) => Err("the momentum is 0.9 or less already".to_owned()),
        (_, n) => Ok(one(format!("momentum 0.9 in {n} layers"), spec)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, image, option, refusal, table};

    #[test]
    fn layers_that_follow_slowly() {
        let mut patient = table();
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(option(fixed, 1, "momentum"), 0.9);
        patient.spec = fixed.spec.clone();
        assert!(refusal(&DEF, &patient).contains("already"));
        assert!(refusal(&DEF, &image()).contains("no batch normalization"));
    }
}
