//! Mean squared logarithmic error: mean of (ln(1 + y_pred) - ln(1 + y_true))², both at least ε. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::numerics::EPSILON;
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "MeanSquaredLogarithmicError",
    aliases: &["mean_squared_logarithmic_error", "msle", "MSLE"],
    about: "mean of (ln(1 + y_pred) - ln(1 + y_true))²",
    options: MeanSquaredLogarithmicError::options,
    read: |o| MeanSquaredLogarithmicError::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Mean squared logarithmic error, for targets of 0 and more.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("msle"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "MeanSquaredLogarithmicError");
    /// ```
    pub struct MeanSquaredLogarithmicError() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for MeanSquaredLogarithmicError {
    fn class_name(&self) -> &'static str {
        "MeanSquaredLogarithmicError"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        mean_squared_logarithmic_error(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn mean_squared_logarithmic_error(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "MeanSquaredLogarithmicError");
    let log = |x: Var| x.maximum(&x.scalar_like(EPSILON)).log1p();
    (log(p) - log(t)).square().mean(&[-1], false)
}
