//! Sampling error of shares, and whether a curve of shares moves beyond it.

use crate::curve::{mean, share_error};
use crate::trend;

/// The first place from which on a curve no longer trends: the mean of what follows is not told from a slope of 0 by two
/// standard errors, and the value itself is no further from it than the largest later one, times one and a half. `None`
/// for fewer than three values in such a tail.
pub(crate) fn settled(values: &[f64]) -> Option<usize> {
    let n = values.len();
    (0..n.saturating_sub(2)).find(|&from| {
        let tail = &values[from..];
        let level = mean(&tail[1..]);
        let widest = tail[1..]
            .iter()
            .map(|v| (v - level).abs())
            .fold(0.0, f64::max);
        let near = (tail[0] - level).abs() <= 1.5 * widest.max(f64::MIN_POSITIVE);
        let flat = trend::slope(tail)
            .is_none_or(|(slope, error)| slope.abs() <= 2.0 * error || slope == 0.0);
        near && flat
    })
}

/// Whether shares of `rows` rows may scatter like that around one skill: a chi-square test of their variance against
/// p (1 - p) / n at 5 %. The same rows are asked every time, so the test errs on the side of "explained".
pub(crate) fn explained(shares: &[f64], rows: usize) -> bool {
    let k = shares.len();
    if k < 2 {
        return true;
    }
    let level = mean(shares);
    let error = share_error(level, rows);
    let sum: f64 = shares
        .iter()
        .map(|share| ((share - level) / error).powi(2))
        .sum();
    sum <= chi_square_95(k - 1)
}

/// 95 % point of the chi-square distribution, by Wilson and Hilferty's cube (within 1 % from three degrees on).
pub(crate) fn chi_square_95(degrees: usize) -> f64 {
    let d = degrees.max(1) as f64;
    if degrees == 1 {
        return 3.841;
    }
    let part = 2.0 / (9.0 * d);
    d * (1.0 - part + 1.644_853_6 * part.sqrt()).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_the_distribution() {
        for (degrees, wanted) in [
            (1, 3.841),
            (2, 5.991),
            (5, 11.070),
            (10, 18.307),
            (100, 124.342),
        ] {
            let got = chi_square_95(degrees);
            assert!((got / wanted - 1.0).abs() < 0.01, "{degrees}: {got}");
        }
    }

    #[test]
    fn a_tail_without_trend() {
        let values = [0.5, 0.7, 0.8, 0.81, 0.8, 0.82, 0.81, 0.8];
        assert_eq!(settled(&values), Some(2));
        let climbs: Vec<f64> = (0..10).map(|i| 0.5 + 0.03 * f64::from(i)).collect();
        assert!(settled(&climbs).is_none_or(|from| from >= 7));
        assert_eq!(settled(&[0.5, 0.6]), None);
    }

    #[test]
    fn scatter_against_the_number_of_rows() {
        let shares = [0.80, 0.82, 0.79, 0.81, 0.80];
        assert!(explained(&shares, 500) && !explained(&shares, 50_000));
    }
}
