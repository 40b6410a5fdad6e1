//! BinaryAccuracy: how often predictions are on the side of the threshold that targets 0 and 1 name. Follows keras/src/metrics/accuracy_metrics.py.

use regimen_graph::{DType, Var};

use crate::losses::targets::alike;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "BinaryAccuracy",
    aliases: &["binary_accuracy"],
    about: "how often predictions above a threshold are those labelled 1",
    options: BinaryAccuracy::options,
    read: |o| {
        let made = BinaryAccuracy::read(o)?;
        if made.threshold > 0.0 && made.threshold < 1.0 {
            return Some(Box::new(made) as Box<dyn Metric>);
        }
        o.error(
            "threshold",
            format!(
                "`threshold`: found {}, expected a number between 0 and 1",
                made.threshold
            ),
        );
        None
    },
};

keras_config! {
    /// How often predictions above a threshold are those labelled 1.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("BinaryAccuracy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "BinaryAccuracy");
    /// ```
    pub struct BinaryAccuracy() {
        /// Above it a prediction counts as 1. Default 0.5.
        threshold: f64 = 0.5,
    }
}

impl Averaged for BinaryAccuracy {
    const CLASS_NAME: &'static str = "BinaryAccuracy";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (t, p) = alike(y_true, y_pred, "BinaryAccuracy");
        p.gt(&p.scalar_like(self.threshold))
            .cast(t.dtype())
            .eq_to(&t)
            .cast(DType::F32)
    }
}
