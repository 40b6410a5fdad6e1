//! Events as text for people: Keras's progress bar on a terminal, one line an epoch in a pipe.
//!
//! Pure: events and a clock go in, text comes out, nothing is printed. The forms are those of
//! Keras 3's `Progbar` (`keras/src/utils/progbar.py`), but for redrawing, which clears the line
//! instead of writing backspaces, and fits it to the terminal.

mod bar;
mod block;
mod numbers;
#[cfg(test)]
mod tests;

pub use block::{finding, wrap};
pub use numbers::{duration, logs, number, per_step};

use crate::event::Logs;
use crate::profile::DataWarning;
use crate::{Event, Profile};

/// Least seconds between two redraws of a bar; Keras's interval.
const INTERVAL: f64 = 0.05;
/// Warnings of the data that are shown before a run.
const MOST_WARNINGS: usize = 5;
/// Columns that text in a pipe is wrapped to.
const PIPE_WIDTH: usize = 100;

/// Who reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A terminal: a bar that is redrawn, then the next line.
    Terminal {
        /// Columns of the terminal.
        width: usize,
        /// Whether to use colours and bold.
        color: bool,
    },
    /// A pipe or a file: one plain line an epoch.
    Plain,
    /// A program: one JSON object a line, [`json_line`].
    Json,
}

/// Turns a run's events, in order, into text.
#[derive(Debug, Clone)]
pub struct Console {
    mode: Mode,
    epochs: usize,
    steps: usize,
    clock: bar::Clock,
    /// Whether the cursor stands on a line that holds a bar.
    bar_open: bool,
    /// Whether the run has no epoch to train.
    idle: bool,
    /// What is said of the data once the run begins.
    warnings: String,
}

impl Console {
    /// A console before the run.
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            epochs: 0,
            steps: 0,
            clock: bar::Clock::default(),
            bar_open: false,
            idle: false,
            warnings: String::new(),
        }
    }

    /// The text of an event, to be written as it is; often empty. `now` is a clock in seconds that
    /// only rises, with any zero.
    pub fn event(&mut self, event: &Event, now: f64) -> String {
        match self.mode {
            Mode::Json => match event {
                Event::BatchEnd { .. } => String::new(),
                _ => json_line(event) + "\n",
            },
            Mode::Plain => self.plain(event),
            Mode::Terminal { width, color } => self.terminal(event, now, width.max(20), color),
        }
    }

    fn plain(&mut self, event: &Event) -> String {
        match event {
            Event::EpochEnd {
                epoch,
                logs,
                seconds,
                ..
            } => {
                let rate = per_step(seconds / self.steps.max(1) as f64);
                let values = numbers::logs(logs);
                format!(
                    "{} - {seconds:.0}s - {rate}{values}\n",
                    self.epoch_of(*epoch)
                )
            }
            _ => self.aside(event, PIPE_WIDTH, false),
        }
    }

    fn terminal(&mut self, event: &Event, now: f64, width: usize, color: bool) -> String {
        match event {
            Event::EpochBegin { epoch } => {
                self.clock = bar::Clock::start(now);
                let clear = self.clear();
                format!("{clear}{}\n", self.epoch_of(*epoch))
            }
            Event::BatchEnd { batch, logs, .. } => {
                let done = batch + 1;
                self.clock.step(done, now);
                let last = done >= self.steps;
                if !last && !self.clock.due(now, INTERVAL) {
                    return String::new();
                }
                self.clock.drawn(now);
                self.bar_open = true;
                let style = bar::Style { width, color };
                let line = self.clock.line(done, self.steps, logs, now, style);
                format!("\r\x1b[2K{line}")
            }
            Event::EpochEnd { logs, .. } => {
                let clear = self.clear();
                let style = bar::Style { width, color };
                let line = self.clock.last_line(self.steps, logs, now, style);
                format!("{clear}{line}\n")
            }
            _ => {
                let text = self.aside(event, width, color);
                match text.is_empty() {
                    true => text,
                    false => self.clear() + &text,
                }
            }
        }
    }

    /// Events that read the same on a terminal and in a pipe.
    fn aside(&mut self, event: &Event, width: usize, color: bool) -> String {
        match event {
            Event::RunBegin {
                epochs,
                steps,
                samples,
                val_samples,
                initial_epoch,
                data,
                ..
            } => {
                (self.epochs, self.steps) = (*epochs, *steps);
                self.idle = initial_epoch >= epochs;
                let mut text = format!("Train on {samples} samples");
                if *val_samples > 0 {
                    text += &format!(", validate on {val_samples} samples");
                }
                text += &match (self.idle, initial_epoch) {
                    (true, from) => {
                        format!(
                            "\nNothing to train: epochs = {epochs} in all, and the run begins after {from}"
                        )
                    }
                    (false, 0) => String::new(),
                    (false, from) => format!(", from epoch {}", from + 1),
                };
                let notes = data.notes.iter().map(|note| block::note(note, width));
                let notes: String = notes.collect();
                text + "\n" + &notes + &std::mem::take(&mut self.warnings)
            }
            Event::Data { profile } => {
                self.warnings = warnings(profile, width);
                String::new()
            }
            Event::Message { text, .. } => format!("{text}\n"),
            Event::NonFinite { epoch, step, layer } => {
                let place = match layer.as_str() {
                    "loss" => "the loss".to_owned(),
                    layer => format!("`{layer}`"),
                };
                format!(
                    "Epoch {}: {place} is no longer finite, since step {step}\n",
                    epoch + 1
                )
            }
            Event::Finding(found) => finding(found, width, color),
            Event::RunEnd {
                reason,
                epochs_done,
                seconds,
                test,
            } => {
                let epochs = (!self.idle).then_some(*epochs_done);
                run_end(reason, epochs, *seconds, test.as_ref())
            }
            Event::EpochBegin { .. }
            | Event::BatchEnd { .. }
            | Event::EpochEnd { .. }
            | Event::ValidationRows(_)
            | Event::Checkpoint { .. } => String::new(),
        }
    }

    fn epoch_of(&self, epoch: usize) -> String {
        match self.epochs {
            0 => format!("Epoch {}", epoch + 1),
            epochs => format!("Epoch {}/{epochs}", epoch + 1),
        }
    }

    /// Empties the bar's line; the next step draws the bar again below what follows.
    fn clear(&mut self) -> String {
        match std::mem::take(&mut self.bar_open) {
            true => "\r\x1b[2K".to_owned(),
            false => String::new(),
        }
    }
}

/// The gravest warnings of the data profile. Constants do no harm, and the notes of the data tell of missing cells.
fn warnings(profile: &Profile, width: usize) -> String {
    let told = |w: &&DataWarning| !matches!(w.id.as_str(), "constant" | "missing");
    let all: Vec<&DataWarning> = profile.warnings.iter().filter(told).collect();
    let mut text: String = all
        .iter()
        .take(MOST_WARNINGS)
        .map(|warning| block::note(&warning.text, width))
        .collect();
    if !all.is_empty() {
        let more = match all.len().saturating_sub(MOST_WARNINGS) {
            0 => "What to do".to_owned(),
            more => format!("{more} more, and what to do"),
        };
        text += &block::note(&format!("{more}: `regimen data FILE`"), width);
    }
    text
}

/// `epochs_done` is `None` when there was nothing to train.
fn run_end(reason: &str, epochs_done: Option<usize>, seconds: f64, test: Option<&Logs>) -> String {
    let mut text = String::new();
    if let Some(test) = test {
        text += &format!("Test{}\n", numbers::logs(test));
    }
    let how = match reason {
        "finished" => "Finished",
        "stopped" => "Stopped by a callback",
        "interrupted" => "Interrupted",
        other => other,
    };
    let epochs = match epochs_done {
        None => ", nothing trained".to_owned(),
        Some(1) => " after 1 epoch".to_owned(),
        Some(n) => format!(" after {n} epochs"),
    };
    text + &format!("{how}{epochs}, {}\n", duration(seconds))
}

/// An event as one line of JSON, without the newline.
///
/// As in the run folder; the end of an epoch also carries its logs at the top level, for readers that look
/// for `loss` beside `epoch`.
pub fn json_line(event: &Event) -> String {
    // Every key of an event is text and every number is written by `float`, so this cannot fail.
    let mut value = serde_json::to_value(event).unwrap_or_default();
    if let (Event::EpochEnd { .. }, Some(map)) = (event, value.as_object_mut()) {
        let logs = map.get("logs").and_then(|logs| logs.as_object()).cloned();
        for (name, number) in logs.into_iter().flatten() {
            map.entry(name).or_insert(number);
        }
    }
    value.to_string()
}
