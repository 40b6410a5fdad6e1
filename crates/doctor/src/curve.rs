//! Curves of a run, and how much of their movement is noise.
//!
//! The scatter of a curve between neighbouring epochs is taken from second differences,
//! (V[i] - 2 V[i+1] + V[i+2]) / sqrt(6): a straight trend leaves them at zero, and independent noise of
//! deviation s gives them the deviation s.

use crate::Facts;

/// Epochs with two finite values each, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Curve {
    /// 0-based.
    pub epochs: Vec<usize>,
    pub train: Vec<f64>,
    pub val: Vec<f64>,
}

impl Curve {
    /// `loss` and `val_loss`.
    pub fn losses(facts: &Facts) -> Curve {
        Curve::of(facts, |row, prefix| {
            row.logs.get(&format!("{prefix}loss")).copied()
        })
    }

    /// Accuracies, under whichever of Keras's names they were logged.
    pub fn accuracies(facts: &Facts) -> Curve {
        Curve::of(facts, |row, prefix| facts.accuracy(row, prefix))
    }

    fn of(facts: &Facts, value: impl Fn(&crate::EpochFacts, &str) -> Option<f64>) -> Curve {
        let mut curve = Curve::default();
        for row in &facts.history {
            let (Some(train), Some(val)) = (value(row, ""), value(row, "val_")) else {
                continue;
            };
            if train.is_finite() && val.is_finite() {
                curve.epochs.push(row.epoch);
                curve.train.push(train);
                curve.val.push(val);
            }
        }
        curve
    }

    pub fn len(&self) -> usize {
        self.val.len()
    }
}

/// One value per epoch, where it is finite: (0-based epoch, value).
pub(crate) fn series(facts: &Facts, name: &str) -> Vec<(usize, f64)> {
    let value = |row: &crate::EpochFacts| Some((row.epoch, *row.logs.get(name)?));
    let finite = |(_, value): &(usize, f64)| value.is_finite();
    facts
        .history
        .iter()
        .filter_map(value)
        .filter(finite)
        .collect()
}

pub(crate) fn second_differences(values: &[f64]) -> Vec<f64> {
    values
        .windows(3)
        .map(|w| (w[0] - 2.0 * w[1] + w[2]) / 6f64.sqrt())
        .collect()
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub(crate) fn root_mean_square(values: &[f64]) -> f64 {
    (values.iter().map(|x| x * x).sum::<f64>() / values.len() as f64).sqrt()
}

/// 1.4826 times the median of the absolute values, which is a normal sample's deviation; 0 of none.
pub(crate) fn robust_deviation(mut values: Vec<f64>) -> f64 {
    values.iter_mut().for_each(|x| *x = x.abs());
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 {
        0.0
    } else {
        1.4826 * (values[(n - 1) / 2] + values[n / 2]) / 2.0
    }
}

/// Scatter of a curve between neighbouring epochs.
pub(crate) fn scatter(values: &[f64]) -> f64 {
    robust_deviation(second_differences(values))
}

/// Standard error of a share of `n` rows (Wilson's, which stays above 0 at shares of 0 and 1).
pub(crate) fn share_error(share: f64, n: usize) -> f64 {
    let n = n.max(1) as f64;
    ((share * (1.0 - share) + 0.25 / n) / n).sqrt() / (1.0 + 1.0 / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_is_no_scatter() {
        let line: Vec<f64> = (0..20).map(|i| 3.0 - 0.1 * f64::from(i)).collect();
        assert!(scatter(&line) < 1e-12);
        let noisy: Vec<f64> = (0..20)
            .map(|i| 3.0 - 0.1 * f64::from(i) + if i % 2 == 0 { 0.05 } else { -0.05 })
            .collect();
        assert!(
            (0.05..0.2).contains(&scatter(&noisy)),
            "{}",
            scatter(&noisy)
        );
        assert_eq!(scatter(&[1.0]), 0.0);
    }

    #[test]
    fn errors_of_shares() {
        assert!((share_error(0.5, 10_000) - 0.005).abs() < 1e-5);
        assert!(share_error(1.0, 100) > 0.0);
    }
}
