//! Mean squared error: mean over the last axis of (y_pred - y_true)². Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "MeanSquaredError",
    aliases: &["mean_squared_error", "mse", "MSE"],
    about: "mean over the last axis of (y_pred - y_true)²",
    options: MeanSquaredError::options,
    read: |o| MeanSquaredError::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Mean squared error.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("mse"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "MeanSquaredError");
    /// ```
    pub struct MeanSquaredError() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for MeanSquaredError {
    fn class_name(&self) -> &'static str {
        "MeanSquaredError"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        mean_squared_error(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn mean_squared_error(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "MeanSquaredError");
    (p - t).square().mean(&[-1], false)
}
