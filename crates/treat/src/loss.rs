//! Losses: what they take, and the labels that go with them.

use regimen_run::RunSpec;
use regimen_run::spec::{KerasObject, LabelEncoding};
use serde_json::Value;

use crate::network::object;

/// What a loss takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A distribution over units, and labels as rows of 0 and 1.
    OneHot,
    /// A distribution over units, and class numbers.
    Index,
    /// Probabilities, unit by unit.
    EachUnit,
    /// Numbers, whose distance it measures.
    Numbers,
    /// Something else.
    Other,
}

/// An object's class without underscores, in small letters: `MeanSquaredError` and `mean_squared_error` are one.
pub(crate) fn key(object: &KerasObject) -> String {
    object.class_name.replace('_', "").to_lowercase()
}

impl Takes {
    /// What a loss takes, by its class.
    pub fn of(loss: &KerasObject) -> Takes {
        match key(loss).as_str() {
            "categoricalcrossentropy"
            | "cce"
            | "categoricalfocalcrossentropy"
            | "kldivergence"
            | "kullbackleiblerdivergence"
            | "kld" => Takes::OneHot,
            "sparsecategoricalcrossentropy" | "scce" | "categoricalgeneralizedcrossentropy" => {
                Takes::Index
            }
            "binarycrossentropy" | "bce" | "binaryfocalcrossentropy" => Takes::EachUnit,
            "meansquarederror"
            | "mse"
            | "meanabsoluteerror"
            | "mae"
            | "meanabsolutepercentageerror"
            | "mape"
            | "meansquaredlogarithmicerror"
            | "msle"
            | "huber"
            | "huberloss"
            | "logcosh" => Takes::Numbers,
            _ => Takes::Other,
        }
    }

    /// The usual loss that takes this.
    pub fn usual(self) -> KerasObject {
        let class = match self {
            Takes::OneHot => "CategoricalCrossentropy",
            Takes::Index => "SparseCategoricalCrossentropy",
            Takes::EachUnit => "BinaryCrossentropy",
            Takes::Numbers | Takes::Other => "MeanSquaredError",
        };
        object(class, [])
    }
}

/// Whether a loss takes `from_logits`.
pub(crate) fn takes_logits(loss: &KerasObject) -> bool {
    let class = key(loss);
    ["cce", "scce", "bce"].contains(&class.as_str())
        || (class.ends_with("crossentropy") && class != "categoricalgeneralizedcrossentropy")
}

/// Whether a loss is told that it gets logits.
pub(crate) fn from_logits(loss: &KerasObject) -> bool {
    loss.config.get("from_logits") == Some(&Value::Bool(true))
}

/// Tells a loss whether it gets logits.
pub(crate) fn set_logits(loss: &mut KerasObject, on: bool) {
    match on {
        true => _ = loss.config.insert("from_logits".to_owned(), true.into()),
        false => _ = loss.config.remove("from_logits"),
    }
}

/// The only loss.
pub(crate) fn only(spec: &RunSpec) -> Result<&KerasObject, String> {
    let mut all = spec.compile.loss.iter().flatten();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        _ => Err("there are several losses".to_owned()),
    }
}

/// The only loss, to be changed.
pub(crate) fn only_mut(spec: &mut RunSpec) -> Result<&mut KerasObject, String> {
    let mut all = spec.compile.loss.iter_mut().flatten();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        _ => Err("there are several losses".to_owned()),
    }
}

/// Refuses a change of the loss where runs are judged by nothing else: two losses cannot be compared.
pub(crate) fn judged_otherwise(spec: &RunSpec) -> Result<(), String> {
    match spec.compile.metrics.iter().any(|list| !list.is_empty()) {
        true => Ok(()),
        false => Err(
            "runs are compared by their loss, which it changes: give compile.metrics one"
                .to_owned(),
        ),
    }
}

/// How labels reach a loss where the run file does not say.
fn default_encoding(loss: &KerasObject) -> LabelEncoding {
    let class = key(loss);
    match Takes::of(loss) {
        Takes::OneHot => LabelEncoding::OneHot,
        _ if class == "categoricalhinge" => LabelEncoding::OneHot,
        Takes::Index | Takes::EachUnit => LabelEncoding::Index,
        _ if class.contains("crossentropy") || ["ce", "circle"].contains(&class.as_str()) => {
            LabelEncoding::Index
        }
        _ => LabelEncoding::Number,
    }
}

/// What the run file says of the encoding of the only target's labels.
pub(crate) fn stated(spec: &mut RunSpec) -> &mut Option<LabelEncoding> {
    match spec.data.targets.first_mut() {
        Some(target) => &mut target.label_encoding,
        None => &mut spec.data.label_encoding,
    }
}

/// How labels reach the only loss.
pub(crate) fn encoding(spec: &RunSpec) -> Result<LabelEncoding, String> {
    let stated = match spec.data.targets.first() {
        Some(target) => target.label_encoding,
        None => spec.data.label_encoding,
    };
    Ok(stated.unwrap_or(default_encoding(only(spec)?)))
}

/// Makes labels reach the only loss in this way; leaves it to the loss where that comes to the same.
pub(crate) fn set_encoding(spec: &mut RunSpec, wanted: LabelEncoding) -> Result<(), String> {
    let own = default_encoding(only(spec)?);
    *stated(spec) = (own != wanted).then_some(wanted);
    Ok(())
}

/// Refuses another encoding of labels where a metric is named that takes the one they have.
pub(crate) fn metrics_follow(spec: &RunSpec) -> Result<(), String> {
    let by_shape = ["accuracy", "acc", "crossentropy", "ce"];
    let mut metrics = spec.compile.metrics.iter().flatten();
    match metrics.find(|m| !by_shape.contains(&key(m).as_str())) {
        None => Ok(()),
        Some(m) => Err(format!(
            "the metric {} takes labels as they are now",
            m.class_name
        )),
    }
}
