//! How strongly each feature goes with the label.
//!
//!   numbers   Pearson's r = sum (x - mx)(y - my) / sqrt(sum (x - mx)^2 sum (y - my)^2)
//!   classes   the correlation ratio eta: eta^2 = sum_c n_c (m_c - m)^2 / sum (x - m)^2, the share of the feature's
//!             variance that lies between the classes' means; for two classes it is |r|
//!
//! Eta leaves out classes of fewer than ten rows, as long as two are left: one far-off row of its own class would make any
//! feature look telling.

use super::figures::Sums;
use super::indices::Met;
use super::labels::{Targets, class};

/// The most features looked at.
const MOST_FEATURES: usize = 2000;
/// The most sums kept: a class and a feature have two.
const MOST_SUMS: usize = 4_000_000;
/// Rows from which a class counts.
const FEWEST: usize = 10;

/// The sums of one input.
pub(super) struct Sides<'t> {
    targets: &'t Targets<'t>,
    /// Every how many features one is looked at.
    pub step: usize,
    places: usize,
    /// Rows of each class.
    counts: Vec<usize>,
    /// Of each class, or of each number of the label, the features' sums: of x - x_0, or of (x - x_0)(y - y_0).
    sums: Vec<f64>,
    /// Of each class the features' sums of (x - x_0)^2.
    squares: Vec<f64>,
    /// The numbers of the label.
    y: Sums,
    numbers: Vec<f64>,
}

/// Every how many features one is looked at, given those of all inputs.
pub(super) fn step(features: usize, targets: &Targets<'_>) -> usize {
    let each = match targets {
        Targets::Classes { count, .. } => 2 * count,
        Targets::Numbers { count, .. } => *count,
    };
    let most = MOST_FEATURES.min(MOST_SUMS / each.max(1)).max(1);
    features.div_ceil(most).max(1)
}

impl<'t> Sides<'t> {
    pub fn new(features: usize, step: usize, targets: &'t Targets<'t>) -> Sides<'t> {
        let places = features.div_ceil(step);
        let (classes, numbers) = match targets {
            Targets::Classes { count, .. } => (*count, 0),
            Targets::Numbers { count, .. } => (0, *count),
        };
        Sides {
            targets,
            step,
            places,
            counts: vec![0; classes],
            sums: vec![0.0; (classes + numbers) * places],
            squares: vec![0.0; classes * places],
            y: Sums::new(numbers),
            numbers: vec![0.0; numbers],
        }
    }

    /// Takes up a row: the features' x - x_0.
    pub fn take(&mut self, row: usize, x: &[f64]) {
        match self.targets {
            Targets::Classes { count: 0, .. } => {}
            Targets::Classes { y, count } => {
                let class = class(y, row, *count);
                self.counts[class] += 1;
                let of = class * self.places..(class + 1) * self.places;
                let sums = self.sums[of.clone()].iter_mut();
                let both = sums.zip(&mut self.squares[of]);
                let add = |x: &f64, (sum, square): (&mut f64, &mut f64)| {
                    *sum += x;
                    *square += x * x;
                };
                match self.step {
                    1 => both.zip(x).for_each(|(sums, x)| add(x, sums)),
                    step => both
                        .zip(x.iter().step_by(step))
                        .for_each(|(sums, x)| add(x, sums)),
                }
            }
            Targets::Numbers { y, count, .. } => {
                let width = y.row_len();
                for (k, number) in self.numbers.iter_mut().enumerate() {
                    *number = y.at(row * width + k);
                }
                self.y.take(&mut self.numbers);
                for k in 0..*count {
                    let number = self.numbers[k];
                    let sums = &mut self.sums[k * self.places..(k + 1) * self.places];
                    for (sum, x) in sums.iter_mut().zip(x.iter().step_by(self.step)) {
                        *sum += x * number;
                    }
                }
            }
        }
    }

    /// The strength of a feature's correlation, and the number of the label it is with; `None` for a feature that was not
    /// looked at, is constant, or has no label to go with.
    pub fn with(&self, feature: usize, x: &Sums) -> Option<(f64, usize)> {
        if !feature.is_multiple_of(self.step) {
            return None;
        }
        let place = feature / self.step;
        match self.targets {
            Targets::Classes { .. } => self.eta(place).map(|eta| (eta, 0)),
            Targets::Numbers { count, .. } => {
                let mut best: Option<(f64, usize)> = None;
                for k in 0..*count {
                    let r = self.pearson(feature, place, k, x);
                    if let Some(r) = r.filter(|r| best.is_none_or(|(b, _)| r.abs() > b.abs())) {
                        best = Some((r, k));
                    }
                }
                best
            }
        }
    }

    fn pearson(&self, feature: usize, place: usize, k: usize, x: &Sums) -> Option<f64> {
        let rows = x.rows.max(1) as f64;
        let both = self.sums[k * self.places + place] - x.sum[feature] * self.y.sum[k] / rows;
        let spread = x.spread(feature).sqrt() * self.y.spread(k).sqrt();
        let r = both / spread;
        (spread > 0.0 && r.is_finite()).then(|| r.clamp(-1.0, 1.0))
    }

    fn eta(&self, place: usize) -> Option<f64> {
        let large = self.counts.iter().filter(|&&n| n >= FEWEST).count();
        let least = if large >= 2 { FEWEST } else { 1 };
        let (mut rows, mut sum, mut square, mut within) = (0.0, 0.0, 0.0, 0.0);
        for (class, &count) in self.counts.iter().enumerate().filter(|&(_, &n)| n >= least) {
            let at = class * self.places + place;
            let (n, s, q) = (count as f64, self.sums[at], self.squares[at]);
            rows += n;
            sum += s;
            square += q;
            within += (q - s * s / n).max(0.0);
        }
        let all = square - sum * sum / rows;
        let eta = (1.0 - within / all).max(0.0).sqrt();
        // What rounding leaves of a constant is no spread.
        (all > square * 1e-12 && eta.is_finite()).then_some(eta)
    }

    /// The classes in which a feature of 0 and 1 was 1; `None` where it was not looked at.
    pub fn met(&self, feature: usize, first: f64) -> Option<Met> {
        if self.step != 1 || !matches!(self.targets, Targets::Classes { .. }) {
            return None;
        }
        let mut met = Met::None;
        for (class, &count) in self.counts.iter().enumerate() {
            let ones = self.sums[class * self.places + feature] + first * count as f64;
            met = match (ones > 0.5, met) {
                (false, met) => met,
                (true, Met::None) => Met::One(class),
                (true, _) => Met::Several,
            };
        }
        Some(met)
    }
}
