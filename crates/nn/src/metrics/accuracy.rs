//! Accuracy: how often predictions equal targets exactly. Follows keras/src/metrics/accuracy_metrics.py.
//!
//! The string `accuracy` is not this class: it is chosen by shapes, see [`crate::metrics::read`].

use regimen_graph::{DType, Var};

use crate::losses::targets::alike;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "Accuracy",
    aliases: &[],
    about: "how often predictions equal targets exactly",
    options: Accuracy::options,
    read: |o| Accuracy::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// How often predictions equal targets exactly.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("Accuracy").with("name", "accuracy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "accuracy");
    /// ```
    pub struct Accuracy() {}
}

impl Averaged for Accuracy {
    const CLASS_NAME: &'static str = "Accuracy";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (t, p) = alike(y_true, y_pred, "Accuracy");
        t.eq_to(&p).cast(DType::F32)
    }
}
