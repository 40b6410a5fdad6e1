//! Poisson as a metric: a running weighted mean. Follows keras/src/metrics/probabilistic_metrics.py.

use regimen_graph::Var;

use crate::losses::poisson;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "Poisson",
    aliases: &["poisson"],
    about: "running mean of the Poisson loss",
    options: Poisson::options,
    read: |o| Poisson::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the Poisson loss.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("Poisson");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "Poisson");
    /// ```
    pub struct Poisson() {}
}

impl Averaged for Poisson {
    const CLASS_NAME: &'static str = "Poisson";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        poisson::poisson(y_true, y_pred)
    }
}
