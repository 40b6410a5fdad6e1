//! Drives callbacks through prescribed epochs, whole and resumed, for their tests.

use std::collections::BTreeMap;

use regimen_nn::Object;
use regimen_run::event::Logs;
use serde_json::Value as Json;

use super::{Callback, Context, Flow, Moment, Place};

/// Batches of an epoch.
const BATCHES: usize = 3;

/// Logs of epochs with these losses, of training and validation alike.
pub(crate) fn of_losses(losses: &[f64]) -> Vec<Logs> {
    let logs =
        |loss: &f64| Logs::from([("loss".to_string(), *loss), ("val_loss".to_string(), *loss)]);
    losses.iter().map(logs).collect()
}

/// A callback from a config that is right.
pub(crate) fn made(class_name: &str, config: Json) -> Box<dyn Callback> {
    let object = Object {
        class_name: class_name.into(),
        config: config.as_object().unwrap().clone(),
    };
    super::read(&object, "callbacks[0]", &Place::default()).unwrap_or_else(|e| panic!("{e:?}"))
}

/// What is wrong with a config.
pub(crate) fn errors(class_name: &str, config: Json) -> String {
    let object = Object {
        class_name: class_name.into(),
        config: config.as_object().unwrap().clone(),
    };
    let errors = super::read(&object, "callbacks[0]", &Place::default())
        .err()
        .expect("it should be refused");
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A loop's state, as far as callbacks see it.
struct Loop {
    learning_rate: f64,
    directions: BTreeMap<String, super::Direction>,
    epochs: usize,
}

impl Loop {
    fn new(epochs: usize) -> Loop {
        Loop {
            learning_rate: f64::from(0.1f32),
            directions: BTreeMap::new(),
            epochs,
        }
    }

    fn ask(&mut self, callback: &mut Box<dyn Callback>, moment: Moment<'_>) -> Vec<Flow> {
        let cx = Context {
            trainer: None,
            learning_rate: self.learning_rate,
            directions: &self.directions,
            log_names: &[],
            epochs: self.epochs,
        };
        let flows = callback.on(&moment, &cx).unwrap();
        for flow in &flows {
            if let Flow::SetLearningRate(rate) = flow {
                self.learning_rate = f64::from(*rate as f32);
            }
        }
        flows
    }

    fn epoch(&mut self, callback: &mut Box<dyn Callback>, epoch: usize, logs: &Logs) -> Vec<Flow> {
        let mut flows = self.ask(callback, Moment::EpochBegin { epoch });
        let steps = epoch * BATCHES;
        for batch in 0..if callback.wants_batches() { BATCHES } else { 0 } {
            let step = (steps + batch + 1) as u64;
            flows.extend(self.ask(
                callback,
                Moment::BatchEnd {
                    epoch,
                    batch,
                    step,
                    logs,
                },
            ));
        }
        flows.extend(self.ask(
            callback,
            Moment::EpochEnd {
                epoch,
                step: (steps + BATCHES) as u64,
                logs,
            },
        ));
        flows
    }
}

/// What a callback answers: at the beginning, in each epoch until it says stop, and at the end.
pub(crate) fn trace(callback: &mut Box<dyn Callback>, logs: &[Logs]) -> Vec<Vec<Flow>> {
    run(callback, logs, 0, Loop::new(logs.len()))
}

fn run(
    callback: &mut Box<dyn Callback>,
    logs: &[Logs],
    from: usize,
    mut around: Loop,
) -> Vec<Vec<Flow>> {
    let mut trace = vec![around.ask(callback, Moment::TrainBegin)];
    for (epoch, logs) in logs.iter().enumerate().skip(from) {
        trace.push(around.epoch(callback, epoch, logs));
        if trace
            .last()
            .is_some_and(|flows| flows.contains(&Flow::Stop))
        {
            break;
        }
    }
    trace.push(around.ask(callback, Moment::TrainEnd));
    trace
}

/// Runs `at` epochs, takes the state as a checkpoint keeps it, then runs `more` epochs that are lost.
pub(crate) fn resumed(
    callback: &mut Box<dyn Callback>,
    logs: &[Logs],
    at: usize,
    more: usize,
) -> Json {
    let mut around = Loop::new(logs.len());
    around.ask(callback, Moment::TrainBegin);
    (0..at).for_each(|epoch| _ = around.epoch(callback, epoch, &logs[epoch]));
    let state = callback.state().to_string();
    (at..logs.len().min(at + more))
        .for_each(|epoch| _ = around.epoch(callback, epoch, &logs[epoch]));
    serde_json::from_str(&state).unwrap()
}

/// The epochs from `at` on, to the end.
pub(crate) fn finish(callback: &mut Box<dyn Callback>, logs: &[Logs], at: usize) -> Vec<Vec<Flow>> {
    run(callback, logs, at, Loop::new(logs.len()))
}

/// Asserts that a run stopped after `at` epochs and resumed in a fresh callback answers as one that never stopped.
pub(crate) fn assert_resumes(make: impl Fn() -> Box<dyn Callback>, logs: &[Logs], at: usize) {
    let mut whole = make();
    let want = trace(&mut whole, logs);
    let mut first = make();
    let mut around = Loop::new(logs.len());
    let mut got = vec![around.ask(&mut first, Moment::TrainBegin)];
    for (epoch, logs) in logs.iter().enumerate().take(at) {
        got.push(around.epoch(&mut first, epoch, logs));
        if got.last().is_some_and(|flows| flows.contains(&Flow::Stop)) {
            return;
        }
    }
    let state: Json = serde_json::from_str(&first.state().to_string()).unwrap();
    drop(first);
    let mut second = make();
    second.restore(&state).unwrap();
    got.extend(run(&mut second, logs, at, around).into_iter().skip(1));
    // Debug text, because NaN is not equal to itself.
    assert_eq!(
        format!("{got:?}"),
        format!("{want:?}"),
        "resumed after {at} epochs"
    );
    assert_eq!(
        second.state().to_string(),
        whole.state().to_string(),
        "resumed after {at} epochs"
    );
}
