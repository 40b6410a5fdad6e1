//! PearsonCorrelation: a running weighted mean of the mean along an axis of the product of both, each centred and divided by its deviation.
//!
//! Follows keras/src/metrics/correlation_metrics.py.

use regimen_graph::Var;

use crate::losses::targets::{alike, axis_of};
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "PearsonCorrelation",
    aliases: &[],
    about: "correlation of target and prediction along an axis",
    options: PearsonCorrelation::options,
    read: |o| PearsonCorrelation::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the correlation of target and prediction along an axis.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("PearsonCorrelation").with("axis", 0);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "pearson_correlation");
    /// ```
    pub struct PearsonCorrelation() {
        /// Axis along which both are compared. Default the last.
        axis: i64 = -1,
    }
}

impl Averaged for PearsonCorrelation {
    const CLASS_NAME: &'static str = "PearsonCorrelation";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (t, p) = alike(y_true, y_pred, "PearsonCorrelation");
        let axis = axis_of(&p, self.axis, "PearsonCorrelation") as isize;
        let normal = |x: &Var| {
            let centred = x - x.mean(&[axis], true);
            let deviation = centred.square().mean(&[axis], true).sqrt();
            centred / deviation
        };
        (normal(&t) * normal(&p)).mean(&[axis], false)
    }
}
