//! The optimizers, one file each: what they keep, and the update of one weight, in ops.
//!
//! A [`Rule`] updates weights; what all rules share (clipping, weight decay, accumulated gradients, moving averages,
//! constraints, counting) is written once in [`apply`]. An [`Optimizer`] is a rule, or several with the weights of each,
//! or one whose loss is scaled.

#[path = "generated.rs"]
mod generated;
pub use generated::*;
pub use variables::ITERATIONS;

use regimen_graph::Var;

use crate::registry::{self, Def};
use crate::{Object, OptionError, Pattern};

/// What an update may read of the moment.
pub struct StepContext {
    /// The learning rate of this step (legacy decay applied), a float32 scalar.
    pub lr: Var,
    /// t: updates so far plus one, a float32 scalar.
    pub t: Var,
    /// Whether the rate is that of a schedule.
    pub scheduled: bool,
    /// Which weight is updated.
    pub weight: Weight,
}

impl StepContext {
    /// betaᵗ.
    pub(crate) fn power(&self, beta: f64) -> Var {
        self.t.scalar_like(beta).pow(&self.t)
    }
}

/// Options that every rule has.
#[derive(Debug, Clone, PartialEq)]
pub struct Common {
    /// A number at the start, or a schedule.
    pub learning_rate: LearningRate,
    /// Decoupled weight decay: w -= w · weight_decay · lr before the update.
    pub weight_decay: Option<f64>,
    /// Weights whose name one of these matches do not decay.
    pub exclude_from_weight_decay: Vec<Pattern>,
    /// Each gradient scaled to at most this norm.
    pub clipnorm: Option<f64>,
    /// Each gradient element into ± this.
    pub clipvalue: Option<f64>,
    /// All gradients together scaled to at most this norm.
    pub global_clipnorm: Option<f64>,
    /// Moving averages of the weights.
    pub average: Option<Average>,
    /// The loss is multiplied by this before its gradients are taken, and they are divided by it.
    pub loss_scale_factor: Option<f64>,
    /// An update every so many steps, with the mean of their gradients.
    pub accumulation: Option<u64>,
    /// Keras 2's `decay`: lr / (1 + decay · iterations).
    pub decay: f64,
}

/// Moving averages of the weights: a = momentum · a + (1 - momentum) · w.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Average {
    /// Share that the average keeps.
    pub momentum: f64,
    /// The weights take the averages every so many updates.
    pub overwrite: Option<u64>,
}

/// A way to update weights.
pub trait Rule: std::fmt::Debug + Send + Sync {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;
    /// Options shared by all.
    fn common(&self) -> Common;
    /// What it keeps for a weight, in Keras's order.
    fn slots(&self, weight: &Weight) -> Vec<Slot>;
    /// The weight and its slots after one step.
    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>);
    /// How much a weight decays.
    fn weight_decay(&self, _weight: &Weight) -> Option<f64> {
        self.common().weight_decay
    }
    /// The part of a step that is taken again in the next one, for plain gradient descent.
    fn momentum(&self) -> Option<f64> {
        None
    }
}

/// How the loss is scaled before its gradients are taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LossScale {
    /// Not at all.
    None,
    /// By a fixed factor.
    Fixed(f64),
    /// By one that is halved when a gradient is not finite, and doubled after a number of steps without that.
    Dynamic {
        /// The first one.
        initial: f64,
        /// Steps until it is doubled.
        growth_steps: u64,
    },
}

/// What `compile` takes.
pub trait Optimizer: std::fmt::Debug + Send + Sync {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;
    /// Its rules, one for most optimizers.
    fn rules(&self) -> Vec<&dyn Rule>;
    /// Names of the rules where there are several, as logs have them.
    fn names(&self) -> Vec<String> {
        vec![]
    }
    /// Which rule updates a weight; an error where that is not clear.
    fn rule_of(&self, _weight: &Weight) -> Result<usize, String> {
        Ok(0)
    }
    /// How the loss is scaled.
    fn loss_scale(&self) -> LossScale;
}

impl<T: Rule> Optimizer for T {
    fn class_name(&self) -> &'static str {
        Rule::class_name(self)
    }

    fn rules(&self) -> Vec<&dyn Rule> {
        vec![self]
    }

    fn loss_scale(&self) -> LossScale {
        let factor = self.common().loss_scale_factor;
        factor.map_or(LossScale::None, LossScale::Fixed)
    }
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
