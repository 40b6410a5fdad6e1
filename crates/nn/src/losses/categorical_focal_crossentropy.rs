//! Categorical focal crossentropy: -Σ over classes of alpha (1 - p)^gamma · y ln p, p divided by its sum.
//!
//! Lin et al., "Focal loss for dense object detection", 2018. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::activations::softmax;
use crate::losses::categorical_crossentropy::shares;
use crate::losses::label_smoothing;
use crate::losses::targets::{axis_of, one_hot_targets};
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "CategoricalFocalCrossentropy",
    aliases: &["categorical_focal_crossentropy"],
    about: "crossentropy of one-hot labels that counts what is easy less",
    options: CategoricalFocalCrossentropy::options,
    read: |o| {
        let made = CategoricalFocalCrossentropy::read(o)?;
        label_smoothing::check(o, made.label_smoothing).then(|| Box::new(made) as Box<dyn Loss>)
    },
};

keras_config! {
    /// Crossentropy of one-hot labels that counts what is easy less.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("CategoricalFocalCrossentropy"), "compile.loss").unwrap();
    /// assert!(!loss.from_logits());
    /// ```
    pub struct CategoricalFocalCrossentropy() {
        /// Weight of the whole. Default 0.25.
        alpha: f64 = 0.25,
        /// How fast the weight falls with the probability of the class. Default 2.
        gamma: f64 = 2.0,
        /// Whether predictions are logits, without softmax.
        from_logits: bool = false,
        /// How much of each target is spread over all classes, 0 to 1.
        label_smoothing: f64 = 0.0,
        /// Axis of the classes. Default the last.
        axis: i64 = -1,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for CategoricalFocalCrossentropy {
    fn class_name(&self) -> &'static str {
        "CategoricalFocalCrossentropy"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let axis = axis_of(y_pred, self.axis, self.class_name());
        let (t, p) = one_hot_targets(y_true, y_pred, axis, self.class_name());
        let axis = axis as isize;
        let t = label_smoothing::of_classes(&t, self.label_smoothing);
        let p = if self.from_logits {
            softmax(&p, axis)
        } else {
            p
        };
        let p = shares(&p, axis);
        let wrong = 1.0 - &p;
        let weight = wrong.pow(&wrong.scalar_like(self.gamma)) * self.alpha;
        -(weight * t * p.log()).sum(&[axis], false)
    }

    fn from_logits(&self) -> bool {
        self.from_logits
    }
}
