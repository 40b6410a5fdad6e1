//! SparseTopKCategoricalAccuracy: how often the integer label is among the k largest predictions. Follows keras/src/metrics/accuracy_metrics.py.

use regimen_graph::{DType, Var};

use crate::losses::targets::label_targets;
use crate::metrics::top_k_categorical_accuracy::{at_least_one, in_top_k};
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "SparseTopKCategoricalAccuracy",
    aliases: &["sparse_top_k_categorical_accuracy"],
    about: "how often the labelled class is among the k best, integer labels",
    options: SparseTopKCategoricalAccuracy::options,
    read: |o| {
        let made = SparseTopKCategoricalAccuracy::read(o)?;
        at_least_one(o, made.k).then(|| Box::new(made) as Box<dyn Metric>)
    },
};

keras_config! {
    /// How often the labelled class is among the k best, integer labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("SparseTopKCategoricalAccuracy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "SparseTopKCategoricalAccuracy");
    /// ```
    pub struct SparseTopKCategoricalAccuracy() {
        /// How many of the largest predictions count. Default 5.
        k: usize = 5,
        /// Whether predictions are class ids, best first.
        from_sorted_ids: bool = false,
    }
}

impl Averaged for SparseTopKCategoricalAccuracy {
    const CLASS_NAME: &'static str = "SparseTopKCategoricalAccuracy";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let Some(labels) = label_targets(y_true, y_pred, "SparseTopKCategoricalAccuracy") else {
            return y_pred.sum(&[-1], false);
        };
        if !self.from_sorted_ids {
            return in_top_k(&labels, y_pred, self.k);
        }
        let best = y_pred.slice(-1, 0, self.k.min(y_pred.dim(-1)));
        let hits = labels
            .cast(best.dtype())
            .expand_dims(-1)
            .eq_to(&best)
            .cast(DType::F32);
        hits.max(&[-1], false)
    }
}
