//! The constraints, one file each, and references to them.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::{Builder, Var};

use crate::registry::{self, Def, reference};

/// What a constraint does.
pub trait Constrain {
    /// The value moved into the allowed set.
    fn project(&self, w: &Var) -> Var;
}

/// A registered constraint class.
pub type ConstraintDef = Def<dyn Constrain>;

/// The constraint with this name.
pub fn find(name: &str) -> Option<&'static ConstraintDef> {
    registry::find(CONSTRAINTS, name)
}

reference! {
    /// A reference to a constraint.
    Constraint, dyn Constrain, CONSTRAINTS, "constraint", "constraints"
}

impl Constraint {
    /// The weight moved into the allowed set; an unknown constraint is a fault of the model.
    pub fn project(&self, builder: &Builder, w: &Var) -> Var {
        match self.resolve() {
            Ok(made) => made.project(w),
            Err(message) => {
                let fault = regimen_graph::Fault::new(
                    message,
                    "a constraint",
                    "`regimen list constraints` prints all.",
                );
                builder.fault("constraint", fault);
                w.clone()
            }
        }
    }
}
