//! Logs of other programs: what Keras prints (also into a notebook), its CSVLogger's files, and histories as JSON.
//!
//! [`read`] tells the forms apart by their beginning and gives the runs in a log, each as far as it goes. A log tells
//! losses and metrics by epoch, sometimes how many rows there are; the rest of what the doctor knows stays unknown.

mod console;
pub mod event_files;
mod history;
mod notebook;
mod table;

use regimen_run::DataProfile;
use regimen_run::event::{Logs, Telemetry};
use thiserror::Error;

use crate::{EpochFacts, Facts};

/// One run in a log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Log {
    /// Epochs in order, each with what the log calls it.
    pub epochs: Vec<(usize, Logs)>,
    /// Epochs asked for.
    pub planned: Option<usize>,
    /// Numbers of rows and shares of classes, as far as the log or the user tells them.
    pub data: DataProfile,
}

/// Why a log cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct LogError {
    /// From 1.
    pub line: usize,
    /// What is wrong there, and what would be right.
    pub reason: String,
}

/// The runs in a log, in order; each has at least one epoch.
///
/// ```
/// let log = "Epoch 1/2\n - 0s - loss: 0.9 - val_loss: 1.0\nEpoch 2/2\n - 0s - loss: 0.7 - val_loss: 0.8\n";
/// let runs = regimen_doctor::log::read(log)?;
/// assert_eq!(runs[0].facts().history[1].logs["val_loss"], 0.8);
/// # Ok::<(), regimen_doctor::log::LogError>(())
/// ```
pub fn read(text: &str) -> Result<Vec<Log>, LogError> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty());
    let runs = match first.map(str::trim_start) {
        Some(line) if line.starts_with('{') => match notebook::outputs(text) {
            Some(printed) => console::read(&printed),
            // An end that comes too early is told of the line behind the last one, where there is none.
            None => history::read(text).map_err(|error| LogError {
                line: error.line.min(text.lines().count().max(1)),
                ..error
            })?,
        },
        Some(line) if table::is_header(line) => table::read(text)?,
        _ => console::read(text),
    };
    match runs.is_empty() {
        true => Err(LogError {
            line: text.lines().count().max(1),
            reason: NOTHING.to_owned(),
        }),
        false => Ok(runs),
    }
}

const NOTHING: &str = "the text ends and has told of no epoch; what Keras prints has lines such as \
`loss: 0.52 - val_loss: 0.61`, a CSV file a first line such as `epoch,loss,val_loss`, a history the form \
`{\"loss\": [0.9, 0.7], \"val_loss\": [1.0, 0.8]}`";

impl Log {
    /// What the log tells, as the doctor reads it.
    pub fn facts(&self) -> Facts<'_> {
        static NOTHING_MORE: Telemetry = Telemetry {
            val_predicted_shares: Vec::new(),
            validation: None,
            learning_rate: None,
            probe: None,
        };
        let first = self.epochs.first().map_or(1, |(number, _)| *number);
        let first_epoch = usize::from(first > 0);
        let history = self.epochs.iter().map(|(number, logs)| EpochFacts {
            epoch: number - first_epoch,
            step: 0,
            logs,
            timing: None,
            telemetry: &NOTHING_MORE,
        });
        Facts {
            data: Some(&self.data),
            train_samples: self.data.train_rows,
            val_samples: self.data.val_rows,
            epochs_planned: self.planned,
            history: history.collect(),
            first_epoch,
            ..Facts::default()
        }
    }
}

/// No run has more epochs; what a log counts beyond is a slip.
const LAST_EPOCH: usize = 1_000_000_000;

/// Puts epochs together into runs: one that does not come after the last begins another.
#[derive(Default)]
struct Runs {
    list: Vec<Log>,
}

impl Runs {
    fn add(&mut self, number: usize, logs: Logs) {
        let number = number.min(LAST_EPOCH);
        let last = self.list.last().and_then(|run| run.epochs.last());
        if self.list.is_empty() || last.is_some_and(|(n, _)| number <= *n) {
            self.list.push(Log::default());
        }
        if let Some(run) = self.list.last_mut() {
            run.epochs.push((number, logs));
        }
    }

    /// Those that have epochs.
    fn done(mut self) -> Vec<Log> {
        self.list.retain(|run| !run.epochs.is_empty());
        self.list
    }
}

/// A number as programs write it; `None` for what is none.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let named = ["nan", "inf", "infinity"].iter().any(|name| {
        let bare = text.trim_start_matches(['+', '-']);
        bare.eq_ignore_ascii_case(name)
    });
    (begins || named).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What logs are made of, and what they should not hold.
    const PIECES: [&str; 24] = [
        "Epoch 1/3",
        "Epoch 2/3",
        "Epoch 00001: x",
        "\n",
        "\r",
        "\u{8}",
        "\u{1b}[1m",
        " - ",
        "loss: 0.5",
        "val_loss: nan",
        "10/10 [==]",
        "5/10",
        "Train on 5 samples, validate on ",
        "9",
        ",",
        ";",
        "epoch",
        "{",
        "\"loss\": [1, 2]",
        "}",
        "'",
        "\u{1b}",
        "é",
        "-inf",
    ];

    proptest! {
        #[test]
        fn any_text_is_runs_or_a_fault(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
            let text: String = pieces.into_iter().map(|i| PIECES[i]).collect();
            match read(&text) {
                Ok(runs) => {
                    prop_assert!(!runs.is_empty());
                    for run in runs {
                        prop_assert!(!run.epochs.is_empty());
                        prop_assert!(run.epochs.windows(2).all(|pair| pair[0].0 < pair[1].0));
                        crate::diagnose(&run.facts());
                    }
                }
                Err(error) => prop_assert!((1..=text.lines().count().max(1)).contains(&error.line)),
            }
        }
    }

    #[test]
    fn forms_are_told_apart() {
        let runs = |text: &str| read(text).map(|runs| runs.len());
        assert_eq!(runs("\u{feff}epoch,loss\n0,1\n"), Ok(1));
        assert_eq!(runs("\n{\"loss\": [1]}"), Ok(1));
        assert_eq!(runs("loss: 1\n"), Ok(1));
        assert_eq!(runs("").map_err(|e| e.line), Err(1));
        assert_eq!(runs("{\n").map_err(|e| e.line), Err(1));
        assert_eq!(runs("epoch,loss\n").map_err(|e| e.line), Err(1));
    }
}
