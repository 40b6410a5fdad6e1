//! MeanSquaredLogarithmicError as a metric: a running weighted mean. Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::Var;

use crate::losses::mean_squared_logarithmic_error;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "MeanSquaredLogarithmicError",
    aliases: &["mean_squared_logarithmic_error", "msle", "MSLE"],
    about: "running mean of squared differences of ln(1 + y)",
    options: MeanSquaredLogarithmicError::options,
    read: |o| MeanSquaredLogarithmicError::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of squared differences of ln(1 + y).
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("MeanSquaredLogarithmicError");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "MeanSquaredLogarithmicError");
    /// ```
    pub struct MeanSquaredLogarithmicError() {}
}

impl Averaged for MeanSquaredLogarithmicError {
    const CLASS_NAME: &'static str = "MeanSquaredLogarithmicError";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        mean_squared_logarithmic_error::mean_squared_logarithmic_error(y_true, y_pred)
    }
}
