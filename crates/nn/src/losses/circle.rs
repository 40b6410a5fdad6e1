//! Circle loss of embeddings (B, D) of length 1 with integer labels (B,): one value for each row.
//!
//! With d = max(1 - x · x', 0) to every other row of the batch, S over rows of the same label and O over the others:
//!
//! ```text
//! softplus(ln Σ_S exp(-gamma (m + d)(m - d)) + ln Σ_O exp(gamma max(1 + m - d, 0)(1 - m - d)))
//! ```
//!
//! Rows whose value is 0, such as those without S or without O, do not count. Sun et al., "Circle loss", 2020. Follows
//! keras/src/losses/losses.py.

use regimen_graph::{DType, Fault, Var};

use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "Circle",
    aliases: &["circle"],
    about: "draws embeddings of one label together and others apart",
    options: Circle::options,
    read: |o| Circle::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Draws embeddings of one label together and those of others apart.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("Circle").with("gamma", 64), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "Circle");
    /// ```
    pub struct Circle() {
        /// Factor of the exponents. Default 80.
        gamma: f64 = 80.0,
        /// How far apart both kinds are kept. Default 0.4.
        margin: f64 = 0.4,
        /// Whether a row is left out of those of its own label. Default true.
        remove_diagonal: bool = true,
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

impl Loss for Circle {
    fn class_name(&self) -> &'static str {
        "Circle"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let rows = y_pred.dim(0);
        if y_pred.rank() != 2 || y_true.ty().elements() != rows {
            let found = format!(
                "targets of shape {:?} for predictions of shape {:?}",
                y_true.shape(),
                y_pred.shape()
            );
            let mend =
                "Let the model end with one vector for each row, and give one label for each.";
            y_pred.builder().fault(
                "Circle",
                Fault::new(found, "labels (rows,) for embeddings (rows, D)", mend),
            );
            return y_pred.scalar_like(0.0).broadcast_to(&[rows]);
        }
        let labels = y_true.cast(DType::I32);
        let same = labels
            .reshape(&[rows, 1])
            .eq_to(&labels.reshape(&[1, rows]));
        let other = same.not();
        let same = match self.remove_diagonal {
            true => same.and(&off_diagonal(y_pred, rows)),
            false => same,
        };
        let distance = 1.0 - y_pred.matmul_with(y_pred, false, true);
        let zero = distance.scalar_like(0.0);
        let d = distance.maximum(&zero);
        let (m, gamma) = (self.margin, self.gamma);
        let near = (&d + m).maximum(&zero) * (m - &d) * -gamma;
        let far = (1.0 + m - &d).maximum(&zero) * (1.0 - m - &d) * gamma;
        let both = any(&same).and(&any(&other));
        let sum = log_sum_exp(&near, &same) + log_sum_exp(&far, &other);
        both.select(&sum.softplus(), &zero)
    }

    fn valid(&self, _: &Var, values: &Var) -> Option<Var> {
        Some(values.gt(&values.scalar_like(0.0)))
    }
}

/// True but on the diagonal of (rows, rows).
fn off_diagonal(x: &Var, rows: usize) -> Var {
    let iota = |axis| x.builder().iota(DType::I32, &[rows, rows], axis);
    iota(0).ne_to(&iota(1))
}

/// Whether a row of a truth table holds any true.
fn any(table: &Var) -> Var {
    let count = table.cast(DType::F32).sum(&[1], false);
    count.gt(&count.scalar_like(0.0))
}

/// ln Σ e^x over the places of each row that count; 0 for a row without any.
fn log_sum_exp(x: &Var, counts: &Var) -> Var {
    let zero = x.scalar_like(0.0);
    let largest = counts
        .select(x, &x.scalar_like(f64::from(f32::MIN)))
        .max(&[1], true)
        .stop_gradient();
    let some = any(counts);
    let top = some.expand_dims(-1).select(&largest, &zero);
    // Places that do not count become e^0 before they are left out, so that nothing overflows there.
    let shifted = counts.select(&(x - &top), &zero).exp();
    let sum = counts.select(&shifted, &zero).sum(&[1], false);
    let sum = some.select(&sum, &sum.scalar_like(1.0));
    sum.log() + top.squeeze(-1)
}
