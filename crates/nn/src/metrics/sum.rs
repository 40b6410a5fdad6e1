//! Sum: a running weighted sum of the predictions themselves; targets are not read.
//!
//! Follows keras/src/metrics/reduction_metrics.py, whose Sum takes plain values.

use regimen_graph::Var;

use crate::losses::align;
use crate::metrics::{Direction, Metric, MetricDef, MetricState};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "Sum",
    aliases: &[],
    about: "running sum of the predictions",
    options: Sum::options,
    read: |o| Sum::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running sum of the predictions.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let named = metrics::read(&Object::named("Sum"), "compile.metrics[0]", &[8], &[8]).unwrap();
    /// assert_eq!(named.name, "Sum");
    /// ```
    pub struct Sum() {}
}

impl Metric for Sum {
    fn class_name(&self) -> &'static str {
        "Sum"
    }

    fn states(&self, _: &[usize], _: &[usize]) -> Vec<MetricState> {
        vec![MetricState::new("total", &[])]
    }

    fn update(&self, states: &[Var], _: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let weighted = match weight {
            Some(w) => y_pred * align(&w.cast(y_pred.dtype()), y_pred),
            None => y_pred.clone(),
        };
        vec![&states[0] + weighted.sum_all()]
    }

    fn result(&self, states: &[Var]) -> Var {
        states[0].clone()
    }

    fn direction(&self) -> Direction {
        Direction::Unknown
    }
}
