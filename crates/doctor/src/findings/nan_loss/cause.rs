//! What made numbers stop being finite, as far as the place tells it, and what helps then.

use regimen_run::facts::LayerFacts;

use crate::{Facts, NonFiniteFact};

/// Features beyond this are likely to be the trouble.
const LARGE: f64 = 1e4;

/// A cause with its advice.
pub(super) struct Cause {
    pub(super) explanation: String,
    pub(super) check: &'static str,
    pub(super) remedies: &'static [&'static str],
}

const LOWER_RATE: &str = "Train again with a tenth of the learning rate: if the loss stays finite, the steps were too \
                          large; if it breaks at the same step, look at the data.";
const LOOK_AT_FEATURES: &str = "Look at the features: none may be NaN or infinite, and the largest should not be \
                                enormous. A lower learning rate does not mend them.";
const LOOK_AT_IDS: &str =
    "Compare the smallest and largest of the ids with the Embedding's input_dim.";

/// The trainer told layer and step.
pub(super) fn of_event(facts: &Facts, fact: &NonFiniteFact) -> Cause {
    let layers = facts.model.map(|model| model.layers.as_slice());
    let layers = layers.unwrap_or_default();
    let Some(at) = layers.iter().position(|layer| layer.path == fact.layer) else {
        return match fact.layer == "loss" && only_in_validation(facts, fact.epoch) {
            true => of_log("val_loss"),
            false => too_large(String::new()),
        };
    };
    if layers[at].class_name == "Embedding" {
        return ids(facts, &layers[at]);
    }
    // Nothing with weights before it, and an Embedding would have been the first itself.
    let before = &layers[..at];
    if before.iter().all(|layer| layer.params == 0) {
        return features(facts, fact, &layers[at]);
    }
    too_large(String::new())
}

fn only_in_validation(facts: &Facts, epoch: usize) -> bool {
    let row = facts.history.iter().find(|row| row.epoch == epoch);
    let finite = |name: &str| Some(row?.logs.get(name)?.is_finite());
    finite("loss") == Some(true) && finite("val_loss") == Some(false)
}

/// Only the log told it; the first one that broke has this name.
pub(super) fn of_log(name: &str) -> Cause {
    match name {
        "val_loss" => Cause {
            explanation: "The training loss is finite, so look at the validation rows: a feature or target that is \
                          NaN, infinite or enormous, or ids that training lacks."
                .into(),
            check: LOOK_AT_FEATURES,
            remedies: &["clean_inputs"],
        },
        _ => too_large(String::new()),
    }
}

fn ids(facts: &Facts, layer: &LayerFacts) -> Cause {
    let width = layer.output_shape.last().copied().flatten().unwrap_or(0) as u64;
    let allowed = match layer.params.checked_div(width) {
        Some(rows) if rows > 0 => format!(" (0 to {})", rows - 1),
        _ => String::new(),
    };
    let seen = facts.data.and_then(|data| data.feature_range);
    let seen = seen.map_or(String::new(), |(low, high)| match low < 0.0 {
        true => format!("; those of the training rows begin at {low}"),
        false => format!("; those of the training rows go up to {high}"),
    });
    Cause {
        explanation: format!(
            "It began in an Embedding, which answers NaN for ids outside its table{allowed}{seen}."
        ),
        check: LOOK_AT_IDS,
        remedies: &["raise_input_dim", "clean_inputs"],
    }
}

fn features(facts: &Facts, fact: &NonFiniteFact, layer: &LayerFacts) -> Cause {
    let range = facts.data.and_then(|data| data.feature_range);
    let broken = range.is_some_and(|(low, high)| !low.is_finite() || !high.is_finite());
    if broken || fact.step == 0 || layer.params == 0 {
        return Cause {
            explanation: "It began in the layer that the features reach first, so they are the likely cause: one is \
                          NaN, infinite or enormous."
                .into(),
            check: LOOK_AT_FEATURES,
            remedies: &["clean_inputs", "scale_inputs"],
        };
    }
    let largest = range.map(|(low, high)| low.abs().max(high.abs()));
    match largest.filter(|x| *x > LARGE) {
        Some(largest) => Cause {
            explanation: format!(
                "It began in the layer that the features reach first, and they are as large as {largest}: the \
                 steps grow with them."
            ),
            check: LOWER_RATE,
            remedies: &["scale_inputs", "lower_learning_rate", "gradient_clipping", "clean_inputs"],
        },
        None => Cause {
            remedies: &["lower_learning_rate", "gradient_clipping", "clean_inputs", "scale_inputs"],
            ..too_large(
                "It began in the layer that the features reach first: either its weights grew too large, or the \
                 features of that step are NaN or infinite."
                    .into(),
            )
        },
    }
}

fn too_large(explanation: String) -> Cause {
    Cause {
        explanation,
        check: LOWER_RATE,
        remedies: &[
            "lower_learning_rate",
            "gradient_clipping",
            "scale_inputs",
            "fix_output_activation",
        ],
    }
}
