//! An L1 penalty that outweighs the loss.

use regimen_run::Finding;

use crate::findings::l2_too_strong::{Penalty, too_strong};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "l1_too_strong",
    title: "The L1 penalty is too strong",
    explain: EXPLAIN,
    detect,
    remedies: &["weaker_penalty"],
};

const EXPLAIN: &str = "\
L1 adds l1 times the sum of all magnitudes of a layer's weights to the loss, so it pulls every weight
towards zero with the force l1, however small the weight is. Where that force is larger than the
loss's gradient for a weight, which for most weights is below a hundredth, the weight goes to zero
and stays there: the network answers a constant.

How the doctor knows: l1 of a layer is 0.05 or more; or training loss is above validation loss by
what a penalty makes, while accuracy does not move. Usual values are 1e-6 to 1e-3.";

/// From here on hardly any gradient is a match.
const LIMIT: f64 = 0.05;

fn detect(facts: &Facts) -> Option<Finding> {
    too_strong(facts, Penalty::L1, LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::layers;
    use serde_json::{Value, json};

    fn told(regularizer: Value) -> bool {
        let list = json!([{"class_name": "Dense", "config": {"units": 4, "kernel_regularizer": regularizer}}]);
        detect(&layers(list).facts()).is_some()
    }

    #[test]
    fn by_strength() {
        assert!(told(json!({"name": "l1", "args": [0.1]})));
        assert!(told(
            json!({"class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.0}})
        ));
        assert!(
            !told(json!("l1_l2"))
                && !told(json!("l2"))
                && !told(json!({"name": "l2", "args": [0.1]}))
        );
        assert!(!told(json!({"name": "l1", "args": ["strength"]})));
    }
}
