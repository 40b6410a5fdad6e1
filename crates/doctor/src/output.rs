//! Outputs: what activations put out, what losses take, what is to be learnt.

use crate::Facts;
use crate::spec::Task;

/// What an activation puts out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    /// A row sums to 1.
    Distribution,
    /// Each unit in 0..1 by itself.
    UnitInterval,
    /// Each unit in -1..1.
    Signed,
    /// Nothing below zero.
    Positive,
    /// Any number, or another range.
    Elsewhere,
}

impl Range {
    /// The range of an activation that is known by name.
    pub(crate) fn of(activation: &str) -> Option<Range> {
        Some(match activation {
            "softmax" | "sparsemax" => Range::Distribution,
            "sigmoid" | "hard_sigmoid" | "sparse_sigmoid" => Range::UnitInterval,
            "tanh" | "hard_tanh" | "softsign" => Range::Signed,
            "relu" | "relu6" | "softplus" | "exponential" => Range::Positive,
            "linear" | "leaky_relu" | "prelu" | "elu" | "selu" | "celu" | "gelu" | "silu"
            | "swish" | "mish" | "hard_silu" | "hard_swish" | "glu" | "log_sigmoid"
            | "log_softmax" | "thresholded_relu" | "tanh_shrink" | "soft_shrink"
            | "hard_shrink" | "squareplus" | "threshold" | "sparse_plus" => Range::Elsewhere,
            _ => return None,
        })
    }

    /// Whether its numbers can be taken for probabilities.
    pub(crate) fn is_probability(self) -> bool {
        matches!(self, Range::Distribution | Range::UnitInterval)
    }
}

/// What a loss takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A distribution over the units.
    Distribution,
    /// Probabilities, unit by unit.
    Probabilities,
    /// Anything.
    Numbers,
}

impl Takes {
    /// By the loss's name in logs.
    pub(crate) fn of(loss: &str) -> Takes {
        match loss {
            "categorical_crossentropy"
            | "sparse_categorical_crossentropy"
            | "categorical_focal_crossentropy" => Takes::Distribution,
            "binary_crossentropy" | "binary_focal_crossentropy" => Takes::Probabilities,
            _ => Takes::Numbers,
        }
    }
}

/// Whether a loss measures distances of numbers.
pub(crate) fn is_distance(loss: &str) -> bool {
    matches!(
        loss,
        "mean_squared_error"
            | "mean_absolute_error"
            | "mean_absolute_percentage_error"
            | "mean_squared_logarithmic_error"
            | "huber"
            | "log_cosh"
    )
}

/// What the first output is to learn: told by a spec, else by how labels are encoded.
pub(crate) fn task(facts: &Facts) -> Option<Task> {
    if let Some(task) = facts.spec.and_then(|spec| spec.task) {
        return Some(task);
    }
    let data = facts.data?;
    match (data.label_encoding.as_deref()?, data.classes.len()) {
        ("number", _) => Some(Task::Numbers),
        ("multi_hot", _) => Some(Task::Labels),
        (_, 2) => Some(Task::Binary),
        (_, n) if n > 2 => Some(Task::Classes(Some(n))),
        _ => None,
    }
}

/// Whether a layer behind the last one with weights brings the output to the scale of the targets.
pub(crate) fn rescales(facts: &Facts) -> bool {
    let layers = facts
        .model
        .map(|model| model.layers.as_slice())
        .unwrap_or_default();
    let trained = |class: &str| {
        class == "Dense"
            || class.contains("Conv")
            || class.contains("LSTM")
            || class.contains("GRU")
    };
    let behind = layers
        .iter()
        .rev()
        .take_while(|layer| !trained(&layer.class_name));
    behind.into_iter().any(|layer| {
        matches!(
            layer.class_name.as_str(),
            "Rescaling" | "Normalization" | "Lambda"
        )
    })
}
