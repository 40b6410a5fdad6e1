//! Learning rate schedules, one file each: the rate as a function of the step, written as graph.
//!
//! The formula stands once: the training step evaluates it on the optimizer's count of updates in float32, [`Schedule::at`]
//! evaluates the same graph in float64 for events and callbacks.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use std::collections::BTreeMap;

use regimen_graph::{Builder, DType, Tensor, Var, evaluate};

use crate::registry::{self, Def, reference};
use crate::{Object, OptionError, Options};

/// What a schedule states.
pub trait LearningRateSchedule {
    /// The rate after `step` updates; `step` is a float scalar, and so is the rate.
    fn rate(&self, step: &Var) -> Var;
}

/// A registered schedule class.
pub type ScheduleDef = Def<dyn LearningRateSchedule>;

/// The schedule with this name.
pub fn find(name: &str) -> Option<&'static ScheduleDef> {
    registry::find(SCHEDULES, name)
}

/// A schedule from its config; `path` is where it stands in the spec.
pub fn read(
    object: &Object,
    path: &str,
) -> Result<Box<dyn LearningRateSchedule>, Vec<OptionError>> {
    registry::read(SCHEDULES, ("schedule", "schedules"), object, path, &[])
}

reference! {
    /// A reference to a learning rate schedule.
    Schedule, dyn LearningRateSchedule, SCHEDULES, "schedule", "schedules"
}

impl Schedule {
    /// The rate after `step` updates, a float scalar; an unknown schedule is a fault of the graph.
    pub fn rate(&self, step: &Var) -> Var {
        match self.resolve() {
            Ok(made) => made.rate(step),
            Err(message) => {
                let mend = "`regimen list schedules` prints all.";
                let fault = regimen_graph::Fault::new(message, "a learning rate schedule", mend);
                step.builder().fault("learning_rate", fault);
                step.clone()
            }
        }
    }

    /// The rate after `step` updates, as a number; NaN where there is no such schedule.
    ///
    /// ```
    /// use regimen_nn::{Object, schedules::Schedule};
    /// let halving = Object::named("ExponentialDecay").with("initial_learning_rate", 0.8).with("decay_steps", 10).with("decay_rate", 0.5);
    /// assert_eq!(Schedule(halving).at(20.0), 0.2);
    /// ```
    pub fn at(&self, step: f64) -> f64 {
        let builder = Builder::new();
        let rate = self.rate(&builder.constant(Tensor::from_f64(DType::F64, vec![], &[step])));
        let graph = builder.finish(&[("rate", rate)], &[]).ok();
        let values = graph.and_then(|graph| evaluate(&graph, &BTreeMap::new()).ok());
        values.map_or(f64::NAN, |values| values["rate"].data[0])
    }
}

/// Whether a number of steps is one to divide by; notes a fault if not.
pub(crate) fn steps(options: &mut Options<'_>, name: &str, value: f64) -> bool {
    if value > 0.0 && value.is_finite() {
        return true;
    }
    options.error(
        name,
        format!("`{name}`: found {value}, expected a number above 0"),
    );
    false
}
