//! ConcordanceCorrelation: a running weighted mean of 2 cov(y, p) / (var y + var p + (mean y - mean p)² + ε) along an axis.
//!
//! Lin, 1989.
//!
//! Follows keras/src/metrics/correlation_metrics.py.

use regimen_graph::Var;

use crate::losses::numerics::EPSILON;
use crate::losses::targets::{alike, axis_of};
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "ConcordanceCorrelation",
    aliases: &[],
    about: "agreement of target and prediction along an axis: correlation, less what differs in mean and spread",
    options: ConcordanceCorrelation::options,
    read: |o| ConcordanceCorrelation::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the agreement of target and prediction along an axis: correlation, less what differs in mean and spread.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("ConcordanceCorrelation").with("axis", 0);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "concordance_correlation");
    /// ```
    pub struct ConcordanceCorrelation() {
        /// Axis along which both are compared. Default the last.
        axis: i64 = -1,
    }
}

impl Averaged for ConcordanceCorrelation {
    const CLASS_NAME: &'static str = "ConcordanceCorrelation";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (t, p) = alike(y_true, y_pred, "ConcordanceCorrelation");
        let axis = axis_of(&p, self.axis, "ConcordanceCorrelation") as isize;
        let mean = |x: &Var| x.mean(&[axis], true);
        let variance = |x: &Var| (x - mean(x)).square().mean(&[axis], true);
        let (mean_t, mean_p) = (mean(&t), mean(&p));
        // Keras centres both on the mean of the predictions.
        let covariance = (&t - &mean_p) * (&p - &mean_p);
        let norm = variance(&t) + variance(&p) + (mean_t - mean_p).square();
        (covariance * 2.0 / (norm + EPSILON)).mean(&[axis], false)
    }
}
