//! KLDivergence as a metric: a running weighted mean. Follows keras/src/metrics/probabilistic_metrics.py.

use regimen_graph::Var;

use crate::losses::kl_divergence;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "KLDivergence",
    aliases: &["kl_divergence", "kullback_leibler_divergence", "kld", "KLD"],
    about: "running mean of the divergence of predicted from true distributions",
    options: KLDivergence::options,
    read: |o| KLDivergence::read(o).map(|m| Box::new(m) as Box<dyn Metric>),
};

keras_config! {
    /// Running mean of the divergence of predicted from true distributions.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("KLDivergence");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "KLDivergence");
    /// ```
    pub struct KLDivergence() {}
}

impl Averaged for KLDivergence {
    const CLASS_NAME: &'static str = "KLDivergence";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        kl_divergence::kl_divergence(y_true, y_pred)
    }
}
