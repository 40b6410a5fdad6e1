//! The learning-rate range test (Smith, "Cyclical Learning Rates for Training Neural Networks", 2017): one run in which the
//! rate rises from 1e-6 to 10, and what its loss says of the rate to train with.
//!
//! The run has 200 to 1,000 steps in 40 or more short epochs, rate 1e-6 10^(7 s / S) at step s of S. Its losses are smoothed; where the smoothed one is
//! least at rate r, r / 10 is suggested: the largest rate that still learns lies a little below r, and a tenth of that is
//! safe. A loss that never falls by a tenth suggests nothing.

use regimen_run::RunSpec;
use regimen_run::spec::OneOrMany;
use serde_json::json;

/// Short epochs at least.
const EPOCHS: usize = 40;
/// Steps of the test: those of a pass over the rows, within these.
const STEPS: (usize, usize) = (200, 1000);
/// First rate, and the factor to the last one.
const FIRST: f64 = 1e-6;
const FACTOR: f64 = 1e7;
/// Weight of the new loss in the smoothed one, for 40 epochs.
const FRESH: f64 = 0.3;

/// The run of the test, on so many training rows.
pub(crate) fn spec_of(spec: &RunSpec, rows: usize) -> RunSpec {
    let mut spec = spec.clone();
    let pass = rows.div_ceil(spec.fit.batch_size.max(1)).max(1);
    let steps = pass.clamp(STEPS.0, STEPS.1);
    let short = steps.div_ceil(EPOCHS).min(pass);
    let epochs = steps.div_ceil(short);
    spec.fit.epochs = epochs;
    spec.fit.steps_per_epoch = Some(short);
    spec.fit.validation_freq = OneOrMany::One(epochs);
    spec.fit.initial_epoch = 0;
    spec.callbacks.clear();
    let options = &mut spec.compile.optimizer.config;
    options.remove("lr");
    let rising = json!({
        "class_name": "ExponentialDecay",
        "config": {"initial_learning_rate": FIRST, "decay_steps": epochs * short, "decay_rate": FACTOR},
    });
    options.insert("learning_rate".to_owned(), rising);
    spec
}

/// The rate that the losses of the short epochs suggest, rounded to one digit.
pub(crate) fn suggestion(losses: &[f32]) -> Option<f64> {
    let mut smooth: Vec<f64> = vec![];
    let epochs = losses.len() as f64;
    let fresh = (FRESH * EPOCHS as f64 / epochs.max(1.0)).min(1.0);
    for loss in losses.iter().map(|x| f64::from(*x)) {
        let last = smooth.last().copied().unwrap_or(loss);
        let next = last + fresh * (loss - last);
        let least = smooth.iter().copied().fold(f64::MAX, f64::min);
        // From here on it diverges.
        if !next.is_finite() || (smooth.len() > 3 && next > 4.0 * least.abs().max(1e-9)) {
            break;
        }
        smooth.push(next);
    }
    let first = *smooth.first()?;
    let least = (0..smooth.len()).min_by(|a, b| smooth[*a].total_cmp(&smooth[*b]))?;
    if smooth[least] > first - 0.1 * first.abs() {
        return None;
    }
    let rate = FIRST * FACTOR.powf((least as f64 + 0.5) / epochs) / 10.0;
    let digit = 10f64.powf(rate.log10().floor());
    Some((rate / digit).round() * digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_rate_of_the_least_loss() {
        let rate = |e: usize| FIRST * FACTOR.powf((e as f64 + 0.5) / 40.0);
        // Falls until the rate is 0.03, then explodes.
        let losses: Vec<f32> = (0..40)
            .map(|e| match rate(e) {
                r if r < 0.03 => (2.0 - 0.4 * (r / 1e-6).log10().max(0.0)) as f32,
                _ => 100.0,
            })
            .collect();
        let found = suggestion(&losses).expect("a rate");
        assert!((0.001..=0.005).contains(&found), "{found}");
        assert_eq!(suggestion(&[1.0; 40]), None);
        assert_eq!(suggestion(&[]), None);
        assert_eq!(suggestion(&[f32::NAN; 40]), None);
    }

    #[test]
    fn the_rate_rises_through_the_whole_run() {
        let run = crate::cases::patient().spec;
        let steps = |rows| {
            let spec = spec_of(&run, rows);
            (spec.fit.epochs, spec.fit.steps_per_epoch)
        };
        assert_eq!(steps(53), (100, Some(2)));
        assert_eq!(steps(1000), (40, Some(5)));
        assert_eq!(steps(1_000_000), (40, Some(25)));
        let spec = spec_of(&run, 1000);
        let text = spec.to_toml().expect("writes");
        assert!(text.contains("ExponentialDecay"), "{text}");
    }
}
