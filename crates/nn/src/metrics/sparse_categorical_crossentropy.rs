//! SparseCategoricalCrossentropy as a metric: a running weighted mean.
//!
//! Positions of the class to ignore cost nothing; they are left out of the count only when there are weights, as in
//! Keras. Follows keras/src/metrics/probabilistic_metrics.py.

use regimen_graph::Var;

use crate::losses::sparse_categorical_crossentropy as sparse;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "SparseCategoricalCrossentropy",
    aliases: &["sparse_categorical_crossentropy", "scce"],
    about: "running mean of the crossentropy of integer labels",
    options: SparseCategoricalCrossentropy::options,
    read: |o| SparseCategoricalCrossentropy::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the crossentropy of integer labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("SparseCategoricalCrossentropy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "SparseCategoricalCrossentropy");
    /// ```
    pub struct SparseCategoricalCrossentropy() {
        /// Whether predictions are logits, without softmax or sigmoid.
        from_logits: bool = false,
        /// Label of positions that cost nothing.
        ignore_class: Option<i64> = None,
        /// Axis of the classes. Default the last.
        axis: i64 = -1,
    }
}

impl Averaged for SparseCategoricalCrossentropy {
    const CLASS_NAME: &'static str = "SparseCategoricalCrossentropy";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (logits, ignored) = (self.from_logits, self.ignore_class);
        sparse::sparse_categorical_crossentropy(y_true, y_pred, logits, ignored, self.axis)
    }

    fn valid(&self, y_true: &Var, values: &Var) -> Option<Var> {
        self.ignore_class
            .map(|class| sparse::valid(y_true, values, class))
    }
}
