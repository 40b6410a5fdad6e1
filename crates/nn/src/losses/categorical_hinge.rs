//! Categorical hinge: max(max((1 - y_true) · y_pred) - Σ y_true · y_pred + 1, 0), one-hot labels. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::targets::alike;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "CategoricalHinge",
    aliases: &["categorical_hinge"],
    about: "margin between the true class and the best other",
    options: CategoricalHinge::options,
    read: |o| CategoricalHinge::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Hinge loss for one-hot labels.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("categorical_hinge"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "CategoricalHinge");
    /// ```
    pub struct CategoricalHinge() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for CategoricalHinge {
    fn class_name(&self) -> &'static str {
        "CategoricalHinge"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        categorical_hinge(y_true, y_pred)
    }
}

/// One value for each position.
pub(crate) fn categorical_hinge(y_true: &Var, y_pred: &Var) -> Var {
    let (t, p) = alike(y_true, y_pred, "CategoricalHinge");
    let positive = (&t * &p).sum(&[-1], false);
    let negative = ((1.0 - t) * p).max(&[-1], false);
    let margin = negative - positive + 1.0;
    margin.maximum(&margin.scalar_like(0.0))
}
