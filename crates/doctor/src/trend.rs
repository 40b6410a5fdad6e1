//! How a curve moves: where it begins and ends, what it gains, and how much of that is noise.

use crate::curve::{mean, scatter};

/// A curve's movement. Values are of the smoothed curve where the name says so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Trend {
    /// The first value.
    pub first: f64,
    /// The least value.
    pub least: f64,
    /// Place of the least value.
    pub at: usize,
    /// Mean of the last quarter (two values at least).
    pub end: f64,
    /// Scatter between neighbouring epochs over the later half, where the first fall is past.
    pub noise: f64,
    pub epochs: usize,
}

impl Trend {
    /// Of two values or more.
    pub fn of(values: &[f64]) -> Option<Trend> {
        let n = values.len();
        if n < 2 {
            return None;
        }
        let at = (0..n).min_by(|&a, &b| values[a].total_cmp(&values[b]))?;
        let later = if n >= 8 { &values[n / 2..] } else { values };
        Some(Trend {
            first: values[0],
            least: values[at],
            at,
            end: mean(&values[n - (n / 4).clamp(2, n)..]),
            noise: scatter(later),
            epochs: n,
        })
    }

    /// The part of the first value that is gone at the end.
    pub fn drop(&self) -> f64 {
        (self.first - self.end) / self.first.abs().max(f64::MIN_POSITIVE)
    }

    /// How far the end lies above the least, as a share of it.
    pub fn rise(&self) -> f64 {
        (self.end - self.least) / self.least.abs().max(f64::MIN_POSITIVE)
    }
}

/// Slope per epoch of a straight line through the values, and its standard error.
pub(crate) fn slope(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len();
    if n < 4 {
        return None;
    }
    let middle = (n as f64 - 1.0) / 2.0;
    let level = mean(values);
    let spread: f64 = (0..n).map(|i| (i as f64 - middle).powi(2)).sum();
    let slope = values
        .iter()
        .enumerate()
        .map(|(i, v)| (i as f64 - middle) * (v - level))
        .sum::<f64>()
        / spread;
    let rest: f64 = values
        .iter()
        .enumerate()
        .map(|(i, v)| (v - level - slope * (i as f64 - middle)).powi(2))
        .sum();
    Some((slope, (rest / (n as f64 - 2.0) / spread).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_and_a_rise() {
        let falls = Trend::of(&[1.0, 0.5, 0.4, 0.3, 0.25, 0.2]).expect("a trend");
        assert!(falls.drop() > 0.7 && falls.at == 5);
        let rises = Trend::of(&[1.0, 0.5, 0.9, 1.3]).expect("a trend");
        assert!((rises.rise() - 1.2).abs() < 1e-9, "{}", rises.rise());
        assert_eq!(Trend::of(&[1.0]), None);
    }

    #[test]
    fn slopes_and_their_errors() {
        let (line, error) = slope(&[3.0, 2.5, 2.0, 1.5, 1.0]).expect("a slope");
        assert!((line + 0.5).abs() < 1e-12 && error < 1e-9);
        let (flat, error) = slope(&[1.0, 1.1, 0.9, 1.1, 0.9, 1.0]).expect("a slope");
        assert!(flat.abs() < 2.0 * error);
    }
}
