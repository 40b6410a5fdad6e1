//! Label smoothing: how much of each target is spread over all classes, 0 to 1.
//!
//! Szegedy et al., "Rethinking the Inception architecture", 2016.

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
