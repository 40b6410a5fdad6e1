//! Hinge as a metric: a running weighted mean. Follows keras/src/metrics/hinge_metrics.py.

use regimen_graph::Var;

use crate::losses::hinge;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "Hinge",
    aliases: &["hinge"],
    about: "running mean of the hinge loss",
    options: Hinge::options,
    read: |o| Hinge::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the hinge loss.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("Hinge");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "Hinge");
    /// ```
    pub struct Hinge() {}
}

impl Averaged for Hinge {
    const CLASS_NAME: &'static str = "Hinge";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        hinge::hinge(y_true, y_pred)
    }
}
