//! LossScaleOptimizer: another optimizer, under a loss scale that finds its own size.
//!
//! The scale is halved, and the step left out, where a gradient is not finite; after `dynamic_growth_steps` steps without
//! that it is doubled. Follows keras/src/optimizers/loss_scale_optimizer.py.

use serde_json::{Value as Json, json};

use crate::optimizers::options::Checks;
use crate::optimizers::{InnerOptimizer, LossScale, Optimizer, OptimizerDef, Rule, Weight};
use crate::{Configured, Options, keras_config};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "LossScaleOptimizer",
    aliases: &[],
    about: "another optimizer, its loss scaled against underflow",
    options: LossScaleOptimizer::options,
    read,
};

keras_config! {
    /// Another optimizer, its loss scaled against underflow.
    ///
    /// ```
    /// use regimen_nn::optimizers::LossScaleOptimizer;
    /// assert_eq!(LossScaleOptimizer::new("adam").initial_scale, 32768.0);
    /// ```
    pub struct LossScaleOptimizer(
        /// The optimizer that updates.
        inner_optimizer: InnerOptimizer,
    ) {
        /// The first scale. Default 2^15.
        initial_scale: f64 = 32768.0,
        /// Steps with finite gradients until the scale is doubled. Default 2000.
        dynamic_growth_steps: i64 = 2000,
    }
}

/// Options of other optimizers that old files of Keras hold, at their defaults.
const LEFT_OVER: [&str; 9] = [
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "clipvalue",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
];

fn left_over(options: &mut Options<'_>) {
    for name in LEFT_OVER {
        let default = match name {
            "use_ema" => json!(false),
            "ema_momentum" => json!(0.99),
            _ => Json::Null,
        };
        if let Some(found) = options.raw(name).filter(|found| **found != default) {
            let text = format!(
                "`{name}`: found {found}: LossScaleOptimizer does not take it, set it on the `inner_optimizer`"
            );
            options.error(name, text);
        }
    }
    if options
        .raw("dynamic")
        .is_some_and(|found| *found != json!(true))
    {
        let text =
            "`dynamic`: a fixed scale is the option `loss_scale_factor` of the inner optimizer";
        options.error("dynamic", text);
    }
}

fn read(options: &mut Options<'_>) -> Option<Box<dyn Optimizer>> {
    left_over(options);
    let made = LossScaleOptimizer::read(options)?;
    let mut checks = Checks::new(options);
    checks.positive("initial_scale", made.initial_scale);
    if made.dynamic_growth_steps < 1 {
        let text = format!(
            "`dynamic_growth_steps`: found {}, expected a whole number, 1 or more",
            made.dynamic_growth_steps
        );
        checks.refuse("dynamic_growth_steps", text);
    }
    let fine = checks.fine();
    let inner = made.inner_optimizer.resolve().ok().filter(|_| fine)?;
    if let LossScale::Dynamic { .. } = inner.loss_scale() {
        let text = "`inner_optimizer`: found a LossScaleOptimizer, expected an optimizer whose loss is not scaled yet";
        options.error("inner_optimizer", text);
        return None;
    }
    Some(Box::new(Scaled {
        options: made,
        inner,
    }))
}

#[derive(Debug)]
struct Scaled {
    options: LossScaleOptimizer,
    inner: Box<dyn Optimizer>,
}

impl Optimizer for Scaled {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn rules(&self) -> Vec<&dyn Rule> {
        self.inner.rules()
    }

    fn names(&self) -> Vec<String> {
        self.inner.names()
    }

    fn rule_of(&self, weight: &Weight) -> Result<usize, String> {
        self.inner.rule_of(weight)
    }

    /// As in Keras, the inner optimizer's own `loss_scale_factor` no longer counts.
    fn loss_scale(&self) -> LossScale {
        LossScale::Dynamic {
            initial: self.options.initial_scale,
            growth_steps: self.options.dynamic_growth_steps.unsigned_abs(),
        }
    }
}
