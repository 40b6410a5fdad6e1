//! CategoricalCrossentropy as a metric: a running weighted mean. Follows keras/src/metrics/probabilistic_metrics.py.

use regimen_graph::Var;

use crate::losses::{categorical_crossentropy, label_smoothing};
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "CategoricalCrossentropy",
    aliases: &["categorical_crossentropy", "cce"],
    about: "running mean of the crossentropy of one-hot labels",
    options: CategoricalCrossentropy::options,
    read: |o| {
        let made = CategoricalCrossentropy::read(o)?;
        label_smoothing::check(o, made.label_smoothing).then(|| Box::new(made) as Box<dyn Metric>)
    },
};

keras_config! {
    /// Running mean of the crossentropy of one-hot labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("CategoricalCrossentropy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "CategoricalCrossentropy");
    /// ```
    pub struct CategoricalCrossentropy() {
        /// Whether predictions are logits, without softmax or sigmoid.
        from_logits: bool = false,
        /// How much of each target is spread over all classes, 0 to 1.
        label_smoothing: f64 = 0.0,
        /// Axis of the classes. Default the last.
        axis: i64 = -1,
    }
}

impl Averaged for CategoricalCrossentropy {
    const CLASS_NAME: &'static str = "CategoricalCrossentropy";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (logits, smoothing) = (self.from_logits, self.label_smoothing);
        categorical_crossentropy::categorical_crossentropy(
            y_true, y_pred, logits, smoothing, self.axis,
        )
    }
}
