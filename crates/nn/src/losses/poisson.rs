//! Poisson: mean over the last axis of y_pred - y_true · ln(y_pred + ε). Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::numerics::EPSILON;
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "Poisson",
    aliases: &["poisson"],
    about: "mean of y_pred - y_true · ln y_pred",
    options: Poisson::options,
    read: |o| Poisson::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Loss for counts: y_pred is their expected number.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("poisson"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "Poisson");
    /// ```
    pub struct Poisson() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for Poisson {
    fn class_name(&self) -> &'static str {
        "Poisson"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        poisson(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn poisson(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "Poisson");
    (&p - t * (&p + EPSILON).log()).mean(&[-1], false)
}
