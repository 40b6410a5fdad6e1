//! SpecificityAtSensitivity: the largest share of the negatives told where at least a given share of the positives is found, over thresholds from 0 to 1.
//!
//! Follows keras/src/metrics/confusion_metrics.py.

use crate::metrics::rates::{BestRate, Rate};
use crate::metrics::{Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "SpecificityAtSensitivity",
    aliases: &[],
    about: "largest share of the negatives told where at least a given share of the positives is found",
    options: SpecificityAtSensitivity::options,
    read: |o| {
        let made = SpecificityAtSensitivity::read(o)?;
        let best = BestRate {
            class_name: "SpecificityAtSensitivity",
            held: Rate::Sensitivity,
            at_least: made.sensitivity,
            best: Rate::Specificity,
            num_thresholds: made.num_thresholds,
            class_id: made.class_id,
        };
        best.check(o, "sensitivity")
            .then(|| Box::new(best) as Box<dyn Metric>)
    },
};

keras_config! {
    /// The largest share of the negatives told where at least a given share of the positives is found.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("SpecificityAtSensitivity").with("sensitivity", 0.9);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "specificity_at_sensitivity");
    /// ```
    pub struct SpecificityAtSensitivity(
        /// The share of the positives that has to be found, 0 to 1.
        sensitivity: f64
    ) {
        /// How many thresholds divide [0, 1]. Default 200.
        num_thresholds: i64 = 200,
        /// Only this entry of the last axis.
        class_id: Option<i64> = None,
    }
}
