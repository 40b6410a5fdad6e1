//! Features whose values differ between the training and the validation part.
//!
//! Of each feature the two-sample test of Kolmogorov and Smirnov: D, the largest distance of the two distribution
//! functions, and
//!
//!   p = 2 sum_j (-1)^(j-1) exp(-2 j^2 l^2),   l = (sqrt(e) + 0.12 + 0.11 / sqrt(e)) D,   e = n m / (n + m)
//!
//! (Stephens 1970). Where values repeat, the test is too careful rather than too quick. Of m features the k with the
//! least p are told where p_k <= 0.01 k / m, so that of the features told one in a hundred is chance (Benjamini and
//! Hochberg 1995), and D is 0.1 at least.

use regimen_run::profile::{Shift, ShiftedFeature};

use super::figures::round;
use super::matrix::Matrix;

/// Share of the features told that may be chance.
const FALSE_SHARE: f64 = 0.01;
/// A distance that is worth telling.
const LEAST: f64 = 0.1;
/// Features that are told by name.
const MOST_TOLD: usize = 10;
/// Rows of a part, below which nothing is tested.
const FEWEST: usize = 20;
/// Numbers of each part that are looked at, and bounds of the rows that makes.
const NUMBERS: usize = 1_000_000;
const ROWS: (usize, usize) = (200, 2000);

/// How many rows of a part are looked at, of so many features.
pub(super) fn asked(width: usize) -> usize {
    (NUMBERS / width.max(1)).clamp(ROWS.0, ROWS.1)
}

/// The features that differ; `None` where a part has too few rows.
pub(super) fn between(
    train: &Matrix,
    validation: &Matrix,
    name: impl Fn(usize) -> String,
) -> Option<Shift> {
    if train.rows < FEWEST || validation.rows < FEWEST || train.width == 0 {
        return None;
    }
    let (n, m) = (train.rows as f64, validation.rows as f64);
    let root = (n * m / (n + m)).sqrt();
    let test = |feature: usize| {
        let d = distance(train.feature(feature), validation.feature(feature));
        (feature, d, chance((root + 0.12 + 0.11 / root) * d))
    };
    let mut tested: Vec<(usize, f64, f64)> = (0..train.width).map(test).collect();
    tested.sort_by(|a, b| a.2.total_cmp(&b.2).then(b.1.total_cmp(&a.1)));
    let all = tested.len() as f64;
    let within = |(k, of): (usize, &(usize, f64, f64))| of.2 <= FALSE_SHARE * (k + 1) as f64 / all;
    let told = tested.iter().enumerate().rev().find(|of| within(*of));
    tested.truncate(told.map_or(0, |(k, _)| k + 1));
    tested.retain(|(_, d, _)| *d >= LEAST);
    tested.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let one = |&(feature, d, p): &(usize, f64, f64)| ShiftedFeature {
        feature: name(feature),
        distance: round(d),
        p: round(p),
    };
    Some(Shift {
        rows: [train.rows, validation.rows],
        features: train.width,
        shifted: tested.len(),
        top: tested.iter().take(MOST_TOLD).map(one).collect(),
    })
}

/// The largest distance of the distribution functions.
fn distance(mut a: Vec<f32>, mut b: Vec<f32>) -> f64 {
    // Rows on disk may hold what is no number; it lies nowhere.
    a.retain(|x| !x.is_nan());
    b.retain(|x| !x.is_nan());
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    a.sort_by(f32::total_cmp);
    b.sort_by(f32::total_cmp);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut most) = (0, 0, 0.0f64);
    while i < a.len() && j < b.len() {
        let x = a[i].min(b[j]);
        while i < a.len() && a[i] <= x {
            i += 1;
        }
        while j < b.len() && b[j] <= x {
            j += 1;
        }
        most = most.max((i as f64 / n - j as f64 / m).abs());
    }
    most
}

/// How often chance gives such a distance.
fn chance(l: f64) -> f64 {
    if l < 0.2 {
        return 1.0;
    }
    let term = |j: i32| {
        let sign = if j % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(j * j) * l * l).exp()
    };
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: usize, width: usize, at: impl Fn(usize, usize) -> f32) -> Matrix {
        let cells = (0..rows).flat_map(|i| (0..width).map(move |j| (i, j)));
        Matrix {
            rows,
            width,
            values: cells.map(|(i, j)| at(i, j)).collect(),
            classes: vec![],
        }
    }

    fn noise(i: usize, j: usize) -> f32 {
        let x = (i * 7919 + j * 104_729 + 1) as u64;
        let x = x.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32 / (1u64 << 24) as f32
    }

    #[test]
    fn points_of_the_law() {
        // Critical values of Kolmogorov's distribution.
        for (l, p) in [(1.2238, 0.10), (1.3581, 0.05), (1.6276, 0.01)] {
            assert!((chance(l) - p).abs() < 1e-4, "{l}: {}", chance(l));
        }
        assert_eq!(distance(vec![1.0, 2.0], vec![3.0, 4.0]), 1.0);
        assert_eq!(distance(vec![f32::NAN, 2.0], vec![f32::NAN, 2.0]), 0.0);
        assert_eq!(distance(vec![1.0, 1.0, 2.0], vec![1.0, 1.0, 2.0]), 0.0);
    }

    #[test]
    fn a_shifted_feature_is_named_and_sound_ones_are_not() {
        let train = matrix(400, 30, noise);
        let sound = matrix(200, 30, |i, j| noise(i + 1000, j));
        let name = |i: usize| format!("f{i}");
        let shift = between(&train, &sound, name).expect("enough rows");
        assert_eq!((shift.shifted, shift.features), (0, 30), "{shift:?}");
        let moved = matrix(200, 30, |i, j| {
            noise(i + 1000, j) + if j == 7 { 0.5 } else { 0.0 }
        });
        let shift = between(&train, &moved, name).expect("enough rows");
        assert_eq!((shift.shifted, shift.top[0].feature.as_str()), (1, "f7"));
        assert!((shift.top[0].distance - 0.5).abs() < 0.1 && shift.top[0].p < 1e-6);
        assert_eq!(between(&train, &matrix(5, 30, noise), name), None);
    }

    /// Of a hundred pairs of parts drawn from one source, a few at most have a feature that is told.
    #[test]
    fn chance_is_seldom_told() {
        let told = |seed: usize| {
            let train = matrix(300, 20, |i, j| noise(i + 10_000 * seed, j));
            let other = matrix(150, 20, |i, j| noise(i + 10_000 * seed + 5000, j));
            between(&train, &other, |i| i.to_string()).is_some_and(|s| s.shifted > 0)
        };
        assert!((0..100).filter(|seed| told(*seed)).count() <= 4);
    }
}
