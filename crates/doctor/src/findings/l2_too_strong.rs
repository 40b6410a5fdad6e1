//! An L2 penalty that outweighs the loss.

use regimen_run::{Finding, Severity};
use serde_json::{Value, json};

use crate::findings::finding;
use crate::spec::{keras_name, keras_option};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "l2_too_strong",
    title: "The L2 penalty is too strong",
    explain: EXPLAIN,
    detect,
    remedies: &["weaker_penalty"],
};

const EXPLAIN: &str = "\
L2 adds l2 times the sum of all squared weights of a layer to the loss: each step shrinks a weight by
the share 2 l2 lr of itself before the loss has its say. From l2 of about one half on, weights live
for a few steps only under the usual learning rates of plain gradient descent, and the loss that is
printed is mostly penalty.

How the doctor knows: l2 of a layer is 0.5 or more. Usual values are 1e-6 to 1e-2; 0.01, Keras's
default for the name \"l2\", is at the strong end.";

/// From here on the penalty is most of the loss.
const LIMIT: f64 = 0.5;

fn detect(facts: &Facts) -> Option<Finding> {
    too_strong(facts, Penalty::L2, LIMIT)
}

/// Which penalty.
#[derive(Clone, Copy)]
pub(super) enum Penalty {
    L1,
    L2,
}

impl Penalty {
    fn name(self) -> &'static str {
        match self {
            Penalty::L1 => "l1",
            Penalty::L2 => "l2",
        }
    }

    /// The strength that a regularizer has of it; Keras's default is 0.01 for a bare name, 0 in L1L2.
    fn of(self, given: &Value) -> Option<f64> {
        let place = match (keras_name(given)?.as_str(), self) {
            ("l1_l2", Penalty::L2) => 1,
            ("l1_l2" | "l1", Penalty::L1) | ("l2", Penalty::L2) => 0,
            _ => return None,
        };
        match given {
            Value::String(_) => Some(0.01),
            object => keras_option(object, self.name(), place)?.as_f64(),
        }
    }
}

/// The first layer whose kernel or bias is held with this strength or more.
pub(super) fn too_strong(facts: &Facts, penalty: Penalty, limit: f64) -> Option<Finding> {
    const HELD: [&str; 4] = [
        "kernel_regularizer",
        "recurrent_regularizer",
        "embeddings_regularizer",
        "bias_regularizer",
    ];
    let layers = &facts.model?.layers;
    let (layer, strength) = layers.iter().find_map(|layer| {
        let strengths = HELD
            .iter()
            .filter_map(|key| penalty.of(layer.config.get(*key)?));
        let most = strengths
            .max_by(f64::total_cmp)
            .filter(|most| *most >= limit)?;
        Some((layer, most))
    })?;
    let name = penalty.name();
    let title = format!("{}: {name}={strength} outweighs the loss", layer.path);
    let explanation = format!(
        "The weights are pulled to zero faster than the loss can move them. Take a hundredth of it or less: usual values of {name} are 1e-6 to 1e-2."
    );
    let evidence = [("strength", json!(strength)), ("limit", json!(limit))];
    let mut finding = finding(Severity::Warning, 0.9, title, explanation, evidence);
    finding.layer = Some(layer.path.clone());
    finding.check = "Compare the loss that is printed with the loss without penalties (`evaluate` with the regularizer removed).".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::layers;

    fn told(regularizer: Value) -> bool {
        let list = json!([{"class_name": "Dense", "config": {"units": 4, "kernel_regularizer": regularizer}}]);
        detect(&layers(list).facts()).is_some()
    }

    #[test]
    fn by_strength() {
        assert!(told(json!({"name": "l2", "args": [1.0]})));
        assert!(told(json!({"class_name": "L2", "config": {"l2": 0.5}})));
        assert!(told(json!({"name": "l1_l2", "args": [0.0, 2.0]})));
        assert!(
            !told(json!("l2"))
                && !told(json!({"name": "l2", "args": [0]}))
                && !told(json!({"name": "l1", "args": [1.0]}))
        );
    }
}
