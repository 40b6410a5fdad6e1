//! Rows of a table that have what they need to be learnt from.

use regimen_run::spec::Missing;

use super::distinct;
use super::inputs::{Input, Kind};
use crate::missing::Marks;
use crate::table::Table;

/// Rows that were left out, of one table or of chunks of it.
#[derive(Default)]
pub(super) struct Dropped {
    rows: usize,
    /// Column, what is wrong with it, and how many rows were left out for it.
    by: Vec<(usize, &'static str, usize)>,
    /// Rows kept without a label, where a cell holds several or none.
    unlabelled: usize,
    /// Rows that repeat another one.
    pub repeated: usize,
}

impl Dropped {
    /// What was left out, in words.
    pub fn notes(&self, columns: &[String]) -> Vec<String> {
        let by = self.by.iter().filter(|(.., dropped)| *dropped > 0);
        let notes = by.map(|&(column, why, dropped)| {
            let name = &columns[column];
            format!("{dropped} of {} rows dropped: `{name}` is {why}", self.rows)
        });
        let none = (self.unlabelled > 0).then(|| {
            format!(
                "{} of {} rows hold no label: each of theirs is 0",
                self.unlabelled, self.rows
            )
        });
        notes
            .chain(none)
            .chain(distinct::note(self.repeated, self.rows))
            .collect()
    }
}

/// Rows that have their label, their texts, and the numbers without which they are to be dropped. The others are counted.
/// With `several` labels in a cell, an empty one holds none, which is as good an answer as any.
pub(super) fn keep_rows(
    table: &Table,
    labels: &[usize],
    several: bool,
    inputs: &[Input],
    dropped: &mut Dropped,
) -> Vec<usize> {
    dropped.rows += table.rows();
    let mut kept: Vec<usize> = (0..table.rows()).collect();
    let mut needed = 0;
    let mut need = |column: usize, marks: &[String], why: &'static str| {
        let before = kept.len();
        let marks = Marks::new(marks);
        kept.retain(|&row| {
            let cell = table.cell(row, column).trim();
            !marks.cover(cell, cell.parse().is_ok_and(f32::is_finite))
        });
        if needed == dropped.by.len() {
            dropped.by.push((column, why, 0));
        }
        dropped.by[needed].2 += before - kept.len();
        needed += 1;
    };
    if !several {
        labels.iter().for_each(|&label| need(label, &[], "empty"));
    }
    for input in inputs {
        let columns = input.columns.iter();
        match &input.kind {
            Kind::Text { .. } => columns.for_each(|&c| need(c, &[], "empty")),
            Kind::Numeric {
                missing: Missing::Drop,
                marks,
                ..
            } => columns.for_each(|&c| need(c, marks, "missing")),
            _ => {}
        }
    }
    if several {
        let none = |&&row: &&usize| labels.iter().all(|&c| table.cell(row, c).trim().is_empty());
        dropped.unlabelled += kept.iter().filter(none).count();
    }
    kept
}
