//! RecallAtPrecision: the largest share of the positives found where precision is at least a given one, over thresholds from 0 to 1.
//!
//! Follows keras/src/metrics/confusion_metrics.py.

use crate::metrics::rates::{BestRate, Rate};
use crate::metrics::{Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "RecallAtPrecision",
    aliases: &[],
    about: "largest share of the positives found where precision is at least a given one",
    options: RecallAtPrecision::options,
    read: |o| {
        let made = RecallAtPrecision::read(o)?;
        let best = BestRate {
            class_name: "RecallAtPrecision",
            held: Rate::Precision,
            at_least: made.precision,
            best: Rate::Sensitivity,
            num_thresholds: made.num_thresholds,
            class_id: made.class_id,
        };
        best.check(o, "precision")
            .then(|| Box::new(best) as Box<dyn Metric>)
    },
};

keras_config! {
    /// The largest share of the positives found where precision is at least a given one.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("RecallAtPrecision").with("precision", 0.9);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "recall_at_precision");
    /// ```
    pub struct RecallAtPrecision(
        /// The share of those predicted positive that has to be right, 0 to 1.
        precision: f64
    ) {
        /// How many thresholds divide [0, 1]. Default 200.
        num_thresholds: i64 = 200,
        /// Only this entry of the last axis.
        class_id: Option<i64> = None,
    }
}
