//! ReduceLROnPlateau: a smaller learning rate when a value has stopped improving.
//!
//! Follows keras/src/callbacks/reduce_lr_on_plateau.py.

use regimen_nn::{Configured, keras_config};
use regimen_run::event::Logs;
use serde_json::{Value as Json, json};

use crate::callbacks::count::Count;
use crate::callbacks::monitor::{Direction, Mode, Monitor};
use crate::callbacks::python_text::repr;
use crate::callbacks::saved_state::{Saved, optional};
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, set_rate};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "ReduceLROnPlateau",
    aliases: &[],
    about: "lowers the learning rate when a value has stopped improving",
    options: ReduceLROnPlateau::options,
    read: |options, _| {
        let read = ReduceLROnPlateau::read(options)?;
        match read.check_factor() {
            Ok(()) => Some(read.into()),
            Err(text) => {
                options.error("factor", text);
                None
            }
        }
    },
};

keras_config! {
    /// Multiplies the learning rate by `factor` when a value has stopped improving.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, ReduceLROnPlateau};
    ///
    /// let callback: Box<dyn Callback> = ReduceLROnPlateau::new().factor(0.5).patience(3usize).min_lr(1e-5).into();
    /// assert_eq!(callback.class_name(), "ReduceLROnPlateau");
    /// ```
    pub struct ReduceLROnPlateau() {
        /// Log name to watch.
        monitor: String = "val_loss".to_string(),
        /// What the learning rate is multiplied by, below 1.
        factor: f64 = 0.1,
        /// Epochs without improvement before that.
        patience: Count = Count(10),
        /// 1 says when.
        verbose: Count = Count(0),
        /// Which way is better.
        mode: Mode = Mode::Auto,
        /// Smallest change that counts as better; its sign does not count.
        min_delta: f64 = 1e-4,
        /// Epochs after a reduction that do not count.
        cooldown: Count = Count(0),
        /// The learning rate goes no lower.
        min_lr: f64 = 0.0,
    }
}

impl ReduceLROnPlateau {
    fn check_factor(&self) -> Result<(), String> {
        match self.factor {
            f if f >= 1.0 => Err(format!(
                "ReduceLROnPlateau does not support a factor >= 1.0. Received factor={}",
                repr(f)
            )),
            f if f >= 0.0 => Ok(()),
            f => Err(format!(
                "ReduceLROnPlateau needs a factor from 0 to below 1. Received factor={}",
                repr(f)
            )),
        }
    }
}

struct Running {
    options: ReduceLROnPlateau,
    monitor: Monitor,
    wait: u64,
    best: Option<f64>,
    cooldown_counter: u64,
    resumed: bool,
}

impl From<ReduceLROnPlateau> for Box<dyn Callback> {
    fn from(options: ReduceLROnPlateau) -> Box<dyn Callback> {
        let monitor = Monitor::new(&options.monitor, options.mode, options.min_delta);
        Box::new(Running {
            options,
            monitor,
            wait: 0,
            best: None,
            cooldown_counter: 0,
            resumed: false,
        })
    }
}

impl Running {
    fn epoch_end(
        &mut self,
        epoch: usize,
        logs: &Logs,
        cx: &Context<'_>,
    ) -> Result<Vec<Flow>, String> {
        let direction = self.monitor.direction(cx)?;
        let mut logs = logs.clone();
        let rates = cx.rates();
        logs.extend(rates.iter().cloned());
        let mut flows: Vec<Flow> = rates
            .iter()
            .map(|(log, rate)| Flow::AddLog(log.clone(), *rate))
            .collect();
        match self.monitor.value(&logs) {
            None => {
                let text = self
                    .monitor
                    .missing("Learning rate reduction is", &logs, cx);
                let end = if text.ends_with('?') { "" } else { "." };
                flows.push(Flow::Message(text + end));
            }
            Some(current) if self.due(direction, current) => {
                for (place, (log, rate)) in rates.iter().enumerate() {
                    flows.extend(self.reduce(place, log, epoch, *rate));
                }
            }
            Some(_) => {}
        }
        Ok(flows)
    }

    /// Counts the epoch; whether patience has run out.
    fn due(&mut self, direction: Direction, current: f64) -> bool {
        if self.cooldown_counter > 0 {
            self.cooldown_counter -= 1;
            self.wait = 0;
        }
        if self.monitor.improved(direction, current, self.best) {
            (self.best, self.wait) = (Some(current), 0);
            return false;
        }
        if self.cooldown_counter > 0 {
            return false;
        }
        self.wait += 1;
        self.wait >= self.options.patience.0 as u64
    }

    /// Lowers the rate, unless it is as low as it goes already (as float32, which the rate is kept in).
    fn reduce(&mut self, place: usize, log: &str, epoch: usize, old: f64) -> Vec<Flow> {
        if old as f32 <= self.options.min_lr as f32 {
            return vec![];
        }
        let new = (old * self.options.factor).max(self.options.min_lr);
        self.cooldown_counter = self.options.cooldown.0 as u64;
        self.wait = 0;
        let (flow, called) = set_rate(place, log, new);
        let mut flows = vec![flow];
        if self.options.verbose.0 > 0 {
            let (epoch, new) = (epoch + 1, repr(new));
            flows.push(Flow::Message(format!(
                "Epoch {epoch}: ReduceLROnPlateau reducing {called} to {new}."
            )));
        }
        flows
    }
}

impl Callback for Running {
    fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        self.options.check_factor()?;
        self.monitor.check(cx)?;
        cx.check_rates()
    }

    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        match moment {
            Moment::TrainBegin => {
                self.check(cx)?;
                if !std::mem::take(&mut self.resumed) {
                    (self.wait, self.best, self.cooldown_counter) = (0, None, 0);
                }
                Ok(vec![])
            }
            Moment::EpochEnd { epoch, logs, .. } => self.epoch_end(*epoch, logs, cx),
            _ => Ok(vec![]),
        }
    }

    fn state(&self) -> Json {
        json!({"wait": self.wait, "best": optional(self.best), "cooldown_counter": self.cooldown_counter})
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        let saved = Saved::new(DEF.class_name, state)?;
        self.wait = saved.count("wait")?;
        self.best = saved.optional("best")?;
        self.cooldown_counter = saved.count("cooldown_counter")?;
        self.resumed = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, errors, of_losses, trace};

    #[test]
    fn every_transition_in_order() {
        let options = ReduceLROnPlateau::new()
            .factor(0.5)
            .patience(1usize)
            .cooldown(1usize)
            .min_lr(0.03);
        let trace = trace(
            &mut options.into(),
            &of_losses(&[1.0, 1.0, 1.0, 1.0, 1.0, 0.5]),
        );
        let rates: Vec<Option<f64>> = trace
            .iter()
            .map(|flows| {
                flows.iter().find_map(|f| {
                    if let Flow::SetLearningRate(lr) = f {
                        Some(*lr)
                    } else {
                        None
                    }
                })
            })
            .collect();
        let start = f64::from(0.1f32);
        // Best, reduced; the cooldown is over at once but counts the epoch; reduced to the floor; at the floor nothing moves.
        assert_eq!(rates[1..4], [None, Some(start * 0.5), Some(0.03)]);
        assert_eq!(rates[4..], [None, None, None, None]);
    }

    #[test]
    fn a_resumed_run_goes_on_alike() {
        let losses = of_losses(&[1.0, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8, 0.8]);
        for at in 0..10 {
            let options = || {
                ReduceLROnPlateau::new()
                    .factor(0.3)
                    .patience(2usize)
                    .cooldown(2usize)
                    .verbose(1usize)
            };
            assert_resumes(|| options().into(), &losses, at);
        }
    }

    #[test]
    fn bad_options_are_told() {
        let text = errors("ReduceLROnPlateau", json!({"factor": 1.0}));
        assert!(
            text.contains("does not support a factor >= 1.0. Received factor=1.0"),
            "{text}"
        );
        assert!(errors("ReduceLROnPlateau", json!({"factor": -0.5})).contains("from 0 to below 1"));
        assert!(errors("ReduceLROnPlateau", json!({"patience": -2})).contains("0 or more"));
        assert!(errors("ReduceLROnPlateau", json!({"mode": "up"})).contains("\"max\""));
    }
}
