//! Classification in numbers: the confusion matrix and what follows from it.
//!
//!   precision = TP / predicted,  recall = TP / true,  F1 = 2·TP / (predicted + true)
//!   balanced accuracy = mean recall, macro F1 = mean F1, both over the classes with true rows
//!
//! A share of nothing is 0, as in scikit-learn.

use crate::run::evaluation::Measured;
use crate::run::intervals::{Interval, bootstrap, wilson};

/// One class of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassReport {
    /// Its name.
    pub name: String,
    /// Of the rows predicted as this class, the share that is.
    pub precision: f64,
    /// Of the rows of this class, the share predicted so.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Rows of this class.
    pub support: usize,
    /// 95 % intervals of precision, recall and F1; `None` without rows.
    pub intervals: [Option<Interval>; 3],
}

/// True and predicted classes of rows.
pub(super) struct Classified<'a> {
    pub(super) names: &'a [String],
    pub(super) truth: &'a [usize],
    pub(super) predicted: &'a [usize],
}

/// Rows per class: true, predicted, both.
struct Counts {
    truth: Vec<f64>,
    predicted: Vec<f64>,
    both: Vec<f64>,
}

impl Counts {
    fn of(c: &Classified<'_>, rows: impl Iterator<Item = usize>) -> Counts {
        let zeros = vec![0.0; c.names.len()];
        let (mut truth, mut predicted, mut both) = (zeros.clone(), zeros.clone(), zeros);
        for row in rows {
            let (t, p) = (c.truth[row], c.predicted[row]);
            truth[t] += 1.0;
            predicted[p] += 1.0;
            if t == p {
                both[t] += 1.0;
            }
        }
        Counts {
            truth,
            predicted,
            both,
        }
    }

    fn f1(&self) -> impl Iterator<Item = f64> {
        let sums = self.truth.iter().zip(&self.predicted).map(|(t, p)| t + p);
        self.both.iter().zip(sums).map(|(b, s)| share(2.0 * b, s))
    }

    fn mean_of_present(&self, values: impl Iterator<Item = f64>) -> f64 {
        let present: Vec<f64> = values
            .zip(&self.truth)
            .filter(|(_, t)| **t > 0.0)
            .map(|(v, _)| v)
            .collect();
        present.iter().sum::<f64>() / present.len() as f64
    }

    /// A report per class, given what [`Counts::statistics`] says of the rows and of samples of them.
    fn reports(
        &self,
        names: &[String],
        statistics: &[f64],
        intervals: &[Option<Interval>],
    ) -> Vec<ClassReport> {
        let class = |(i, name): (usize, &String)| {
            let (t, p, b) = (self.truth[i], self.predicted[i], self.both[i]);
            ClassReport {
                name: name.clone(),
                precision: share(b, p),
                recall: share(b, t),
                f1: statistics[2 + i],
                support: t as usize,
                intervals: [
                    wilson(b, p),
                    wilson(b, t),
                    intervals[2 + i].filter(|_| t > 0.0),
                ],
            }
        };
        names.iter().enumerate().map(class).collect()
    }

    /// Balanced accuracy, macro F1, then the F1 of each class.
    fn statistics(&self) -> Vec<f64> {
        let recalls = self
            .both
            .iter()
            .zip(&self.truth)
            .map(|(b, t)| share(*b, *t));
        let mut all = vec![
            self.mean_of_present(recalls),
            self.mean_of_present(self.f1()),
        ];
        all.extend(self.f1());
        all
    }
}

/// Rows that may have several labels: a truth value per row and label.
pub(super) struct Tagged<'a> {
    pub(super) names: &'a [String],
    pub(super) truth: &'a [bool],
    pub(super) predicted: &'a [bool],
}

impl Tagged<'_> {
    fn rows(&self) -> usize {
        self.truth.len() / self.names.len().max(1)
    }

    fn counts(&self, rows: impl Iterator<Item = usize>) -> Counts {
        let n = self.names.len();
        let zeros = vec![0.0; n];
        let (mut truth, mut predicted, mut both) = (zeros.clone(), zeros.clone(), zeros);
        for row in rows {
            for i in 0..n {
                let (t, p) = (self.truth[row * n + i], self.predicted[row * n + i]);
                truth[i] += f64::from(u8::from(t));
                predicted[i] += f64::from(u8::from(p));
                both[i] += f64::from(u8::from(t && p));
            }
        }
        Counts {
            truth,
            predicted,
            both,
        }
    }

    /// Rows with every label right, and macro F1; then the report of each label.
    pub(super) fn report(&self) -> (Vec<Measured>, Vec<ClassReport>) {
        let (rows, n) = (self.rows(), self.names.len());
        let counts = self.counts(0..rows);
        let statistics = counts.statistics();
        let intervals = bootstrap(rows, n, |drawn| {
            self.counts(drawn.iter().copied()).statistics()
        });
        let right = self
            .truth
            .chunks(n.max(1))
            .zip(self.predicted.chunks(n.max(1)));
        let hits = right.filter(|(t, p)| t == p).count() as f64;
        let exact = share(hits, rows as f64);
        let measured = vec![
            Measured::new("exact_match", exact, wilson(hits, rows as f64)),
            Measured::new("macro_f1", statistics[1], intervals[1]),
        ];
        (
            measured,
            counts.reports(self.names, &statistics, &intervals),
        )
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

impl Classified<'_> {
    /// Accuracy, balanced accuracy and macro F1; then the report of each class.
    pub(super) fn report(&self) -> (Vec<Measured>, Vec<ClassReport>) {
        let rows = self.truth.len();
        let counts = Counts::of(self, 0..rows);
        let statistics = counts.statistics();
        let intervals = bootstrap(rows, 1, |drawn| {
            Counts::of(self, drawn.iter().copied()).statistics()
        });
        let hits: f64 = counts.both.iter().sum();
        let n = rows as f64;
        let measured = vec![
            Measured::new("accuracy", share(hits, n), wilson(hits, n)),
            Measured::new("balanced_accuracy", statistics[0], intervals[0]),
            Measured::new("macro_f1", statistics[1], intervals[1]),
        ];
        (
            measured,
            counts.reports(self.names, &statistics, &intervals),
        )
    }

    /// Rows by true class, in it by predicted class.
    pub(super) fn confusion(&self) -> Vec<Vec<usize>> {
        let n = self.names.len();
        let mut matrix = vec![vec![0; n]; n];
        for (&t, &p) in self.truth.iter().zip(self.predicted) {
            matrix[t][p] += 1;
        }
        matrix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_several_labels() {
        let names = ["a", "b"].map(String::from);
        let tagged = Tagged {
            names: &names,
            truth: &[true, true, true, false, false, false],
            predicted: &[true, true, true, true, false, false],
        };
        let (measured, labels) = tagged.report();
        assert!((measured[0].value - 2.0 / 3.0).abs() < 1e-12);
        assert!((measured[1].value - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert_eq!(
            (labels[1].precision, labels[1].recall, labels[1].support),
            (0.5, 1.0, 1)
        );
    }

    #[test]
    fn numbers_of_scikit_learn() {
        let names = ["a", "b", "c"].map(String::from);
        let c = Classified {
            names: &names,
            truth: &[0, 0, 0, 1, 1, 2],
            predicted: &[0, 0, 1, 1, 0, 1],
        };
        let (measured, classes) = c.report();
        let value = |name: &str| measured.iter().find(|m| m.name == name).unwrap().value;
        assert!((value("accuracy") - 0.5).abs() < 1e-12);
        assert!((value("balanced_accuracy") - 0.388_888_888_9).abs() < 1e-9);
        assert!((value("macro_f1") - 0.355_555_555_6).abs() < 1e-9);
        let b = &classes[1];
        assert!((b.precision - 1.0 / 3.0).abs() < 1e-12 && (b.recall - 0.5).abs() < 1e-12);
        assert_eq!((b.f1, b.support), (0.4, 2));
        assert_eq!((classes[2].precision, classes[2].f1), (0.0, 0.0));
        assert_eq!(c.confusion(), [[2, 1, 0], [1, 1, 0], [0, 1, 0]]);
        for m in &measured {
            let (low, high) = m.interval.unwrap();
            assert!(low <= m.value && m.value <= high, "{m:?}");
        }
    }
}
