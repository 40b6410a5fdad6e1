//! Learning rates by epoch, as a run file writes them: pairs, or one of Keras's decays counted in epochs.

use regimen_nn::{Object, Options, config::nearest, object::same_name};
use serde_json::Value as Json;

use crate::callbacks::decay::{self, CLASSES, Decay};

/// A rule for the learning rate of an epoch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Schedule {
    /// From each epoch on, that rate; before the first pair the rate stays.
    Pairs(Vec<(usize, f64)>),
    /// A decay from a rate, or from the optimizer's own where none is given.
    Decay { from: Option<f64>, decay: Decay },
}

impl Schedule {
    /// From the option `schedule`; faults are noted there.
    pub(crate) fn read(options: &mut Options<'_>) -> Option<Schedule> {
        let Some(value) = options.raw("schedule") else {
            options.error(
                "",
                "LearningRateScheduler needs `schedule` (a list of [epoch, rate] or a decay)",
            );
            return None;
        };
        if let Some(items) = value.as_array() {
            return match pairs(items) {
                Ok(pairs) => Some(Schedule::Pairs(pairs)),
                Err(text) => {
                    options.error("schedule", text);
                    None
                }
            };
        }
        let object = match Object::read(value) {
            Ok(object) => object,
            Err(_) => {
                let text = format!(
                    "found {value}, expected a list such as [[0, 0.1], [10, 0.01]] or an object with `class_name`"
                );
                options.error("schedule", text);
                return None;
            }
        };
        let Some(class) = CLASSES
            .iter()
            .copied()
            .find(|c| same_name(c, &object.class_name))
        else {
            let near = nearest(&object.class_name, CLASSES.iter().copied());
            let hint = near.map_or_else(
                || format!("there are {}", CLASSES.join(", ")),
                |n| format!("did you mean `{n}`?"),
            );
            options.error(
                "schedule",
                format!("there is no schedule `{}`: {hint}", object.class_name),
            );
            return None;
        };
        let mut inner = Options::new(class, &object.config, "schedule");
        inner.skip("name");
        let decay = decay::read(class, &mut inner);
        let faults = inner.finish();
        let sound = faults.is_empty();
        faults
            .into_iter()
            .for_each(|fault| options.error(&fault.path, fault.message));
        let (from, decay) = decay.filter(|_| sound)?;
        Some(Schedule::Decay { from, decay })
    }

    /// The rate of an epoch; `now` is the current one, `at_start` the one at the start of training.
    pub(crate) fn rate(&self, epoch: usize, now: f64, at_start: f64) -> f64 {
        match self {
            Schedule::Pairs(pairs) => pairs
                .iter()
                .rev()
                .find(|(from, _)| *from <= epoch)
                .map_or(now, |pair| pair.1),
            Schedule::Decay { from, decay } => decay.rate(epoch as f64, from.unwrap_or(at_start)),
        }
    }
}

/// Pairs of an epoch and a rate, epochs rising.
fn pairs(items: &[Json]) -> Result<Vec<(usize, f64)>, String> {
    let mut pairs: Vec<(usize, f64)> = Vec::new();
    for item in items {
        let list = item.as_array().filter(|list| list.len() == 2);
        let pair = list.and_then(|list| Some((list[0].as_u64()? as usize, list[1].as_f64()?)));
        let Some((epoch, rate)) = pair else {
            return Err(format!(
                "found {item}, expected a pair such as [10, 0.01]: an epoch, 0-based, and its learning rate"
            ));
        };
        if pairs.last().is_some_and(|last| last.0 >= epoch) {
            return Err(format!(
                "epoch {epoch} does not come after the one before it; put the pairs in order"
            ));
        }
        pairs.push((epoch, rate));
    }
    if pairs.is_empty() {
        Err("an empty list sets no learning rate; leave the callback away".to_string())
    } else {
        Ok(pairs)
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
