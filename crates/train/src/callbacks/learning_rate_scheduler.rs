//! LearningRateScheduler: a learning rate for every epoch.
//!
//! Follows keras/src/callbacks/learning_rate_scheduler.py.

use regimen_nn::{OptionInfo, OptionValue, Options};
use serde_json::{Value as Json, json};

use crate::callbacks::python_text::repr;
use crate::callbacks::saved_state::{Saved, number};
use crate::callbacks::schedule::Schedule;
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, Place, set_rate};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "LearningRateScheduler",
    aliases: &[],
    about: "sets the learning rate of every epoch",
    options,
    read,
};

/// Sets the learning rate at the beginning of every epoch.
///
/// In a run file `schedule` is a list of `[epoch, rate]` pairs, each of which holds from that epoch (0-based) on, or one
/// of Keras's decays counted in epochs: `{ class_name = "ExponentialDecay", decay_rate = 0.9, decay_steps = 1 }`.
///
/// ```
/// use regimen_train::callbacks::{Callback, LearningRateScheduler};
///
/// let halve = LearningRateScheduler::from_fn(|epoch, rate| if epoch < 10 { rate } else { rate * 0.5 });
/// let callback: Box<dyn Callback> = halve.into();
/// assert_eq!(callback.class_name(), "LearningRateScheduler");
/// ```
pub struct LearningRateScheduler {
    rule: Rule,
    verbose: usize,
    /// The rates when training began, one for each optimizer.
    at_start: Vec<f64>,
    resumed: bool,
}

enum Rule {
    Written(Schedule),
    Function(Box<dyn FnMut(usize, f64) -> f64 + Send>),
}

impl LearningRateScheduler {
    /// By a function of the epoch (0-based) and the current rate. A resumed run calls it for the epochs still to
    /// come, so it should not count its calls.
    pub fn from_fn(
        function: impl FnMut(usize, f64) -> f64 + Send + 'static,
    ) -> LearningRateScheduler {
        LearningRateScheduler::with(Rule::Function(Box::new(function)))
    }

    fn with(rule: Rule) -> LearningRateScheduler {
        LearningRateScheduler {
            rule,
            verbose: 0,
            at_start: vec![],
            resumed: false,
        }
    }

    /// 1 says every rate.
    pub fn verbose(mut self, verbose: usize) -> LearningRateScheduler {
        self.verbose = verbose;
        self
    }

    fn epoch_begin(&mut self, epoch: usize, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        let rates = cx.rates();
        if self.at_start.len() != rates.len() {
            self.at_start = rates.iter().map(|rate| rate.1).collect();
        }
        let mut flows = vec![];
        for (place, (log, now)) in rates.into_iter().enumerate() {
            flows.extend(self.set(place, &log, epoch, now)?);
        }
        Ok(flows)
    }

    /// The new rate of one optimizer.
    fn set(
        &mut self,
        place: usize,
        log: &str,
        epoch: usize,
        now: f64,
    ) -> Result<Vec<Flow>, String> {
        let at_start = self.at_start.get(place).copied().unwrap_or(now);
        let rate = match &mut self.rule {
            Rule::Written(schedule) => schedule.rate(epoch, now, at_start),
            Rule::Function(function) => function(epoch, now),
        };
        if !rate.is_finite() {
            return Err(format!(
                "the schedule gave {} for epoch {epoch} (0-based), expected a finite learning rate",
                repr(rate)
            ));
        }
        let (flow, called) = set_rate(place, log, rate);
        let mut flows = vec![flow];
        if self.verbose > 0 {
            let text = format!(
                "Epoch {}: LearningRateScheduler setting {called} to {}.",
                epoch + 1,
                repr(rate)
            );
            flows.push(Flow::Message(text));
        }
        Ok(flows)
    }
}

impl From<LearningRateScheduler> for Box<dyn Callback> {
    fn from(scheduler: LearningRateScheduler) -> Box<dyn Callback> {
        Box::new(scheduler)
    }
}

fn options() -> Vec<OptionInfo> {
    vec![
        OptionInfo {
            name: "schedule",
            kind: "list of [epoch, rate] or a decay",
            default: None,
        },
        OptionInfo {
            name: "verbose",
            kind: usize::KIND,
            default: Some(0.into()),
        },
    ]
}

fn read(options: &mut Options<'_>, _: &Place) -> Option<Box<dyn Callback>> {
    let schedule = Schedule::read(options);
    let verbose = options.get::<usize>("verbose", Some(0));
    Some(
        LearningRateScheduler::with(Rule::Written(schedule?))
            .verbose(verbose?)
            .into(),
    )
}

impl Callback for LearningRateScheduler {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        cx.check_rates()
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        match *moment {
            Moment::TrainBegin => {
                self.check(cx)?;
                if !std::mem::take(&mut self.resumed) {
                    self.at_start = cx.rates().into_iter().map(|rate| rate.1).collect();
                }
                Ok(vec![])
            }
            Moment::EpochBegin { epoch } => self.epoch_begin(epoch, cx),
            Moment::EpochEnd { .. } => {
                let rates = cx.rates().into_iter();
                Ok(rates.map(|(log, rate)| Flow::AddLog(log, rate)).collect())
            }
            _ => Ok(vec![]),
        }
    }

    fn state(&self) -> Json {
        match self.at_start.as_slice() {
            [] => json!({ "at_start": null }),
            [one] => json!({ "at_start": number(*one) }),
            several => {
                json!({ "at_start": several.iter().map(|x| number(*x)).collect::<Vec<_>>() })
            }
        }
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        let saved = Saved::new(DEF.class_name, state)?;
        self.at_start = match saved.entry("at_start")? {
            Json::Array(several) => several.iter().filter_map(Json::as_f64).collect(),
            _ => saved.optional("at_start")?.into_iter().collect(),
        };
        self.resumed = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, errors, made, of_losses, trace};

    #[test]
    fn a_resumed_run_goes_on_alike() {
        let losses = of_losses(&[1.0; 10]);
        for at in 0..10 {
            let decay = json!({"schedule": {"class_name": "ExponentialDecay", "decay_rate": 0.9, "decay_steps": 3}, "verbose": 1});
            assert_resumes(|| made("LearningRateScheduler", decay.clone()), &losses, at);
            let pairs = json!({"schedule": [[2, 0.05], [7, 0.01]]});
            assert_resumes(|| made("LearningRateScheduler", pairs.clone()), &losses, at);
            assert_resumes(
                || LearningRateScheduler::from_fn(|epoch, rate| rate / (1.0 + epoch as f64)).into(),
                &losses,
                at,
            );
        }
    }

    #[test]
    fn bad_options_are_told() {
        assert!(errors("LearningRateScheduler", json!({})).contains("needs `schedule`"));
        assert!(
            errors(
                "LearningRateScheduler",
                json!({"schedule": [[0, 0.1]], "verbos": 1})
            )
            .contains("did you mean `verbose`?")
        );
        let decay = json!({"schedule": {"class_name": "CosineDecay"}});
        assert!(
            errors("LearningRateScheduler", decay)
                .contains("callbacks[0].schedule: CosineDecay needs `decay_steps`")
        );
    }

    #[test]
    fn a_rate_that_is_not_finite_ends_training() {
        let mut callback: Box<dyn Callback> =
            LearningRateScheduler::from_fn(|_, _| f64::NAN).into();
        let cx = Context {
            trainer: None,
            learning_rate: 0.1,
            directions: &Default::default(),
            log_names: &[],
            epochs: 1,
        };
        let error = callback
            .on(&Moment::EpochBegin { epoch: 3 }, &cx)
            .unwrap_err();
        assert!(error.contains("nan for epoch 3"), "{error}");
    }

    #[test]
    fn the_rate_is_logged() {
        let mut callback: Box<dyn Callback> = LearningRateScheduler::from_fn(|_, _| 0.25).into();
        let trace = trace(&mut callback, &of_losses(&[1.0]));
        assert_eq!(
            trace[1],
            [
                Flow::SetLearningRate(0.25),
                Flow::AddLog("learning_rate".into(), 0.25)
            ]
        );
    }
}
