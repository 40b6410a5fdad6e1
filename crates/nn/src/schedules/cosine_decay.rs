//! CosineDecay: half a cosine from a rate down to `alpha` of it, after a linear warmup where there is a `warmup_target`.
//!
//!   step < warmup_steps:  initial + (target - initial) step / warmup_steps
//!   later:                from ((1 - alpha) ½ (1 + cos(π min(step - warmup_steps, decay_steps) / decay_steps)) + alpha)
//!
//! where `from` is the target, or `initial_learning_rate` without one (and then there is no warmup).
//! Loshchilov and Hutter, 2016. Follows keras/src/optimizers/schedules/learning_rate_schedule.py.

use std::f64::consts::PI;

use regimen_graph::Var;

use crate::schedules::{LearningRateSchedule, ScheduleDef, steps};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: ScheduleDef = ScheduleDef {
    class_name: "CosineDecay",
    aliases: &[],
    about: "half a cosine, after a warmup where one is asked for",
    options: CosineDecay::options,
    read: |o| {
        let made = CosineDecay::read(o)?;
        steps(o, "decay_steps", made.decay_steps)
            .then(|| Box::new(made) as Box<dyn LearningRateSchedule>)
    },
};

keras_config! {
    /// A rate that falls with half a cosine, after a warmup where `warmup_target` is given.
    ///
    /// ```
    /// let decay = regimen_nn::schedules::CosineDecay::new(0.0, 900.0).warmup_target(0.1).warmup_steps(100.0);
    /// assert_eq!(decay.warmup_target, Some(0.1));
    /// ```
    pub struct CosineDecay(
        /// Rate at step 0.
        initial_learning_rate: f64,
        /// Steps of the decay.
        decay_steps: f64,
    ) {
        /// Share of the rate that is left at the end.
        alpha: f64 = 0.0,
        /// A name for the graph in Keras; it has no effect here.
        name: Option<String> = Some("CosineDecay".to_string()),
        /// Rate at the end of the warmup; without it there is none.
        warmup_target: Option<f64> = None,
        /// Steps of the warmup.
        warmup_steps: f64 = 0.0,
    }
}

impl LearningRateSchedule for CosineDecay {
    fn rate(&self, step: &Var) -> Var {
        let decayed = |from: f64, step: &Var| {
            let gone = step.minimum(&step.scalar_like(self.decay_steps)) / self.decay_steps;
            (half_cosine(&gone) * (1.0 - self.alpha) + self.alpha) * from
        };
        let Some(target) = self.warmup_target else {
            return decayed(self.initial_learning_rate, step);
        };
        let later = decayed(target, &(step - self.warmup_steps));
        if self.warmup_steps <= 0.0 {
            return later;
        }
        let rise = step.scalar_like(target) - self.initial_learning_rate;
        let warm = rise * (step / self.warmup_steps) + self.initial_learning_rate;
        step.lt(&step.scalar_like(self.warmup_steps))
            .select(&warm, &later)
    }
}

/// ½ (1 + cos(π x)).
pub(crate) fn half_cosine(x: &Var) -> Var {
    ((x * PI).cos() + 1.0) * 0.5
}
