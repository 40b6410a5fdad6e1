//! CategoricalAccuracy: how often the largest prediction is at the largest target. Follows keras/src/metrics/accuracy_metrics.py.

use regimen_graph::{DType, Var};

use crate::losses::targets::one_hot_targets;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "CategoricalAccuracy",
    aliases: &["categorical_accuracy"],
    about: "how often the largest prediction is the labelled class, one-hot labels",
    options: CategoricalAccuracy::options,
    read: |o| CategoricalAccuracy::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// How often the largest prediction is the labelled class, one-hot labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("CategoricalAccuracy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "CategoricalAccuracy");
    /// ```
    pub struct CategoricalAccuracy() {}
}

impl Averaged for CategoricalAccuracy {
    const CLASS_NAME: &'static str = "CategoricalAccuracy";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let axis = y_pred.rank().saturating_sub(1);
        let (t, p) = one_hot_targets(y_true, y_pred, axis, "CategoricalAccuracy");
        t.argmax(-1).eq_to(&p.argmax(-1)).cast(DType::F32)
    }
}
