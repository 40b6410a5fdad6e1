//! Overfitting, told from two sides: validation loss that has left its best, and a gap between what is known of
//! training rows and of validation rows.
//!
//! With V the validation losses, b the best epoch, m the epochs after it, and k = ceil(m / 2):
//!
//!   rise  = mean(last k of V) / V[b] - 1           how far above its best it stays
//!   drop  = 1 - mean(last k of L) / L[b]           how far the training loss L went on falling
//!   noise = scatter of V between neighbouring epochs, relative to V[b]
//!
//! The scatter is the root mean square of second differences since the best epoch (their robust deviation when there are
//! ten or more, so that one spike does not hide what every later epoch shows), or their robust deviation over the whole
//! log where that is larger (a few quiet epochs prove nothing). Where the number n of validation rows is known, the
//! standard error of a difference of two mean losses over the same rows joins it, with half the loss as the deviation of
//! one row's difference. Where a run recorded the differences row by row, three quarters of their measured standard error
//! take its place if they are more than the scatter: a sure rise is then four scatters and three standard errors,
//! a suspected one two scatters and one standard error.
//!
//! Sure: rise >= 4 noise, rise >= 3 %, drop >= 5 %, m >= 3. Suspected: 2 noise and m >= 2. The best of n epochs lies below
//! their level by some sqrt(2 ln n) scatters by luck: from a hundred epochs on, a rise of so many noises is suspected, and one
//! of one more is sure.
//!
//! The gap is the mean training accuracy less the mean validation accuracy of the last third of the epochs, beside the
//! ratio of the two losses. Validation accuracy 15 points below training accuracy, four standard errors of it at least,
//! with a validation loss 1.5 times the training loss that is not improving any more, is rows learnt by heart also where
//! V scatters too much to show a rise, once the accuracy has fallen behind its best (a suspicion before); 5 points are a mild form. On the healthy logs of the collection that docs/doctor.md names the
//! largest gap is 3.8 points; on those with overfitting the smallest is 6.1.
//!
//! It is benign when, although V rises, the metric ends within noise of its best: the mean accuracy of the last third is
//! below the best epoch's by no more than e + s sqrt(2 ln n), where s is the scatter between neighbouring epochs, e the
//! larger of s and the sampling error, and the second part what the best of n equally good epochs gains by luck (the
//! sampling error has no part in it: all epochs are asked the same rows).

use crate::curve::{
    Curve, mean, robust_deviation, root_mean_square, scatter, second_differences, share_error,
};
use crate::{Facts, paired};

/// The thresholds that were chosen on published logs, frozen since; `examples/families.rs` chooses them anew with each
/// family of programs left out, and says how they do on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Rise above the best validation loss that counts.
    pub min_rise: f64,
    /// Noises that a rise is to be, to be sure of it.
    pub sure: f64,
    /// Gap in accuracy that is learning by heart.
    pub large_gap: f64,
    /// Gap in accuracy that is a mild form of it.
    pub mild_gap: f64,
}

impl Thresholds {
    /// Those of the doctor.
    pub const FROZEN: Thresholds = Thresholds {
        min_rise: 0.03,
        sure: 4.0,
        large_gap: 0.15,
        mild_gap: 0.05,
    };
}

const MIN_DROP: f64 = 0.05;
const SUSPECTED: f64 = 2.0;
/// Standard errors of a gap that is told.
const GAP_ERRORS: f64 = 4.0;
/// Deviation of one row's loss difference between two epochs, as a share of the mean loss.
const ROW_DEVIATION: f64 = 0.5;
/// A sure rise of four noises is one of three measured errors; a suspected one of two noises is one error.
const SURE_ERRORS: f64 = 3.0 / 4.0;
const SUSPECTED_ERRORS: f64 = 1.0 / 2.0;
/// Epochs from which on the luck of the best one counts.
const MANY_EPOCHS: usize = 100;
/// Differences from which on their median says more than their mean square.
const ROBUST_FROM: usize = 10;
/// Validation loss over training loss that goes with such a gap.
const LOSS_RATIO: f64 = 1.5;
/// Accuracy that may be lost without being noticed, where nothing tells how many validation rows there are.
const UNNOTICED: f64 = 0.005;

/// What the curves show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The network is worse than it was, or knows its training rows far better than others.
    Overfitting {
        /// Whether the evidence is beyond doubt.
        sure: bool,
    },
    /// Validation loss rises, the metric holds.
    Benign,
    /// A gap that costs little, without a rise beyond noise.
    Mild,
}

/// The quantities of the file's head.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    pub verdict: Verdict,
    pub curve: Curve,
    /// Place of the best epoch in the curve.
    pub best: usize,
    pub after: usize,
    pub rise: f64,
    pub drop: f64,
    pub noise: f64,
    /// The noise that a suspicion is measured by.
    least_noise: f64,
    pub gap: Option<Gap>,
}

/// Training accuracy above validation accuracy, over the last third of the epochs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gap {
    pub train: f64,
    pub val: f64,
    /// Best validation accuracy.
    pub best: f64,
    /// Mean validation loss over mean training loss.
    pub ratio: f64,
    /// Sampling error of the validation accuracy, 0 where the number of rows is not known; and its scatter.
    pub sampling: f64,
    pub scatter: f64,
    pub epochs: usize,
}

impl Gap {
    pub fn size(&self) -> f64 {
        self.train - self.val
    }

    /// How far below its best an accuracy may end and still be as good.
    pub fn allowance(&self) -> f64 {
        let luck = (2.0 * (self.epochs as f64).ln()).sqrt();
        self.sampling.max(self.scatter) + self.scatter * luck
    }

    fn holds(&self) -> bool {
        self.best - self.val <= self.allowance().max(UNNOTICED)
    }
}

impl Evidence {
    /// Whether training rows are learnt by heart: overfitting for sure, or a large gap beside a rise that costs nothing.
    pub fn knows_rows(&self) -> bool {
        let gap = self
            .gap
            .is_some_and(|gap| gap.size() >= Thresholds::FROZEN.large_gap);
        match self.verdict {
            Verdict::Overfitting { sure } => sure || gap,
            Verdict::Benign => gap,
            Verdict::Mild => false,
        }
    }

    /// The 0-based epochs between which it began: the first as good as the best within noise, and the one after the best.
    pub fn onset(&self) -> (usize, usize) {
        let limit = self.curve.val[self.best] * (1.0 + self.noise);
        let first = self
            .curve
            .val
            .iter()
            .position(|v| *v <= limit)
            .unwrap_or(self.best);
        (self.curve.epochs[first], self.from())
    }

    /// The 0-based epoch from which it holds: the one after the best, if any.
    pub fn from(&self) -> usize {
        let next = (self.best + 1).min(self.curve.len() - 1);
        self.curve.epochs[next]
    }
}

/// What the curves of a run show by other thresholds than the doctor's; `None` for nothing worth saying.
pub fn verdict(facts: &Facts, thresholds: &Thresholds) -> Option<Verdict> {
    judge_by(facts, thresholds).map(|found| found.verdict)
}

/// What the curves of a run show; `None` for nothing worth saying.
pub(crate) fn judge(facts: &Facts) -> Option<Evidence> {
    judge_by(facts, &Thresholds::FROZEN)
}

fn judge_by(facts: &Facts, thresholds: &Thresholds) -> Option<Evidence> {
    let curve = Curve::losses(facts);
    let n = curve.len();
    let best = (0..n).min_by(|&a, &b| curve.val[a].total_cmp(&curve.val[b]).then(b.cmp(&a)))?;
    let (val, train) = (curve.val[best], curve.train[best]);
    if n < 4 || val <= 0.0 || train <= 0.0 {
        return None;
    }
    let after = n - 1 - best;
    let k = after.div_ceil(2).max(1);
    let gap = gap(facts, &curve);
    let mut evidence = Evidence {
        verdict: Verdict::Mild,
        best,
        after,
        rise: mean(&curve.val[n - k..]) / val - 1.0,
        drop: 1.0 - mean(&curve.train[n - k..]) / train,
        noise: noise(facts, &curve, best, k, SURE_ERRORS),
        least_noise: noise(facts, &curve, best, k, SUSPECTED_ERRORS),
        gap,
        curve,
    };
    evidence.verdict = evidence.verdict(facts, thresholds)?;
    Some(evidence)
}

/// The noise of the rise; of a measured standard error this part counts.
fn noise(facts: &Facts, curve: &Curve, best: usize, k: usize, part: f64) -> f64 {
    let n = curve.len();
    let since_best = second_differences(&curve.val[best.min(n - 4)..]);
    let recent = match since_best.len() {
        ROBUST_FROM.. => robust_deviation(since_best),
        _ => root_mean_square(&since_best),
    };
    let scatter = recent.max(scatter(&curve.val)) / curve.val[best];
    match measured_error(facts, curve, best, k) {
        Some(error) => scatter.max(part * error),
        None => {
            let guess = |rows: usize| ROW_DEVIATION / (rows.max(1) as f64).sqrt();
            scatter.hypot(facts.val_samples.map_or(0.0, guess))
        }
    }
}

/// Standard error of how far a later epoch's loss lies above the best one's, relative to it, where a run recorded the rows.
fn measured_error(facts: &Facts, curve: &Curve, best: usize, k: usize) -> Option<f64> {
    let from = curve.epochs[curve.len() - k];
    let errors: Vec<f64> = paired::beside_best(facts, curve.epochs[best], from)
        .iter()
        .map(|pair| pair.error)
        .collect();
    (!errors.is_empty()).then(|| mean(&errors) / curve.val[best])
}

fn gap(facts: &Facts, losses: &Curve) -> Option<Gap> {
    let accuracy = Curve::accuracies(facts);
    let n = accuracy.len();
    if n < 4 {
        return None;
    }
    let last = |values: &[f64]| mean(&values[values.len() - (values.len() / 3).max(1)..]);
    let val = last(&accuracy.val);
    let sampling = facts.val_samples.map_or(0.0, |rows| share_error(val, rows));
    Some(Gap {
        train: last(&accuracy.train),
        val,
        best: accuracy.val.iter().copied().fold(f64::MIN, f64::max),
        ratio: last(&losses.val) / last(&losses.train).max(f64::MIN_POSITIVE),
        sampling,
        scatter: scatter(&accuracy.val),
        epochs: n,
    })
}

impl Evidence {
    fn verdict(&self, facts: &Facts, by: &Thresholds) -> Option<Verdict> {
        let strength = self.rise / self.noise.max(f64::EPSILON);
        let moves = self.rise >= by.min_rise && self.drop >= MIN_DROP;
        // The best of many epochs lies below their level by luck alone.
        let luck = match self.curve.len() {
            n @ MANY_EPOCHS.. => (2.0 * (n as f64).ln()).sqrt(),
            _ => 0.0,
        };
        let sure = moves && strength >= by.sure.max(luck + 1.0) && self.after >= 3;
        let least = self.rise / self.least_noise.max(f64::EPSILON);
        let suspected = moves && least >= SUSPECTED.max(luck) && self.after >= 2;
        let holds = self.gap.is_some_and(|gap| gap.holds());
        let by_heart = self.by_heart(facts, by);
        match (sure, by_heart) {
            (true, _) if holds => Some(Verdict::Benign),
            (true, _) => Some(Verdict::Overfitting { sure: true }),
            // As long as the accuracy is as good as it ever was, that is a suspicion.
            (false, Some(Verdict::Overfitting { sure })) => Some(Verdict::Overfitting {
                sure: sure && !holds,
            }),
            (false, _) if suspected && holds => Some(Verdict::Benign),
            (false, _) if suspected => Some(Verdict::Overfitting { sure: false }),
            (false, other) => other,
        }
    }

    /// From the gap alone.
    fn by_heart(&self, facts: &Facts, by: &Thresholds) -> Option<Verdict> {
        let gap = self.gap?;
        let error = facts
            .val_samples
            .map_or(0.0, |rows| share_error(gap.val, rows));
        let stands = self.stands();
        let size = gap.size();
        match () {
            _ if gap.ratio < LOSS_RATIO || !stands => None,
            _ if size >= by.large_gap && size >= GAP_ERRORS * error => {
                Some(Verdict::Overfitting { sure: true })
            }
            _ if size >= by.mild_gap && size >= 3.0 * error => Some(Verdict::Mild),
            _ => None,
        }
    }

    /// Validation loss is not improving any more: its later half is no better than the best before, within noise.
    fn stands(&self) -> bool {
        let n = self.curve.len();
        let (early, late) = self.curve.val.split_at(n / 2);
        let least = |values: &[f64]| values.iter().copied().fold(f64::MAX, f64::min);
        let gain = (least(early) - least(late)) / least(late).max(f64::MIN_POSITIVE);
        self.after >= 2 || gain <= self.noise
    }
}
