//! From events to panels: one for the loss, one for each metric, with training and validation.

use std::collections::BTreeMap;

use regimen_run::event::Logs;
use regimen_run::{Event, Severity};

/// Values of one log over epochs; 1-based epochs, in order.
pub type Series = Vec<(usize, f64)>;

/// One panel: a log and its validation twin.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Name of the log, such as `accuracy`.
    pub name: String,
    /// Values in training.
    pub train: Series,
    /// Values in validation; may be empty.
    pub val: Series,
}

/// A finding at the epoch that it holds from.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// 1-based.
    pub epoch: usize,
    /// Id of the finding.
    pub label: String,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// The loss first, then metrics by name.
    pub panels: Vec<Panel>,
    /// Epoch and value of the smallest validation loss.
    pub best: Option<(usize, f64)>,
    /// Warnings and errors with an epoch, in order.
    pub marks: Vec<Mark>,
}

/// Reads events in order; where a resumed run tells an epoch again, the later telling holds.
pub fn read(events: &[Event]) -> Picture {
    let mut rows: BTreeMap<usize, &Logs> = BTreeMap::new();
    let mut marks = BTreeMap::new();
    for event in events {
        match event {
            Event::EpochEnd { epoch, logs, .. } => {
                rows.split_off(epoch);
                rows.insert(*epoch, logs);
            }
            Event::Finding(finding) if finding.severity > Severity::Info => {
                if let Some(epoch) = finding.from_epoch {
                    marks.entry(finding.id.clone()).or_insert(epoch);
                }
            }
            _ => {}
        }
    }
    let mut logs: BTreeMap<&str, Series> = BTreeMap::new();
    for (epoch, row) in &rows {
        for (name, value) in *row {
            logs.entry(name).or_default().push((epoch + 1, *value));
        }
    }
    let mut marks: Vec<Mark> = marks
        .into_iter()
        .map(|(label, epoch)| Mark { epoch, label })
        .collect();
    marks.sort_by_key(|mark| mark.epoch);
    let val_loss = logs
        .get("val_loss")
        .into_iter()
        .flatten()
        .filter(|(_, v)| v.is_finite());
    let best = val_loss.min_by(|a, b| a.1.total_cmp(&b.1)).copied();
    Picture {
        panels: panels(&logs),
        best,
        marks,
    }
}

fn panels(logs: &BTreeMap<&str, Series>) -> Vec<Panel> {
    let mut names: Vec<&str> = Vec::new();
    for name in logs.keys() {
        let name = name.strip_prefix("val_").unwrap_or(name);
        let series = logs.get(name);
        let constant = series.is_some_and(|s| s.windows(2).all(|w| w[0].1 == w[1].1));
        let is_dull = name == "learning_rate" && constant;
        if !is_dull && !names.contains(&name) {
            names.push(name);
        }
    }
    // The loss first, the learning rate last, metrics between by name.
    names.sort_by_key(|name| (*name != "loss", *name == "learning_rate", *name));
    let series = |name: &str| logs.get(name).cloned().unwrap_or_default();
    let panel = |name: &&str| Panel {
        name: name.to_string(),
        train: series(name),
        val: series(&format!("val_{name}")),
    };
    names.iter().map(panel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch_end(epoch: usize, logs: &[(&str, f64)]) -> Event {
        let logs = logs
            .iter()
            .map(|(name, value)| (name.to_string(), *value))
            .collect();
        Event::EpochEnd {
            epoch,
            logs,
            seconds: 0.0,
            step: 0,
            timing: None,
            telemetry: Default::default(),
        }
    }

    #[test]
    fn pairs_training_with_validation() {
        let row = [
            ("val_loss", 2.0),
            ("loss", 1.0),
            ("learning_rate", 0.1),
            ("val_acc", 0.5),
            ("acc", 0.6),
        ];
        let picture = read(&[epoch_end(0, &row), epoch_end(1, &row)]);
        let names: Vec<&str> = picture
            .panels
            .iter()
            .map(|panel| panel.name.as_str())
            .collect();
        assert_eq!(names, ["loss", "acc"]);
        assert_eq!(picture.panels[0].val, [(1, 2.0), (2, 2.0)]);
        assert_eq!(picture.best, Some((1, 2.0)));
    }

    #[test]
    fn later_telling_of_an_epoch_holds() {
        let told = [0, 1, 2, 1].map(|epoch| epoch_end(epoch, &[("loss", epoch as f64)]));
        assert_eq!(read(&told).panels[0].train, [(1, 0.0), (2, 1.0)]);
    }

    #[test]
    fn a_moving_learning_rate_is_drawn_last() {
        let told =
            [0, 1].map(|e| epoch_end(e, &[("loss", 1.0), ("z", 1.0), ("learning_rate", e as f64)]));
        let names: Vec<String> = read(&told)
            .panels
            .into_iter()
            .map(|panel| panel.name)
            .collect();
        assert_eq!(names, ["loss", "z", "learning_rate"]);
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(read(&[]), Picture::default());
    }
}
