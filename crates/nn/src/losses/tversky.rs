//! Tversky loss: 1 - Σ y p / (Σ y p + alpha Σ y (1 - p) + beta Σ (1 - y) p + ε), sums over `axis`.
//!
//! Salehi et al., "Tversky loss function for image segmentation", 2017. Follows keras/src/losses/losses.py, whose
//! alpha weighs what is missed and beta what is wrongly found.

use regimen_graph::Var;

use crate::losses::numerics::EPSILON;
use crate::losses::overlap::axes_of;
use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Axes, Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "Tversky",
    aliases: &["tversky"],
    about: "Dice's loss with weights for missed and wrongly found area",
    options: Tversky::options,
    read: |o| Tversky::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// How little the predicted area and the true one overlap, with a weight for each kind of error.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = Object::named("Tversky").with("alpha", 0.3).with("beta", 0.7);
    /// assert_eq!(losses::read(&loss, "compile.loss").unwrap().class_name(), "Tversky");
    /// ```
    pub struct Tversky() {
        /// Weight of area that is missed. Default 0.5.
        alpha: f64 = 0.5,
        /// Weight of area that is wrongly found. Default 0.5.
        beta: f64 = 0.5,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
        /// Axes of one area. Default all, the batch among them.
        axis: Option<Axes> = None,
    }
}

impl Loss for Tversky {
    fn class_name(&self) -> &'static str {
        "Tversky"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let (t, p) = alike(y_true, y_pred, "Tversky");
        let axes = axes_of(&p, self.axis.as_ref(), "Tversky");
        let sum = |x: Var| x.sum(&axes, false);
        let both = sum(&t * &p);
        let missed = sum(&t * (1.0 - &p)) * self.alpha;
        let wrong = sum((1.0 - &t) * &p) * self.beta;
        1.0 - &both / (&both + missed + wrong + EPSILON)
    }
}
