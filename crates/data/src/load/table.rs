//! Raw rows of a table: a CSV file or a built-in sample.

use std::collections::BTreeSet;
use std::path::Path;

use regimen_run::spec::{Categories, CsvSpec, DataSpec, LabelEncoding, Missing};

use super::LoadContext;
use super::assemble::{Inputs, Raw, RawInput};
use super::build::{RawCategories, RawColumns, RawDates};
use super::distinct;
use super::given::{Given, Place};
use super::inputs::{Input, Kind};
use super::keep::{Dropped, keep_rows};
use super::propose::propose;
use super::roles::{Roles, features, roles};
use super::told::{told, unused_groups};
use crate::categories::Interned;
use crate::dates::{DateSearch, DateTime, parse_date};
use crate::error::{DataError, DataErrors, Fault};
use crate::interner::Interner;
use crate::labels::{LabelColumns, cell_labels, table_classes};
use crate::locate::locate;
use crate::memory::{Budget, arrays};
use crate::numbers::{Rows, read_features, shorten};
use crate::raw_texts::RawTexts;
use crate::table::{CsvOptions, Table, TableFault, parse_csv};
use crate::unpack::{Unpacked, unpack};

/// Reads a CSV file (plain, gzip, or in a zip or tar) or a Parquet file, for loading and for predicting.
pub fn read_table(
    path: &Path,
    options: &CsvOptions,
    max_memory: Option<u64>,
) -> Result<Table, Fault> {
    read_chosen(path, options, max_memory).map(|(table, _)| table)
}

/// A table, and whether it lay in an archive.
fn read_chosen(
    path: &Path,
    options: &CsvOptions,
    max_memory: Option<u64>,
) -> Result<(Table, bool), Fault> {
    let file = path.display().to_string();
    let budget = Budget(max_memory);
    parse_chosen(read_file(path, budget)?, &file, options, budget)
}

/// A table from the bytes of a file, as [`read_table`] reads it; `name` stands for it in errors.
pub fn parse_table(
    bytes: Vec<u8>,
    name: &str,
    options: &CsvOptions,
    max_memory: Option<u64>,
) -> Result<Table, Fault> {
    parse_chosen(bytes, name, options, Budget(max_memory)).map(|(table, _)| table)
}

fn parse_chosen(
    packed: Vec<u8>,
    file: &str,
    options: &CsvOptions,
    budget: Budget,
) -> Result<(Table, bool), Fault> {
    if packed.starts_with(b"PAR1") || file.to_lowercase().ends_with(".parquet") {
        return super::parquet::parse(packed, None, file, budget).map(|table| (table, false));
    }
    let Unpacked { bytes, chosen } = unpack(packed, file, options.table.as_deref(), budget)?;
    // The cells are a copy of the text, with four bytes each for their ends.
    budget.check(
        &format!("{file}, as a table,"),
        (bytes.len() as u64).saturating_mul(3),
    )?;
    let table = parse_csv(&bytes, options).map_err(|fault| Fault::Table {
        file: file.to_owned(),
        fault,
    })?;
    Ok((table, chosen))
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
    let origin = Origin {
        table: &table,
        file: name,
        roles: Roles::last_column(&table, spec, cx),
        places: None,
    };
    raw(origin, spec, cx)
}

pub(super) fn load_csv(
    csv: &CsvSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let at_path = |fault| DataErrors::from(DataError::new("data.csv.path", fault));
    check_delimiter(csv)?;
    let options = CsvOptions::of(csv);
    let path = locate(&csv.path, cx.base_dir, cx.data_dir.as_deref()).map_err(at_path)?;
    let file = csv.path.as_str();
    check_name(file)?;
    let (table, chosen) = read_chosen(&path, &options, cx.max_memory).map_err(at_path)?;
    if let Some(fault) = wrong_delimiter(&table, options.delimiter) {
        let file = file.to_owned();
        let fault = Fault::Table { file, fault };
        return Err(DataError::new("data.csv.delimiter", fault).into());
    }
    check_archive(csv, chosen)?;
    let mut raw = raw_of_table(&table, file, spec, cx)?;
    raw.notes.splice(0..0, no_header(csv, table.columns()));
    Ok(raw)
}

/// Refuses a file of another kind by its name.
pub(super) fn check_name(file: &str) -> Result<(), DataErrors> {
    if !file.to_lowercase().ends_with(".parquet") {
        return Ok(());
    }
    let option = file.to_owned();
    let reason =
        format!("is no CSV table by its name; write `parquet = \"{file}\"` instead of `csv`");
    let fault = Fault::Option { option, reason };
    Err(DataError::new("data.csv.path", fault).into())
}

/// Refuses the name of a table where there are not several.
pub(super) fn check_archive(csv: &CsvSpec, chosen: bool) -> Result<(), DataErrors> {
    if csv.table.is_none() || chosen {
        return Ok(());
    }
    let file = &csv.path;
    let fault = Fault::Option {
        option: "table".to_owned(),
        reason: format!("names a table inside an archive, but {file} is none; leave it out"),
    };
    Err(DataError::new("data.csv.table", fault).into())
}

/// A note on a table whose header was not found.
pub(super) fn no_header(csv: &CsvSpec, columns: &[String]) -> Option<String> {
    let numbered = |(i, name): (usize, &String)| *name == format!("c{i}");
    let all = columns.iter().enumerate().all(numbered);
    (csv.columns.is_empty() && csv.header.is_none() && all).then(|| {
        let (file, last) = (&csv.path, columns.len() - 1);
        format!("{file} seems to have no header: its columns are c0 to c{last}")
    })
}

/// A table of rows that nothing can be learnt from.
pub(super) fn no_rows(file: &str) -> DataErrors {
    let reason = format!("in {file} every row lacks its label or its features");
    DataError::new("data.label", Fault::NoRows { reason }).into()
}

/// Raw rows of a table whose labels, weights and split are columns.
pub(super) fn raw_of_table(
    table: &Table,
    file: &str,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let origin = Origin {
        table,
        file,
        roles: roles(table, file, spec, cx)?,
        places: None,
    };
    raw(origin, spec, cx)
}

/// A given delimiter that leaves one column, whose name holds another one.
pub(super) fn wrong_delimiter(table: &Table, given: Option<u8>) -> Option<TableFault> {
    let (Some(given), [column]) = (given, table.columns()) else {
        return None;
    };
    let found = column.bytes().find(|byte| b",;\t|".contains(byte))?;
    Some(TableFault::WrongDelimiter { given, found })
}

pub(super) fn check_delimiter(csv: &CsvSpec) -> Result<(), DataErrors> {
    let Some(text) = &csv.delimiter else {
        return Ok(());
    };
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Ok(()),
        _ => {
            let found = text.escape_debug().to_string();
            Err(DataError::new("data.csv.delimiter", Fault::Delimiter { found }).into())
        }
    }
}

/// A table, and what of it is no plain feature.
pub(super) struct Origin<'a> {
    pub table: &'a Table,
    pub file: &'a str,
    pub roles: Roles,
    /// The part of each row, where the source decides it.
    pub places: Option<&'a [Place]>,
}

/// Reads the columns that the spec names. Everything wrong with them is reported at once.
pub(super) fn raw(
    origin: Origin<'_>,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let Origin {
        table, file, roles, ..
    } = origin;
    let inputs = features(table, file, &roles, spec)?;
    let mut dropped = Dropped::default();
    let mut rows = keep_rows(table, &roles, &inputs, &mut dropped);
    let mut notes = dropped.notes(table.columns());
    if spec.drop_duplicates {
        notes.extend(distinct::keep(table, &mut rows, &roles, &inputs));
    }
    if rows.is_empty() {
        return Err(no_rows(file));
    }
    if spec.windows.is_some() && rows.len() < table.rows() {
        let reason = format!(
            "{}, and rows that are no neighbours must not meet in a window; fill the cells, or set \
             missing = \"mean\" in the input",
            notes.join("; ")
        );
        return Err(DataError::new("data.windows", Fault::Windows { reason }).into());
    }
    let from = Rows {
        table,
        file,
        rows: &rows,
    };
    let proposal = || match spec.inputs.is_empty() {
        true => propose(from, &inputs),
        false => Ok(()),
    };
    let targets = roles.targets.iter();
    notes.extend(targets.filter_map(|target| unused_groups(from, target)));
    check_memory(from, &inputs, &roles, cx)?;

    let mut errors = Vec::new();
    let told = told(from, &roles, spec, &mut errors);
    let read: Vec<Option<RawInput>> = inputs
        .iter()
        .map(|input| raw_input(input, from).map_err(|e| errors.extend(e)).ok())
        .collect();
    if read.iter().any(Option::is_none) {
        // A column that is no numbers is what reading it fails by.
        proposal().map_err(DataErrors)?;
    }
    match told {
        Some(told) if errors.is_empty() => {
            let inputs = Inputs::InMemory(read.into_iter().flatten().collect());
            let mut raw = told.raw(inputs, from, notes);
            if let Some(of) = origin.places {
                raw.given = Some(Given(rows.iter().map(|&row| of[row]).collect()));
            }
            Ok(raw)
        }
        _ => Err(DataErrors(errors)),
    }
}

/// Elements per row, at most.
fn width(input: &Input, from: Rows<'_>) -> usize {
    let distinct = |&column: &usize| {
        let mut distinct = Interner::default();
        for &row in from.rows {
            distinct.number(from.table.cell(row, column).trim());
        }
        distinct.len() + 1
    };
    match &input.kind {
        Kind::Numeric { .. } | Kind::Raw => input.columns.len(),
        Kind::Text { encoding, .. } => encoding.length,
        Kind::Date { encoding, .. } => encoding.width(),
        Kind::Categorical { encoding, most } => match encoding.encoding {
            Categories::Index => input.columns.len(),
            Categories::Hash => input.columns.len().saturating_mul(encoding.buckets),
            Categories::OneHot => {
                let most = most.map_or(usize::MAX, |most| most.saturating_add(1));
                input.columns.iter().map(|c| distinct(c).min(most)).sum()
            }
        },
    }
}

/// Refuses rows that do not fit into memory, before they are made.
pub(super) fn check_memory(
    from: Rows<'_>,
    inputs: &[Input],
    roles: &Roles,
    cx: &LoadContext<'_>,
) -> Result<(), DataErrors> {
    let classes = roles.targets.iter().map(|target| label_width(from, target));
    let features = inputs
        .iter()
        .map(|input| width(input, from))
        .chain(classes)
        .fold(0, usize::saturating_add);
    let rows = from.rows.len();
    let what = format!("{rows} rows of {features} features and labels");
    cx.budget()
        .check(&what, arrays(rows, features))
        .map_err(|fault| DataError::new("data", fault).into())
}

/// Elements of a row's labels.
fn label_width(from: Rows<'_>, target: &LabelColumns) -> usize {
    match (&target.columns[..], target.separator(), target.encoding) {
        (&[column], Some(separator), _) => {
            let cells = from.rows.iter().map(|&row| from.table.cell(row, column));
            cells
                .flat_map(|cell| cell_labels(cell, separator))
                .map(|label| target.groups.class(label))
                .collect::<BTreeSet<_>>()
                .len()
        }
        (&[column], None, LabelEncoding::OneHot) => {
            table_classes(from, column, &target.groups).0.len()
        }
        (columns, ..) => columns.len(),
    }
}

fn raw_input(input: &Input, from: Rows<'_>) -> Result<RawInput, Vec<DataError>> {
    let Input {
        name,
        at,
        columns,
        kind,
    } = input;
    let names: Vec<String> = columns
        .iter()
        .map(|&c| from.table.columns()[c].clone())
        .collect();
    let column = names.first().cloned().unwrap_or_default();
    let first = columns.first().copied().unwrap_or_default();
    let (name, at) = (name.clone(), at.clone());
    Ok(match kind.clone() {
        Kind::Numeric {
            scale,
            missing,
            marks,
        } => {
            let gaps = missing != Missing::Error;
            let array = read_features(from, columns, &at, &marks, gaps)?;
            let columns = names;
            RawInput::Columns(RawColumns {
                name,
                at,
                columns,
                array,
                scale,
                missing,
                marks,
            })
        }
        Kind::Categorical { encoding, most } => {
            let cells = columns.iter().map(|&column| intern(from, column)).collect();
            let columns = names;
            RawInput::Categories(RawCategories {
                name,
                at,
                columns,
                cells,
                encoding,
                most,
            })
        }
        Kind::Date {
            mut encoding,
            scale,
        } => {
            let (format, dates) = read_dates(from, first, &encoding.format, &at)?;
            encoding.format = format;
            RawInput::Dates(RawDates {
                name,
                column,
                dates,
                encoding,
                scale,
            })
        }
        Kind::Raw => {
            let (texts, array) = RawTexts::of(from, columns);
            let columns = names;
            RawInput::Raw {
                name,
                columns,
                texts,
                array,
            }
        }
        Kind::Text {
            encoding,
            vocabulary,
        } => RawInput::Text {
            name,
            column,
            texts: from
                .rows
                .iter()
                .map(|&row| from.table.cell(row, first).to_owned())
                .collect(),
            encoding,
            vocabulary,
        },
    })
}

/// A column of categories.
pub(crate) fn intern(from: Rows<'_>, column: usize) -> Interned {
    Interned::new(from.rows.iter().map(|&row| from.table.cell(row, column)))
}

/// A column of dates, and the format they follow: the one given, or the common one found.
pub(crate) fn read_dates(
    from: Rows<'_>,
    column: usize,
    format: &str,
    at: &str,
) -> Result<(String, Vec<DateTime>), Vec<DataError>> {
    let cells = || from.rows.iter().map(|&row| from.table.cell(row, column));
    let name = &from.table.columns()[column];
    let format = match format {
        "" => {
            let mut search = DateSearch::default();
            search.add(cells());
            let found = search.decide(name);
            found.map_err(|fault| vec![DataError::new(at, fault)])?
        }
        given => given.to_owned(),
    };
    let mut dates = Vec::with_capacity(from.rows.len());
    let mut bad: Option<(usize, usize)> = None;
    for (&row, cell) in from.rows.iter().zip(cells()) {
        match (parse_date(&format, cell), &mut bad) {
            (Some(date), _) => dates.push(date),
            (None, Some((_, more))) => *more += 1,
            (None, bad) => *bad = Some((row, 0)),
        }
    }
    match bad {
        None => Ok((format, dates)),
        Some((row, more)) => {
            let fault = Fault::NotADate {
                file: from.file.to_owned(),
                line: from.table.line(row, column),
                column: name.clone(),
                cell: shorten(from.table.cell(row, column).trim()),
                format,
                more,
            };
            Err(vec![DataError::new(at, fault)])
        }
    }
}
