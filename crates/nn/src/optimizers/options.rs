//! The options that all optimizers share, declared once, and the checks of their ranges.

use serde_json::{Map, Value as Json};

use crate::optimizers::{Average, Common, Optimizer, Rule};
use crate::{Configured, Options};

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
                learning_rate: $crate::optimizers::LearningRate = $crate::optimizers::LearningRate::Fixed($lr),
                $( $(#[$fmeta])* $field: $ty = $default, )*
                /// Decoupled weight decay: w -= w · weight_decay · learning_rate before the update.
                weight_decay: Option<f64> = $decay,
                /// Each gradient scaled to at most this norm.
                clipnorm: Option<f64> = None,
                /// Each gradient element into ± this.
                clipvalue: Option<f64> = None,
                /// All gradients together scaled to at most this norm.
                global_clipnorm: Option<f64> = None,
                /// Whether moving averages of the weights are kept: average = ema_momentum · average + (1 - ema_momentum) · w.
                /// At the end of training the weights take their values.
                use_ema: bool = false,
                /// Share that the averages keep.
                ema_momentum: f64 = 0.99,
                /// The weights take the values of the averages every so many updates, too.
                ema_overwrite_frequency: Option<i64> = None,
                /// The loss times this is what gradients are taken of, and they are divided by it.
                loss_scale_factor: Option<f64> = None,
                /// One update for so many steps, by the mean of their gradients.
                gradient_accumulation_steps: Option<i64> = None,
                /// Regular expressions: weights whose name (`bias`) one of them matches do not decay. In Keras this is a
                /// method of the optimizer.
                exclude_from_weight_decay: Option<Vec<$crate::Pattern>> = None,
                /// Keras 2's decay of the learning rate: learning_rate / (1 + decay · iterations).
                decay: Option<f64> = None,
            }
        }

        impl $name {
            fn shared(&self) -> $crate::optimizers::Common {
                $crate::optimizers::Common {
                    learning_rate: self.learning_rate.clone(),
                    weight_decay: self.weight_decay,
                    exclude_from_weight_decay: self.exclude_from_weight_decay.clone().unwrap_or_default(),
                    clipnorm: self.clipnorm,
                    clipvalue: self.clipvalue,
                    global_clipnorm: self.global_clipnorm,
                    average: $crate::optimizers::options::average(self.use_ema, self.ema_momentum, self.ema_overwrite_frequency),
                    loss_scale_factor: self.loss_scale_factor,
                    accumulation: self.gradient_accumulation_steps.and_then($crate::optimizers::options::count),
                    decay: self.decay.unwrap_or(0.0),
                }
            }
        }
    };
}
pub(crate) use optimizer_config;

/// Moving averages, where they are asked for. A frequency of 0 is none, as in Keras.
pub(crate) fn average(on: bool, momentum: f64, overwrite: Option<i64>) -> Option<Average> {
    on.then(|| Average {
        momentum,
        overwrite: overwrite.and_then(count),
    })
}

/// A count of 1 or more; 0 is none.
pub(crate) fn count(n: i64) -> Option<u64> {
    u64::try_from(n).ok().filter(|n| *n > 0)
}

/// Reads an optimizer, then checks the shared options and, by `own`, its own.
pub(crate) fn read<T: Configured + Rule + 'static>(
    options: &mut Options<'_>,
    own: impl Fn(&T, &mut Checks<'_, '_>),
) -> Option<Box<dyn Optimizer>> {
    let made = T::read(options)?;
    let mut checks = Checks::new(options);
    checks.shared(&made, &made.write());
    own(&made, &mut checks);
    checks.fine().then(|| Box::new(made) as Box<dyn Optimizer>)
}

/// Range checks; faults are noted in the options.
pub(crate) struct Checks<'a, 'b> {
    options: &'a mut Options<'b>,
    fine: bool,
}

impl<'a, 'b> Checks<'a, 'b> {
    pub(crate) fn new(options: &'a mut Options<'b>) -> Checks<'a, 'b> {
        Checks {
            options,
            fine: true,
        }
    }

    /// Whether nothing was refused.
    pub(crate) fn fine(self) -> bool {
        self.fine
    }

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

    /// Finite, above 0.
    pub(crate) fn positive(&mut self, name: &str, value: f64) {
        let fine = value > 0.0 && value.is_finite();
        self.within(name, value, fine, "a finite number above 0");
    }

    /// Counts and averages, as Keras limits them; `config` is what was read.
    fn rhythms(&mut self, common: &Common, config: &Map<String, Json>) {
        let whole = |name: &str| config.get(name).and_then(Json::as_i64);
        if let Some(average) = &common.average {
            self.fraction("ema_momentum", average.momentum);
            if let Some(n) = whole("ema_overwrite_frequency").filter(|n| *n < 0) {
                let text = format!(
                    "`ema_overwrite_frequency`: found {n}, expected a whole number, 1 or more, or null"
                );
                self.refuse("ema_overwrite_frequency", text);
            }
        }
        if let Some(n) = whole("gradient_accumulation_steps").filter(|n| *n < 0 || *n == 1) {
            let text = format!(
                "`gradient_accumulation_steps`: found {n}, expected a whole number, 2 or more, or null"
            );
            self.refuse("gradient_accumulation_steps", text);
        }
        if let Some(factor) = common.loss_scale_factor {
            self.positive("loss_scale_factor", factor);
        }
    }

    fn shared(&mut self, made: &dyn Rule, config: &Map<String, Json>) {
        let common = made.common();
        self.rhythms(&common, config);
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
