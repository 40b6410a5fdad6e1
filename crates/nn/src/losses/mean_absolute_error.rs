//! Mean absolute error: mean over the last axis of |y_pred - y_true|. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::numerics::magnitude;
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "MeanAbsoluteError",
    aliases: &["mean_absolute_error", "mae", "MAE"],
    about: "mean over the last axis of |y_pred - y_true|",
    options: MeanAbsoluteError::options,
    read: |o| MeanAbsoluteError::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Mean absolute error.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("mae"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "MeanAbsoluteError");
    /// ```
    pub struct MeanAbsoluteError() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for MeanAbsoluteError {
    fn class_name(&self) -> &'static str {
        "MeanAbsoluteError"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        mean_absolute_error(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn mean_absolute_error(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "MeanAbsoluteError");
    magnitude(&(t - p)).mean(&[-1], false)
}
