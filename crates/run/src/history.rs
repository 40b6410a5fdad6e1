//! The curves of a run: its epoch logs turned into columns.

use std::collections::BTreeMap;

use crate::Event;

/// Logs by name, one value per epoch. What doctor and pictures look at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Epoch numbers, 1-based, rising.
    pub epochs: Vec<usize>,
    /// By name as in the logs (`loss`, `val_loss`, ...), as long as `epochs`; `None` where an epoch
    /// has no such value, for instance with `validation_freq`.
    pub columns: BTreeMap<String, Vec<Option<f64>>>,
}

impl History {
    /// The history that events tell. An epoch recorded twice counts as recorded last.
    pub fn from_events<'e>(events: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut rows = BTreeMap::new();
        for event in events {
            if let Event::EpochEnd { epoch, logs, .. } = event {
                rows.insert(epoch + 1, logs);
            }
        }
        let mut columns: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
        for (i, logs) in rows.values().enumerate() {
            for (name, value) in *logs {
                let column = columns.entry(name.clone()).or_default();
                column.resize(i, None);
                column.push(Some(*value));
            }
        }
        for column in columns.values_mut() {
            column.resize(rows.len(), None);
        }
        Self {
            epochs: rows.into_keys().collect(),
            columns,
        }
    }

    /// Number of epochs.
    pub fn len(&self) -> usize {
        self.epochs.len()
    }

    /// Whether no epoch ended.
    pub fn is_empty(&self) -> bool {
        self.epochs.is_empty()
    }

    /// The points of a curve, (epoch from 1, value), where there is a value. Empty for unknown names.
    pub fn points(&self, name: &str) -> Vec<(usize, f64)> {
        let column = self.columns.get(name).map_or(&[][..], Vec::as_slice);
        self.epochs
            .iter()
            .zip(column)
            .filter_map(|(epoch, value)| value.map(|value| (*epoch, value)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Telemetry;

    fn end(epoch: usize, logs: &[(&str, f64)]) -> Event {
        Event::EpochEnd {
            epoch,
            logs: logs.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect(),
            seconds: 0.0,
            step: 0,
            timing: None,
            telemetry: Telemetry::default(),
        }
    }

    #[test]
    fn columns_align_with_epochs() {
        let events = [
            end(0, &[("loss", 3.0)]),
            end(1, &[("loss", 9.0)]),
            Event::EpochBegin { epoch: 1 },
            end(1, &[("loss", 2.0), ("val_loss", 2.5)]),
            end(2, &[("loss", 1.0)]),
        ];
        let history = History::from_events(&events);
        assert_eq!(history.epochs, [1, 2, 3]);
        assert_eq!(history.columns["loss"], [Some(3.0), Some(2.0), Some(1.0)]);
        assert_eq!(history.columns["val_loss"], [None, Some(2.5), None]);
        assert_eq!(history.points("val_loss"), [(2, 2.5)]);
        assert!(history.points("acc").is_empty());
        assert!(History::from_events([]).is_empty());
    }
}
