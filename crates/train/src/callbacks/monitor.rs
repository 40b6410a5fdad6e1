//! Watching a value of the logs: which way is better, and whether it improved.
//!
//! Follows keras/src/callbacks/monitor_callback.py. Comparisons are made in float32, as Keras makes them.

use regimen_nn::OptionValue;
use regimen_run::event::Logs;
use serde_json::Value as Json;

use crate::callbacks::Context;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smaller.
    Min,
    /// Larger.
    Max,
}

/// The option `mode`: a direction, or the one that the watched name suggests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Smaller for losses, else as the metric says.
    Auto,
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

impl OptionValue for Mode {
    const KIND: &'static str = "`auto`, `min` or `max`";
    fn read(value: &Json) -> Result<Mode, String> {
        match value.as_str() {
            Some("auto") => Ok(Mode::Auto),
            Some("min") => Ok(Mode::Min),
            Some("max") => Ok(Mode::Max),
            _ => Err("expected \"auto\", \"min\" or \"max\"".to_string()),
        }
    }
    fn write(&self) -> Json {
        match self {
            Mode::Auto => "auto".into(),
            Mode::Min => "min".into(),
            Mode::Max => "max".into(),
        }
    }
}

/// A watched value.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitor {
    /// Log name, such as `val_loss`.
    pub name: String,
    /// Which way is better.
    pub mode: Mode,
    /// Smallest change that counts, without sign.
    pub min_delta: f64,
}

impl Monitor {
    /// Watches `name`; the sign of `min_delta` does not count.
    pub fn new(name: &str, mode: Mode, min_delta: f64) -> Monitor {
        Monitor {
            name: name.to_string(),
            mode,
            min_delta: min_delta.abs(),
        }
    }

    /// The value in the logs; `acc` and `accuracy` find each other, as do `lr` and `learning_rate`.
    pub fn value(&self, logs: &Logs) -> Option<f64> {
        look_up(&self.name, logs)
    }

    /// Which way is better: as told, else by Keras's rule. An unknown metric is an error, as in Keras.
    pub fn direction(&self, cx: &Context<'_>) -> Result<Direction, String> {
        match self.mode {
            Mode::Min => return Ok(Direction::Min),
            Mode::Max => return Ok(Direction::Max),
            Mode::Auto => {}
        }
        let plain = self.name.strip_prefix("val_").unwrap_or(&self.name);
        if plain == "loss" || plain.ends_with("_loss") {
            return Ok(Direction::Min);
        }
        let known = cx.directions.get(plain).or_else(|| match plain {
            "acc" => cx.directions.get("accuracy"),
            "accuracy" => cx.directions.get("acc"),
            _ => None,
        });
        known.copied().ok_or_else(|| {
            format!(
                "`monitor = {:?}`: which way is better is not known; say `mode = \"min\"` or `\"max\"`",
                self.name
            )
        })
    }

    /// Whether `current` is better than `reference` by more than `min_delta`; anything is better than none.
    pub fn improved(&self, direction: Direction, current: f64, reference: Option<f64>) -> bool {
        match (direction, reference) {
            (_, None) => true,
            (Direction::Min, Some(best)) => ((current + self.min_delta) as f32) < best as f32,
            (Direction::Max, Some(best)) => ((current - self.min_delta) as f32) > best as f32,
        }
    }

    /// What Keras warns when the value is not in the logs.
    pub fn missing(&self, what: &str, logs: &Logs) -> String {
        let names: Vec<&str> = logs.keys().map(String::as_str).collect();
        format!(
            "{what} conditioned on metric `{}` which is not available. Available metrics are: {}",
            self.name,
            names.join(",")
        )
    }
}

/// A value of the logs by name or by its other name.
pub(crate) fn look_up(name: &str, logs: &Logs) -> Option<f64> {
    let other = match name {
        "lr" => "learning_rate",
        "acc" => "accuracy",
        "val_acc" => "val_accuracy",
        "accuracy" => "acc",
        "val_accuracy" => "val_acc",
        _ => name,
    };
    logs.get(name).or_else(|| logs.get(other)).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn names_old_and_new_find_each_other() {
        let logs = Logs::from([
            ("accuracy".to_string(), 0.5),
            ("learning_rate".to_string(), 0.1),
        ]);
        let value = |name: &str| Monitor::new(name, Mode::Auto, 0.0).value(&logs);
        assert_eq!(value("acc"), Some(0.5));
        assert_eq!(value("lr"), Some(0.1));
        assert_eq!(value("val_acc"), None);
    }

    #[test]
    fn direction_is_told_or_known_or_an_error() {
        let directions = BTreeMap::from([("accuracy".to_string(), Direction::Max)]);
        let cx = Context {
            learning_rate: 0.1,
            directions: &directions,
            epochs: 1,
        };
        let direction = |name: &str, mode| Monitor::new(name, mode, 0.0).direction(&cx);
        assert_eq!(direction("val_acc", Mode::Auto), Ok(Direction::Max));
        assert_eq!(direction("val_out_loss", Mode::Auto), Ok(Direction::Min));
        assert_eq!(direction("anything", Mode::Max), Ok(Direction::Max));
        let error = direction("val_mystery", Mode::Auto).unwrap_err();
        assert!(
            error.contains("val_mystery") && error.contains("mode"),
            "{error}"
        );
    }

    #[test]
    fn comparisons_are_in_float32() {
        let monitor = Monitor::new("loss", Mode::Min, 0.0);
        // The float32 of 0.1 and the float64 0.1 are the same to Keras.
        assert!(!monitor.improved(Direction::Min, 0.1, Some(f64::from(0.1f32))));
        assert!(!monitor.improved(Direction::Min, f64::NAN, Some(1.0)));
        assert!(monitor.improved(Direction::Min, f64::NAN, None));
    }
}
