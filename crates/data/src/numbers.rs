//! Cells of numeric columns to float32. Spaces around a number do not matter; the decimal sign is a
//! point; every cell must hold a finite number, or be missing where that is allowed.

use crate::array::Array;
use crate::error::{DataError, Fault};
use crate::missing::Marks;
use crate::table::Table;

/// A table, its name in errors, and those of its rows that count.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub table: &'a Table,
    pub file: &'a str,
    pub rows: &'a [usize],
}

/// What is wrong with a cell.
#[derive(Clone, Copy, PartialEq)]
enum CellFault {
    Missing,
    NotANumber,
    NotFinite,
    Negative(f32),
}

fn number(cell: &str, marks: &Marks<'_>) -> Result<f32, CellFault> {
    let cell = cell.trim();
    let parsed = cell.parse::<f32>();
    if marks.cover(cell, parsed.as_ref().is_ok_and(|x| x.is_finite())) {
        return Err(CellFault::Missing);
    }
    match parsed {
        Ok(x) if x.is_finite() => Ok(x),
        Ok(_) => Err(CellFault::NotFinite),
        Err(_) => Err(CellFault::NotANumber),
    }
}

fn weight(cell: &str) -> Result<f32, CellFault> {
    match number(cell, &Marks::new(&[]))? {
        x if x < 0.0 => Err(CellFault::Negative(x)),
        x => Ok(x),
    }
}

/// The columns as (rows, columns). Reports the first bad cell of each column and counts the others.
pub(crate) fn read_numbers(
    from: Rows<'_>,
    columns: &[usize],
    at: &str,
) -> Result<Array, Vec<DataError>> {
    let marks = Marks::new(&[]);
    let data = read(from, columns, at, |cell| number(cell, &marks))?;
    Ok(Array::f32(vec![from.rows.len(), columns.len()], data))
}

/// The same for features, where `marks` count as missing: NaN with `gaps`, else an error.
pub(crate) fn read_features(
    from: Rows<'_>,
    columns: &[usize],
    at: &str,
    marks: &[String],
    gaps: bool,
) -> Result<Array, Vec<DataError>> {
    let marks = Marks::new(marks);
    let data = read(from, columns, at, |cell| match number(cell, &marks) {
        Err(CellFault::Missing) if gaps => Ok(f32::NAN),
        read => read,
    })?;
    Ok(Array::f32(vec![from.rows.len(), columns.len()], data))
}

/// A column of weights: finite and not negative.
pub(crate) fn read_weights(
    from: Rows<'_>,
    column: usize,
    at: &str,
) -> Result<Vec<f32>, Vec<DataError>> {
    read(from, &[column], at, weight)
}

fn read(
    from: Rows<'_>,
    columns: &[usize],
    at: &str,
    parse: impl Fn(&str) -> Result<f32, CellFault>,
) -> Result<Vec<f32>, Vec<DataError>> {
    let mut data = Vec::with_capacity(from.rows.len() * columns.len());
    let mut bad: Vec<Option<(usize, CellFault, usize)>> = vec![None; columns.len()];
    for &row in from.rows {
        for (&column, bad) in columns.iter().zip(&mut bad) {
            match (parse(from.table.cell(row, column)), bad) {
                (Ok(x), _) => data.push(x),
                (Err(_), Some((_, _, more))) => *more += 1,
                (Err(fault), none) => *none = Some((row, fault, 0)),
            }
        }
    }
    let errors: Vec<DataError> = columns
        .iter()
        .zip(bad)
        .filter_map(|(&column, bad)| {
            let (row, fault, more) = bad?;
            Some(DataError::new(at, describe(from, row, column, fault, more)))
        })
        .collect();
    if errors.is_empty() {
        Ok(data)
    } else {
        Err(errors)
    }
}

fn describe(from: Rows<'_>, row: usize, at: usize, fault: CellFault, more: usize) -> Fault {
    let file = from.file.to_owned();
    let line = from.table.line(row, at);
    let column = from.table.columns()[at].clone();
    let cell = shorten(from.table.cell(row, at).trim());
    match fault {
        CellFault::Missing => Fault::MissingValue {
            file,
            line,
            column,
            cell,
            more,
        },
        CellFault::NotANumber => Fault::NotANumber {
            file,
            line,
            column,
            cell,
            more,
        },
        CellFault::NotFinite => Fault::NotFinite {
            file,
            line,
            column,
            cell,
            more,
        },
        CellFault::Negative(found) => Fault::NegativeWeight {
            file,
            line,
            column,
            found,
            more,
        },
    }
}

/// The beginning of a cell, with characters that cannot be seen, or that steer a terminal, escaped.
pub(crate) fn shorten(cell: &str) -> String {
    let mut short = String::new();
    for c in cell.chars().take(40) {
        match c {
            // Zero width, direction and byte order marks.
            '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' => {
                short.extend(c.escape_unicode());
            }
            c if c.is_control() => short.extend(c.escape_debug()),
            c => short.push(c),
        }
    }
    if cell.chars().nth(40).is_some() {
        short.push_str("...");
    }
    short
}
