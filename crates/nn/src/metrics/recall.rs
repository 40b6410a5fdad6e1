//! Recall: true positives over all that are positive. Follows keras/src/metrics/confusion_metrics.py.

use regimen_graph::Var;

use crate::losses::numerics::divide_no_nan;
use crate::metrics::confusion::{self, Thresholds, View};
use crate::metrics::{Direction, Metric, MetricDef, MetricState};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "Recall",
    aliases: &[],
    about: "how many of the positive are predicted so",
    options: Recall::options,
    read: |o| {
        let made = Recall::read(o)?;
        confusion::check_choice(o, made.top_k, made.class_id)
            .then(|| Box::new(made) as Box<dyn Metric>)
    },
};

keras_config! {
    /// How many of the positive are predicted so: one number, or one for each of several thresholds.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("Recall");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "Recall");
    /// ```
    pub struct Recall() {
        /// Above it a prediction counts as positive. Default 0.5.
        thresholds: Option<Thresholds> = None,
        /// Only the k largest predictions of the last axis may be positive.
        top_k: Option<usize> = None,
        /// Only this entry of the last axis.
        class_id: Option<i64> = None,
    }
}

impl Recall {
    fn limits(&self) -> Vec<f64> {
        confusion::thresholds_or_default(self.thresholds.as_ref(), self.top_k)
    }
}

impl Metric for Recall {
    fn class_name(&self) -> &'static str {
        "Recall"
    }

    fn states(&self, _: &[usize], _: &[usize]) -> Vec<MetricState> {
        let shape = vec![self.limits().len()];
        vec![
            MetricState::new("true_positives", &shape),
            MetricState::new("false_negatives", &shape),
        ]
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let limits = self.limits();
        let even = confusion::evenly_spread(&limits);
        let view = View {
            top_k: self.top_k,
            class_id: self.class_id.and_then(|class| usize::try_from(class).ok()),
            class_name: "Recall",
            ..View::default()
        };
        let counts = confusion::counts(y_true, y_pred, &limits, even, &view, weight);
        vec![
            &states[0] + counts.true_positives,
            &states[1] + counts.false_negatives,
        ]
    }

    fn result(&self, states: &[Var]) -> Var {
        let share = divide_no_nan(&states[0], &(&states[0] + &states[1]));
        confusion::single(&share)
    }

    fn direction(&self) -> Direction {
        Direction::Up
    }
}
