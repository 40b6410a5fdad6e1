//! The losses, one file each, and what they share: reduction over a batch.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::Var;
use serde_json::Value as Json;

use crate::{
    Object, OptionError, OptionInfo, OptionValue, Options, config::nearest,
    object::{same_name, snake_case},
};

/// What a loss states.
pub trait Loss: std::fmt::Debug + Send + Sync {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;
    /// One value per sample position, (B, ...) without the last axis. Shapes that do not fit are noted
    /// as faults of the graph.
    fn values(&self, y_true: &Var, y_pred: &Var) -> Var;
    /// How values become one number.
    fn reduction(&self) -> Reduction;
    /// Positions that count (bool, shaped as the values), for losses that leave some out.
    fn valid(&self, _y_true: &Var) -> Option<Var> {
        None
    }
    /// Whether predictions are logits.
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
            Some("sum_over_batch_size" | "mean") => Ok(Reduction::SumOverBatchSize),
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
pub struct LossDef {
    /// Keras's class name.
    pub class_name: &'static str,
    /// Function names and short forms: `mse`, `mean_squared_error`.
    pub aliases: &'static [&'static str],
    /// One line for lists.
    pub about: &'static str,
    /// Options with defaults.
    pub options: fn() -> Vec<OptionInfo>,
    /// Reads a config; faults stay in the options.
    pub read: fn(&mut Options<'_>) -> Option<Box<dyn Loss>>,
}

/// The loss with this name.
pub fn find(name: &str) -> Option<&'static LossDef> {
    LOSSES.iter().find(|d| same_name(d.class_name, name) || d.aliases.iter().any(|a| same_name(a, name)))
}

/// A loss from its config; `path` is where it stands in the spec.
pub fn read(object: &Object, path: &str) -> Result<Box<dyn Loss>, Vec<OptionError>> {
    let Some(def) = find(&object.class_name) else {
        let names = LOSSES.iter().flat_map(|d| std::iter::once(d.class_name).chain(d.aliases.iter().copied()));
        let hint = match nearest(&object.class_name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`regimen list losses` prints all".to_string(),
        };
        let message = format!("there is no loss `{}`: {hint}", object.class_name);
        return Err(vec![OptionError { path: path.to_string(), message }]);
    };
    let mut options = Options::new(def.class_name, &object.config, path);
    for key in ["name", "dtype"] {
        options.skip(key);
    }
    let loss = (def.read)(&mut options);
    let errors = options.finish();
    match loss {
        Some(loss) if errors.is_empty() => Ok(loss),
        _ => Err(errors),
    }
}

/// The loss's name in logs and facts: `categorical_crossentropy`.
pub fn log_name(loss: &dyn Loss) -> String {
    snake_case(loss.class_name())
}

/// Values, times weights, reduced as Keras's `reduce_weighted_values`: a mask weighs valid positions by
/// total / valid and the rest by 0.
pub fn reduce(values: &Var, weight: Option<&Var>, mask: Option<&Var>, reduction: Reduction) -> Var {
    let mut weights: Option<Var> = weight.map(|w| align(w, values));
    let mut valid_count = None;
    if let Some(mask) = mask {
        let mask = align(&mask.cast(values.dtype()), values).broadcast_to(&values.shape());
        let total = values.ty().elements() as f64;
        let count = mask.sum_all();
        if matches!(reduction, Reduction::SumOverBatchSize) {
            let scale = mask.scalar_like(total) / count.maximum(&count.scalar_like(1e-7));
            weights = Some(match weights {
                Some(w) => w * &mask * scale,
                None => &mask * scale,
            });
        } else {
            weights = Some(match weights {
                Some(w) => w * &mask,
                None => mask.clone(),
            });
        }
        valid_count = Some(mask);
    }
    let weighted = match &weights {
        Some(w) => values * w,
        None => values.clone(),
    };
    match reduction {
        Reduction::Sum => weighted.sum_all(),
        Reduction::SumOverBatchSize | Reduction::None => weighted.mean_all(),
        Reduction::MeanWithSampleWeight => {
            let total = match (&weights, &valid_count) {
                (Some(w), _) => w.broadcast_to(&values.shape()).sum_all(),
                (None, Some(m)) => m.sum_all(),
                (None, None) => values.ones_like().sum_all(),
            };
            weighted.sum_all() / (total + 1e-7)
        }
    }
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
