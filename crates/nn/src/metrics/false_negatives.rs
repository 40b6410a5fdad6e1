//! FalseNegatives: how many labelled positive are predicted negative, weighted, at one threshold or several.
//!
//! Follows keras/src/metrics/confusion_metrics.py.

use crate::metrics::condition_count::ConditionCount;
use crate::metrics::confusion::Thresholds;
use crate::metrics::{Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "FalseNegatives",
    aliases: &[],
    about: "how many labelled positive are predicted negative",
    options: FalseNegatives::options,
    read: |o| {
        let made = ConditionCount {
            class_name: "FalseNegatives",
            direction: Direction::Down,
            thresholds: FalseNegatives::read(o)?.thresholds,
            pick: |counts| counts.false_negatives,
        };
        Some(Box::new(made) as Box<dyn Metric>)
    },
};

keras_config! {
    /// Labelled positive and predicted negative. One number, or one for each of several thresholds.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("FalseNegatives").with("thresholds", 0.3);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "false_negatives");
    /// ```
    pub struct FalseNegatives() {
        /// Above it a prediction counts as positive. Default 0.5.
        thresholds: Option<Thresholds> = None,
    }
}
