//! RootMeanSquaredError: the root of a running weighted mean of squared errors. Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::Var;

use crate::losses::targets::alike;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "RootMeanSquaredError",
    aliases: &["root_mean_squared_error", "rmse"],
    about: "root of the running mean of squared errors",
    options: RootMeanSquaredError::options,
    read: |o| RootMeanSquaredError::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Root of the running mean of squared errors.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("RootMeanSquaredError");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "RootMeanSquaredError");
    /// ```
    pub struct RootMeanSquaredError() {}
}

impl Averaged for RootMeanSquaredError {
    const CLASS_NAME: &'static str = "RootMeanSquaredError";
    const DIRECTION: Direction = Direction::Down;
    // Keras averages squares that have lost the mask of the predictions.
    const TAKES_MASK: bool = false;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (t, p) = alike(y_true, y_pred, "RootMeanSquaredError");
        (p - t).square()
    }

    fn finish(&self, mean: Var) -> Var {
        mean.sqrt()
    }
}
