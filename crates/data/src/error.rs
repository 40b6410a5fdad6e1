//! What can be wrong with data: each error names the place, what was found and the mend.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::idx::IdxFault;
use crate::npy::NpyFault;
use crate::parquet_fault::ParquetFault;
use crate::table::TableFault;

/// Everything found wrong in one attempt to load.
#[derive(Debug, Clone, PartialEq)]
pub struct DataErrors(pub Vec<DataError>);

/// One fault, and where in the run spec its cause stands.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{fault}")]
pub struct DataError {
    /// Dotted path in the run spec, such as `data.csv.path`.
    pub at: String,
    /// What is wrong.
    pub fault: Box<Fault>,
}

impl DataError {
    /// An error at a path of the run spec.
    pub fn new(at: impl Into<String>, fault: Fault) -> DataError {
        DataError {
            at: at.into(),
            fault: Box::new(fault),
        }
    }
}

impl From<DataError> for DataErrors {
    fn from(error: DataError) -> DataErrors {
        DataErrors(vec![error])
    }
}

impl std::error::Error for DataErrors {}

impl fmt::Display for DataErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

/// What is wrong with data. Lines are lines of the (uncompressed) file and count from 1, rows of
/// arrays count from 0.
#[derive(Debug, Clone, PartialEq, Error)]
#[allow(missing_docs)] // each variant's message explains its fields
pub enum Fault {
    #[error("give exactly one source, such as `sample`, `csv` or `npy`; found {found}")]
    Source { found: String },
    #[error("unknown sample `{name}`; known: {}", known.join(", "))]
    UnknownSample { name: String, known: Vec<String> },
    #[error(
        "file `{path}` is not found (looked at {}){}",
        paths(tried),
        did_you_mean(near)
    )]
    MissingFile {
        path: String,
        tried: Vec<PathBuf>,
        near: Vec<String>,
    },
    #[error("{file} cannot be read: {reason}")]
    Unreadable { file: String, reason: String },
    #[error("{file} cannot be unpacked: {reason}")]
    Unpack { file: String, reason: String },
    #[error(
        "{file} holds several tables ({}); name one: `csv = {{ path = ..., table = \"{}\" }}`",
        tables.join(", "),
        tables.first().map_or("", String::as_str)
    )]
    SeveralTables { file: String, tables: Vec<String> },
    #[error("{file}: {fault}")]
    Table { file: String, fault: TableFault },
    #[error("{file}: {fault}")]
    Parquet { file: String, fault: ParquetFault },
    #[error("{file}: {fault}")]
    Npy { file: String, fault: NpyFault },
    #[error("{file}: {fault}")]
    Idx { file: String, fault: IdxFault },
    #[error(
        "{file} has no array `{name}`{}; its arrays: {}",
        did_you_mean(near),
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    )]
    UnknownArray {
        file: String,
        name: String,
        near: Vec<String>,
        names: Vec<String>,
    },
    #[error(
        "{file} does not decode as an image ({reason}){}; mend it or take it away",
        and_more(*more)
    )]
    Picture {
        file: String,
        reason: String,
        more: usize,
    },
    #[error("{file}: {reason}")]
    Folders { file: String, reason: String },
    #[error("`{found}` is not a delimiter: give one ASCII character other than quote and line end")]
    Delimiter { found: String },
    #[error("{option} {reason}")]
    Option { option: String, reason: String },

    #[error("name the label column: `label = \"...\"` in [data]; columns: {}", columns.join(", "))]
    NoLabel { columns: Vec<String> },
    #[error(
        "{file} has no column `{name}`{}; columns: {}",
        did_you_mean(near),
        columns.join(", ")
    )]
    UnknownColumn {
        file: String,
        name: String,
        near: Vec<String>,
        columns: Vec<String>,
    },
    #[error(
        "{file}, header: columns {} are named `{name}`; rename them there{}",
        positions(places),
        if *named { "" } else { ", or list the features in `columns`" }
    )]
    AmbiguousColumn {
        file: String,
        name: String,
        /// Positions in the header, from 1.
        places: Vec<usize>,
        /// Whether the run file names it.
        named: bool,
    },
    #[error("column `{column}` is {role} and cannot be a feature too; take it out of the input")]
    ColumnRole { column: String, role: String },
    #[error("no column is left for the features of this input; name some in `columns`")]
    NoFeatures,

    #[error(
        "{file}, line {line}, column `{column}`: `{cell}` is not a number{}{}",
        decimal_comma(cell),
        and_more(*more)
    )]
    NotANumber {
        file: String,
        line: usize,
        column: String,
        cell: String,
        more: usize,
    },
    #[error(
        "{file}, line {line}, column `{column}`: {}{}; fill it, delete the row, set \
         missing = \"mean\" (or \"median\", \"zero\", \"drop\") in its numeric input, or leave the \
         column out of `columns`",
        missing_cell(cell),
        and_more(*more)
    )]
    MissingValue {
        file: String,
        line: usize,
        column: String,
        cell: String,
        more: usize,
    },
    #[error(
        "{file}, line {line}, column `{column}`: `{cell}` is not a date that follows \
         `{format}`{}; mend it, delete the row, or set `format`",
        and_more(*more)
    )]
    NotADate {
        file: String,
        line: usize,
        column: String,
        cell: String,
        format: String,
        more: usize,
    },
    #[error(
        "{file}: {} not numbers: {}; say in the run file how columns are read, such as{toml}\n",
        if columns.len() == 1 { "one column is" } else { "some columns are" },
        columns.join(", ")
    )]
    NotNumeric {
        file: String,
        columns: Vec<String>,
        toml: String,
    },
    #[error(
        "{file}, line {line}, column `{column}`: `{cell}` is not a finite number that float32 can \
         hold{}; mend it or delete the row",
        and_more(*more)
    )]
    NotFinite {
        file: String,
        line: usize,
        column: String,
        cell: String,
        more: usize,
    },
    #[error(
        "{file}, line {line}, column `{column}`: the weight {found} is negative{}",
        and_more(*more)
    )]
    NegativeWeight {
        file: String,
        line: usize,
        column: String,
        found: f32,
        more: usize,
    },
    #[error(
        "{file}, row {row}, column {column}: the value is {found}{}; mend it or drop the row",
        and_more(*more)
    )]
    NotFiniteElement {
        file: String,
        row: usize,
        column: usize,
        found: f32,
        more: usize,
    },
    #[error(
        "{file}, row {row}: label {found} is out of range: expected a class index, a whole number \
         from 0 to {most}{}",
        and_more(*more)
    )]
    LabelRange {
        file: String,
        row: usize,
        found: f64,
        most: usize,
        more: usize,
    },
    #[error(
        "{file}, line {line}, column `{column}`: `{cell}` is none of the run's classes {known}{}",
        and_more(*more)
    )]
    UnknownClass {
        file: String,
        line: usize,
        column: String,
        cell: String,
        known: String,
        more: usize,
    },
    #[error("{place} holds one class only (`{class}`); a classifier needs two or more{mend}")]
    OneClass {
        place: String,
        class: String,
        mend: String,
    },
    #[error("{file} has shape {}; expected {expected}", tuple(found))]
    Shape {
        file: String,
        found: Vec<usize>,
        expected: String,
    },
    #[error("no row is left: {reason}")]
    NoRows { reason: String },
    #[error(
        "the {part} part is empty: {share} of {rows} rows is less than one row; raise its share or set it to 0"
    )]
    EmptyPart {
        part: &'static str,
        share: f64,
        rows: usize,
    },
    #[error("augmentation `{kind}`: {reason}")]
    Augment { kind: &'static str, reason: String },
    #[error("windows: {reason}")]
    Windows { reason: String },
    #[error("split: {reason}")]
    Split { reason: String },
    #[error(
        "out of memory: {what} needs about {} but {} is available; use fewer rows or columns",
        mib(*need),
        mib(*available)
    )]
    Memory {
        what: String,
        need: u64,
        available: u64,
    },
    #[error("no temporary file can be made in {}: {reason}; set TMPDIR to a folder that can be written", place.display())]
    NoSpool { place: PathBuf, reason: String },
    #[error(
        "the rows to be streamed take {} in {}, which cannot hold them: {reason}; make room there, or set TMPDIR to a \
         folder on a larger disk",
        mib(*need),
        place.display()
    )]
    SpoolFull {
        place: PathBuf,
        need: u64,
        reason: String,
    },
    #[error("class_weight: {reason}")]
    ClassWeight { reason: String },
}

fn paths(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    shown.join(" and ")
}

/// `; did you mean A or B?`, or nothing.
pub(crate) fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = near.iter().map(|n| format!("`{n}`")).collect();
    format!("; did you mean {}?", quoted.join(" or "))
}

/// `1 and 3`, or `1, 3, 4 and 5 more`.
fn positions(places: &[usize]) -> String {
    let shown: Vec<String> = places.iter().take(5).map(usize::to_string).collect();
    match (places.len(), shown.split_last()) {
        (n, _) if n > 5 => format!("{} and {} more", shown.join(", "), n - 5),
        (_, Some((last, before @ [_, ..]))) => format!("{} and {last}", before.join(", ")),
        _ => shown.concat(),
    }
}

impl Fault {
    /// The column of a bad cell, and how many others were found in it.
    pub(crate) fn cell(&mut self) -> Option<(&str, &mut usize)> {
        match self {
            Fault::NotANumber { column, more, .. }
            | Fault::MissingValue { column, more, .. }
            | Fault::NotFinite { column, more, .. }
            | Fault::NotADate { column, more, .. } => Some((column, more)),
            _ => None,
        }
    }
}

pub(crate) fn and_more(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => " (and 1 more like it)".to_owned(),
        n => format!(" (and {n} more like it)"),
    }
}

fn missing_cell(cell: &str) -> String {
    match cell {
        "" => "the cell is empty".to_owned(),
        cell if cell.parse::<f32>().is_ok_and(f32::is_finite) => {
            format!("`{cell}` stands for a missing value")
        }
        cell => format!("`{cell}` is not a finite number but a missing value"),
    }
}

fn decimal_comma(cell: &str) -> &'static str {
    if cell.contains(',') && cell.replacen(',', ".", 1).trim().parse::<f64>().is_ok() {
        " (write decimals with a point)"
    } else {
        "; mend it, add it to `missing_values`, or, if the column holds categories or text, take it out of the numeric input \
         (a label: learn it as classes, by a crossentropy)"
    }
}

/// A shape as Python prints it.
pub(crate) fn tuple(shape: &[usize]) -> String {
    match shape {
        [n] => format!("({n},)"),
        _ => {
            let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
            format!("({})", sizes.join(", "))
        }
    }
}

fn mib(bytes: u64) -> String {
    const MIB: f64 = 1024.0 * 1024.0;
    let mib = bytes as f64 / MIB;
    if mib >= 1024.0 {
        format!("{:.1} GiB", mib / 1024.0)
    } else {
        format!("{mib:.1} MiB")
    }
}
