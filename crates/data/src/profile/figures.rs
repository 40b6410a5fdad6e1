//! Smallest, largest, mean and deviation of each feature, in one pass.
//!
//! Sums are of x - x_0 with x_0 the first row's value, so that a constant has deviation 0 exactly and
//! numbers far from 0 lose no digits:
//!
//!   mean = x_0 + S1 / n,   deviation^2 = S2 / n - (S1 / n)^2

use regimen_run::profile::Figures;

/// Six digits: what float32 numbers and their scaling leave sure.
pub(super) fn round(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let digits = 5 - x.abs().log10().floor() as i32;
    match 10f64.powi(digits) {
        scale if scale.is_finite() && scale > 0.0 => (x * scale).round() / scale,
        _ => x,
    }
}

pub(super) fn rounded(figures: Figures) -> Figures {
    Figures {
        min: round(figures.min),
        mean: round(figures.mean),
        max: round(figures.max),
        deviation: round(figures.deviation),
    }
}

/// Sums over rows, one place per feature.
pub(super) struct Sums {
    pub rows: usize,
    pub first: Vec<f64>,
    min: Vec<f64>,
    max: Vec<f64>,
    pub sum: Vec<f64>,
    pub square: Vec<f64>,
}

impl Sums {
    pub fn new(features: usize) -> Sums {
        Sums {
            rows: 0,
            first: vec![0.0; features],
            min: vec![f64::INFINITY; features],
            max: vec![f64::NEG_INFINITY; features],
            sum: vec![0.0; features],
            square: vec![0.0; features],
        }
    }

    /// Takes up a row, and leaves x - x_0 in its place.
    pub fn take(&mut self, row: &mut [f64]) {
        if self.rows == 0 {
            self.first.copy_from_slice(row);
        }
        self.rows += 1;
        for (x, (min, max)) in row.iter().zip(self.min.iter_mut().zip(&mut self.max)) {
            *min = if *x < *min { *x } else { *min };
            *max = if *x > *max { *x } else { *max };
        }
        for (x, first) in row.iter_mut().zip(&self.first) {
            *x -= first;
        }
        for (x, (sum, square)) in row.iter().zip(self.sum.iter_mut().zip(&mut self.square)) {
            *sum += x;
            *square += x * x;
        }
    }

    /// Sum of squared distances from the mean.
    pub fn spread(&self, feature: usize) -> f64 {
        let mean = self.sum[feature] / self.rows.max(1) as f64;
        (self.square[feature] - mean * self.sum[feature]).max(0.0)
    }

    /// The figures of a feature, not rounded; all 0 before the first row.
    pub fn figures(&self, feature: usize) -> Figures {
        if self.rows == 0 {
            return Figures::default();
        }
        let count = self.rows as f64;
        Figures {
            min: self.min[feature],
            mean: self.first[feature] + self.sum[feature] / count,
            max: self.max[feature],
            deviation: (self.spread(feature) / count).sqrt(),
        }
    }
}

/// Figures of equally many numbers of each feature as those of one set.
pub(super) fn together(all: impl Iterator<Item = Figures> + Clone) -> Option<Figures> {
    let count = all.clone().count() as f64;
    let mean = all.clone().map(|f| f.mean).sum::<f64>() / count;
    let apart = |f: Figures| f.deviation.powi(2) + (f.mean - mean).powi(2);
    let spread: f64 = all.clone().map(apart).sum();
    (count > 0.0).then(|| Figures {
        min: all.clone().map(|f| f.min).fold(f64::INFINITY, f64::min),
        mean,
        max: all.map(|f| f.max).fold(f64::NEG_INFINITY, f64::max),
        deviation: (spread / count).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_numbers_far_from_zero() {
        let mut sums = Sums::new(2);
        for x in [1e8 + 1.0, 1e8 + 2.0, 1e8 + 6.0] {
            sums.take(&mut [x, 0.1]);
        }
        let found = sums.figures(0);
        assert_eq!(
            (found.min, found.mean, found.max),
            (1e8 + 1.0, 1e8 + 3.0, 1e8 + 6.0)
        );
        assert!((found.deviation - (14f64 / 3.0).sqrt()).abs() < 1e-9);
        assert_eq!(sums.figures(1).deviation, 0.0);
        let both = together([sums.figures(1), sums.figures(1)].into_iter()).unwrap();
        assert!((both.mean - 0.1).abs() < 1e-12 && both.deviation < 1e-12);
    }

    #[test]
    fn six_digits() {
        assert_eq!(round(0.123_456_78), 0.123_457);
        assert_eq!(round(-1_234_567.0), -1_234_570.0);
        assert_eq!(round(17.000_000_9), 17.0);
        assert_eq!(round(0.0), 0.0);
        assert_eq!(round(1e-300), 1e-300);
        assert!(round(f64::NAN).is_nan());
    }
}
