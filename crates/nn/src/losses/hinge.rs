//! Hinge: mean over the last axis of max(1 - y_true · y_pred, 0), labels -1 and 1. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "Hinge",
    aliases: &["hinge"],
    about: "mean of max(1 - y_true · y_pred, 0)",
    options: Hinge::options,
    read: |o| Hinge::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Hinge loss; labels 0 and 1 are taken for -1 and 1 when all labels are of these.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("hinge"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "Hinge");
    /// ```
    pub struct Hinge() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for Hinge {
    fn class_name(&self) -> &'static str {
        "Hinge"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        hinge(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn hinge(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "Hinge");
    margins(&t, &p).mean(&[-1], false)
}

/// max(1 - y_true · y_pred, 0). Labels 0 and 1 become -1 and 1, if all labels of the batch are of these.
pub(crate) fn margins(t: &Var, p: &Var) -> Var {
    let binary = t
        .eq_to(&t.scalar_like(0.0))
        .or(&t.eq_to(&t.scalar_like(1.0)));
    let others = binary.not().cast(t.dtype()).sum_all();
    let all_binary = others.eq_to(&others.scalar_like(0.0));
    let t = all_binary.select(&(t * 2.0 - 1.0), t);
    let margin = 1.0 - t * p;
    margin.maximum(&margin.scalar_like(0.0))
}
