//! Finding the columns that a run file names.

use std::collections::BTreeMap;

use regimen_run::nearest::nearest_three;

use crate::error::{DataError, Fault};
use crate::numbers::shorten;
use crate::table::Table;

/// The index of a column.
pub(crate) fn find_column(table: &Table, file: &str, name: &str) -> Result<usize, Fault> {
    let columns = table.columns();
    let is_meant = |&i: &usize| columns[i] == name || columns[i] == name.trim();
    let found: Vec<usize> = (0..columns.len()).filter(is_meant).collect();
    match found.as_slice() {
        [i] => Ok(*i),
        [_, ..] => Err(Fault::AmbiguousColumn {
            file: file.to_owned(),
            name: name.to_owned(),
            places: found.iter().map(|i| i + 1).collect(),
            named: true,
        }),
        [] => Err(Fault::UnknownColumn {
            file: file.to_owned(),
            name: name.to_owned(),
            near: nearest_three(name, columns.iter().map(String::as_str)),
            columns: shown(columns),
        }),
    }
}

/// A fault for each name that several of `columns` bear.
pub(crate) fn check_distinct(
    columns: &[usize],
    layout: &Layout<'_>,
    at: &str,
) -> Result<(), Vec<DataError>> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &column in columns {
        let name = layout.table.columns()[column].as_str();
        places.entry(name).or_default().push(column + 1);
    }
    let repeated = places.into_iter().filter(|(_, places)| places.len() > 1);
    let errors: Vec<DataError> = repeated
        .map(|(name, places)| {
            let fault = Fault::AmbiguousColumn {
                file: layout.file.to_owned(),
                name: shorten(name),
                places,
                named: false,
            };
            DataError::new(at, fault)
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Column names for a message, the first twenty.
pub(crate) fn shown(columns: &[String]) -> Vec<String> {
    let mut names: Vec<String> = columns.iter().take(20).map(|c| shorten(c)).collect();
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
    /// Columns that are features only where an input names them.
    pub aside: Vec<usize>,
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
