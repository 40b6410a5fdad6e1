//! Rows of a table that have what they need to be learnt from.

use std::collections::BTreeMap;

use regimen_run::spec::Missing;

use super::distinct;
use super::inputs::{Input, Kind};
use super::roles::Roles;
use crate::missing::Marks;
use crate::table::Table;

/// Rows that were left out, of one table or of chunks of it.
#[derive(Default)]
pub(super) struct Dropped {
    rows: usize,
    /// Column, what is wrong with it, and how many rows were left out for it.
    by: Vec<(usize, &'static str, usize)>,
    /// Rows kept without a label, by the column whose cells hold several or none.
    unlabelled: BTreeMap<usize, usize>,
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
        let several = self.unlabelled.len() > 1;
        let none = self.unlabelled.iter().filter(|(_, count)| **count > 0);
        let none = none.map(|(&column, count)| {
            let place = match several {
                true => format!(" in `{}`", columns[column]),
                false => String::new(),
            };
            format!(
                "{count} of {} rows hold no label{place}: each of theirs is 0",
                self.rows
            )
        });
        notes
            .chain(none)
            .chain(distinct::note(self.repeated, self.rows))
            .collect()
    }
}

/// Rows that have their label, their texts, and the numbers without which they are to be dropped. The others are counted.
/// Where a cell may hold several labels, an empty one holds none, which is as good an answer as any.
pub(super) fn keep_rows(
    table: &Table,
    roles: &Roles,
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
    let (lists, single): (Vec<_>, Vec<_>) =
        (roles.targets.iter()).partition(|target| target.separator().is_some());
    let single = single.iter().flat_map(|target| &target.columns);
    single.for_each(|&label| need(label, &[], "empty"));
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
    for &column in lists.iter().flat_map(|target| &target.columns) {
        let none = |&&row: &&usize| table.cell(row, column).trim().is_empty();
        *dropped.unlabelled.entry(column).or_default() += kept.iter().filter(none).count();
    }
    kept
}
