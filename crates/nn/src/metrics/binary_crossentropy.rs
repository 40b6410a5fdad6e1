//! BinaryCrossentropy as a metric: a running weighted mean. Follows keras/src/metrics/probabilistic_metrics.py.

use regimen_graph::Var;

use crate::losses::{binary_crossentropy, label_smoothing};
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "BinaryCrossentropy",
    aliases: &["binary_crossentropy", "bce"],
    about: "running mean of the crossentropy of labels 0 and 1",
    options: BinaryCrossentropy::options,
    read: |o| {
        let made = BinaryCrossentropy::read(o)?;
        label_smoothing::check(o, made.label_smoothing).then(|| Box::new(made) as Box<dyn Metric>)
    },
};

keras_config! {
    /// Running mean of the crossentropy of labels 0 and 1.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("BinaryCrossentropy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "BinaryCrossentropy");
    /// ```
    pub struct BinaryCrossentropy() {
        /// Whether predictions are logits, without softmax or sigmoid.
        from_logits: bool = false,
        /// How much of each target is spread over all classes, 0 to 1.
        label_smoothing: f64 = 0.0,
    }
}

impl Averaged for BinaryCrossentropy {
    const CLASS_NAME: &'static str = "BinaryCrossentropy";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (logits, smoothing) = (self.from_logits, self.label_smoothing);
        binary_crossentropy::binary_crossentropy(y_true, y_pred, logits, smoothing, -1)
    }
}
