//! Mean squared error as a metric: a running weighted mean. Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::Var;

use crate::losses::same_rank;
use crate::metrics::{Direction, Metric, MetricDef, MetricState, mean_result, mean_states, mean_update};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "MeanSquaredError",
    aliases: &["mean_squared_error", "mse"],
    about: "running mean of squared errors",
    options: MeanSquaredError::options,
    read: |o| MeanSquaredError::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of squared errors.
    pub struct MeanSquaredError() {}
}

impl Metric for MeanSquaredError {
    fn class_name(&self) -> &'static str {
        "MeanSquaredError"
    }

    fn states(&self, _: &[usize], _: &[usize]) -> Vec<MetricState> {
        mean_states()
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let (t, p) = same_rank(&y_true.cast(y_pred.dtype()), y_pred);
        mean_update(states, &(p - t).square().mean(&[-1], false), weight)
    }

    fn result(&self, states: &[Var]) -> Var {
        mean_result(states)
    }

    fn direction(&self) -> Direction {
        Direction::Down
    }
}
