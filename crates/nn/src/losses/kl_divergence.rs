//! Kullback-Leibler divergence: sum over the last axis of y_true · ln(y_true / y_pred), both kept in [ε, 1]. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::numerics::EPSILON;
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "KLDivergence",
    aliases: &["kl_divergence", "kullback_leibler_divergence", "kld", "KLD"],
    about: "sum of y_true · ln(y_true / y_pred)",
    options: KLDivergence::options,
    read: |o| KLDivergence::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Divergence of predicted from true distributions.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("kld"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "KLDivergence");
    /// ```
    pub struct KLDivergence() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for KLDivergence {
    fn class_name(&self) -> &'static str {
        "KLDivergence"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        kl_divergence(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn kl_divergence(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "KLDivergence");
    let (t, p) = (t.clip(EPSILON, 1.0), p.clip(EPSILON, 1.0));
    (&t * (&t / p).log()).sum(&[-1], false)
}
