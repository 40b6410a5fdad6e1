//! The regularizers, one file each, and references to them.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::{Builder, Var};

use crate::Options;
use crate::registry::{self, Def, reference};

/// What a regularizer does.
pub trait Regularize {
    /// The penalty of a value, a scalar.
    fn penalty(&self, x: &Var) -> Var;
}

/// A registered regularizer class.
pub type RegularizerDef = Def<dyn Regularize>;

/// The regularizer with this name.
pub fn find(name: &str) -> Option<&'static RegularizerDef> {
    registry::find(REGULARIZERS, name)
}

/// Whether a factor is one that Keras takes: 0 or more, finite. Notes a fault if not.
pub(crate) fn factor(options: &mut Options<'_>, name: &str, value: f64) -> bool {
    if value >= 0.0 && value.is_finite() {
        return true;
    }
    options.error(
        name,
        format!("`{name}`: found {value}, expected a finite number, 0 or more"),
    );
    false
}

reference! {
    /// A reference to a regularizer.
    Regularizer, dyn Regularize, REGULARIZERS, "regularizer", "regularizers"
}

impl Regularizer {
    /// The penalty of a value, a scalar; an unknown regularizer is a fault of the model.
    pub fn penalty(&self, builder: &Builder, x: &Var) -> Var {
        match self.resolve() {
            Ok(made) => made.penalty(x),
            Err(message) => {
                let fault = regimen_graph::Fault::new(
                    message,
                    "a regularizer",
                    "`regimen list regularizers` prints all.",
                );
                builder.fault("regularizer", fault);
                builder.scalar(0.0)
            }
        }
    }
}
