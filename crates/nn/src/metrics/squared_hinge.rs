//! SquaredHinge as a metric: a running weighted mean. Follows keras/src/metrics/hinge_metrics.py.

use regimen_graph::Var;

use crate::losses::squared_hinge;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "SquaredHinge",
    aliases: &["squared_hinge"],
    about: "running mean of the squared hinge loss",
    options: SquaredHinge::options,
    read: |o| SquaredHinge::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the squared hinge loss.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("SquaredHinge");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "SquaredHinge");
    /// ```
    pub struct SquaredHinge() {}
}

impl Averaged for SquaredHinge {
    const CLASS_NAME: &'static str = "SquaredHinge";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        squared_hinge::squared_hinge(y_true, y_pred)
    }
}
