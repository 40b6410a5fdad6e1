//! CategoricalHinge as a metric: a running weighted mean. Follows keras/src/metrics/hinge_metrics.py.

use regimen_graph::Var;

use crate::losses::categorical_hinge;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "CategoricalHinge",
    aliases: &["categorical_hinge"],
    about: "running mean of the hinge loss of one-hot labels",
    options: CategoricalHinge::options,
    read: |o| CategoricalHinge::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the hinge loss of one-hot labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("CategoricalHinge");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "CategoricalHinge");
    /// ```
    pub struct CategoricalHinge() {}
}

impl Averaged for CategoricalHinge {
    const CLASS_NAME: &'static str = "CategoricalHinge";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        categorical_hinge::categorical_hinge(y_true, y_pred)
    }
}
