//! OrthogonalRegularizer: half the mean |cosine| between all pairs of rows or columns of a matrix, times a factor.
//! Follows keras/src/regularizers/regularizers.py.

use regimen_graph::{Fault, Var, ops::eye};
use serde_json::Value as Json;

use crate::losses::numerics::{magnitude, unit_length};
use crate::regularizers::{Regularize, RegularizerDef, factor};
use crate::{Configured, OptionValue, keras_config};

/// The registered class.
pub const DEF: RegularizerDef = RegularizerDef {
    class_name: "OrthogonalRegularizer",
    aliases: &["orthogonal_regularizer"],
    about: "rows or columns of a matrix away from one another's direction",
    options: OrthogonalRegularizer::options,
    read: |o| {
        let made = OrthogonalRegularizer::read(o)?;
        factor(o, "factor", made.factor).then(|| Box::new(made) as Box<dyn Regularize>)
    },
};

keras_config! {
    /// Penalty for rows or columns that share a direction.
    pub struct OrthogonalRegularizer() {
        /// Factor. Default 0.01.
        factor: f64 = 0.01,
        /// `rows` or `columns`.
        mode: Mode = Mode::Rows,
    }
}

/// What is to be orthogonal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Rows.
    Rows,
    /// Columns.
    Columns,
}

impl OptionValue for Mode {
    const KIND: &'static str = "rows or columns";

    fn read(value: &Json) -> Result<Mode, String> {
        match value.as_str() {
            Some("rows") => Ok(Mode::Rows),
            Some("columns") => Ok(Mode::Columns),
            _ => Err(format!("expected {}", Self::KIND)),
        }
    }

    fn write(&self) -> Json {
        match self {
            Mode::Rows => "rows",
            Mode::Columns => "columns",
        }
        .into()
    }
}

impl Regularize for OrthogonalRegularizer {
    fn penalty(&self, x: &Var) -> Var {
        if x.rank() != 2 {
            let found = format!("a weight of shape {:?}", x.shape());
            let mend = "Use L1, L2 or no regularizer for this weight.";
            x.builder()
                .fault("OrthogonalRegularizer", Fault::new(found, "a matrix", mend));
            return x.builder().scalar(0.0);
        }
        let rows = if self.mode == Mode::Rows {
            unit_length(x, 1)
        } else {
            unit_length(x, 0).transpose(&[1, 0])
        };
        let n = rows.dim(0);
        let others = 1.0 - eye(x.builder(), x.dtype(), n);
        let cosines = rows.matmul_with(&rows, false, true) * others;
        let pairs = n as f64 * (n as f64 - 1.0) / 2.0;
        magnitude(&cosines).sum_all() * (0.5 * self.factor / pairs.max(1.0))
    }
}
