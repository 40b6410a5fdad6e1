//! Following a live run: each finding once, the moment it is sure.

use std::collections::BTreeSet;

use regimen_run::{Event, Finding, Severity};

use crate::{Facts, diagnose};

/// Reads a run's events as they come. Keeps those that carry facts, not the batches.
#[derive(Debug, Default)]
pub struct Watcher {
    events: Vec<Event>,
    reported: BTreeSet<(String, Option<String>)>,
}

impl Watcher {
    /// A watcher that has seen nothing.
    pub fn new() -> Watcher {
        Watcher::default()
    }

    /// Takes one event in and gives what became sure by it: findings of severity warning or error
    /// that were not reported before. What is only suspected waits for [`diagnose`] at the end.
    ///
    /// An [`Event::Finding`] of the past (a resumed run) counts as reported.
    pub fn see(&mut self, event: &Event) -> Vec<Finding> {
        let due = match event {
            Event::Data { .. } | Event::RunBegin { .. } | Event::NonFinite { .. } => true,
            Event::EpochEnd { epoch, .. } => is_due(epoch + 1),
            Event::Finding(finding) => {
                self.reported.insert(key(finding));
                return Vec::new();
            }
            Event::EpochBegin { .. }
            | Event::BatchEnd { .. }
            | Event::Message { .. }
            | Event::Checkpoint { .. }
            | Event::ValidationRows(_)
            | Event::RunEnd { .. } => return Vec::new(),
        };
        self.events.push(event.clone());
        if !due {
            return Vec::new();
        }
        let mut sure = diagnose(&Facts::from_events(&self.events));
        sure.retain(|finding| {
            finding.severity > Severity::Info && self.reported.insert(key(finding))
        });
        sure
    }
}

/// Whether to look after so many epochs: always at first, later after each fiftieth part more, so that looking at ever
/// longer curves stays a small part of the work.
fn is_due(epochs: usize) -> bool {
    epochs.is_multiple_of((epochs / 50).max(1))
}

fn key(finding: &Finding) -> (String, Option<String>) {
    (finding.id.clone(), finding.layer.clone())
}
