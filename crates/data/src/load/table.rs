//! Raw rows of a table: a CSV file or a built-in sample.

use std::path::Path;

use regimen_run::spec::{CsvSpec, DataSpec, LabelEncoding};

use super::LoadContext;
use super::assemble::{Raw, RawInput};
use super::inputs::{Input, Layout, find_column, resolve, shown};
use crate::error::{DataError, DataErrors, Fault};
use crate::labels::{LabelColumn, Labels, table_classes, table_labels};
use crate::locate::locate;
use crate::memory::{Budget, arrays};
use crate::numbers::{Rows, read_numbers, read_weights};
use crate::table::{CsvOptions, Table, parse_csv};
use crate::unpack::unpack;

/// Reads a CSV file (plain, gzip, or a zip with one table), for loading and for predicting.
pub fn read_table(
    path: &Path,
    options: &CsvOptions,
    max_memory: Option<u64>,
) -> Result<Table, Fault> {
    let file = path.display().to_string();
    let budget = Budget(max_memory);
    let packed = read_file(path, budget)?;
    let bytes = unpack(packed, &file, budget)?;
    // The cells are a copy of the text, with four bytes each for their ends.
    budget.check(
        &format!("{file}, as a table,"),
        (bytes.len() as u64).saturating_mul(3),
    )?;
    parse_csv(&bytes, options).map_err(|fault| Fault::Table { file, fault })
}

/// A file's bytes, when they fit.
pub(crate) fn read_file(path: &Path, budget: Budget) -> Result<Vec<u8>, Fault> {
    let file = path.display().to_string();
    let unreadable = |e: std::io::Error| Fault::Unreadable {
        file: file.clone(),
        reason: e.to_string(),
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    budget.check(&file, size)?;
    std::fs::read(path).map_err(unreadable)
}

pub(super) fn load_sample(
    name: &str,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let table =
        crate::sample::sample(name).map_err(|fault| DataError::new("data.sample", fault))?;
    let label = table.columns().len() - 1;
    raw(&table, name, label, None, spec, cx)
}

pub(super) fn load_csv(
    csv: &CsvSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let at_path = |fault| DataErrors::from(DataError::new("data.csv.path", fault));
    let options = CsvOptions {
        delimiter: delimiter(csv)?,
        header: csv.header,
    };
    let path = locate(&csv.path, cx.base_dir, cx.data_dir.as_deref()).map_err(at_path)?;
    let table = read_table(&path, &options, cx.max_memory).map_err(at_path)?;
    let file = csv.path.as_str();
    let mut errors = Vec::new();
    let label = label_column(&table, file, spec).map_err(|e| errors.push(e));
    let weight = cx
        .sample_weight_column
        .map(|name| find_column(&table, file, name))
        .transpose()
        .map_err(|fault| errors.push(DataError::new("fit.sample_weight", fault)));
    match (label, weight) {
        (Ok(label), Ok(weight)) if weight != Some(label) => {
            raw(&table, file, label, weight, spec, cx)
        }
        (Ok(label), Ok(_)) => Err(DataError::new(
            "fit.sample_weight",
            Fault::Option {
                option: format!("column `{}`", table.columns()[label]),
                reason: "is the label and cannot be the sample weight too".to_owned(),
            },
        )
        .into()),
        _ => Err(DataErrors(errors)),
    }
}

fn delimiter(csv: &CsvSpec) -> Result<Option<u8>, DataErrors> {
    let Some(text) = &csv.delimiter else {
        return Ok(None);
    };
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Ok(Some(*byte)),
        _ => Err(DataError::new(
            "data.csv.delimiter",
            Fault::Delimiter {
                found: text.escape_debug().to_string(),
            },
        )
        .into()),
    }
}

fn label_column(table: &Table, file: &str, spec: &DataSpec) -> Result<usize, DataError> {
    let found = match &spec.label {
        Some(name) => find_column(table, file, name),
        None => Err(Fault::NoLabel {
            columns: shown(table.columns()),
        }),
    };
    found.map_err(|fault| DataError::new("data.label", fault))
}

/// Reads the columns that the spec names. Everything wrong with them is reported at once.
fn raw(
    table: &Table,
    file: &str,
    label: usize,
    weight: Option<usize>,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let mut taken = vec![(label, "the label")];
    taken.extend(weight.map(|column| (column, "the sample weight")));
    let layout = Layout { table, file, taken };
    let inputs = resolve(spec, &layout).map_err(DataErrors)?;
    let (rows, notes) = keep_rows(table, label, &inputs);
    if rows.is_empty() {
        let reason = format!("in {file} every row lacks its label or its text");
        return Err(DataError::new("data.label", Fault::NoRows { reason }).into());
    }
    let from = Rows {
        table,
        file,
        rows: &rows,
    };
    let encoding = spec.label_encoding.unwrap_or(cx.default_encoding);
    check_memory(from, &inputs, label, encoding, cx)?;

    let mut errors = Vec::new();
    let column = LabelColumn {
        column: label,
        encoding,
    };
    let labels: Option<Labels> = table_labels(from, &column)
        .map_err(|e| errors.extend(e))
        .ok();
    let weights = weight
        .map(|column| read_weights(from, column, "fit.sample_weight"))
        .transpose()
        .map_err(|e| errors.extend(e))
        .ok();
    let inputs: Vec<Option<RawInput>> = inputs
        .into_iter()
        .map(|input| raw_input(input, from).map_err(|e| errors.extend(e)).ok())
        .collect();
    match (labels, weights) {
        (Some(labels), Some(weights)) if errors.is_empty() => Ok(Raw {
            inputs: inputs.into_iter().flatten().collect(),
            labels,
            weights,
            given: None,
            label: Some(table.columns()[label].clone()),
            file: file.to_owned(),
            notes,
        }),
        _ => Err(DataErrors(errors)),
    }
}

/// Rows whose label and texts are not empty, and a note on the others.
fn keep_rows(table: &Table, label: usize, inputs: &[Input]) -> (Vec<usize>, Vec<String>) {
    let mut needed = vec![label];
    needed.extend(inputs.iter().filter_map(|input| match input {
        Input::Text { column, .. } => Some(*column),
        Input::Numeric { .. } => None,
    }));
    let mut kept: Vec<usize> = (0..table.rows()).collect();
    let mut notes = Vec::new();
    for column in needed {
        let before = kept.len();
        kept.retain(|&row| !table.cell(row, column).trim().is_empty());
        match before - kept.len() {
            0 => {}
            dropped => notes.push(format!(
                "{dropped} of {} rows dropped: `{}` is empty",
                table.rows(),
                table.columns()[column]
            )),
        }
    }
    (kept, notes)
}

fn check_memory(
    from: Rows<'_>,
    inputs: &[Input],
    label: usize,
    encoding: LabelEncoding,
    cx: &LoadContext<'_>,
) -> Result<(), DataErrors> {
    let classes = match encoding {
        LabelEncoding::OneHot => table_classes(from, label).0.len(),
        LabelEncoding::Index | LabelEncoding::Number => 1,
    };
    let features = inputs
        .iter()
        .map(Input::width)
        .fold(classes, usize::saturating_add);
    let rows = from.rows.len();
    let what = format!("{rows} rows of {features} features and labels");
    cx.budget()
        .check(&what, arrays(rows, features))
        .map_err(|fault| DataError::new("data", fault).into())
}

fn raw_input(input: Input, from: Rows<'_>) -> Result<RawInput, Vec<DataError>> {
    let names = |column: &usize| from.table.columns()[*column].clone();
    match input {
        Input::Numeric {
            name,
            columns,
            scale,
            at,
        } => Ok(RawInput::Numbers {
            name,
            columns: Some(columns.iter().map(names).collect()),
            array: read_numbers(from, &columns, &at)?,
            scale,
        }),
        Input::Text {
            name,
            column,
            encoding,
            vocabulary,
        } => Ok(RawInput::Text {
            name,
            column: names(&column),
            texts: from
                .rows
                .iter()
                .map(|&row| from.table.cell(row, column).to_owned())
                .collect(),
            encoding,
            vocabulary,
        }),
    }
}
