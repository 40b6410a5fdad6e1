//! Mean absolute percentage error: 100 · mean over the last axis of |Δ| / max(|y_true|, ε). Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::numerics::{EPSILON, magnitude};
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "MeanAbsolutePercentageError",
    aliases: &["mean_absolute_percentage_error", "mape", "MAPE"],
    about: "100 times the mean of |error| / |y_true|",
    options: MeanAbsolutePercentageError::options,
    read: |o| MeanAbsolutePercentageError::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Mean absolute percentage error.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("mape"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "MeanAbsolutePercentageError");
    /// ```
    pub struct MeanAbsolutePercentageError() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for MeanAbsolutePercentageError {
    fn class_name(&self) -> &'static str {
        "MeanAbsolutePercentageError"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        mean_absolute_percentage_error(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn mean_absolute_percentage_error(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "MeanAbsolutePercentageError");
    let size = magnitude(&t).maximum(&t.scalar_like(EPSILON));
    magnitude(&((t - p) / size)).mean(&[-1], false) * 100.0
}
