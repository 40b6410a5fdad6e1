//! A run as its events tell it so far.

use std::collections::{BTreeMap, VecDeque};

use regimen_run::Finding;
use serde::Serialize;

use crate::line::{Begin, Line, Message, Model, NonFinite};
use crate::number::Logs;
use crate::table::Table;

/// Findings, layers and messages that are kept.
const MOST_FINDINGS: usize = 200;
const MOST_LAYERS: usize = 5_000;
const MOST_MESSAGES: usize = 50;
/// Epochs over which the pace is taken.
const PACE_OVER: usize = 5;

/// What is known of a run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Run {
    /// Of the version that trains.
    pub version: String,
    /// Unix seconds of the first beginning.
    pub begun: Option<f64>,
    /// Epochs asked for.
    pub wanted: Option<u32>,
    pub steps: u64,
    pub batch_size: u64,
    pub samples: u64,
    pub val_samples: u64,
    pub model: Model,
    /// Why the last stretch ended; `None` while it runs.
    pub ended: Option<String>,
    pub test: Option<BTreeMap<String, f32>>,
    pub findings: Vec<Finding>,
    pub messages: VecDeque<Message>,
    pub non_finite: Option<NonFinite>,
    /// Seconds of the last epochs.
    #[serde(skip)]
    pace: VecDeque<f64>,
    /// Lines that could not be read.
    pub skipped: u64,
    #[serde(skip)]
    pub table: Table,
}

/// The best epoch by a log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Best {
    name: &'static str,
    epoch: u32,
    value: f32,
}

impl Run {
    /// Takes a line in; gives whether more than curves changed.
    pub fn take(&mut self, line: &[u8]) -> bool {
        match Line::read(line) {
            Some(Line::Epoch(epoch)) => {
                let rate = epoch.telemetry.learning_rate.map(|x| x.0);
                let told = epoch.logs.0.iter().any(|(name, _)| name == "learning_rate");
                let rate = rate.filter(|_| !told).map(|rate| ("learning_rate", rate));
                let logs = epoch.logs.0.iter().map(|(name, x)| (name.as_ref(), *x));
                self.table
                    .add(epoch.epoch.saturating_add(1), logs.chain(rate));
                self.pace
                    .extend(epoch.seconds.map(|x| x.0).filter(|x| x.is_finite()));
                while self.pace.len() > PACE_OVER {
                    self.pace.pop_front();
                }
                return false;
            }
            Some(Line::Begin(begin)) => self.begin(*begin),
            Some(Line::Finding(finding)) => self.find(*finding),
            Some(Line::Message(message)) => {
                self.messages.push_back(message);
                if self.messages.len() > MOST_MESSAGES {
                    self.messages.pop_front();
                }
            }
            Some(Line::NonFinite(what)) => self.non_finite = Some(what),
            Some(Line::End(end)) => {
                self.test = end.test.map(|logs| owned(&logs));
                self.ended = Some(end.reason);
            }
            Some(Line::Other) => return false,
            None => self.skipped += 1,
        }
        true
    }

    fn begin(&mut self, begin: Begin) {
        self.version = begin.version;
        self.begun = self.begun.or(Some(begin.time.0).filter(|x| x.is_finite()));
        self.wanted = Some(begin.epochs);
        self.steps = begin.steps;
        self.batch_size = begin.batch_size;
        self.samples = begin.samples;
        self.val_samples = begin.val_samples;
        self.model = begin.model;
        self.model.layers.truncate(MOST_LAYERS);
        self.ended = None;
        self.test = None;
    }

    /// Keeps a finding. A run that went on may tell one again: what it says last holds.
    fn find(&mut self, finding: Finding) {
        let same = |f: &&mut Finding| f.id == finding.id && f.layer == finding.layer;
        if let Some(known) = self.findings.iter_mut().find(same) {
            *known = finding;
        } else if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// Seconds that an epoch takes lately.
    pub fn pace(&self) -> Option<f64> {
        let n = self.pace.len();
        (n > 0).then(|| self.pace.iter().sum::<f64>() / n as f64)
    }

    /// The epoch of the least `val_loss`, or without validation the least `loss`.
    pub fn best(&self) -> Option<Best> {
        ["val_loss", "loss"].into_iter().find_map(|name| {
            let (epoch, value) = self.table.least(name)?;
            Some(Best { name, epoch, value })
        })
    }
}

fn owned(logs: &Logs<'_>) -> BTreeMap<String, f32> {
    let logs = logs.0.iter();
    logs.map(|(name, x)| (name.to_string(), *x as f32))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(lines: &[&str]) -> Run {
        let mut run = Run::default();
        for line in lines {
            run.take(line.as_bytes());
        }
        run
    }

    const BEGIN: &str = r#"{"event":"run_begin","version":"1","time":5.0,"epochs":9,"initial_epoch":0,"steps":2,"batch_size":32,"samples":64,"val_samples":16,"model":{"layers":[{"path":"dense","class_name":"Dense","output_shape":[null,3],"params":15,"trainable_params":15,"activation":"relu","regularized":false,"reached":true}],"outputs":[],"optimizer":"Adam","learning_rate":0.001,"metrics":[]},"data":{}}"#;

    #[test]
    fn a_run_from_its_lines() {
        let run = run(&[
            BEGIN,
            r#"{"event":"epoch_end","epoch":0,"logs":{"loss":2.0,"val_loss":2.5},"seconds":3.0,"step":2,"telemetry":{"learning_rate":0.001}}"#,
            r#"{"event":"epoch_end","epoch":1,"logs":{"loss":1.0,"val_loss":"NaN"},"seconds":1.0,"step":4}"#,
            r#"{"event":"finding","id":"x","severity":"warning","probability":0.9,"title":"a","explanation":"b"}"#,
            r#"{"event":"finding","id":"x","severity":"error","probability":1.0,"title":"c","explanation":"b"}"#,
            r#"{"event":"non_finite","epoch":1,"step":3,"layer":"dense"}"#,
            "what?",
            r#"{"event":"run_end","reason":"finished","epochs_done":2,"seconds":4.0,"test":{"loss":1.5}}"#,
        ]);
        assert_eq!(
            (run.wanted, run.begun, run.skipped),
            (Some(9), Some(5.0), 1)
        );
        assert_eq!(run.model.layers[0].output_shape, [None, Some(3)]);
        assert_eq!(
            run.best(),
            Some(Best {
                name: "val_loss",
                epoch: 1,
                value: 2.5
            })
        );
        assert_eq!(run.pace(), Some(2.0));
        assert_eq!(
            (run.findings.len(), run.findings[0].title.as_str()),
            (1, "c")
        );
        assert_eq!(run.ended.as_deref(), Some("finished"));
        assert_eq!(run.test.expect("test logs")["loss"], 1.5);
        assert!(
            run.table.last("learning_rate").is_none() && run.table.least("learning_rate").is_some()
        );
    }

    #[test]
    fn a_run_that_goes_on_is_not_ended() {
        let end = r#"{"event":"run_end","reason":"interrupted","epochs_done":2,"seconds":4.0}"#;
        assert!(run(&[BEGIN, end]).ended.is_some());
        assert!(run(&[BEGIN, end, BEGIN]).ended.is_none());
    }

    #[test]
    fn damaged_lines_are_counted_and_do_no_harm() {
        let good = r#"{"event":"epoch_end","epoch":1,"logs":{"loss":1.0,"é":"NaN"},"seconds":1.0,"step":4,"telemetry":{"learning_rate":0.1}}"#;
        let mut run = run(&[good]);
        for line in [good, BEGIN] {
            for place in 0..line.len() {
                for byte in [0, b'"', b'{', b'9', 0xff] {
                    let mut bytes = line.as_bytes().to_vec();
                    bytes[place] = byte;
                    run.take(&bytes);
                    run.take(&bytes[..place]);
                }
            }
        }
        assert!(run.skipped > 1000 && !run.table.epochs.is_empty());
    }
}
