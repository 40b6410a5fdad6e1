//! ExponentialDecay: initial_learning_rate · decay_rate^(step / decay_steps); `staircase` takes whole quotients.
//!
//! Follows keras/src/optimizers/schedules/learning_rate_schedule.py.

use regimen_graph::Var;

use crate::schedules::{LearningRateSchedule, ScheduleDef, steps};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: ScheduleDef = ScheduleDef {
    class_name: "ExponentialDecay",
    aliases: &[],
    about: "times decay_rate every decay_steps",
    options: ExponentialDecay::options,
    read: |o| {
        let made = ExponentialDecay::read(o)?;
        steps(o, "decay_steps", made.decay_steps)
            .then(|| Box::new(made) as Box<dyn LearningRateSchedule>)
    },
};

keras_config! {
    /// A rate that is multiplied by `decay_rate` every `decay_steps`.
    ///
    /// ```
    /// let decay = regimen_nn::schedules::ExponentialDecay::new(0.1, 100.0, 0.9).staircase(true);
    /// assert!(decay.staircase);
    /// ```
    pub struct ExponentialDecay(
        /// Rate at step 0.
        initial_learning_rate: f64,
        /// Steps of one decay.
        decay_steps: f64,
        /// Factor of one decay.
        decay_rate: f64,
    ) {
        /// Whether the rate falls in steps.
        staircase: bool = false,
        /// A name for the graph in Keras; it has no effect here.
        name: Option<String> = Some("ExponentialDecay".to_string()),
    }
}

impl LearningRateSchedule for ExponentialDecay {
    fn rate(&self, step: &Var) -> Var {
        let share = decays(step, self.decay_steps, self.staircase);
        step.scalar_like(self.decay_rate).pow(&share) * self.initial_learning_rate
    }
}

/// step / decay_steps, rounded down where it falls in steps.
pub(crate) fn decays(step: &Var, decay_steps: f64, staircase: bool) -> Var {
    let share = step / decay_steps;
    if staircase { share.floor() } else { share }
}
