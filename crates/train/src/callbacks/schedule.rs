//! Learning rates by epoch, as a run file writes them: pairs, or one of Keras's decays counted in epochs.

use regimen_nn::schedules;
use regimen_nn::{Object, OptionError, Options};
use serde_json::Value as Json;

/// A rule for the learning rate of an epoch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Schedule {
    /// From each epoch on, that rate; before the first pair the rate stays.
    Pairs(Vec<(usize, f64)>),
    /// One of Keras's schedules, the epoch for the step.
    Decay(Decay),
}

/// A schedule of Keras; without an `initial_learning_rate` it starts from the rate that training started with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decay(Object);

/// The option that may be left out here.
const INITIAL: &str = "initial_learning_rate";

impl Decay {
    fn read(object: Object) -> Result<Decay, Vec<OptionError>> {
        let decay = Decay(object);
        // Any rate will do to check the other options.
        schedules::read(&decay.starting(1.0), "schedule").map(|_| decay)
    }

    fn starting(&self, rate: f64) -> Object {
        let takes = schedules::find(&self.0.class_name)
            .is_some_and(|def| (def.options)().iter().any(|o| o.name == INITIAL));
        let given = self.0.config.get(INITIAL).is_some_and(|r| !r.is_null());
        match takes && !given {
            true => self.0.clone().with(INITIAL, rate),
            false => self.0.clone(),
        }
    }

    fn rate(&self, epoch: usize, at_start: f64) -> f64 {
        schedules::Schedule(self.starting(at_start)).at(epoch as f64)
    }
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
        let read = Decay::read(object);
        match read {
            Ok(decay) => Some(Schedule::Decay(decay)),
            Err(faults) => {
                faults
                    .into_iter()
                    .for_each(|fault| options.error(&fault.path, fault.message));
                None
            }
        }
    }

    /// The rate of an epoch; `now` is the current one, `at_start` the one at the start of training.
    pub(crate) fn rate(&self, epoch: usize, now: f64, at_start: f64) -> f64 {
        match self {
            Schedule::Pairs(pairs) => pairs
                .iter()
                .rev()
                .find(|(from, _)| *from <= epoch)
                .map_or(now, |pair| pair.1),
            Schedule::Decay(decay) => decay.rate(epoch, at_start),
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
