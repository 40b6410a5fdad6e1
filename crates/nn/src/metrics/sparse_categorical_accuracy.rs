//! SparseCategoricalAccuracy: how often the largest prediction is that of the integer label. Follows keras/src/metrics/accuracy_metrics.py.

use regimen_graph::{DType, Var};

use crate::losses::targets::label_targets;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "SparseCategoricalAccuracy",
    aliases: &["sparse_categorical_accuracy"],
    about: "how often the largest prediction is the labelled class, integer labels",
    options: SparseCategoricalAccuracy::options,
    read: |o| SparseCategoricalAccuracy::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// How often the largest prediction is the labelled class, integer labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("SparseCategoricalAccuracy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "SparseCategoricalAccuracy");
    /// ```
    pub struct SparseCategoricalAccuracy() {}
}

impl Averaged for SparseCategoricalAccuracy {
    const CLASS_NAME: &'static str = "SparseCategoricalAccuracy";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let Some(labels) = label_targets(y_true, y_pred, "SparseCategoricalAccuracy") else {
            return y_pred.sum(&[-1], false);
        };
        let best = y_pred.argmax(-1).cast(labels.dtype());
        labels.eq_to(&best).cast(DType::F32)
    }
}
