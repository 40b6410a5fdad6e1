//! F1 score: the harmonic mean of precision and recall; the F-beta score with beta 1.
//!
//! Follows keras/src/metrics/f_score_metrics.py.

use crate::metrics::MetricDef;
use crate::metrics::fbeta_score::{Average, FBetaScore};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "F1Score",
    aliases: &[],
    about: "harmonic mean of precision and recall",
    options: F1Score::options,
    read: |o| {
        let made = F1Score::read(o)?;
        let score = FBetaScore {
            average: made.average,
            beta: 1.0,
            threshold: made.threshold,
        };
        score.checked(o, "F1Score")
    },
};

keras_config! {
    /// Harmonic mean of precision and recall.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("F1Score").with("average", "macro");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "f1_score");
    /// ```
    pub struct F1Score() {
        /// `micro`, `macro` or `weighted`; default one score for each class.
        average: Option<Average> = None,
        /// Above it a prediction counts as positive. Default: where it is the largest of its row.
        threshold: Option<f64> = None,
    }
}
