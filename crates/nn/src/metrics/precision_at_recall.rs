//! PrecisionAtRecall: the largest precision where at least a given share of the positives is found, over thresholds from 0 to 1.
//!
//! Follows keras/src/metrics/confusion_metrics.py.

use crate::metrics::rates::{BestRate, Rate};
use crate::metrics::{Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "PrecisionAtRecall",
    aliases: &[],
    about: "largest precision where at least a given share of the positives is found",
    options: PrecisionAtRecall::options,
    read: |o| {
        let made = PrecisionAtRecall::read(o)?;
        let best = BestRate {
            class_name: "PrecisionAtRecall",
            held: Rate::Sensitivity,
            at_least: made.recall,
            best: Rate::Precision,
            num_thresholds: made.num_thresholds,
            class_id: made.class_id,
        };
        best.check(o, "recall")
            .then(|| Box::new(best) as Box<dyn Metric>)
    },
};

keras_config! {
    /// The largest precision where at least a given share of the positives is found.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("PrecisionAtRecall").with("recall", 0.9);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "precision_at_recall");
    /// ```
    pub struct PrecisionAtRecall(
        /// The share of the positives that has to be found, 0 to 1.
        recall: f64
    ) {
        /// How many thresholds divide [0, 1]. Default 200.
        num_thresholds: i64 = 200,
        /// Only this entry of the last axis.
        class_id: Option<i64> = None,
    }
}
