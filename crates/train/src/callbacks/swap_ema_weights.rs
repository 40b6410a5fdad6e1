//! SwapEMAWeights: the moving averages of the weights stand in for them in evaluation, or for callbacks after an epoch.
//!
//! Follows keras/src/callbacks/swap_ema_weights.py.

use regimen_nn::{Configured, keras_config};
use serde_json::{Value as Json, json};

use crate::callbacks::saved_state::Saved;
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "SwapEMAWeights",
    aliases: &[],
    about: "evaluates with the moving averages of the weights",
    options: SwapEMAWeights::options,
    read: |options, _| Some(SwapEMAWeights::read(options)?.into()),
};

keras_config! {
    /// Evaluates with the moving averages of the weights, which the optimizer keeps with `use_ema`.
    ///
    /// Validation, `evaluate_with` and `predict_with` see the averages; then the weights are back. With `swap_on_epoch` the
    /// averages also stand in the model from the end of an epoch to the beginning of the next one, so that a
    /// ModelCheckpoint after this callback saves them.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, SwapEMAWeights};
    ///
    /// let callback: Box<dyn Callback> = SwapEMAWeights::new().swap_on_epoch(true).into();
    /// assert_eq!(callback.class_name(), "SwapEMAWeights");
    /// ```
    pub struct SwapEMAWeights() {
        /// Whether to swap at the end of epochs too.
        swap_on_epoch: bool = false,
    }
}

impl From<SwapEMAWeights> for Box<dyn Callback> {
    fn from(options: SwapEMAWeights) -> Box<dyn Callback> {
        Box::new(Running {
            options,
            averages_in_model: false,
        })
    }
}

struct Running {
    options: SwapEMAWeights,
    averages_in_model: bool,
}

impl Running {
    /// Has the averages in the model, or the weights.
    fn put(&mut self, averages: bool) -> Vec<Flow> {
        match std::mem::replace(&mut self.averages_in_model, averages) == averages {
            true => vec![],
            false => vec![Flow::SwapEma],
        }
    }
}

impl Callback for Running {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        cx.trainer.map_or(Ok(()), |trainer| trainer.check_ema())
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        if *moment == Moment::TrainBegin {
            self.check(cx)?;
        }
        let on_epoch = self.options.swap_on_epoch;
        Ok(match moment {
            Moment::EpochBegin { .. } if on_epoch => self.put(false),
            Moment::EpochEnd { epoch, .. } if on_epoch && !self.averages_in_model => {
                let mut flows = self.put(true);
                // Training ends with the averages for weights: they are in the model already.
                if epoch + 1 == cx.epochs {
                    flows.push(Flow::SetEma);
                }
                flows
            }
            Moment::TestBegin { .. } | Moment::PredictBegin => self.put(true),
            // Keras leaves the averages in the model after predictions (its condition is inverted there).
            Moment::TestEnd { .. } | Moment::PredictEnd => self.put(false),
            _ => vec![],
        })
    }

    fn state(&self) -> Json {
        json!({"averages_in_model": self.averages_in_model})
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        self.averages_in_model = Saved::new(DEF.class_name, state)?.flag("averages_in_model")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, errors, of_losses};

    #[test]
    fn a_resumed_run_goes_on_alike() {
        for at in 0..10 {
            for on_epoch in [false, true] {
                let make = || SwapEMAWeights::new().swap_on_epoch(on_epoch).into();
                assert_resumes(make, &of_losses(&[1.0; 10]), at);
            }
        }
    }

    #[test]
    fn bad_options_are_told() {
        let text = errors("SwapEMAWeights", json!({"swap_on_epochs": true}));
        assert!(text.contains("did you mean `swap_on_epoch`?"), "{text}");
        let text = errors("SwapEMAWeights", json!({"swap_on_epoch": 1}));
        assert!(text.contains("true or false"), "{text}");
    }
}
