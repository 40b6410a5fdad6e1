//! PiecewiseConstantDecay: values\[i\] for boundaries\[i-1\] < step <= boundaries\[i\].
//!
//! Boundaries count as whole numbers, cut toward zero, as Keras casts them to the type of the step.
//! Follows keras/src/optimizers/schedules/learning_rate_schedule.py.

use regimen_graph::Var;

use crate::schedules::{LearningRateSchedule, ScheduleDef};
use crate::{Configured, Options, keras_config};

/// The registered class.
pub const DEF: ScheduleDef = ScheduleDef {
    class_name: "PiecewiseConstantDecay",
    aliases: &[],
    about: "constant between boundaries",
    options: PiecewiseConstantDecay::options,
    read,
};

keras_config! {
    /// A rate that is constant between boundaries.
    ///
    /// ```
    /// let decay = regimen_nn::schedules::PiecewiseConstantDecay::new([100.0], [0.1, 0.01]);
    /// assert_eq!(decay.values.len(), 2);
    /// ```
    pub struct PiecewiseConstantDecay(
        /// Last steps of the values but the last one, rising.
        boundaries: Vec<f64>,
        /// Rates, one more than boundaries.
        values: Vec<f64>,
    ) {
        /// A name for the graph in Keras; it has no effect here.
        name: Option<String> = Some("PiecewiseConstant".to_string()),
    }
}

fn read(options: &mut Options<'_>) -> Option<Box<dyn LearningRateSchedule>> {
    let made = PiecewiseConstantDecay::read(options)?;
    let counted = !made.boundaries.is_empty() && made.values.len() == made.boundaries.len() + 1;
    if !counted {
        let (b, v) = (made.boundaries.len(), made.values.len());
        options.error(
            "values",
            format!("{b} boundaries and {v} values; expected one value more than boundaries"),
        );
    }
    let rising = made.boundaries.windows(2).all(|pair| pair[0] < pair[1]);
    if !rising {
        options.error("boundaries", "the boundaries are not in rising order");
    }
    (counted && rising).then(|| Box::new(made) as Box<dyn LearningRateSchedule>)
}

impl LearningRateSchedule for PiecewiseConstantDecay {
    fn rate(&self, step: &Var) -> Var {
        let mut values = self.values.iter();
        let first = step.scalar_like(values.next().copied().unwrap_or(0.0));
        let later = |rate: Var, (boundary, value): (&f64, &f64)| {
            let beyond = step.gt(&step.scalar_like(boundary.trunc()));
            beyond.select(&step.scalar_like(*value), &rate)
        };
        self.boundaries.iter().zip(values).fold(first, later)
    }
}
