//! MeanAbsoluteError as a metric: a running weighted mean. Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::Var;

use crate::losses::mean_absolute_error;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "MeanAbsoluteError",
    aliases: &["mean_absolute_error", "mae", "MAE"],
    about: "running mean of errors' magnitudes",
    options: MeanAbsoluteError::options,
    read: |o| MeanAbsoluteError::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of errors' magnitudes.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("MeanAbsoluteError");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "MeanAbsoluteError");
    /// ```
    pub struct MeanAbsoluteError() {}
}

impl Averaged for MeanAbsoluteError {
    const CLASS_NAME: &'static str = "MeanAbsoluteError";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        mean_absolute_error::mean_absolute_error(y_true, y_pred)
    }
}
