//! Steps that wait for their rows.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "slow_input",
    title: "Training waits for its rows",
    explain: EXPLAIN,
    detect,
    remedies: &["rows_in_memory", "less_augmentation", "larger_batch"],
};

const EXPLAIN: &str = "\
A good part of the time nothing is computed: the step waits for the rows of its batch to be read from
the disk, decoded or augmented. A faster processor or a smaller network would not make it faster.

How the doctor knows: a run measures how long steps wait. Half of the training time over the last
epochs, three at least, of an epoch of a second or more, is told. It says nothing of quality.

Keep the rows in memory where they fit, store pictures in the size in which the network takes them,
augment less, or take larger batches.";

const SHARE: f64 = 0.5;
const SECONDS: f64 = 1.0;
const EPOCHS: usize = 3;

fn detect(facts: &Facts) -> Option<Finding> {
    let timings = facts.history.iter().filter_map(|row| row.timing);
    let all: Vec<_> = timings.collect();
    let last = &all[all.len().checked_sub(EPOCHS)?..];
    let (waiting, training) = last.iter().fold((0.0, 0.0), |(waiting, training), of| {
        (waiting + of.waiting, training + of.training)
    });
    if training < SECONDS * EPOCHS as f64 || waiting < SHARE * training {
        return None;
    }
    let share = waiting / training;
    let title = format!(
        "{:.0} % of the training time is waiting for rows",
        100.0 * share
    );
    let explanation =
        "Reading or changing the rows takes longer than the steps on them.".to_owned();
    let evidence = [("share", json!(share)), ("seconds", json!(waiting))];
    let mut finding = finding(Severity::Info, 0.9, title, explanation, evidence);
    finding.check =
        "Train with the rows in memory and without augmentation: epochs become as much shorter."
            .to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::Event;
    use regimen_run::event::{Logs, Telemetry, Timing};

    #[test]
    fn by_the_share_of_waiting() {
        let told = |waiting: f64, epochs: usize| {
            let event = |epoch: usize| Event::EpochEnd {
                epoch,
                logs: Logs::new(),
                seconds: 3.0,
                step: 0,
                timing: Some(Timing {
                    training: 2.5,
                    waiting,
                    ..Timing::default()
                }),
                telemetry: Telemetry::default(),
            };
            let events: Vec<Event> = (0..epochs).map(event).collect();
            detect(&Facts::from_events(&events)).is_some()
        };
        assert!(told(2.0, 4) && !told(0.5, 4) && !told(2.0, 2));
    }
}
