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

/// Wilson's 95 % interval of a share: `hits` of `of`.
pub(crate) fn wilson(hits: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (of as f64, 1.959_964_f64);
    let p = hits as f64 / n;
    let middle = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let all = 1.0 + z * z / n;
    ((middle - half) / all, (middle + half) / all)
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

/// 95 % point of the chi-square distribution.
pub(crate) fn chi_square_95(degrees: usize) -> f64 {
    match degrees {
        0 | 1 => 3.841,
        d => chi_square(d, 1.644_853_6),
    }
}

/// The point of the chi-square distribution that a normal variable at `deviations` stands for, by Wilson and Hilferty's
/// cube (within 1 % from two degrees on).
fn chi_square(degrees: usize, deviations: f64) -> f64 {
    let d = degrees as f64;
    let part = 2.0 / (9.0 * d);
    d * (1.0 - part + deviations * part.sqrt()).powi(3)
}

/// How often chance gives a chi-square of `x` or more, by the same cube.
pub(crate) fn chi_square_tail(degrees: usize, x: f64) -> f64 {
    let d = degrees.max(1) as f64;
    let part = 2.0 / (9.0 * d);
    let deviations = ((x / d).max(0.0).cbrt() - (1.0 - part)) / part.sqrt();
    0.5 * erfc(deviations / std::f64::consts::SQRT_2)
}

/// The complementary error function (Numerical Recipes' rational form, within 1.2e-7).
pub(crate) fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.5 * x.abs());
    let poly = [
        -1.26551223,
        1.00002368,
        0.37409196,
        0.09678418,
        -0.18628806,
        0.27886807,
        -1.13520398,
        1.48851587,
        -0.82215223,
        0.17087277,
    ];
    let sum = poly.iter().rev().fold(0.0, |sum, c| sum * t + c);
    let value = t * (-x * x + sum).exp();
    if x >= 0.0 { value } else { 2.0 - value }
}

/// How two parts' classes differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Differ {
    /// Cramer's V: 0 for equal shares, 1 where each part has classes of its own.
    pub effect: f64,
    /// Whether chance does it in fewer than one case of a thousand.
    pub certain: bool,
    /// The class whose shares differ most, and by how much.
    pub class: usize,
    pub by: f64,
}

/// A chi-square test of the classes of two parts of `rows` rows.
pub(crate) fn classes_differ(shares: [&[f64]; 2], rows: [usize; 2]) -> Option<Differ> {
    let [a, b] = shares;
    let k = a.len();
    if k < 2 || b.len() != k || rows.contains(&0) {
        return None;
    }
    let [n, m] = rows.map(|rows| rows as f64);
    let (mut sum, mut classes, mut rare) = (0.0, 0usize, [0.0; 2]);
    let mut add = |p: f64, q: f64| {
        let both = (p * n + q * m) / (n + m);
        // The test's law needs five rows of a class in each part; rarer classes count together.
        if both * n.min(m) < 5.0 {
            return false;
        }
        classes += 1;
        sum += (p - both).powi(2) * n / both + (q - both).powi(2) * m / both;
        true
    };
    for (p, q) in a.iter().zip(b) {
        if !add(*p, *q) {
            rare[0] += p;
            rare[1] += q;
        }
    }
    add(rare[0], rare[1]);
    let class = (0..k).max_by(|&i, &j| (a[i] - b[i]).abs().total_cmp(&(a[j] - b[j]).abs()))?;
    let degrees = classes.saturating_sub(1).max(1);
    let limit = if degrees == 1 {
        10.828
    } else {
        chi_square(degrees, 3.090_232)
    };
    Some(Differ {
        effect: (sum / (n + m)).sqrt(),
        certain: sum > limit,
        class,
        by: b[class] - a[class],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_of_shares() {
        let (low, high) = wilson(10, 100);
        assert!((low - 0.0552).abs() < 1e-4 && (high - 0.1744).abs() < 1e-4);
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

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
    fn tails_of_the_distributions() {
        for (x, p) in [
            (0.0, 1.0),
            (1.0, 0.157_299),
            (-1.0, 1.842_701),
            (3.0, 2.209e-5),
        ] {
            assert!((erfc(x) - p).abs() < 1e-6, "{x}: {}", erfc(x));
        }
        for (degrees, x, p) in [(4, 9.488, 0.05), (1, 6.635, 0.01), (20, 45.315, 0.001)] {
            let got = chi_square_tail(degrees, x);
            assert!((got / p - 1.0).abs() < 0.1, "{degrees}: {got}");
        }
    }

    #[test]
    fn classes_of_two_parts() {
        let same = classes_differ([&[0.5, 0.5], &[0.52, 0.48]], [1000, 200]).expect("a test");
        assert!(!same.certain && same.effect < 0.05);
        let other = classes_differ([&[0.5, 0.5], &[0.3, 0.7]], [1000, 200]).expect("a test");
        assert!(other.certain && other.class == 0 && (other.by + 0.2).abs() < 1e-9);
        let apart = classes_differ([&[1.0, 0.0], &[0.0, 1.0]], [500, 500]).expect("a test");
        assert!((apart.effect - 1.0).abs() < 1e-9);
        assert_eq!(classes_differ([&[1.0], &[1.0]], [5, 5]), None);
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

    /// Shares of `rows` rows that are right with a chance of `skill`, independent epoch by epoch.
    fn epochs(rows: usize, skill: f64, epochs: usize, state: &mut u64) -> Vec<f64> {
        let mut uniform = || {
            *state ^= *state >> 12;
            *state ^= *state << 25;
            *state ^= *state >> 27;
            (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
        };
        let n = rows as f64;
        let mut one = || match rows {
            ..2000 => (0..rows).filter(|_| uniform() < skill).count() as f64 / n,
            // The normal law stands for the binomial of many rows.
            _ => {
                let normal = (-2.0 * uniform().max(1e-300).ln()).sqrt()
                    * (std::f64::consts::TAU * uniform()).cos();
                (skill * n + normal * (n * skill * (1.0 - skill)).sqrt()).round() / n
            }
        };
        (0..epochs).map(|_| one()).collect()
    }

    /// Of networks whose skill does not change, some five in a hundred are said to change beyond what their rows explain.
    #[test]
    fn constant_skill_is_called_change_at_the_nominal_rate() {
        let mut state = 0x9e37_79b9_7f4a_7c15;
        for rows in [100, 1000, 10_000, 50_000] {
            for skill in [0.6, 0.85] {
                let runs = 2000;
                let change = |_: &usize| !explained(&epochs(rows, skill, 10, &mut state), rows);
                let rate = (0..runs).filter(change).count() as f64 / runs as f64;
                assert!(
                    (0.03..=0.07).contains(&rate),
                    "{rows} rows, skill {skill}: {rate}"
                );
            }
        }
    }
}
