//! Generalized crossentropy: (1 - p^q) / q of the class that an integer label names; robust against wrong labels.
//!
//! Zhang and Sabuncu, "Generalized cross entropy loss for training deep neural networks with noisy labels", 2018.
//! Follows keras/src/losses/losses.py; labels (B, 1) are taken as (B,), where Keras compares every label with every row.

use regimen_graph::Var;

use crate::losses::numerics::one_hot;
use crate::losses::targets::label_targets;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "CategoricalGeneralizedCrossEntropy",
    aliases: &["categorical_generalized_cross_entropy"],
    about: "(1 - p^q) / q of the labelled class, for integer labels of which some are wrong",
    options: CategoricalGeneralizedCrossEntropy::options,
    read: |o| {
        let made = CategoricalGeneralizedCrossEntropy::read(o)?;
        if made.q > 0.0 && made.q < 1.0 {
            return Some(Box::new(made) as Box<dyn Loss>);
        }
        o.error(
            "q",
            format!("`q`: found {}, expected a number between 0 and 1", made.q),
        );
        None
    },
};

keras_config! {
    /// Crossentropy that bounds what one wrong label can cost; predictions are probabilities.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = Object::named("CategoricalGeneralizedCrossEntropy").with("q", 0.7);
    /// assert!(losses::read(&loss, "compile.loss").is_ok());
    /// ```
    pub struct CategoricalGeneralizedCrossEntropy() {
        /// From near 0, as crossentropy, to near 1, as absolute error. Default 0.5.
        q: f64 = 0.5,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for CategoricalGeneralizedCrossEntropy {
    fn class_name(&self) -> &'static str {
        "CategoricalGeneralizedCrossEntropy"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let Some(labels) = label_targets(y_true, y_pred, self.class_name()) else {
            return y_pred.sum(&[-1], false);
        };
        let hot = one_hot(&labels, y_pred.dim(-1));
        let p = hot
            .select(y_pred, &y_pred.scalar_like(0.0))
            .sum(&[-1], false);
        (1.0 - p.pow(&p.scalar_like(self.q))) * (1.0 / self.q)
    }
}
