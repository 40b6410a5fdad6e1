//! Huber's loss: ½ e² up to delta, delta · |e| - ½ delta² beyond; mean over the last axis.
//!
//! Huber, 1964. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::numerics::magnitude;
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "Huber",
    aliases: &["huber", "huber_loss"],
    about: "squared near 0, linear beyond delta",
    options: Huber::options,
    read: |o| {
        let made = Huber::read(o)?;
        if made.delta > 0.0 {
            return Some(Box::new(made) as Box<dyn Loss>);
        }
        o.error(
            "delta",
            format!(
                "`delta` of Huber: found {}, expected a number above 0",
                made.delta
            ),
        );
        None
    },
};

keras_config! {
    /// Huber's loss.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("huber").with("delta", 0.5), "compile.loss").unwrap();
    /// assert_eq!(losses::log_name(loss.as_ref()), "huber");
    /// ```
    pub struct Huber() {
        /// Where the loss becomes linear. Default 1.
        delta: f64 = 1.0,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for Huber {
    fn class_name(&self) -> &'static str {
        "Huber"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        huber(y_true, y_pred, self.delta)
    }
}

/// One value for each position.
pub(crate) fn huber(y_true: &Var, y_pred: &Var, delta: f64) -> Var {
    let (t, p) = alike(y_true, y_pred, "Huber");
    let error = p - t;
    let size = magnitude(&error);
    let near = size.le(&size.scalar_like(delta));
    let far = &size * delta - 0.5 * delta * delta;
    near.select(&(error.square() * 0.5), &far)
        .mean(&[-1], false)
}
