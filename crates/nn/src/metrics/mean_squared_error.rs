//! MeanSquaredError as a metric: a running weighted mean. Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::Var;

use crate::losses::mean_squared_error;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "MeanSquaredError",
    aliases: &["mean_squared_error", "mse", "MSE"],
    about: "running mean of squared errors",
    options: MeanSquaredError::options,
    read: |o| MeanSquaredError::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of squared errors.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("MeanSquaredError");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "MeanSquaredError");
    /// ```
    pub struct MeanSquaredError() {}
}

impl Averaged for MeanSquaredError {
    const CLASS_NAME: &'static str = "MeanSquaredError";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        mean_squared_error::mean_squared_error(y_true, y_pred)
    }
}
