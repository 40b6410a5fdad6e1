//! Binary crossentropy: mean over the last axis of -(y ln p + (1 - y) ln(1 - p)), p kept in [ε, 1 - ε].
//!
//! With logits x: y · softplus(-x) + (1 - y) · softplus(x). Follows keras/src/losses/losses.py and
//! keras/src/backend/jax/nn.py.

use regimen_graph::Var;

use crate::losses::label_smoothing;
use crate::losses::numerics::inside;
use crate::losses::targets::alike;
use crate::losses::targets::axis_of;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "BinaryCrossentropy",
    aliases: &["binary_crossentropy", "bce"],
    about: "-(y ln p + (1 - y) ln(1 - p)), for labels 0 and 1",
    options: BinaryCrossentropy::options,
    read: |o| {
        let made = BinaryCrossentropy::read(o)?;
        label_smoothing::check(o, made.label_smoothing).then(|| Box::new(made) as Box<dyn Loss>)
    },
};

keras_config! {
    /// Crossentropy of yes-or-no labels.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("bce").with("from_logits", true), "compile.loss").unwrap();
    /// assert!(loss.from_logits());
    /// ```
    pub struct BinaryCrossentropy() {
        /// Whether predictions are logits, without softmax or sigmoid.
        from_logits: bool = false,
        /// How much of each target is spread over all classes, 0 to 1.
        label_smoothing: f64 = 0.0,
        /// Axis of the mean. Default the last.
        axis: i64 = -1,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for BinaryCrossentropy {
    fn class_name(&self) -> &'static str {
        "BinaryCrossentropy"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        binary_crossentropy(
            y_true,
            y_pred,
            self.from_logits,
            self.label_smoothing,
            self.axis,
        )
    }

    fn from_logits(&self) -> bool {
        self.from_logits
    }
}

/// One value for each position.
pub(crate) fn binary_crossentropy(
    y_true: &Var,
    y_pred: &Var,
    from_logits: bool,
    smoothing: f64,
    axis: i64,
) -> Var {
    let (t, p) = alike(y_true, y_pred, "BinaryCrossentropy");
    let t = label_smoothing::of_two(&t, smoothing);
    let axis = axis_of(&p, axis, "BinaryCrossentropy") as isize;
    let values = if from_logits {
        &t * (-&p).softplus() + (1.0 - &t) * p.softplus()
    } else {
        of_probabilities(&t, &p)
    };
    values.mean(&[axis], false)
}

/// -(t ln p + (1 - t) ln(1 - p)), number by number.
pub(crate) fn of_probabilities(t: &Var, p: &Var) -> Var {
    let p = inside(p);
    -(t * p.log() + (1.0 - t) * (1.0 - &p).log())
}
