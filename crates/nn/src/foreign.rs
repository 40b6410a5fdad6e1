//! Objects that a host language defines: layers, losses and the like that write graph by functions of their own. A config
//! names one by its number, `python>12`; whoever installed [`Foreign`] gives the object. Files never hold such names: what
//! reads files refuses them.

use std::sync::OnceLock;

use regimen_graph::Var;

use crate::constraints::Constrain;
use crate::initializers::Init;
use crate::losses::Loss;
use crate::metrics::Metric;
use crate::optimizers::Optimizer;
use crate::regularizers::Regularize;
use crate::schedules::LearningRateSchedule;
use crate::{Layer, Object};

/// Gives the objects of a host language by their numbers.
pub trait Foreign: Send + Sync {
    /// A layer.
    fn layer(&self, id: u64) -> Option<Box<dyn Layer>>;
    /// A loss.
    fn loss(&self, id: u64) -> Option<Box<dyn Loss>>;
    /// A metric.
    fn metric(&self, id: u64) -> Option<Box<dyn Metric>>;
    /// A regularizer.
    fn regularizer(&self, id: u64) -> Option<Box<dyn Regularize>>;
    /// A constraint.
    fn constraint(&self, id: u64) -> Option<Box<dyn Constrain>>;
    /// A learning rate schedule.
    fn schedule(&self, id: u64) -> Option<Box<dyn LearningRateSchedule>>;
    /// An activation of `x`.
    fn activation(&self, id: u64, x: &Var) -> Option<Var>;
}

static FOREIGN: OnceLock<Box<dyn Foreign>> = OnceLock::new();

/// The module that layers of a host language name.
pub const MODULE: &str = "builtins";

/// How names of such objects begin.
pub const PREFIX: &str = "python>";

/// Installs the host language of this process; false where there is one already.
pub fn install(foreign: Box<dyn Foreign>) -> bool {
    FOREIGN.set(foreign).is_ok()
}

/// The number in a name, where there is a host language.
pub(crate) fn id(name: &str) -> Option<(&'static dyn Foreign, u64)> {
    let id = name.strip_prefix(PREFIX)?.parse().ok()?;
    Some((FOREIGN.get()?.as_ref(), id))
}

/// Kinds of objects that registries hold, and how a host language gives one.
pub(crate) trait Registered {
    /// The object of a number; none where the kind has no such objects.
    fn of(_foreign: &dyn Foreign, _id: u64) -> Option<Box<Self>> {
        None
    }
}

impl Registered for dyn Layer {
    fn of(foreign: &dyn Foreign, id: u64) -> Option<Box<Self>> {
        foreign.layer(id)
    }
}

impl Registered for dyn Loss {
    fn of(foreign: &dyn Foreign, id: u64) -> Option<Box<Self>> {
        foreign.loss(id)
    }
}

impl Registered for dyn Metric {
    fn of(foreign: &dyn Foreign, id: u64) -> Option<Box<Self>> {
        foreign.metric(id)
    }
}

impl Registered for dyn Regularize {
    fn of(foreign: &dyn Foreign, id: u64) -> Option<Box<Self>> {
        foreign.regularizer(id)
    }
}

impl Registered for dyn Constrain {
    fn of(foreign: &dyn Foreign, id: u64) -> Option<Box<Self>> {
        foreign.constraint(id)
    }
}

impl Registered for dyn Optimizer {}
impl Registered for dyn LearningRateSchedule {
    fn of(foreign: &dyn Foreign, id: u64) -> Option<Box<Self>> {
        foreign.schedule(id)
    }
}
impl Registered for dyn Init {}

/// The object that a host language gives for a reference, if it names one.
pub(crate) fn made<T: ?Sized + Registered>(object: &Object) -> Option<Box<T>> {
    let (foreign, id) = id(&object.class_name)?;
    T::of(foreign, id)
}
