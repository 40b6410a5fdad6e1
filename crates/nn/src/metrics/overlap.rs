//! Intersection over union of classes, from a running confusion matrix (classes, classes).
//!
//! TP / (TP + FP + FN + ε) of each target class, averaged over those that occur. Keras counts in whole numbers unless
//! `dtype` says float32: weights of samples lose their fractions then, and so they do here. Follows
//! keras/src/metrics/iou_metrics.py.

use regimen_graph::{DType, Fault, Var};
use serde_json::Value as Json;

use crate::losses::numerics::EPSILON;
use crate::losses::{align, targets::axis_of};
use crate::metrics::{Direction, Metric, MetricState};
use crate::{OptionValue, Options};

/// Classes at most: the confusion matrix has a place for each pair.
pub(crate) const MOST_CLASSES: usize = 10_000;

/// What the confusion matrix holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountType {
    /// Whole numbers: Keras's default.
    Whole,
    /// Numbers with fractions.
    Float,
}

impl OptionValue for CountType {
    const KIND: &'static str = "int or float32";

    fn read(value: &Json) -> Result<CountType, String> {
        // A name, or Keras's `{ class_name: "DTypePolicy", config: { name } }`.
        let policy = value.get("config").and_then(|c| c.get("name"));
        let name = policy.unwrap_or(value);
        match name.as_str() {
            Some("int" | "int32" | "int64") => Ok(CountType::Whole),
            Some("float32") => Ok(CountType::Float),
            None if name.is_null() => Ok(CountType::Whole),
            _ => Err(format!("expected {}", Self::KIND)),
        }
    }

    fn write(&self) -> Json {
        match self {
            CountType::Whole => "int",
            CountType::Float => "float32",
        }
        .into()
    }
}

/// How an array tells classes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Coding {
    /// Ids of classes.
    Ids,
    /// A number for each class along the axis; the largest tells.
    Scores,
    /// One number: class 1 from the threshold up.
    Threshold(f64),
}

impl Coding {
    /// What Keras's `sparse_y_true` and `sparse_y_pred` say.
    pub(crate) fn of(sparse: bool) -> Coding {
        if sparse { Coding::Ids } else { Coding::Scores }
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct Overlap {
    pub(crate) class_name: &'static str,
    pub(crate) classes: usize,
    pub(crate) target_classes: Vec<i64>,
    pub(crate) ignore_class: Option<i64>,
    pub(crate) y_true: Coding,
    pub(crate) y_pred: Coding,
    pub(crate) axis: i64,
    pub(crate) dtype: CountType,
}

impl Overlap {
    /// The metric, if its options can be.
    pub(crate) fn checked(self, o: &mut Options<'_>) -> Option<Box<dyn Metric>> {
        if !(1..=MOST_CLASSES).contains(&self.classes) {
            let found = self.classes;
            o.error(
                "num_classes",
                format!("`num_classes`: found {found}, expected 1 to {MOST_CLASSES}"),
            );
            return None;
        }
        let outside = |c: &&i64| !(0..self.classes as i64).contains(*c);
        let odd = self.target_classes.iter().find(outside);
        let text = match odd {
            Some(class) => format!(
                "`target_class_ids`: found {class}, expected classes from 0 to {}",
                self.classes - 1
            ),
            None if self.target_classes.is_empty() => {
                "`target_class_ids`: found none, expected at least one class".to_string()
            }
            None => return Some(Box::new(self)),
        };
        o.error("target_class_ids", text);
        None
    }

    /// Ids of classes, float32.
    fn ids(&self, x: &Var, coding: Coding) -> Var {
        let ids = match coding {
            Coding::Ids if self.dtype == CountType::Whole => x.cast(DType::I32),
            Coding::Ids => x.clone(),
            Coding::Scores => x.argmax(axis_of(x, self.axis, self.class_name) as isize),
            Coding::Threshold(at) => {
                let x = x.cast(DType::F32);
                x.ge(&x.scalar_like(at))
            }
        };
        ids.cast(DType::F32)
    }

    /// The weight of each of the positions of `ids`.
    fn weights(&self, ids: &Var, weight: Option<&Var>) -> Option<Var> {
        let Some(weight) = weight else {
            return Some(ids.ones_like());
        };
        let mut w = weight.cast(DType::F32);
        if self.dtype == CountType::Whole {
            w = w.cast(DType::I32).cast(DType::F32);
        }
        let w = align(&w, ids);
        if regimen_graph::broadcast(&w.shape(), &ids.shape()) == Some(ids.shape()) {
            return Some(w.broadcast_to(&ids.shape()));
        }
        let found = format!("sample weights of shape {:?}", weight.shape());
        let expected = format!("one weight for each sample of {:?}", ids.shape());
        let mend = "Give one weight for each sample.";
        ids.builder()
            .fault("sample_weight", Fault::new(found, expected, mend));
        None
    }
}

impl Metric for Overlap {
    fn class_name(&self) -> &'static str {
        self.class_name
    }

    fn states(&self, _: &[usize], _: &[usize]) -> Vec<MetricState> {
        let shape = [self.classes, self.classes];
        vec![MetricState::new("total_confusion_matrix", &shape)]
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let (t, p) = (self.ids(y_true, self.y_true), self.ids(y_pred, self.y_pred));
        if t.ty().elements() != p.ty().elements() {
            let found = format!("targets of shape {:?}", y_true.shape());
            let expected = format!("one for each of the predictions {:?}", y_pred.shape());
            let mend =
                "Say with sparse_y_true and sparse_y_pred whether classes are ids or one-hot.";
            t.builder()
                .fault(self.class_name, Fault::new(found, expected, mend));
            return states.to_vec();
        }
        let Some(w) = self.weights(&t, weight) else {
            return states.to_vec();
        };
        let n = self.classes;
        let all = [t.ty().elements()];
        let (t, p, w) = (t.reshape(&all), p.reshape(&all), w.reshape(&all));
        let inside = |x: &Var| {
            x.ge(&x.scalar_like(0.0))
                .and(&x.lt(&x.scalar_like(n as f64)))
        };
        let mut counts = inside(&t).and(&inside(&p));
        if let Some(class) = self.ignore_class {
            counts = counts.and(&t.ne_to(&t.scalar_like(class as f64)));
        }
        let cell = t.floor() * n as f64 + p.floor();
        // The sum leaves negative places out.
        let cell = counts.select(&cell, &cell.scalar_like(-1.0));
        let sums = Var::scatter_add(&cell.cast(DType::I32), &w, n * n);
        vec![&states[0] + sums.reshape(&[n, n])]
    }

    fn result(&self, states: &[Var]) -> Var {
        let matrix = &states[0];
        let n = self.classes;
        let iota = |axis| matrix.builder().iota(DType::I32, &[n, n], axis);
        let diagonal = iota(0).eq_to(&iota(1));
        let zero = matrix.scalar_like(0.0);
        let hits = diagonal.select(matrix, &zero).sum(&[1], false);
        let union = matrix.sum(&[0], false) + matrix.sum(&[1], false) - &hits;
        let targets = self.target_classes.iter().map(|&c| c as usize);
        let targets: Vec<Var> = targets
            .map(|c| Var::concat(&[&hits.slice(0, c, c + 1), &union.slice(0, c, c + 1)], 0))
            .collect();
        let wanted = Var::concat(&targets.iter().collect::<Vec<_>>(), 0);
        let wanted = wanted.reshape(&[targets.len(), 2]);
        let (hits, union) = (wanted.slice(1, 0, 1), wanted.slice(1, 1, 2));
        let occurs = union.gt(&union.scalar_like(1e-9));
        let each = occurs.select(&(hits / (union + EPSILON)), &zero);
        each.sum_all() / (occurs.cast(DType::F32).sum_all() + EPSILON)
    }

    fn direction(&self) -> Direction {
        Direction::Up
    }
}
