//! LogCosh: mean over the last axis of ln cosh(y_pred - y_true), as e + softplus(-2e) - ln 2. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "LogCosh",
    aliases: &["log_cosh", "logcosh"],
    about: "mean of ln cosh(error)",
    options: LogCosh::options,
    read: |o| LogCosh::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Logarithm of the hyperbolic cosine of the error.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("logcosh"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "LogCosh");
    /// ```
    pub struct LogCosh() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for LogCosh {
    fn class_name(&self) -> &'static str {
        "LogCosh"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        log_cosh(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn log_cosh(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "LogCosh");
    let error = p - t;
    let values = &error + (&error * -2.0).softplus() - std::f64::consts::LN_2;
    values.mean(&[-1], false)
}
