//! What a run saves of itself, so that going on gives the same bits as never having stopped.

use regimen_save::Checkpoint;
use serde_json::{Value, json};

use crate::callbacks::Callback;
use crate::{TrainError, Trainer};

/// Name of the run's checkpoint in its folder.
pub(crate) const FILE: &str = "checkpoint.regimen";

/// Name of the file with what callbacks found at the beginning.
pub(crate) const BEGINNING: &str = "callbacks.json";

/// Class and state of every callback.
pub(crate) fn callback_states(callbacks: &[Box<dyn Callback>]) -> Vec<Value> {
    callbacks
        .iter()
        .map(|c| json!({"class_name": c.class_name(), "state": c.state()}))
        .collect()
}

/// Gives callbacks their saved states; they must be the same ones in the same order.
pub(crate) fn restore_callbacks(
    saved: &[Value],
    callbacks: &mut [Box<dyn Callback>],
) -> Result<(), String> {
    let class = |s: &Value| {
        s.get("class_name")
            .and_then(Value::as_str)
            .map(str::to_string)
    };
    let same = saved.len() == callbacks.len()
        && saved
            .iter()
            .zip(&*callbacks)
            .all(|(s, c)| class(s).as_deref() == Some(c.class_name()));
    if !same {
        return Err(
            "it was written with other callbacks; resume with the spec it began with".to_string(),
        );
    }
    for (entry, callback) in saved.iter().zip(callbacks.iter_mut()) {
        callback.restore(entry.get("state").unwrap_or(&Value::Null))?;
    }
    Ok(())
}

/// Gives callbacks the states that those of their classes had, in their order; others begin anew.
pub(crate) fn restore_known(
    saved: &[Value],
    callbacks: &mut [Box<dyn Callback>],
) -> Result<(), String> {
    let mut left: Vec<&Value> = saved.iter().collect();
    for callback in callbacks {
        let class = callback.class_name();
        let Some(place) = left.iter().position(|s| s["class_name"] == class) else {
            continue;
        };
        callback.restore(&left.remove(place)["state"])?;
    }
    Ok(())
}

/// Where in the run a state was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Position {
    /// Epochs ended.
    pub(crate) epoch: usize,
    /// Batches of the current epoch done.
    pub(crate) batch: usize,
    /// Passes over the training rows begun before the current one.
    pub(crate) pass: u64,
    /// Batches of the current pass done.
    pub(crate) seen: usize,
    /// Whether training is over.
    pub(crate) done: bool,
}

/// State, position and callbacks as a file.
pub(crate) fn pack(
    trainer: &Trainer<'_>,
    position: &Position,
    callbacks: &[Box<dyn Callback>],
    data: Option<u64>,
) -> Checkpoint {
    let meta = json!({
        "epoch": position.epoch,
        "batch": position.batch,
        "pass": position.pass,
        "seen": position.seen,
        "done": position.done,
        "step": trainer.step(),
        "data": data,
        "callbacks": callback_states(callbacks),
    });
    Checkpoint {
        meta,
        tensors: trainer.state(),
    }
}

/// Optimizer steps before a state was saved.
pub(crate) fn step(checkpoint: &Checkpoint) -> u64 {
    let step = checkpoint.meta.get("step");
    step.and_then(Value::as_u64).unwrap_or(0)
}

/// Refuses to go on with other data than a state was saved with, where both are known.
pub(crate) fn check_data(checkpoint: &Checkpoint, data: Option<u64>) -> Result<(), String> {
    let saved = checkpoint.meta.get("data").and_then(Value::as_u64);
    match (saved, data) {
        (Some(saved), Some(data)) if saved != data => Err(
            "it was trained on other data (rows or values have changed); restore the data, or begin a new run"
                .to_string(),
        ),
        _ => Ok(()),
    }
}

/// How callbacks are given their states.
pub(crate) type RestoreCallbacks = fn(&[Value], &mut [Box<dyn Callback>]) -> Result<(), String>;

/// Puts a saved run back into a fresh trainer and fresh callbacks.
pub(crate) fn unpack(
    checkpoint: &Checkpoint,
    file: &str,
    trainer: &mut Trainer<'_>,
    (callbacks, restore): (&mut [Box<dyn Callback>], RestoreCallbacks),
) -> Result<Position, TrainError> {
    let wrong = |reason: &str| TrainError::Checkpoint {
        file: file.to_string(),
        reason: reason.to_string(),
    };
    let fresh = trainer.state();
    // What goes by the steps of rows that wait depends on how far a run is.
    let of_rows = |name: &str| {
        ["#last", "#rates", "#raw"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    for (name, tensor) in fresh.iter().filter(|(name, _)| !of_rows(name)) {
        match checkpoint.tensors.get(name) {
            Some(saved) if saved.ty() == tensor.ty() => {}
            Some(saved) => {
                let text = format!(
                    "`{name}` is {} there, {} in this model; resume with the spec it began with",
                    saved.ty(),
                    tensor.ty()
                );
                return Err(wrong(&text));
            }
            // Running means are cleared before they are used.
            None if trainer.is_accumulator(name) => {}
            None => {
                return Err(wrong(&format!(
                    "`{name}` is missing; resume with the spec it began with"
                )));
            }
        }
    }
    let meta = &checkpoint.meta;
    let number = |key: &str| {
        meta.get(key)
            .and_then(Value::as_u64)
            .ok_or_else(|| wrong(&format!("no `{key}`")))
    };
    let position = Position {
        epoch: number("epoch")? as usize,
        batch: number("batch")? as usize,
        pass: number("pass")?,
        seen: number("seen")? as usize,
        done: meta.get("done").and_then(Value::as_bool).unwrap_or(false),
    };
    let saved = meta
        .get("callbacks")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    restore(&saved, callbacks).map_err(|e| wrong(&e))?;
    trainer.set_state(&checkpoint.tensors);
    Ok(position)
}
