//! One cell of the confusion matrix as a metric: true or false, positives or negatives.
//!
//! Follows keras/src/metrics/confusion_metrics.py.

use regimen_graph::Var;

use crate::metrics::confusion::{self, Counts, Thresholds, View};
use crate::metrics::{Direction, Metric, MetricState};

/// A running sum of weights of predictions that fall into one cell.
#[derive(Debug, Clone)]
pub(crate) struct ConditionCount {
    pub(crate) class_name: &'static str,
    pub(crate) direction: Direction,
    pub(crate) thresholds: Option<Thresholds>,
    /// The cell.
    pub(crate) pick: fn(Counts) -> Var,
}

impl ConditionCount {
    fn limits(&self) -> Vec<f64> {
        confusion::thresholds_or_default(self.thresholds.as_ref(), None)
    }
}

impl Metric for ConditionCount {
    fn class_name(&self) -> &'static str {
        self.class_name
    }

    fn states(&self, _: &[usize], _: &[usize]) -> Vec<MetricState> {
        vec![MetricState::new("accumulator", &[self.limits().len()])]
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let limits = self.limits();
        let view = View {
            class_name: self.class_name,
            ..View::default()
        };
        let even = confusion::evenly_spread(&limits);
        let counts = confusion::counts(y_true, y_pred, &limits, even, &view, weight);
        vec![&states[0] + (self.pick)(counts)]
    }

    fn result(&self, states: &[Var]) -> Var {
        confusion::single(&states[0])
    }

    fn direction(&self) -> Direction {
        self.direction
    }
}
