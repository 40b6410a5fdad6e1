//! InverseTimeDecay: initial_learning_rate / (1 + decay_rate · step / decay_steps); `staircase` takes whole quotients.
//!
//! Follows keras/src/optimizers/schedules/learning_rate_schedule.py.

use regimen_graph::Var;

use crate::schedules::exponential_decay::decays;
use crate::schedules::{LearningRateSchedule, ScheduleDef, steps};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: ScheduleDef = ScheduleDef {
    class_name: "InverseTimeDecay",
    aliases: &[],
    about: "divided by 1 + decay_rate · step / decay_steps",
    options: InverseTimeDecay::options,
    read: |o| {
        let made = InverseTimeDecay::read(o)?;
        steps(o, "decay_steps", made.decay_steps)
            .then(|| Box::new(made) as Box<dyn LearningRateSchedule>)
    },
};

keras_config! {
    /// A rate that falls as 1 / (1 + decay_rate · step / decay_steps).
    ///
    /// ```
    /// let decay = regimen_nn::schedules::InverseTimeDecay::new(0.1, 1.0, 0.5);
    /// assert_eq!(decay.decay_rate, 0.5);
    /// ```
    pub struct InverseTimeDecay(
        /// Rate at step 0.
        initial_learning_rate: f64,
        /// Steps of one decay.
        decay_steps: f64,
        /// How much one decay counts.
        decay_rate: f64,
    ) {
        /// Whether the rate falls in steps.
        staircase: bool = false,
        /// A name for the graph in Keras; it has no effect here.
        name: Option<String> = Some("InverseTimeDecay".to_string()),
    }
}

impl LearningRateSchedule for InverseTimeDecay {
    fn rate(&self, step: &Var) -> Var {
        self.initial_learning_rate
            / (decays(step, self.decay_steps, self.staircase) * self.decay_rate + 1.0)
    }
}
