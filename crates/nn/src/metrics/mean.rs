//! Mean: a running weighted mean of the predictions themselves; targets are not read.
//!
//! Follows keras/src/metrics/reduction_metrics.py, whose Mean takes plain values.

use regimen_graph::Var;

use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "Mean",
    aliases: &["mean"],
    about: "running mean of the predictions",
    options: Mean::options,
    read: |o| Mean::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the predictions.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("Mean");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "Mean");
    /// ```
    pub struct Mean() {}
}

impl Averaged for Mean {
    const CLASS_NAME: &'static str = "Mean";
    const DIRECTION: Direction = Direction::Unknown;

    fn values(&self, _: &Var, y_pred: &Var) -> Var {
        y_pred.clone()
    }
}
