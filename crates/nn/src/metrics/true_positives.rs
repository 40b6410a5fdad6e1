//! TruePositives: how many labelled positive are predicted positive, weighted, at one threshold or several.
//!
//! Follows keras/src/metrics/confusion_metrics.py.

use crate::metrics::condition_count::ConditionCount;
use crate::metrics::confusion::Thresholds;
use crate::metrics::{Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "TruePositives",
    aliases: &[],
    about: "how many labelled positive are predicted positive",
    options: TruePositives::options,
    read: |o| {
        let made = ConditionCount {
            class_name: "TruePositives",
            direction: Direction::Up,
            thresholds: TruePositives::read(o)?.thresholds,
            pick: |counts| counts.true_positives,
        };
        Some(Box::new(made) as Box<dyn Metric>)
    },
};

keras_config! {
    /// Labelled positive and predicted positive. One number, or one for each of several thresholds.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("TruePositives").with("thresholds", 0.3);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "true_positives");
    /// ```
    pub struct TruePositives() {
        /// Above it a prediction counts as positive. Default 0.5.
        thresholds: Option<Thresholds> = None,
    }
}
