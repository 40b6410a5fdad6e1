//! Categorical crossentropy: -Σ over classes of y ln p, p divided by its sum and kept in [ε, 1 - ε].
//!
//! With logits: p = softmax, as log-softmax. Follows keras/src/losses/losses.py and keras/src/backend/jax/nn.py.

use regimen_graph::Var;

use crate::activations::log_softmax;
use crate::losses::label_smoothing;
use crate::losses::numerics::inside;
use crate::losses::targets::{axis_of, one_hot_targets};
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "CategoricalCrossentropy",
    aliases: &["categorical_crossentropy", "cce"],
    about: "-Σ y ln p, for one-hot labels",
    options: CategoricalCrossentropy::options,
    read: |o| {
        let made = CategoricalCrossentropy::read(o)?;
        label_smoothing::check(o, made.label_smoothing).then(|| Box::new(made) as Box<dyn Loss>)
    },
};

keras_config! {
    /// Crossentropy of one-hot labels.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("categorical_crossentropy"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "CategoricalCrossentropy");
    /// ```
    pub struct CategoricalCrossentropy() {
        /// Whether predictions are logits, without softmax or sigmoid.
        from_logits: bool = false,
        /// How much of each target is spread over all classes, 0 to 1.
        label_smoothing: f64 = 0.0,
        /// Axis of the classes. Default the last.
        axis: i64 = -1,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for CategoricalCrossentropy {
    fn class_name(&self) -> &'static str {
        "CategoricalCrossentropy"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        categorical_crossentropy(
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
pub(crate) fn categorical_crossentropy(
    y_true: &Var,
    y_pred: &Var,
    from_logits: bool,
    smoothing: f64,
    axis: i64,
) -> Var {
    let axis = axis_of(y_pred, axis, "CategoricalCrossentropy");
    let (t, p) = one_hot_targets(y_true, y_pred, axis, "CategoricalCrossentropy");
    let t = label_smoothing::of_classes(&t, smoothing);
    -(t * log_probabilities(&p, axis as isize, from_logits)).sum(&[axis as isize], false)
}

/// ln p along the axis of classes.
pub(crate) fn log_probabilities(p: &Var, axis: isize, from_logits: bool) -> Var {
    if from_logits {
        return log_softmax(p, axis);
    }
    shares(p, axis).log()
}

/// Predictions divided by their sum along the axis of classes, kept away from 0 and 1.
pub(crate) fn shares(p: &Var, axis: isize) -> Var {
    inside(&(p / p.sum(&[axis], true)))
}
