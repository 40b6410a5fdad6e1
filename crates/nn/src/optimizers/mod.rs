//! The optimizers, one file each: slots and the update of one parameter, in ops.
//!
//! What all share (clipping, weight decay, constraints, counting) is written once in [`apply`].

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::Var;

use crate::registry::{self, Def};
use crate::{Object, OptionError};

/// What an update may read of the moment.
pub struct StepContext {
    /// The learning rate of this step (legacy decay applied), a float32 scalar.
    pub lr: Var,
    /// t: updates so far plus one, a float32 scalar.
    pub t: Var,
}

impl StepContext {
    /// betaᵗ.
    pub(crate) fn power(&self, beta: f64) -> Var {
        self.t.scalar_like(beta).pow(&self.t)
    }
}

/// Options that every optimizer has.
#[derive(Debug, Clone, PartialEq)]
pub struct Common {
    /// Learning rate at the start.
    pub learning_rate: f64,
    /// Decoupled weight decay: w -= w · weight_decay · lr before the update.
    pub weight_decay: Option<f64>,
    /// Each gradient scaled to at most this norm.
    pub clipnorm: Option<f64>,
    /// Each gradient element into ± this.
    pub clipvalue: Option<f64>,
    /// All gradients together scaled to at most this norm.
    pub global_clipnorm: Option<f64>,
    /// Keras 2's `decay`: lr / (1 + decay · iterations).
    pub decay: f64,
}

/// What an optimizer states.
pub trait Optimizer: std::fmt::Debug + Send + Sync {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;
    /// Options shared by all.
    fn common(&self) -> Common;
    /// Names of the slots of one parameter; each has the parameter's shape and is zero before the first step.
    fn slots(&self) -> Vec<&'static str>;
    /// What the first step takes a slot for; [`apply`] sees to it.
    fn slot_start(&self, _slot: &str) -> f64 {
        0.0
    }
    /// The parameter and its slots after one step.
    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>);
}

/// A registered optimizer class.
pub type OptimizerDef = Def<dyn Optimizer>;

/// The optimizer with this name.
pub fn find(name: &str) -> Option<&'static OptimizerDef> {
    registry::find(OPTIMIZERS, name)
}

/// An optimizer from its config; `path` is where it stands in the spec.
pub fn read(object: &Object, path: &str) -> Result<Box<dyn Optimizer>, Vec<OptionError>> {
    registry::read(
        OPTIMIZERS,
        ("optimizer", "optimizers"),
        object,
        path,
        &["name"],
    )
}
