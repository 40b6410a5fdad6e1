//! Finding the columns that a run file names.

use regimen_run::nearest::nearest_three;

use crate::error::{DataError, Fault};
use crate::table::Table;

/// The index of a column.
pub(crate) fn find_column(table: &Table, file: &str, name: &str) -> Result<usize, Fault> {
    let columns = table.columns();
    let mut found = columns
        .iter()
        .enumerate()
        .filter(|(_, c)| *c == name || *c == name.trim());
    match (found.next(), found.count()) {
        (Some((i, _)), 0) => Ok(i),
        (Some(_), more) => Err(Fault::AmbiguousColumn {
            file: file.to_owned(),
            name: name.to_owned(),
            count: more + 1,
        }),
        (None, _) => Err(Fault::UnknownColumn {
            file: file.to_owned(),
            name: name.to_owned(),
            near: nearest_three(name, columns.iter().map(String::as_str)),
            columns: shown(columns),
        }),
    }
}

/// Column names for a message, the first twenty.
pub(crate) fn shown(columns: &[String]) -> Vec<String> {
    let mut names = columns[..columns.len().min(20)].to_vec();
    if columns.len() > 20 {
        names.push(format!("... ({} in all)", columns.len()));
    }
    names
}

/// A table and the columns that are no features: (index, what it is).
pub(crate) struct Layout<'a> {
    pub table: &'a Table,
    pub file: &'a str,
    pub taken: Vec<(usize, &'static str)>,
}

pub(super) fn option(at: impl Into<String>, option: &str, reason: &str) -> DataError {
    DataError::new(
        at,
        Fault::Option {
            option: option.to_owned(),
            reason: reason.to_owned(),
        },
    )
}

/// A column that may be a feature.
pub(super) fn feature(name: &str, layout: &Layout<'_>, at: &str) -> Result<usize, DataError> {
    let column =
        find_column(layout.table, layout.file, name).map_err(|fault| DataError::new(at, fault))?;
    match layout.taken.iter().find(|&&(taken, _)| taken == column) {
        None => Ok(column),
        Some(&(_, role)) => Err(DataError::new(
            at,
            Fault::ColumnRole {
                column: name.to_owned(),
                role: role.to_owned(),
            },
        )),
    }
}

pub(super) fn named(
    names: &[String],
    layout: &Layout<'_>,
    at: &str,
) -> Result<Vec<usize>, Vec<DataError>> {
    let mut columns = Vec::new();
    let mut errors = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let at = format!("{at}.columns[{i}]");
        match feature(name, layout, &at) {
            Ok(column) if columns.contains(&column) => {
                errors.push(option(at, &format!("column `{name}`"), "is named twice"));
            }
            Ok(column) => columns.push(column),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(columns)
    } else {
        Err(errors)
    }
}
