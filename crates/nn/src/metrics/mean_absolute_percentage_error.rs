//! MeanAbsolutePercentageError as a metric: a running weighted mean. Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::Var;

use crate::losses::mean_absolute_percentage_error;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "MeanAbsolutePercentageError",
    aliases: &["mean_absolute_percentage_error", "mape", "MAPE"],
    about: "running mean of errors in percent of the target",
    options: MeanAbsolutePercentageError::options,
    read: |o| MeanAbsolutePercentageError::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of errors in percent of the target.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("MeanAbsolutePercentageError");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "MeanAbsolutePercentageError");
    /// ```
    pub struct MeanAbsolutePercentageError() {}
}

impl Averaged for MeanAbsolutePercentageError {
    const CLASS_NAME: &'static str = "MeanAbsolutePercentageError";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        mean_absolute_percentage_error::mean_absolute_percentage_error(y_true, y_pred)
    }
}
