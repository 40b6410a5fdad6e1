//! Metrics of old: `acc` for accuracy in the logs, and those of Keras 1 that are no more.

use super::Door;
use crate::{Object, OptionError, object::same_name};

/// Metrics that only Keras 1 had, with what to use.
const GONE: [(&str, &str); 3] = [
    ("fmeasure", F1),
    ("fscore", F1),
    ("matthews_correlation", MATTHEWS),
];

const F1: &str = "use F1Score or FBetaScore, with average = \"micro\" and threshold = 0.5; Keras 1's was a mean over batches";
const MATTHEWS: &str = "no metric of today is it; TruePositives, TrueNegatives, FalsePositives and FalseNegatives are what it is made of, F1Score is near";

/// A metric under the name that its version logs.
pub(super) fn update(door: &mut Door, object: &Object, path: &str) -> Result<Object, OptionError> {
    let typed = object.class_name.as_str();
    if let Some((_, instead)) = GONE.iter().find(|(name, _)| *name == typed) {
        return Err(OptionError {
            path: path.to_string(),
            message: format!("Keras has no metric `{typed}` any more; {instead}"),
        });
    }
    if door.version.before(2, 0, 0) {
        let of_batches = ["precision", "recall", "fbeta_score"];
        if of_batches.iter().any(|name| same_name(name, typed)) {
            door.note(format!(
                "{typed} is of the whole epoch; Keras 1's was a mean over batches"
            ));
        }
    }
    let accuracy = ["accuracy", "acc"].contains(&typed);
    if !accuracy || !door.version.before(2, 3, 0) || object.config.contains_key("name") {
        return Ok(object.clone());
    }
    door.as_then("accuracy is `acc` in the logs");
    Ok(object.clone().with("name", "acc"))
}
