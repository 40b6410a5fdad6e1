//! The `inputs` of a table: which columns feed which model input.

use regimen_run::spec::{DataSpec, InputSpec, Scale};

use crate::error::{DataError, Fault};
use crate::nearest::nearest;
use crate::table::Table;
use crate::text::{SPECIAL, TextEncoding};

/// A model input with its columns found.
pub(crate) enum Input {
    /// Columns of numbers.
    Numeric {
        name: Option<String>,
        columns: Vec<usize>,
        scale: Option<Scale>,
        at: String,
    },
    /// A column of text; the encoding's words are still to be found.
    Text {
        name: Option<String>,
        column: usize,
        encoding: TextEncoding,
        vocabulary: Option<usize>,
    },
}

impl Input {
    /// Elements per row.
    pub fn width(&self) -> usize {
        match self {
            Input::Numeric { columns, .. } => columns.len(),
            Input::Text { encoding, .. } => encoding.length,
        }
    }
}

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
            near: nearest(name, columns.iter().map(String::as_str)),
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

/// The inputs of a spec, all faults reported.
pub(crate) fn resolve(spec: &DataSpec, layout: &Layout<'_>) -> Result<Vec<Input>, Vec<DataError>> {
    let default = [InputSpec::Numeric {
        name: None,
        columns: Vec::new(),
        scale: spec.scale,
    }];
    let specs = match spec.inputs.as_slice() {
        [] => &default[..],
        given => given,
    };
    let mut errors = Vec::new();
    if spec.scale.is_some() && !spec.inputs.is_empty() {
        errors.push(option(
            "data.scale",
            "scale",
            "of a table with inputs is stated per input; move it into the numeric input",
        ));
    }
    let mut inputs = Vec::new();
    for (i, input) in specs.iter().enumerate() {
        match resolve_one(input, specs, layout, &format!("data.inputs[{i}]")) {
            Ok(input) => inputs.push(input),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() {
        Ok(inputs)
    } else {
        Err(errors)
    }
}

fn option(at: impl Into<String>, option: &str, reason: &str) -> DataError {
    DataError::new(
        at,
        Fault::Option {
            option: option.to_owned(),
            reason: reason.to_owned(),
        },
    )
}

fn resolve_one(
    input: &InputSpec,
    all: &[InputSpec],
    layout: &Layout<'_>,
    at: &str,
) -> Result<Input, Vec<DataError>> {
    match input {
        InputSpec::Numeric {
            name,
            columns,
            scale,
        } => {
            let columns = match columns.as_slice() {
                [] => remaining(all, layout, at)?,
                names => named(names, layout, at)?,
            };
            Ok(Input::Numeric {
                name: name.clone(),
                columns,
                scale: *scale,
                at: at.to_owned(),
            })
        }
        InputSpec::Text {
            name,
            column,
            vocabulary,
            length,
            padding,
            truncating,
            lower,
        } => {
            let mut errors = Vec::new();
            if *length == 0 {
                let reason = "is 0; keep at least one word per text";
                errors.push(option(format!("{at}.length"), "length", reason));
            }
            if vocabulary.is_some_and(|v| v <= SPECIAL) {
                let reason =
                    "is too small: ids 0 and 1 are padding and unknown words; give 3 or more";
                errors.push(option(format!("{at}.vocabulary"), "vocabulary", reason));
            }
            let found = feature(column, layout, &format!("{at}.column"));
            match found {
                Ok(column) if errors.is_empty() => Ok(Input::Text {
                    name: name.clone(),
                    column,
                    vocabulary: *vocabulary,
                    encoding: TextEncoding {
                        lower: *lower,
                        length: *length,
                        padding: *padding,
                        truncating: *truncating,
                        words: Vec::new(),
                    },
                }),
                found => {
                    errors.extend(found.err());
                    Err(errors)
                }
            }
        }
    }
}

/// A column that may be a feature.
fn feature(name: &str, layout: &Layout<'_>, at: &str) -> Result<usize, DataError> {
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

fn named(names: &[String], layout: &Layout<'_>, at: &str) -> Result<Vec<usize>, Vec<DataError>> {
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

/// Every column that is neither taken nor named by another input.
fn remaining(
    all: &[InputSpec],
    layout: &Layout<'_>,
    at: &str,
) -> Result<Vec<usize>, Vec<DataError>> {
    let mut taken: Vec<usize> = layout.taken.iter().map(|&(column, _)| column).collect();
    let mut open = 0;
    for input in all {
        let names = match input {
            InputSpec::Numeric { columns, .. } => columns.as_slice(),
            InputSpec::Text { column, .. } => std::slice::from_ref(column),
        };
        open += usize::from(names.is_empty());
        // An unknown name is reported where it is resolved.
        taken.extend(
            names
                .iter()
                .filter_map(|n| find_column(layout.table, layout.file, n).ok()),
        );
    }
    if open > 1 {
        let reason = "is missing in several inputs; only one can take all remaining columns";
        return Err(vec![option(at, "columns", reason)]);
    }
    let columns: Vec<usize> = (0..layout.table.columns().len())
        .filter(|column| !taken.contains(column))
        .collect();
    match columns.is_empty() {
        true => Err(vec![DataError::new(at, Fault::NoFeatures)]),
        false => Ok(columns),
    }
}
