//! PolynomialDecay: (initial_learning_rate - end) (1 - step / decay_steps)^power + end, end = end_learning_rate.
//!
//! `step` stops at `decay_steps`; with `cycle`, `decay_steps` is taken as often as it takes to reach `step` instead.
//! Follows keras/src/optimizers/schedules/learning_rate_schedule.py.

use regimen_graph::Var;

use crate::schedules::{LearningRateSchedule, ScheduleDef, steps};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: ScheduleDef = ScheduleDef {
    class_name: "PolynomialDecay",
    aliases: &[],
    about: "a power of the steps that are left, down to end_learning_rate",
    options: PolynomialDecay::options,
    read: |o| {
        let made = PolynomialDecay::read(o)?;
        steps(o, "decay_steps", made.decay_steps)
            .then(|| Box::new(made) as Box<dyn LearningRateSchedule>)
    },
};

keras_config! {
    /// A rate that falls to `end_learning_rate` with a power of the steps that are left.
    ///
    /// ```
    /// let decay = regimen_nn::schedules::PolynomialDecay::new(0.1, 100.0).power(2.0);
    /// assert_eq!(decay.end_learning_rate, 0.0001);
    /// ```
    pub struct PolynomialDecay(
        /// Rate at step 0.
        initial_learning_rate: f64,
        /// Steps until the end.
        decay_steps: f64,
    ) {
        /// Rate at the end.
        end_learning_rate: f64 = 1e-4,
        /// Power; 1 is a straight line.
        power: f64 = 1.0,
        /// Whether the decay begins again beyond its end.
        cycle: bool = false,
        /// A name for the graph in Keras; it has no effect here.
        name: Option<String> = Some("PolynomialDecay".to_string()),
    }
}

impl LearningRateSchedule for PolynomialDecay {
    fn rate(&self, step: &Var) -> Var {
        let length = step.scalar_like(self.decay_steps);
        let gone = if self.cycle {
            let rounds = (step / &length).ceil();
            let rounds = step
                .eq_to(&step.scalar_like(0.0))
                .select(&step.scalar_like(1.0), &rounds);
            step / (length * rounds)
        } else {
            step.minimum(&length) / length
        };
        // The difference is taken in the rate's own precision, as in Keras.
        let height = step.scalar_like(self.initial_learning_rate) - self.end_learning_rate;
        height * (1.0 - gone).pow(&step.scalar_like(self.power)) + self.end_learning_rate
    }
}
