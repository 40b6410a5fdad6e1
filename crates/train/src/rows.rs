//! Validation row by row: the loss of each row, its true and its predicted class, and how two epochs differ on them.
//!
//! All epochs are asked the same rows, so two of them are compared in pairs, where the difference of two means over
//! different rows would hide small changes:
//!
//!   gained, lost    rows that became right, that became wrong (what McNemar's test needs)
//!   change, error   mean d and sqrt(sum (d - mean d)^2 / (n - 1) / n) of d = loss now - loss then
//!
//! The rows of the epoch before and of the best epoch (least `val_loss`) lie in the state, so that a run that goes on
//! after a stop tells the same.

use regimen_graph::{DType, Data, Graph, Program, Store, Tensor, Var};
use regimen_nn::losses::{self, Loss};
use regimen_run::event::{PairTelemetry, RowsOfEpoch, ValidationRows, ValidationTelemetry};

/// Names of the outputs of an evaluation step.
const LOSS: &str = "rows/loss";
const TRUTH: &str = "rows/truth";
const PREDICTED: &str = "rows/predicted";
const CONFIDENCE: &str = "rows/confidence";
/// Classes up to which the confusion counts of every epoch are told.
const FEW_CLASSES: usize = 16;
/// Rows that the event at the end tells at most.
const MOST_TOLD: usize = 20_000;

/// What single rows got in an evaluation. Classes are empty where rows have none.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RowResults {
    pub loss: Vec<f32>,
    pub truth: Vec<i32>,
    pub predicted: Vec<i32>,
    /// Probability of the predicted class.
    pub confidence: Vec<f32>,
}

/// Mean loss of each row (B) from the values of a loss (B, ...), those under a mask left out.
pub(crate) fn row_loss(values: &Var, mask: Option<&Var>) -> Var {
    let rest: Vec<isize> = (1..values.rank() as isize).collect();
    match mask {
        _ if rest.is_empty() => values.clone(),
        Some(mask) if mask.rank() == values.rank() => {
            let valid = mask.cast(DType::F32);
            let count = valid.sum(&rest, false);
            let count = count.maximum(&count.scalar_like(1.0));
            (values * valid).sum(&rest, false) / count
        }
        _ => values.mean(&rest, false),
    }
}

/// The class (B, 1) with the largest prediction of p (B, C), int32; of one unit, whether it is above one half.
pub(crate) fn winner(p: &Var, loss: &dyn Loss) -> Var {
    match p.dim(-1) {
        1 => {
            let half = p.scalar_like(if loss.from_logits() { 0.0 } else { 0.5 });
            p.gt(&half).cast(DType::I32)
        }
        _ => p.argmax(-1).expand_dims(-1),
    }
}

/// The probability (B, 1) that the prediction p (B, C) gives its winner.
pub(crate) fn confidence(p: &Var, loss: &dyn Loss) -> Var {
    let logits = loss.from_logits();
    if p.dim(-1) == 1 {
        let q = if logits { p.sigmoid() } else { p.clone() };
        return q.maximum(&(q.scalar_like(1.0) - &q));
    }
    let top = p.max(&[-1], true);
    match logits {
        // softmax at the largest logit
        true => {
            let sum = (p - &top).exp().sum(&[-1], true);
            sum.scalar_like(1.0) / sum
        }
        false => top / p.sum(&[-1], true),
    }
}

/// The true class (B) of each row, int32, where a row has one class.
pub(crate) fn truth(y: &Var, p: &Var, loss: &dyn Loss) -> Option<Var> {
    let rows = [p.dim(0)];
    let one_number = y.ty().elements() == p.dim(0);
    match losses::log_name(loss).as_str() {
        "sparse_categorical_crossentropy" if one_number => Some(y.cast(DType::I32).reshape(&rows)),
        "categorical_crossentropy" | "categorical_focal_crossentropy" if y.shape() == p.shape() => {
            Some(y.argmax(-1))
        }
        "binary_crossentropy" | "binary_focal_crossentropy" if p.dim(-1) == 1 && one_number => {
            Some(y.gt(&y.scalar_like(0.5)).cast(DType::I32).reshape(&rows))
        }
        _ => None,
    }
}

/// The outputs that tell of single rows, by name.
pub(crate) fn outputs(loss: Option<Var>, classes: Option<[Var; 3]>) -> Vec<(&'static str, Var)> {
    let flat = |v: Var| v.reshape(&[v.ty().elements()]);
    let mut named: Vec<(&'static str, Var)> = loss.into_iter().map(|v| (LOSS, flat(v))).collect();
    if let Some(classes) = classes {
        let names = [TRUTH, PREDICTED, CONFIDENCE];
        named.extend(names.into_iter().zip(classes.map(flat)));
    }
    named
}

/// Where a planned evaluation step has them among its outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Places {
    loss: Option<usize>,
    classes: Option<[usize; 3]>,
}

impl Places {
    pub fn of(graph: &Graph) -> Places {
        let all = [TRUTH, PREDICTED, CONFIDENCE].map(|name| graph.output(name));
        Places {
            loss: graph.output(LOSS),
            classes: match all {
                [Some(truth), Some(predicted), Some(confidence)] => {
                    Some([truth, predicted, confidence])
                }
                _ => None,
            },
        }
    }
}

impl RowResults {
    /// Adds the rows of the last run of a step.
    pub fn take(&mut self, program: &dyn Program, places: Places) {
        if let Some(Data::F32(loss)) = places.loss.map(|i| program.output(i).data) {
            self.loss.extend(loss);
        }
        let Some([truth, predicted, confidence]) = places.classes else {
            return;
        };
        let ints = |i: usize| match program.output(i).data {
            Data::I32(v) => v,
            _ => vec![],
        };
        self.truth.extend(ints(truth));
        self.predicted.extend(ints(predicted));
        if let Data::F32(v) = program.output(confidence).data {
            self.confidence.extend(v);
        }
    }

    fn right(&self, row: usize) -> bool {
        self.truth[row] == self.predicted[row]
    }

    fn has_classes(&self) -> bool {
        !self.truth.is_empty()
    }

    /// Sums over the rows; `None` where there are none.
    pub fn summary(&self, classes: usize) -> Option<ValidationTelemetry> {
        let n = self.loss.len();
        let square = |x: &f32| f64::from(*x).powi(2);
        let right = (0..self.truth.len()).filter(|&row| self.right(row)).count();
        (n > 0).then(|| ValidationTelemetry {
            rows: n,
            loss: self.loss.iter().map(|x| f64::from(*x)).sum::<f64>() / n as f64,
            squares: self.loss.iter().map(square).sum(),
            right: self.has_classes().then_some(right),
            confusion: self.confusion(classes),
            previous: None,
            best: None,
        })
    }

    /// Rows by true class, in it by predicted class, of so many classes, where these are few.
    fn confusion(&self, classes: usize) -> Vec<u64> {
        let known = |class: &i32| (0..classes as i32).contains(class);
        let all = self.truth.iter().chain(&self.predicted).all(known);
        if classes > FEW_CLASSES || !all || !self.has_classes() {
            return vec![];
        }
        let mut counts = vec![0; classes * classes];
        for (truth, predicted) in self.truth.iter().zip(&self.predicted) {
            counts[*truth as usize * classes + *predicted as usize] += 1;
        }
        counts
    }

    /// These rows beside the same ones in an earlier epoch; `None` where they are not the same.
    pub fn beside(&self, then: &RowResults, epoch: usize) -> Option<PairTelemetry> {
        let n = self.loss.len();
        if n < 2 || then.loss.len() != n || then.truth != self.truth {
            return None;
        }
        let change = |(now, then): (&f32, &f32)| f64::from(*now) - f64::from(*then);
        let changes = || self.loss.iter().zip(&then.loss).map(change);
        let mean = changes().sum::<f64>() / n as f64;
        let spread: f64 = changes().map(|d| (d - mean).powi(2)).sum();
        let rows = 0..self.truth.len();
        let (gained, lost) = rows.fold((0, 0), |(gained, lost), row| {
            match (then.right(row), self.right(row)) {
                (false, true) => (gained + 1, lost),
                (true, false) => (gained, lost + 1),
                _ => (gained, lost),
            }
        });
        Some(PairTelemetry {
            epoch,
            gained: self.has_classes().then_some(gained),
            lost: self.has_classes().then_some(lost),
            change: mean,
            error: (spread / (n - 1) as f64 / n as f64).sqrt(),
        })
    }

    /// What the event at the end tells of an epoch: every row, or one in so many.
    fn told(&self, epoch: usize, one_row_in: usize) -> RowsOfEpoch {
        RowsOfEpoch {
            epoch,
            loss: self.loss.iter().copied().step_by(one_row_in).collect(),
            predicted: self.predicted.iter().copied().step_by(one_row_in).collect(),
            confidence: self
                .confidence
                .iter()
                .copied()
                .step_by(one_row_in)
                .collect(),
        }
    }
}

/// Name of the state that holds the true classes of the validation rows.
const TRUE_CLASSES: &str = "test/rows/truth";

/// Rows that are kept: of the epoch before, of the best, or of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Last,
    Previous,
    Best,
}

impl Kept {
    /// Beginning of the names of its states: those of running means, which nothing of the run depends on.
    fn name(self, what: &str) -> String {
        let which = match self {
            Kept::Last => "last",
            Kept::Previous => "previous",
            Kept::Best => "best",
        };
        format!("test/rows/{which}/{what}")
    }

    /// The rows, their 0-based epoch and its `val_loss`.
    pub fn get(self, store: &dyn Store) -> Option<(RowResults, usize, f64)> {
        let ints = |name: String| match store.get(&name)?.data {
            Data::I32(v) => Some(v),
            _ => None,
        };
        let Data::F32(loss) = store.get(&self.name("loss"))?.data else {
            return None;
        };
        let of_epoch = store.get(&self.name("epoch"))?.to_f64();
        let [epoch, val_loss] = of_epoch.as_slice() else {
            return None;
        };
        let results = RowResults {
            loss,
            truth: ints(TRUE_CLASSES.to_owned())?,
            predicted: ints(self.name("predicted"))?,
            // Checkpoints of old have none.
            confidence: match store.get(&self.name("confidence")).map(|t| t.data) {
                Some(Data::F32(v)) => v,
                _ => vec![],
            },
        };
        Some((results, *epoch as usize, *val_loss))
    }

    /// Keeps what the rows of an epoch got; their true classes are kept once.
    pub fn put(self, store: &mut dyn Store, results: &RowResults, epoch: usize, val_loss: f64) {
        let list = |data: Data, n: usize| Tensor {
            shape: vec![n],
            data,
        };
        let mut put = |what: &str, value: Tensor| store.put(&self.name(what), &value);
        let (loss, predicted) = (results.loss.clone(), results.predicted.clone());
        put("loss", list(Data::F32(loss), results.loss.len()));
        let confidence = results.confidence.clone();
        put(
            "confidence",
            list(Data::F32(confidence), results.confidence.len()),
        );
        put(
            "predicted",
            list(Data::I32(predicted), results.predicted.len()),
        );
        put("epoch", list(Data::F64(vec![epoch as f64, val_loss]), 2));
    }
}

/// Compares the rows of an epoch, of so many classes, with those kept, and keeps them.
pub(crate) fn follow(
    store: &mut dyn Store,
    results: &RowResults,
    classes: usize,
    epoch: usize,
    val_loss: f64,
) -> Option<ValidationTelemetry> {
    let mut summary = results.summary(classes)?;
    let last = Kept::Last.get(store);
    let best = Kept::Best.get(store);
    let pair = |kept: &Option<(RowResults, usize, f64)>| {
        let (then, epoch, _) = kept.as_ref()?;
        results.beside(then, *epoch)
    };
    if best.is_none() {
        let truth = results.truth.clone();
        let truth = Tensor {
            shape: vec![truth.len()],
            data: Data::I32(truth),
        };
        store.put(TRUE_CLASSES, &truth);
    }
    summary.previous = pair(&last);
    summary.best = pair(&best);
    if let Some((rows, epoch, loss)) = &last {
        Kept::Previous.put(store, rows, *epoch, *loss);
    }
    // The first finite one takes the place of one that was not.
    if best.is_none_or(|(_, _, least)| val_loss < least || (least.is_nan() && !val_loss.is_nan())) {
        Kept::Best.put(store, results, epoch, val_loss);
    }
    Kept::Last.put(store, results, epoch, val_loss);
    Some(summary)
}

/// The rows of the best, the previous and the last epoch, for the event at the end.
pub(crate) fn told(store: &dyn Store) -> Option<ValidationRows> {
    let (last, epoch, _) = Kept::Last.get(store)?;
    let one_row_in = last.loss.len().div_ceil(MOST_TOLD).max(1);
    let others = [Kept::Best, Kept::Previous].into_iter();
    let others = others.filter_map(|kept| kept.get(store));
    let mut epochs: Vec<RowsOfEpoch> = others
        .filter(|(rows, of, _)| *of != epoch && rows.truth == last.truth)
        .map(|(rows, of, _)| rows.told(of, one_row_in))
        .collect();
    epochs.push(last.told(epoch, one_row_in));
    epochs.dedup_by_key(|of| of.epoch);
    Some(ValidationRows {
        one_row_in,
        truth: last.truth.iter().copied().step_by(one_row_in).collect(),
        epochs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(loss: &[f32], truth: &[i32], predicted: &[i32]) -> RowResults {
        RowResults {
            loss: loss.to_vec(),
            truth: truth.to_vec(),
            predicted: predicted.to_vec(),
            confidence: vec![0.5; truth.len()],
        }
    }

    #[test]
    fn sums_and_confusion() {
        let rows = results(&[1.0, 2.0, 0.5], &[0, 2, 1], &[0, 2, 2]);
        let sums = rows.summary(3).expect("rows");
        assert_eq!((sums.rows, sums.right), (3, Some(2)));
        assert!((sums.squares - 5.25).abs() < 1e-12 && (sums.loss - 3.5 / 3.0).abs() < 1e-12);
        assert_eq!(sums.confusion, [1, 0, 0, 0, 0, 1, 0, 0, 1]);
        assert_eq!(RowResults::default().summary(0), None);
        let numbers = results(&[1.0], &[], &[]).summary(0).expect("a row");
        assert_eq!((numbers.right, numbers.confusion.len()), (None, 0));
    }

    #[test]
    fn pairs_of_epochs() {
        let then = results(&[1.0, 1.0, 1.0, 1.0], &[0, 0, 1, 1], &[0, 1, 0, 1]);
        let now = results(&[2.0, 0.0, 2.0, 2.0], &[0, 0, 1, 1], &[1, 0, 1, 1]);
        let pair = now.beside(&then, 3).expect("the same rows");
        assert_eq!((pair.epoch, pair.gained, pair.lost), (3, Some(2), Some(1)));
        assert!((pair.change - 0.5).abs() < 1e-12 && (pair.error - 0.5).abs() < 1e-12);
        let others = results(&[1.0, 1.0], &[0, 0], &[0, 1]);
        assert_eq!(now.beside(&others, 0), None);
    }
}
