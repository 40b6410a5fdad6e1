//! Watching a value of the logs: which way is better, and whether it improved.
//!
//! Follows keras/src/callbacks/monitor_callback.py. Comparisons are made in float32, as Keras makes them.

use regimen_nn::OptionValue;
use regimen_run::event::Logs;
use serde_json::Value as Json;

use crate::callbacks::Context;
use crate::callbacks::log_names::{meant, other_name};

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
        known.copied().ok_or_else(|| self.unknown(cx))
    }

    /// What can be told before training: which way is better, and that no epoch will have the value where the name is
    /// a slip. Keras warns after each epoch.
    pub fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        self.direction(cx)?;
        let names: Vec<&str> = cx.log_names.iter().map(String::as_str).collect();
        let of_validation = |name: &str| name.starts_with("val_");
        // Without validation, `val_loss` is no slip.
        if of_validation(&self.name) && !names.iter().any(|name| of_validation(name)) {
            return Ok(());
        }
        match meant(&self.name, &names) {
            Some(near) => Err(format!(
                "`monitor = {:?}`: the logs will have no such value: did you mean `{near}`?",
                self.name
            )),
            None => Ok(()),
        }
    }

    fn unknown(&self, cx: &Context<'_>) -> String {
        let of_validation: Vec<String> = cx
            .directions
            .keys()
            .map(|name| format!("val_{name}"))
            .collect();
        let mut names = vec!["loss", "val_loss"];
        names.extend(cx.directions.keys().map(String::as_str));
        names.extend(of_validation.iter().map(String::as_str));
        names.extend(cx.log_names.iter().map(String::as_str));
        let hint = meant(&self.name, &names).map_or(String::new(), |near| {
            format!("did you mean `{near}`? Otherwise: ")
        });
        format!(
            "`monitor = {:?}`: {hint}which way is better is not known; say `mode = \"min\"` or `\"max\"`",
            self.name
        )
    }

    /// Whether `current` is better than `reference` by more than `min_delta`; anything is better than none.
    pub fn improved(&self, direction: Direction, current: f64, reference: Option<f64>) -> bool {
        match (direction, reference) {
            (_, None) => true,
            (Direction::Min, Some(best)) => ((current + self.min_delta) as f32) < best as f32,
            (Direction::Max, Some(best)) => ((current - self.min_delta) as f32) > best as f32,
        }
    }

    /// What Keras warns when the value is not in the logs, and the name that may have been meant.
    pub fn missing(&self, what: &str, logs: &Logs, cx: &Context<'_>) -> String {
        let names: Vec<&str> = logs.keys().map(String::as_str).collect();
        let text = format!(
            "{what} conditioned on metric `{}` which is not available. Available metrics are: {}",
            self.name,
            names.join(",")
        );
        match self.meant(logs, cx) {
            Some(near) => format!("{text}. Did you mean `{near}`?"),
            None => text,
        }
    }

    /// The name that was meant, when no epoch will have this one.
    pub fn meant<'a>(&self, logs: &'a Logs, cx: &Context<'a>) -> Option<&'a str> {
        let names = logs.keys().chain(cx.log_names);
        meant(&self.name, &names.map(String::as_str).collect::<Vec<_>>())
    }
}

/// A value of the logs by name or by its other name.
pub(crate) fn look_up(name: &str, logs: &Logs) -> Option<f64> {
    logs.get(name)
        .or_else(|| logs.get(other_name(name)))
        .copied()
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
            trainer: None,
            learning_rate: 0.1,
            directions: &directions,
            log_names: &[],
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
        assert!(!error.contains("did you mean"), "{error}");
        for (name, near) in [("val_los", "val_loss"), ("val_acuracy", "val_accuracy")] {
            let error = direction(name, Mode::Auto).unwrap_err();
            assert!(
                error.contains(&format!("did you mean `{near}`?")),
                "{error}"
            );
        }
    }

    #[test]
    fn a_missing_value_is_told_in_keras_words_with_the_nearest_name() {
        let logs = Logs::from([("loss".to_string(), 0.5)]);
        let log_names = ["loss".to_string(), "val_loss".to_string()];
        let cx = Context {
            trainer: None,
            learning_rate: 0.1,
            directions: &BTreeMap::new(),
            log_names: &log_names,
            epochs: 1,
        };
        let missing = |name| Monitor::new(name, Mode::Min, 0.0).missing("It is", &logs, &cx);
        let keras = |name| {
            format!(
                "It is conditioned on metric `{name}` which is not available. Available metrics are: loss"
            )
        };
        assert_eq!(
            missing("val_los"),
            keras("val_los") + ". Did you mean `val_loss`?"
        );
        // It will be there in the epochs that validate.
        assert_eq!(missing("val_loss"), keras("val_loss"));
        assert_eq!(missing("something_else"), keras("something_else"));
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
