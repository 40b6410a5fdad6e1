//! Squared hinge: mean over the last axis of max(1 - y_true · y_pred, 0)², labels -1 and 1. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::hinge::margins;
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "SquaredHinge",
    aliases: &["squared_hinge"],
    about: "mean of max(1 - y_true · y_pred, 0)²",
    options: SquaredHinge::options,
    read: |o| SquaredHinge::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Squared hinge loss; labels 0 and 1 are taken for -1 and 1 when all labels are of these.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("squared_hinge"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "SquaredHinge");
    /// ```
    pub struct SquaredHinge() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for SquaredHinge {
    fn class_name(&self) -> &'static str {
        "SquaredHinge"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        squared_hinge(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn squared_hinge(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "SquaredHinge");
    margins(&t, &p).square().mean(&[-1], false)
}
