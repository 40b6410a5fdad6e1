//! FalsePositives: how many labelled negative are predicted positive, weighted, at one threshold or several.
//!
//! Follows keras/src/metrics/confusion_metrics.py.

use crate::metrics::condition_count::ConditionCount;
use crate::metrics::confusion::Thresholds;
use crate::metrics::{Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "FalsePositives",
    aliases: &[],
    about: "how many labelled negative are predicted positive",
    options: FalsePositives::options,
    read: |o| {
        let made = ConditionCount {
            class_name: "FalsePositives",
            direction: Direction::Down,
            thresholds: FalsePositives::read(o)?.thresholds,
            pick: |counts| counts.false_positives,
        };
        Some(Box::new(made) as Box<dyn Metric>)
    },
};

keras_config! {
    /// Labelled negative and predicted positive. One number, or one for each of several thresholds.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("FalsePositives").with("thresholds", 0.3);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "false_positives");
    /// ```
    pub struct FalsePositives() {
        /// Above it a prediction counts as positive. Default 0.5.
        thresholds: Option<Thresholds> = None,
    }
}
