//! Optimizers exchanged for others.

use regimen_run::spec::KerasObject;
use serde_json::json;

use crate::network::object;

/// Optimizers whose steps do not depend on the size of gradients, and that take rates of Adam's kind.
const ADAPTIVE: &[&str] = &["adam", "adamw", "nadam", "adamax", "rmsprop", "lamb"];

/// Whether an optimizer's rate means what Adam's means.
pub(crate) fn adaptive(optimizer: &KerasObject) -> bool {
    ADAPTIVE.contains(&optimizer.class_name.to_lowercase().as_str())
}

/// Another optimizer at this rate, with the limits on gradients that the one before it had.
pub(crate) fn with_limits(
    class: &str,
    rate: f64,
    before: &KerasObject,
) -> Result<KerasObject, String> {
    let holds = ["lossscaleoptimizer", "multioptimizer"];
    if holds.contains(&before.class_name.to_lowercase().as_str()) {
        return Err("the optimizer holds others".to_owned());
    }
    let mut next = object(class, [("learning_rate", json!(rate))]);
    for limit in ["clipnorm", "clipvalue", "global_clipnorm"] {
        if let Some(value) = before.config.get(limit) {
            next.config.insert(limit.to_owned(), value.clone());
        }
    }
    Ok(next)
}
