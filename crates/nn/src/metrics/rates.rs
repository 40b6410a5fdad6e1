//! The best value of one rate where another is held: sensitivity at specificity, and its kin.
//!
//! With counts at thresholds that divide [0, 1] evenly: the largest rate among thresholds where the other one is at
//! least what is asked for, 0 where none is. Follows SensitivitySpecificityBase of keras/src/metrics/confusion_metrics.py.

use regimen_graph::Var;

use crate::Options;
use crate::losses::numerics::divide_no_nan;
use crate::metrics::confusion::{self, MOST_THRESHOLDS, View};
use crate::metrics::{Direction, Metric, MetricState};

/// A share of the counts at a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rate {
    /// True positives over all positives: recall.
    Sensitivity,
    /// True negatives over all negatives.
    Specificity,
    /// True positives over all predicted positive.
    Precision,
}

impl Rate {
    /// From true and false positives, true and false negatives.
    fn of(self, states: &[Var]) -> Var {
        let (part, rest) = match self {
            Rate::Sensitivity => (&states[0], &states[3]),
            Rate::Specificity => (&states[2], &states[1]),
            Rate::Precision => (&states[0], &states[1]),
        };
        divide_no_nan(part, &(part + rest))
    }
}

/// The best of one rate where another is held.
#[derive(Debug, Clone)]
pub(crate) struct BestRate {
    pub(crate) class_name: &'static str,
    pub(crate) held: Rate,
    pub(crate) at_least: f64,
    pub(crate) best: Rate,
    pub(crate) num_thresholds: i64,
    pub(crate) class_id: Option<i64>,
}

impl BestRate {
    /// Whether the options can be; `held` is the name of the one that says what is asked for.
    pub(crate) fn check(&self, options: &mut Options<'_>, held: &str) -> bool {
        let inside = (0.0..=1.0).contains(&self.at_least);
        if !inside {
            let found = self.at_least;
            options.error(
                held,
                format!("`{held}`: found {found}, expected a number from 0 to 1"),
            );
        }
        let enough = (1..=MOST_THRESHOLDS).contains(&self.num_thresholds);
        if !enough {
            let found = self.num_thresholds;
            options.error(
                "num_thresholds",
                format!("`num_thresholds`: found {found}, expected 1 to {MOST_THRESHOLDS}"),
            );
        }
        confusion::check_choice(options, None, self.class_id) && inside && enough
    }

    fn limits(&self) -> Vec<f64> {
        match usize::try_from(self.num_thresholds) {
            Ok(n) if n > 1 => (0..n).map(|i| i as f64 / (n - 1) as f64).collect(),
            _ => vec![0.5],
        }
    }
}

impl Metric for BestRate {
    fn class_name(&self) -> &'static str {
        self.class_name
    }

    fn states(&self, _: &[usize], _: &[usize]) -> Vec<MetricState> {
        let shape = [self.limits().len()];
        confusion::CELLS
            .map(|name| MetricState::new(name, &shape))
            .to_vec()
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let limits = self.limits();
        let view = View {
            class_id: self.class_id.and_then(|class| usize::try_from(class).ok()),
            class_name: self.class_name,
            ..View::default()
        };
        let counts = confusion::counts(y_true, y_pred, &limits, limits.len() > 1, &view, weight);
        let new = counts.cells();
        states.iter().zip(new).map(|(old, new)| old + new).collect()
    }

    fn result(&self, states: &[Var]) -> Var {
        let (held, best) = (self.held.of(states), self.best.of(states));
        let fine = held.ge(&held.scalar_like(self.at_least));
        fine.select(&best, &best.scalar_like(0.0)).max(&[0], false)
    }

    fn direction(&self) -> Direction {
        Direction::Up
    }
}
