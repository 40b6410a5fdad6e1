//! The losses, one file each, and what they share: reduction over a batch.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::{Fault, Var};
use serde_json::Value as Json;

use crate::object::snake_case;
use crate::registry::{self, Def};
use crate::{Object, OptionError, OptionValue};

/// What a loss states.
pub trait Loss: std::fmt::Debug + Send + Sync {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;
    /// One value per sample position, (B, ...) without the last axis. Shapes that do not fit are noted
    /// as faults of the graph.
    fn values(&self, y_true: &Var, y_pred: &Var) -> Var;
    /// How values become one number.
    fn reduction(&self) -> Reduction;
    /// Positions that count (bool, shaped as `values`, which the loss gave for the same targets), for losses that leave
    /// some out.
    fn valid(&self, _y_true: &Var, _values: &Var) -> Option<Var> {
        None
    }
    /// Whether predictions are logits.
    #[allow(clippy::wrong_self_convention)] // Keras's name of the option
    fn from_logits(&self) -> bool {
        false
    }
}

/// How a loss's values become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reduction {
    /// Sum over the number of elements, whatever their weights: Keras's default.
    SumOverBatchSize,
    /// Sum.
    Sum,
    /// Sum of weighted values over the sum of weights.
    MeanWithSampleWeight,
    /// No reduction: values as they are; a trainer takes their mean.
    None,
}

impl OptionValue for Reduction {
    const KIND: &'static str = "sum_over_batch_size, sum, mean_with_sample_weight or none";

    fn read(value: &Json) -> Result<Reduction, String> {
        match value.as_str() {
            // `auto` is the default of Keras 2.
            Some("sum_over_batch_size" | "mean" | "auto") => Ok(Reduction::SumOverBatchSize),
            Some("sum") => Ok(Reduction::Sum),
            Some("mean_with_sample_weight") => Ok(Reduction::MeanWithSampleWeight),
            Some("none") => Ok(Reduction::None),
            None if value.is_null() => Ok(Reduction::None),
            _ => Err(format!("expected {}", Self::KIND)),
        }
    }

    fn write(&self) -> Json {
        match self {
            Reduction::SumOverBatchSize => "sum_over_batch_size",
            Reduction::Sum => "sum",
            Reduction::MeanWithSampleWeight => "mean_with_sample_weight",
            Reduction::None => "none",
        }
        .into()
    }
}

/// A registered loss class.
pub type LossDef = Def<dyn Loss>;

/// The loss with this name.
pub fn find(name: &str) -> Option<&'static LossDef> {
    registry::find(LOSSES, name)
}

/// A loss from its config; `path` is where it stands in the spec. Keras's `LossFunctionWrapper` around one of its
/// functions is that loss.
pub fn read(object: &Object, path: &str) -> Result<Box<dyn Loss>, Vec<OptionError>> {
    let object = object.of_wrapped("LossFunctionWrapper");
    registry::read(
        LOSSES,
        ("loss", "losses"),
        &object,
        path,
        &["name", "dtype"],
    )
}

/// The loss's name in logs and facts: `categorical_crossentropy`.
pub fn log_name(loss: &dyn Loss) -> String {
    snake_case(loss.class_name())
}

/// The function that `crossentropy` (`ce`) means for targets and predictions of these shapes (batch axis included),
/// chosen as Keras does.
pub fn by_shapes(typed: &str, y_true: &[usize], y_pred: &[usize]) -> Option<&'static str> {
    let names = [
        "binary_crossentropy",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
    ];
    matches!(typed.to_ascii_lowercase().as_str(), "crossentropy" | "ce")
        .then(|| names[kind_by_shapes(y_true, y_pred)])
}

/// 0 for one output, 1 for one-hot targets, 2 for integer labels (keras/src/trainers/compile_utils.py).
pub(crate) fn kind_by_shapes(y_true: &[usize], y_pred: &[usize]) -> usize {
    let binary = y_pred.last() == Some(&1);
    let sparse =
        y_true.len() < y_pred.len() || (y_true.last() == Some(&1) && y_pred.last() > Some(&1));
    if binary { 0 } else { 1 + usize::from(sparse) }
}

/// Values, times weights, reduced to a scalar as Keras's `reduce_weighted_values` does it; [`Reduction::None`] gives
/// their mean.
pub fn reduce(values: &Var, weight: Option<&Var>, mask: Option<&Var>, reduction: Reduction) -> Var {
    let (weighted, weights) = weigh(values, weight, mask, reduction);
    match (reduction, weights) {
        (Reduction::Sum, _) => weighted.sum_all(),
        (Reduction::MeanWithSampleWeight, Some(weights)) => {
            numerics::divide_no_nan(&weighted.sum_all(), &weights.sum_all())
        }
        _ => weighted.mean_all(),
    }
}

/// Values times weights, and the weights: a mask weighs valid positions by total / valid where a mean follows, else by
/// 1, and the rest by 0.
pub fn weigh(
    values: &Var,
    weight: Option<&Var>,
    mask: Option<&Var>,
    reduction: Reduction,
) -> (Var, Option<Var>) {
    let mask = mask.map(|mask| {
        let mask = align(&mask.cast(values.dtype()), values);
        if reduction != Reduction::SumOverBatchSize {
            return mask;
        }
        let total = mask.scalar_like(mask.ty().elements() as f64);
        let scale = numerics::divide_no_nan(&total, &mask.sum_all());
        mask * scale
    });
    let weights = match (weight.map(|w| align(&w.cast(values.dtype()), values)), mask) {
        (Some(w), Some(mask)) => w * mask,
        (Some(w), None) | (None, Some(w)) => w,
        (None, None) => return (values.clone(), None),
    };
    // A loss of the whole batch counts once for each weight.
    let values = match values.rank() {
        0 => values.broadcast_to(&weights.shape()),
        _ => values.clone(),
    };
    if regimen_graph::broadcast(&weights.shape(), &values.shape()) != Some(values.shape()) {
        let found = format!("sample weights of shape {:?}", weights.shape());
        let expected = format!(
            "one weight for each sample of {:?}, or one for each value",
            values.shape()
        );
        values.builder().fault(
            "sample_weight",
            Fault::new(found, expected, "Give one weight for each sample."),
        );
        return (values, None);
    }
    (values * &weights, Some(weights))
}

/// Gives a weight (B,) or (B, ...) the rank of the values by axes of size 1.
pub(crate) fn align(weight: &Var, values: &Var) -> Var {
    let mut w = weight.clone();
    while w.rank() > values.rank() && w.dim(-1) == 1 {
        w = w.squeeze(-1);
    }
    while w.rank() < values.rank() {
        w = w.expand_dims(-1);
    }
    w
}

/// Keras's `squeeze_or_expand_to_same_rank`: (B,) and (B, 1) are aligned, so that no (B, B) broadcast
/// happens.
pub fn same_rank(a: &Var, b: &Var) -> (Var, Var) {
    let (mut a, mut b) = (a.clone(), b.clone());
    if a.rank() == b.rank() + 1 && a.dim(-1) == 1 {
        if b.rank() == 1 {
            b = b.expand_dims(-1);
        } else {
            a = a.squeeze(-1);
        }
    } else if b.rank() == a.rank() + 1 && b.dim(-1) == 1 {
        if a.rank() == 1 {
            a = a.expand_dims(-1);
        } else {
            b = b.squeeze(-1);
        }
    }
    (a, b)
}
