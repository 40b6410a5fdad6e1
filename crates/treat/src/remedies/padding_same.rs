//! Padding that keeps sizes.

use serde_json::{Value, json};

use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "padding_same",
    title: "Padding that keeps sizes",
    explain: "padding = \"same\" in convolutions and poolings: nothing is lost at the borders, and small images outlast more layers.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let mut changed = 0;
    for layer in layers(&mut spec)?.iter_mut() {
        let class = layer.object.class_name.as_str();
        let windows = class.contains("Conv") || class.contains("Pooling");
        let other = ["Global", "Adaptive", "Transpose"];
        if !windows || other.iter().any(|part| class.contains(part)) {
            continue;
        }
        let padding = layer.object.config.get("padding").and_then(Value::as_str);
        if padding.unwrap_or("valid") == "valid" {
            layer
                .object
                .config
                .insert("padding".to_owned(), json!("same"));
            changed += 1;
        }
    }
    match changed {
        0 => Err("no convolution or pooling makes its input smaller at the borders".to_owned()),
        n => Ok(one(format!("{n} layers"), spec)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, image, option, refusal, sequence};

    #[test]
    fn convolutions_and_poolings() {
        let fixed = &edits(&DEF, &image())[0];
        assert_eq!(fixed.what, "3 layers");
        assert_eq!(option(fixed, 1, "padding"), "same");
        assert!(refusal(&DEF, &sequence()).contains("no convolution"));
    }
}
