//! Binary focal crossentropy: mean over the last axis of (1 - q)^gamma · binary crossentropy, q = y p + (1 - y)(1 - p).
//!
//! With class balancing times y · alpha + (1 - y)(1 - alpha). Lin et al., "Focal loss for dense object detection", 2018.
//! Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::binary_crossentropy::of_probabilities;
use crate::losses::label_smoothing;
use crate::losses::targets::{alike, axis_of};
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "BinaryFocalCrossentropy",
    aliases: &["binary_focal_crossentropy"],
    about: "binary crossentropy that counts what is easy less",
    options: BinaryFocalCrossentropy::options,
    read: |o| {
        let made = BinaryFocalCrossentropy::read(o)?;
        label_smoothing::check(o, made.label_smoothing).then(|| Box::new(made) as Box<dyn Loss>)
    },
};

keras_config! {
    /// Crossentropy of yes-or-no labels that counts what is easy less.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = Object::named("binary_focal_crossentropy").with("gamma", 1.5);
    /// let loss = losses::read(&loss, "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "BinaryFocalCrossentropy");
    /// ```
    pub struct BinaryFocalCrossentropy() {
        /// Whether classes are weighed by `alpha`.
        apply_class_balancing: bool = false,
        /// Weight of class 1 where classes are weighed, that of class 0 is 1 - alpha. Default 0.25.
        alpha: f64 = 0.25,
        /// How fast the weight falls with the probability of the right class. Default 2.
        gamma: f64 = 2.0,
        /// Whether predictions are logits, without sigmoid.
        from_logits: bool = false,
        /// How much of each target is spread over both classes, 0 to 1.
        label_smoothing: f64 = 0.0,
        /// Axis of the mean. Default the last.
        axis: i64 = -1,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for BinaryFocalCrossentropy {
    fn class_name(&self) -> &'static str {
        "BinaryFocalCrossentropy"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (t, p) = alike(y_true, y_pred, self.class_name());
        let axis = axis_of(&p, self.axis, self.class_name()) as isize;
        let t = label_smoothing::of_two(&t, self.label_smoothing);
        let p = if self.from_logits { p.sigmoid() } else { p };
        let right = &t * &p + (1.0 - &t) * (1.0 - &p);
        let wrong = 1.0 - right;
        let mut values = wrong.pow(&wrong.scalar_like(self.gamma)) * of_probabilities(&t, &p);
        if self.apply_class_balancing {
            values = values * (&t * self.alpha + (1.0 - &t) * (1.0 - self.alpha));
        }
        values.mean(&[axis], false)
    }

    fn from_logits(&self) -> bool {
        self.from_logits
    }
}
