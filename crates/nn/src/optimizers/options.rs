//! The options that all optimizers share, declared once, and the checks of their ranges.

use serde_json::Value as Json;

use crate::optimizers::Optimizer;
use crate::{Configured, OptionValue, Options};

/// A learning rate: a finite number of 0 or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningRate(pub f64);

impl From<f64> for LearningRate {
    fn from(rate: f64) -> LearningRate {
        LearningRate(rate)
    }
}

impl OptionValue for LearningRate {
    const KIND: &'static str = "number";

    fn read(value: &Json) -> Result<LearningRate, String> {
        if value.is_object() {
            return Err("expected a number: learning rate schedules are not supported yet (use the callback \
                        LearningRateScheduler or ReduceLROnPlateau)"
                .to_string());
        }
        match value.as_f64() {
            Some(rate) if rate >= 0.0 && rate.is_finite() => Ok(LearningRate(rate)),
            _ => Err("expected a finite number, 0 or more".to_string()),
        }
    }

    fn write(&self) -> Json {
        self.0.into()
    }
}

/// Declares an optimizer's options: its learning rate and weight decay by default, its own options, and those that all
/// have. Adds `shared()`, the latter as [`crate::optimizers::Common`].
macro_rules! optimizer_config {
    (
        $(#[$meta:meta])*
        pub struct $name:ident(learning_rate = $lr:expr, weight_decay = $decay:expr) {
            $( $(#[$fmeta:meta])* $field:ident : $ty:ty = $default:expr ),* $(,)?
        }
    ) => {
        $crate::keras_config! {
            $(#[$meta])*
            pub struct $name() {
                /// Step size.
                learning_rate: $crate::optimizers::LearningRate = $crate::optimizers::LearningRate($lr),
                $( $(#[$fmeta])* $field: $ty = $default, )*
                /// Decoupled weight decay: w -= w · weight_decay · learning_rate before the update.
                weight_decay: Option<f64> = $decay,
                /// Each gradient scaled to at most this norm.
                clipnorm: Option<f64> = None,
                /// Each gradient element into ± this.
                clipvalue: Option<f64> = None,
                /// All gradients together scaled to at most this norm.
                global_clipnorm: Option<f64> = None,
                /// Keras 2's decay of the learning rate: learning_rate / (1 + decay · iterations).
                decay: Option<f64> = None,
            }
        }

        impl $name {
            fn shared(&self) -> $crate::optimizers::Common {
                $crate::optimizers::Common {
                    learning_rate: self.learning_rate.0,
                    weight_decay: self.weight_decay,
                    clipnorm: self.clipnorm,
                    clipvalue: self.clipvalue,
                    global_clipnorm: self.global_clipnorm,
                    decay: self.decay.unwrap_or(0.0),
                }
            }
        }
    };
}
pub(crate) use optimizer_config;

/// Keras's options that are refused unless they have no effect.
const NOT_YET: [&str; 5] = [
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
];

/// Whether an option of [`NOT_YET`] is at Keras's default.
fn is_default(name: &str, value: &Json) -> bool {
    match name {
        "use_ema" => *value == Json::Bool(false),
        "ema_momentum" => value.as_f64() == Some(0.99),
        _ => value.is_null(),
    }
}

/// Reads an optimizer, then checks the shared options and, by `own`, its own.
pub(crate) fn read<T: Configured + Optimizer + 'static>(
    options: &mut Options<'_>,
    own: impl Fn(&T, &mut Checks<'_, '_>),
) -> Option<Box<dyn Optimizer>> {
    let mut checks = Checks {
        options,
        fine: true,
    };
    for name in NOT_YET {
        let found = checks.options.raw(name).filter(|v| !is_default(name, v));
        if let Some(value) = found {
            checks.refuse(
                name,
                format!("`{name}`: found {value}: not supported yet, leave it out"),
            );
        }
    }
    let made = T::read(checks.options)?;
    checks.shared(&made);
    own(&made, &mut checks);
    checks.fine.then(|| Box::new(made) as Box<dyn Optimizer>)
}

/// Range checks; faults are noted in the options.
pub(crate) struct Checks<'a, 'b> {
    options: &'a mut Options<'b>,
    fine: bool,
}

impl Checks<'_, '_> {
    /// Notes a fault.
    pub(crate) fn refuse(&mut self, name: &str, message: String) {
        self.options.error(name, message);
        self.fine = false;
    }

    fn within(&mut self, name: &str, value: f64, inside: bool, expected: &str) {
        if !inside {
            self.refuse(
                name,
                format!("`{name}`: found {value}, expected {expected}"),
            );
        }
    }

    /// 0 to 1, ends included.
    pub(crate) fn fraction(&mut self, name: &str, value: f64) {
        self.within(
            name,
            value,
            (0.0..=1.0).contains(&value),
            "a number from 0 to 1",
        );
    }

    /// From 0 to below 1: the share that a running mean keeps.
    pub(crate) fn kept(&mut self, name: &str, value: f64) {
        self.within(
            name,
            value,
            (0.0..1.0).contains(&value),
            "a number from 0 to below 1",
        );
    }

    /// Finite, 0 or more.
    pub(crate) fn not_negative(&mut self, name: &str, value: f64) {
        self.within(
            name,
            value,
            value >= 0.0 && value.is_finite(),
            "a finite number, 0 or more",
        );
    }

    fn shared(&mut self, made: &dyn Optimizer) {
        let common = made.common();
        let clips = [
            ("clipnorm", common.clipnorm),
            ("clipvalue", common.clipvalue),
            ("global_clipnorm", common.global_clipnorm),
        ];
        let others = [
            ("weight_decay", common.weight_decay),
            ("decay", Some(common.decay)),
        ];
        for (name, value) in clips.into_iter().chain(others) {
            if let Some(value) = value {
                self.not_negative(name, value);
            }
        }
        let set: Vec<String> = clips
            .iter()
            .filter(|c| c.1.is_some())
            .map(|c| format!("`{}`", c.0))
            .collect();
        if set.len() > 1 {
            let text = format!(
                "found {}: only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set",
                set.join(" and ")
            );
            self.refuse("", text);
        }
    }
}
