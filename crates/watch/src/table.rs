//! Curves as columns: one value of each log per epoch, and which part of them is new.

use std::collections::BTreeMap;

use serde::Serialize;

/// Columns that a run may have; more are left out.
pub(crate) const MOST_COLUMNS: usize = 64;

/// Logs by name, each as long as `epochs`; NaN, in JSON null, where an epoch has no such value.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Epoch numbers, 1-based, rising.
    pub epochs: Vec<u32>,
    columns: BTreeMap<String, Vec<f32>>,
    /// The first row that was not told yet.
    new_from: Option<usize>,
}

/// Rows of a table from one on.
#[derive(Debug, Serialize)]
pub(crate) struct Rows<'t> {
    /// The place of the first.
    from: usize,
    epochs: &'t [u32],
    columns: BTreeMap<&'t str, &'t [f32]>,
}

impl Table {
    /// Adds an epoch. One that is told again drops what was told of it and of later ones.
    pub fn add<'l>(&mut self, epoch: u32, logs: impl IntoIterator<Item = (&'l str, f64)>) {
        let row = self.epochs.partition_point(|e| *e < epoch);
        self.epochs.truncate(row);
        for column in self.columns.values_mut() {
            column.truncate(row);
        }
        for (name, value) in logs {
            if !self.columns.contains_key(name) {
                if self.columns.len() >= MOST_COLUMNS {
                    continue;
                }
                self.columns.insert(name.to_owned(), vec![]);
            }
            if let Some(column) = self.columns.get_mut(name) {
                column.resize(row, f32::NAN);
                column.push(value as f32);
            }
        }
        self.epochs.push(epoch);
        for column in self.columns.values_mut() {
            column.resize(row + 1, f32::NAN);
        }
        self.new_from = Some(self.new_from.map_or(row, |new| new.min(row)));
    }

    /// All of it.
    pub fn all(&self) -> Rows<'_> {
        self.rows(0)
    }

    /// The first new row, once; `None` where nothing is new.
    pub fn take_new(&mut self) -> Option<usize> {
        self.new_from.take()
    }

    /// Rows from one on.
    pub fn rows(&self, from: usize) -> Rows<'_> {
        let from = from.min(self.epochs.len());
        let columns = self.columns.iter();
        let columns = columns.map(|(name, column)| (name.as_str(), &column[from..]));
        let columns = columns.collect();
        Rows {
            from,
            epochs: &self.epochs[from..],
            columns,
        }
    }

    /// The last value of a log.
    pub fn last(&self, name: &str) -> Option<f32> {
        self.columns
            .get(name)?
            .last()
            .copied()
            .filter(|x| x.is_finite())
    }

    /// The least value of a log and its epoch.
    pub fn least(&self, name: &str) -> Option<(u32, f32)> {
        let column = self.columns.get(name)?;
        let finite = self
            .epochs
            .iter()
            .zip(column)
            .filter(|(_, x)| x.is_finite());
        let least = finite.min_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some((*least.0, *least.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(rows: &Rows<'_>) -> String {
        serde_json::to_string(rows).expect("writes")
    }

    #[test]
    fn columns_align_and_epochs_told_again_hold() {
        let mut table = Table::default();
        table.add(1, [("loss", 3.0)]);
        table.add(2, [("loss", 2.0), ("val_loss", 2.5)]);
        table.add(3, [("loss", f64::NAN), ("val_loss", f64::INFINITY)]);
        assert_eq!(table.take_new(), Some(0));
        assert_eq!(table.take_new(), None);
        assert_eq!(
            json(&table.all()),
            r#"{"from":0,"epochs":[1,2,3],"columns":{"loss":[3.0,2.0,null],"val_loss":[null,2.5,null]}}"#
        );
        assert_eq!(
            (table.last("loss"), table.least("val_loss")),
            (None, Some((2, 2.5)))
        );
        table.add(2, [("loss", 1.5)]);
        assert_eq!(table.take_new(), Some(1));
        assert_eq!(
            json(&table.rows(1)),
            r#"{"from":1,"epochs":[2],"columns":{"loss":[1.5],"val_loss":[null]}}"#
        );
        assert_eq!(table.least("none"), None);
        assert_eq!(
            json(&table.rows(9)),
            r#"{"from":2,"epochs":[],"columns":{"loss":[],"val_loss":[]}}"#
        );
    }

    #[test]
    fn a_table_does_not_grow_without_end_sideways() {
        let mut table = Table::default();
        let names: Vec<String> = (0..200).map(|i| format!("m{i}")).collect();
        table.add(1, names.iter().map(|name| (name.as_str(), 1.0)));
        assert_eq!(table.all().columns.len(), MOST_COLUMNS);
    }
}
