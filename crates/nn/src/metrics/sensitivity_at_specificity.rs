//! SensitivityAtSpecificity: the largest share of the positives found where at least a given share of the negatives is told, over thresholds from 0 to 1.
//!
//! Follows keras/src/metrics/confusion_metrics.py.

use crate::metrics::rates::{BestRate, Rate};
use crate::metrics::{Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "SensitivityAtSpecificity",
    aliases: &[],
    about: "largest share of the positives found where at least a given share of the negatives is told",
    options: SensitivityAtSpecificity::options,
    read: |o| {
        let made = SensitivityAtSpecificity::read(o)?;
        let best = BestRate {
            class_name: "SensitivityAtSpecificity",
            held: Rate::Specificity,
            at_least: made.specificity,
            best: Rate::Sensitivity,
            num_thresholds: made.num_thresholds,
            class_id: made.class_id,
        };
        best.check(o, "specificity")
            .then(|| Box::new(best) as Box<dyn Metric>)
    },
};

keras_config! {
    /// The largest share of the positives found where at least a given share of the negatives is told.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("SensitivityAtSpecificity").with("specificity", 0.9);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "sensitivity_at_specificity");
    /// ```
    pub struct SensitivityAtSpecificity(
        /// The share of the negatives that has to be told as such, 0 to 1.
        specificity: f64
    ) {
        /// How many thresholds divide [0, 1]. Default 200.
        num_thresholds: i64 = 200,
        /// Only this entry of the last axis.
        class_id: Option<i64> = None,
    }
}
