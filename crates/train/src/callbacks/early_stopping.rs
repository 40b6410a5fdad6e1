//! EarlyStopping: ends training when a value has stopped improving.
//!
//! Follows keras/src/callbacks/early_stopping.py.

use regimen_nn::{Configured, keras_config};
use serde_json::{Value as Json, json};

use crate::callbacks::count::Count;
use crate::callbacks::monitor::{Mode, Monitor};
use crate::callbacks::saved_state::{Saved, optional};
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "EarlyStopping",
    aliases: &[],
    about: "ends training when a value has stopped improving",
    options: EarlyStopping::options,
    read: |options, _| Some(EarlyStopping::read(options)?.into()),
};

keras_config! {
    /// Ends training when a value has stopped improving.
    ///
    /// With `restore_best_weights` the weights of the best epoch are put back at the end of training, stopped early or not.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, EarlyStopping};
    ///
    /// let stop = EarlyStopping::new().monitor("val_accuracy").patience(3usize).restore_best_weights(true);
    /// let callbacks: Vec<Box<dyn Callback>> = vec![stop.into()];
    /// assert_eq!(callbacks[0].class_name(), "EarlyStopping");
    /// ```
    pub struct EarlyStopping() {
        /// Log name to watch.
        monitor: String = "val_loss".to_string(),
        /// Smallest change that counts as better; its sign does not count.
        min_delta: f64 = 0.0,
        /// Epochs without improvement before training ends.
        patience: Count = Count(0),
        /// 1 says when and why.
        verbose: Count = Count(0),
        /// Which way is better.
        mode: Mode = Mode::Auto,
        /// Until a value is better than this one, patience keeps running out.
        baseline: Option<f64> = None,
        /// Whether the weights of the best epoch are put back at the end.
        restore_best_weights: bool = false,
        /// First epoch (0-based) that counts.
        start_from_epoch: Count = Count(0),
    }
}

/// Name under which the loop keeps the best weights.
const BEST: &str = "EarlyStopping/best";

struct Running {
    options: EarlyStopping,
    monitor: Monitor,
    wait: u64,
    best: Option<f64>,
    best_epoch: usize,
    stopped_epoch: usize,
    /// Whether the loop keeps weights.
    kept: bool,
    resumed: bool,
}

impl From<EarlyStopping> for Box<dyn Callback> {
    fn from(options: EarlyStopping) -> Box<dyn Callback> {
        let monitor = Monitor::new(&options.monitor, options.mode, options.min_delta);
        Box::new(Running {
            options,
            monitor,
            wait: 0,
            best: None,
            best_epoch: 0,
            stopped_epoch: 0,
            kept: false,
            resumed: false,
        })
    }
}

impl Running {
    fn reset(&mut self) {
        (self.wait, self.best, self.best_epoch) = (0, None, 0);
        (self.stopped_epoch, self.kept) = (0, false);
    }

    fn epoch_end(
        &mut self,
        epoch: usize,
        moment: &Moment<'_>,
        cx: &Context<'_>,
    ) -> Result<Vec<Flow>, String> {
        let Moment::EpochEnd { logs, .. } = moment else {
            return Ok(vec![]);
        };
        let direction = self.monitor.direction(cx)?;
        let Some(current) = self.monitor.value(logs) else {
            return Ok(vec![Flow::Message(self.monitor.missing(
                "Early stopping",
                logs,
                cx,
            ))]);
        };
        if epoch < self.options.start_from_epoch.0 {
            return Ok(vec![]);
        }
        let improved = self.monitor.improved(direction, current, self.best);
        let mut flows = vec![];
        if self.options.restore_best_weights && (improved || !self.kept) {
            (self.kept, self.best_epoch) = (true, epoch);
            flows.push(Flow::KeepWeights(BEST.to_string()));
        }
        self.wait += 1;
        if improved {
            (self.best, self.best_epoch) = (Some(current), epoch);
            let baseline = self.options.baseline;
            if baseline.is_none() || self.monitor.improved(direction, current, baseline) {
                self.wait = 0;
            }
        } else if self.wait >= self.options.patience.0 as u64 && epoch > 0 {
            self.stopped_epoch = epoch;
            flows.push(Flow::Stop);
        }
        Ok(flows)
    }

    fn train_end(&self) -> Vec<Flow> {
        let mut flows = vec![];
        let mut say = |text: String| {
            if self.options.verbose.0 > 0 {
                flows.push(Flow::Message(text));
            }
        };
        if self.stopped_epoch > 0 {
            say(format!("Epoch {}: early stopping", self.stopped_epoch + 1));
        }
        if self.kept {
            let best = self.best_epoch + 1;
            say(format!(
                "Restoring model weights from the end of the best epoch: {best}."
            ));
            flows.push(Flow::RestoreWeights(BEST.to_string()));
        }
        flows
    }
}

impl Callback for Running {
    fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        self.monitor.check(cx)
    }

    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        match *moment {
            Moment::TrainBegin => {
                self.check(cx)?;
                if !std::mem::take(&mut self.resumed) {
                    self.reset();
                }
                Ok(vec![])
            }
            Moment::EpochEnd { epoch, .. } => self.epoch_end(epoch, moment, cx),
            Moment::TrainEnd => Ok(self.train_end()),
            _ => Ok(vec![]),
        }
    }

    fn state(&self) -> Json {
        json!({
            "wait": self.wait,
            "best": optional(self.best),
            "best_epoch": self.best_epoch,
            "stopped_epoch": self.stopped_epoch,
            "kept": self.kept,
        })
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        let saved = Saved::new(DEF.class_name, state)?;
        self.wait = saved.count("wait")?;
        self.best = saved.optional("best")?;
        self.best_epoch = saved.count("best_epoch")? as usize;
        self.stopped_epoch = saved.count("stopped_epoch")? as usize;
        self.kept = saved.flag("kept")?;
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
    fn stops_after_patience_and_puts_the_best_back() {
        let options = EarlyStopping::new()
            .patience(2usize)
            .restore_best_weights(true)
            .verbose(1usize);
        let trace = trace(&mut options.into(), &of_losses(&[1.0, 0.5, 0.6, 0.7, 0.1]));
        let keep = Flow::KeepWeights(BEST.into());
        assert_eq!(
            trace[..5],
            [
                vec![],
                vec![keep.clone()],
                vec![keep],
                vec![],
                vec![Flow::Stop]
            ]
        );
        let said = [
            "Epoch 4: early stopping",
            "Restoring model weights from the end of the best epoch: 2.",
        ];
        let said = said.map(|text| Flow::Message(text.into()));
        assert_eq!(
            trace[5],
            [&said[..], &[Flow::RestoreWeights(BEST.into())]].concat()
        );
    }

    #[test]
    fn a_second_fit_begins_anew() {
        let mut callback: Box<dyn Callback> = EarlyStopping::new().patience(1usize).into();
        let first = trace(&mut callback, &of_losses(&[1.0, 2.0]));
        assert_eq!(trace(&mut callback, &of_losses(&[1.0, 2.0])), first);
    }

    #[test]
    fn a_resumed_run_goes_on_alike() {
        let losses = of_losses(&[1.0, 0.9, 0.95, 0.8, 0.7, 0.75, 0.72, 0.71, 0.705, 0.69]);
        for at in 0..10 {
            let options = || {
                EarlyStopping::new()
                    .patience(4usize)
                    .restore_best_weights(true)
                    .verbose(1usize)
            };
            assert_resumes(|| options().into(), &losses, at);
            assert_resumes(|| options().baseline(0.74).into(), &losses, at);
        }
        let nan = of_losses(&[f64::NAN, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        assert_resumes(|| EarlyStopping::new().patience(20usize).into(), &nan, 5);
    }

    #[test]
    fn bad_options_are_told() {
        let cases = [
            (json!({"patience": -1}), "`patience`", "0 or more"),
            (
                json!({"mode": "sideways"}),
                "`mode`",
                "\"auto\", \"min\" or \"max\"",
            ),
            (
                json!({"monitr": "loss"}),
                "`monitr`",
                "did you mean `monitor`?",
            ),
            (
                json!({"baseline": "low"}),
                "`baseline`",
                "expected a number",
            ),
        ];
        for (config, name, mend) in cases {
            let text = errors("EarlyStopping", config);
            assert!(text.contains(name) && text.contains(mend), "{text}");
        }
        let mut callback: Box<dyn Callback> = EarlyStopping::new().into();
        assert!(
            callback
                .restore(&json!({"wait": 1}))
                .unwrap_err()
                .contains("`best`")
        );
    }
}
