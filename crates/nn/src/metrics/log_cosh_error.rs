//! LogCoshError: a running weighted mean of ln cosh(error). Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::Var;

use crate::losses::log_cosh;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "LogCoshError",
    aliases: &["logcosh", "log_cosh"],
    about: "running mean of ln cosh(error)",
    options: LogCoshError::options,
    read: |o| LogCoshError::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of ln cosh(error).
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("LogCoshError");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "LogCoshError");
    /// ```
    pub struct LogCoshError() {}
}

impl Averaged for LogCoshError {
    const CLASS_NAME: &'static str = "LogCoshError";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        log_cosh::log_cosh(y_true, y_pred)
    }
}
