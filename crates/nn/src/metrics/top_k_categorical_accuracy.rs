//! TopKCategoricalAccuracy: how often the labelled class is among the k largest predictions; ties count. Follows keras/src/metrics/accuracy_metrics.py.

use regimen_graph::{DType, Var};

use crate::Options;
use crate::losses::numerics::one_hot;
use crate::losses::targets::one_hot_targets;
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "TopKCategoricalAccuracy",
    aliases: &["top_k_categorical_accuracy"],
    about: "how often the labelled class is among the k best, one-hot labels",
    options: TopKCategoricalAccuracy::options,
    read: |o| {
        let made = TopKCategoricalAccuracy::read(o)?;
        at_least_one(o, made.k).then(|| Box::new(made) as Box<dyn Metric>)
    },
};

keras_config! {
    /// How often the labelled class is among the k best, one-hot labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("TopKCategoricalAccuracy");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "TopKCategoricalAccuracy");
    /// ```
    pub struct TopKCategoricalAccuracy() {
        /// How many of the largest predictions count. Default 5.
        k: usize = 5,
    }
}

impl Averaged for TopKCategoricalAccuracy {
    const CLASS_NAME: &'static str = "TopKCategoricalAccuracy";
    const DIRECTION: Direction = Direction::Up;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let axis = y_pred.rank().saturating_sub(1);
        let (t, p) = one_hot_targets(y_true, y_pred, axis, "TopKCategoricalAccuracy");
        in_top_k(&t.argmax(-1), &p, self.k)
    }
}

/// 1 where fewer than k predictions of the last axis are larger than that at the label. NaN is never among the k, nor is
/// a label outside the classes.
pub(crate) fn in_top_k(labels: &Var, p: &Var, k: usize) -> Var {
    let hot = one_hot(labels, p.dim(-1));
    let zero = p.scalar_like(0.0);
    let there = hot.cast(DType::F32).sum(&[-1], true);
    let own = hot.select(p, &zero).sum(&[-1], true);
    let larger = p.gt(&own).cast(DType::F32).sum(&[-1], true);
    let hit = larger
        .lt(&larger.scalar_like(k as f64))
        .and(&own.eq_to(&own));
    (hit.cast(DType::F32) * there).squeeze(-1)
}

/// Whether k is 1 or more; notes a fault if not.
pub(crate) fn at_least_one(options: &mut Options<'_>, k: usize) -> bool {
    if k == 0 {
        options.error("k", "`k`: found 0, expected 1 or more");
    }
    k > 0
}
