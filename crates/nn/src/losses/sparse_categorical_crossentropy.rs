//! Sparse categorical crossentropy: -ln p of the class that an integer label names.
//!
//! p as in categorical crossentropy; a label outside the classes costs nothing, as in Keras on JAX. Follows
//! keras/src/losses/losses.py and keras/src/backend/jax/nn.py.

use regimen_graph::Var;

use crate::losses::categorical_crossentropy::log_probabilities;
use crate::losses::numerics::{axis_last, one_hot};
use crate::losses::targets::{axis_of, label_targets};
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "SparseCategoricalCrossentropy",
    aliases: &["sparse_categorical_crossentropy", "scce"],
    about: "-ln p of the labelled class, for integer labels",
    options: SparseCategoricalCrossentropy::options,
    read: |o| SparseCategoricalCrossentropy::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Crossentropy of integer labels.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let name = Object::named("sparse_categorical_crossentropy").with("ignore_class", -1);
    /// let loss = losses::read(&name, "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "SparseCategoricalCrossentropy");
    /// ```
    pub struct SparseCategoricalCrossentropy() {
        /// Whether predictions are logits, without softmax or sigmoid.
        from_logits: bool = false,
        /// Label of positions that do not count.
        ignore_class: Option<i64> = None,
        /// Axis of the classes. Default the last.
        axis: i64 = -1,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for SparseCategoricalCrossentropy {
    fn class_name(&self) -> &'static str {
        "SparseCategoricalCrossentropy"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        sparse_categorical_crossentropy(
            y_true,
            y_pred,
            self.from_logits,
            self.ignore_class,
            self.axis,
        )
    }

    fn valid(&self, y_true: &Var, values: &Var) -> Option<Var> {
        self.ignore_class.map(|class| valid(y_true, values, class))
    }

    fn from_logits(&self) -> bool {
        self.from_logits
    }
}

/// One value for each position.
pub(crate) fn sparse_categorical_crossentropy(
    y_true: &Var,
    y_pred: &Var,
    from_logits: bool,
    ignore_class: Option<i64>,
    axis: i64,
) -> Var {
    let axis = axis_of(y_pred, axis, "SparseCategoricalCrossentropy");
    let p = axis_last(y_pred, axis);
    let own_axis = y_true.rank() == y_pred.rank() && y_true.dim(axis as isize) == 1;
    let labels = match own_axis {
        true => y_true.squeeze(axis as isize),
        false => y_true.clone(),
    };
    let Some(labels) = label_targets(&labels, &p, "SparseCategoricalCrossentropy") else {
        return p.sum(&[-1], false);
    };
    let (mut p, mut counted) = (p.clone(), one_hot(&labels, p.dim(-1)));
    if let Some(class) = ignore_class {
        let valid = not_of(&labels, class).expand_dims(-1);
        // Where nothing counts, predictions may be anything: they are replaced before the logarithm.
        p = valid.select(&p, &p.scalar_like(1.0));
        counted = counted.and(&valid);
    }
    let log_p = log_probabilities(&p, -1, from_logits);
    -counted
        .select(&log_p, &log_p.scalar_like(0.0))
        .sum(&[-1], false)
}

/// Where labels are not those of the class to ignore, in the shape of the loss's values.
pub(crate) fn valid(y_true: &Var, values: &Var, class: i64) -> Var {
    let shape = values.shape();
    let fits = y_true.ty().elements() == values.ty().elements();
    // Labels that do not fit are a fault of their own.
    let labels = match fits {
        true => y_true.reshape(&shape),
        false => y_true.scalar_like(0.0).broadcast_to(&shape),
    };
    not_of(&labels, class)
}

fn not_of(labels: &Var, class: i64) -> Var {
    labels.ne_to(&labels.scalar_like(class as f64))
}
