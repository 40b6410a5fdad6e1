//! CosineDecayRestarts: half a cosine again and again, each `t_mul` times as long and from `m_mul` times the rate.
//!
//!   x = step / first_decay_steps;  i = restarts so far;  f = share of the period that is gone
//!   t_mul = 1:  i = ⌊x⌋, f = x - i;  else  i = ⌊log(1 - x (1 - t_mul)) / log t_mul⌋, f = (x - (1 - t_mulⁱ) / (1 - t_mul)) / t_mulⁱ
//!   rate = initial_learning_rate ((1 - alpha) m_mulⁱ ½ (1 + cos π f) + alpha)
//!
//! Loshchilov and Hutter, 2016. Follows keras/src/optimizers/schedules/learning_rate_schedule.py.

use regimen_graph::Var;

use crate::schedules::cosine_decay::half_cosine;
use crate::schedules::{LearningRateSchedule, ScheduleDef, steps};
use crate::{Configured, Options, keras_config};

/// The registered class.
pub const DEF: ScheduleDef = ScheduleDef {
    class_name: "CosineDecayRestarts",
    aliases: &[],
    about: "half a cosine again and again, with other lengths and heights",
    options: CosineDecayRestarts::options,
    read,
};

keras_config! {
    /// A rate that falls with half a cosine and starts again.
    ///
    /// ```
    /// let decay = regimen_nn::schedules::CosineDecayRestarts::new(0.1, 100.0).m_mul(0.5);
    /// assert_eq!(decay.t_mul, 2.0);
    /// ```
    pub struct CosineDecayRestarts(
        /// Rate at step 0.
        initial_learning_rate: f64,
        /// Steps of the first period.
        first_decay_steps: f64,
    ) {
        /// Factor of each further period's length.
        t_mul: f64 = 2.0,
        /// Factor of each further period's rate.
        m_mul: f64 = 1.0,
        /// Share of the rate that is left at the end of a period.
        alpha: f64 = 0.0,
        /// A name for the graph in Keras; it has no effect here.
        name: Option<String> = Some("SGDRDecay".to_string()),
    }
}

fn read(options: &mut Options<'_>) -> Option<Box<dyn LearningRateSchedule>> {
    let made = CosineDecayRestarts::read(options)?;
    let fine = steps(options, "first_decay_steps", made.first_decay_steps)
        & steps(options, "t_mul", made.t_mul);
    fine.then(|| Box::new(made) as Box<dyn LearningRateSchedule>)
}

impl LearningRateSchedule for CosineDecayRestarts {
    fn rate(&self, step: &Var) -> Var {
        let x = step / self.first_decay_steps;
        let (restarts, gone) = if self.t_mul == 1.0 {
            let whole = x.floor();
            (whole.clone(), x - whole)
        } else {
            let base = step.scalar_like(self.t_mul);
            let restarts = ((1.0 - &x * (1.0 - self.t_mul)).log() / base.log()).floor();
            let length = base.pow(&restarts);
            let before = (1.0 - &length) / (1.0 - self.t_mul);
            (restarts, (x - before) / length)
        };
        let height = step.scalar_like(self.m_mul).pow(&restarts);
        (half_cosine(&gone) * height * (1.0 - self.alpha) + self.alpha) * self.initial_learning_rate
    }
}
