//! Cosine similarity: -Σ over an axis of y_true · y_pred, both at length 1; -1 is best. Follows keras/src/losses/losses.py.

use regimen_graph::Var;

use crate::losses::numerics::unit_length;
use crate::losses::targets::alike;
use crate::losses::targets::axis_of;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "CosineSimilarity",
    aliases: &["cosine_similarity", "cosine_proximity", "cosine"],
    about: "minus the cosine between target and prediction",
    options: CosineSimilarity::options,
    read: |o| CosineSimilarity::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Minus the cosine between target and prediction.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("cosine_similarity"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "CosineSimilarity");
    /// ```
    pub struct CosineSimilarity() {
        /// Axis of a vector. Default the last.
        axis: i64 = -1,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for CosineSimilarity {
    fn class_name(&self) -> &'static str {
        "CosineSimilarity"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        cosine_similarity(y_true, y_pred, self.axis)
    }
}

/// One value for each position.
pub(crate) fn cosine_similarity(y_true: &Var, y_pred: &Var, axis: i64) -> Var {
    let (t, p) = alike(y_true, y_pred, "CosineSimilarity");
    let axis = axis_of(&p, axis, "CosineSimilarity") as isize;
    -(unit_length(&t, axis) * unit_length(&p, axis)).sum(&[axis], false)
}
