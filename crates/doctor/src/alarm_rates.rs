//! How often each finding was told where all is well, measured.
//!
//! On 85 published logs of healthy runs, 70 repaired or faultless programs (their specs alone), and 50 clean runs of
//! `cargo xtask doctor-injection`: id, alarms, told at any severity. What is not listed was never told. docs/doctor.md says
//! where they come from; `regimen explain` prints them.

/// Runs and programs that were looked at.
pub const SOUND: usize = 205;
/// When.
pub const MEASURED: &str = "2026-11-29";

/// Id, alarms, told.
const RATES: &[(&str, usize, usize)] = &[
    ("converged", 0, 1),
    ("diminishing_returns", 0, 7),
    ("early_stopping_too_early", 0, 1),
    ("epochs_too_few", 0, 35),
    ("inputs_unscaled", 2, 2),
    ("label_noise", 0, 13),
    ("lr_too_high", 1, 1),
    ("lucky_best_epoch", 0, 12),
    ("missing_hidden_activation", 1, 4),
    ("no_validation", 0, 45),
    ("overfitting", 0, 1),
    ("overfitting_mild", 0, 2),
    ("plateau", 0, 1),
    ("still_improving", 0, 52),
    ("targets_unscaled", 1, 1),
    ("too_little_data", 0, 1),
    ("train_above_validation_explained", 0, 34),
    ("train_loss_fluctuation", 0, 8),
    ("train_val_distribution_shift", 1, 1),
    ("underfitting", 0, 1),
    ("val_noise_within_sampling_error", 0, 31),
    ("wrong_activation_loss_pairing", 1, 1),
    ("wrong_metric", 0, 2),
];

/// Alarms, and how often a finding was told at all, among [`SOUND`] that had nothing.
pub fn alarm_rate(id: &str) -> (usize, usize) {
    let known = RATES.iter().find(|(name, ..)| *name == id);
    known.map_or((0, 0), |(_, alarms, told)| (*alarms, *told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_finding() {
        for (id, alarms, told) in RATES {
            assert!(crate::find(id).is_some(), "{id}");
            assert!(alarms <= told && *told <= SOUND, "{id}");
        }
        assert_eq!(alarm_rate("softmax_single_unit"), (0, 0));
    }
}
