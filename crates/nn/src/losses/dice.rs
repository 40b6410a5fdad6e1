//! Dice loss: 1 - 2 Σ y p / (Σ y + Σ p + ε), sums over `axis`; without it one number for the whole batch.
//!
//! Milletari et al., "V-Net", 2016. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::numerics::EPSILON;
use crate::losses::overlap::axes_of;
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Axes, Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "Dice",
    aliases: &["dice"],
    about: "1 - twice the overlap over the sum of both areas",
    options: Dice::options,
    read: |o| Dice::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// How little the predicted area and the true one overlap.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = Object::named("Dice").with("axis", vec![1, 2, 3]);
    /// assert_eq!(losses::read(&loss, "compile.loss").unwrap().class_name(), "Dice");
    /// ```
    pub struct Dice() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
        /// Axes of one area. Default all, the batch among them.
        axis: Option<Axes> = None,
    }
}

impl Loss for Dice {
    fn class_name(&self) -> &'static str {
        "Dice"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (t, p) = alike(y_true, y_pred, "Dice");
        let axes = axes_of(&p, self.axis.as_ref(), "Dice");
        let sum = |x: &Var| x.sum(&axes, false);
        1.0 - sum(&(&t * &p)) * 2.0 / (sum(&t) + sum(&p) + EPSILON)
    }
}
