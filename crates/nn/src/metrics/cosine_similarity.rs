//! CosineSimilarity: a running weighted mean of the cosine of target and prediction; 1 is best. Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::Var;

use crate::losses::cosine_similarity;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "CosineSimilarity",
    aliases: &["cosine_similarity"],
    about: "running mean of the cosine between target and prediction",
    options: CosineSimilarity::options,
    read: |o| CosineSimilarity::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the cosine between target and prediction.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("CosineSimilarity");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "CosineSimilarity");
    /// ```
    pub struct CosineSimilarity() {
        /// Axis of a vector. Default the last.
        axis: i64 = -1,
    }
}

impl Averaged for CosineSimilarity {
    const CLASS_NAME: &'static str = "CosineSimilarity";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        -cosine_similarity::cosine_similarity(y_true, y_pred, self.axis)
    }
}
