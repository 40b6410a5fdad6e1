//! Label smoothing: how much of each target is spread over all classes, 0 to 1.
//!
//! Szegedy et al., "Rethinking the Inception architecture", 2016.

use regimen_graph::Var;

use crate::Options;

/// Whether a smoothing is from 0 to 1; notes a fault if not.
pub(crate) fn check(options: &mut Options<'_>, value: f64) -> bool {
    if (0.0..=1.0).contains(&value) {
        return true;
    }
    options.error(
        "label_smoothing",
        format!("`label_smoothing`: found {value}, expected a number from 0 to 1"),
    );
    false
}

/// Targets 0 and 1 moved towards one half.
pub(crate) fn of_two(t: &Var, smoothing: f64) -> Var {
    if smoothing == 0.0 {
        return t.clone();
    }
    t * (1.0 - smoothing) + 0.5 * smoothing
}

/// One-hot targets moved towards the same share of each class; classes are counted on the last axis, as in Keras.
pub(crate) fn of_classes(t: &Var, smoothing: f64) -> Var {
    if smoothing == 0.0 {
        return t.clone();
    }
    t * (1.0 - smoothing) + smoothing / t.dim(-1) as f64
}
