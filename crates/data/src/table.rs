//! A table of text cells, and how it is read from CSV bytes (RFC 4180): whole, or in chunks of rows.
//!
//! Quoted cells may hold delimiters, line ends and doubled quotes; lines end in LF, CRLF or CR;
//! empty lines are skipped; a byte order mark is skipped. Delimiter and header are found if not given.

mod chunks;
mod decode;
mod parse;
mod records;

use std::collections::BTreeMap;

use regimen_run::spec::{CsvSpec, Encoding};
use thiserror::Error;

pub use self::chunks::{Stopped, TableChunks};
pub use self::parse::parse_csv;

/// How to read CSV bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvOptions {
    /// Between cells. `None`: found among `,` `;` tab `|`.
    pub delimiter: Option<u8>,
    /// Whether the first record names the columns. `None`: found.
    pub header: Option<bool>,
    /// Names of the columns, where no record names them.
    pub columns: Vec<String>,
    /// How text is written in bytes.
    pub encoding: Encoding,
    /// The table meant in an archive of several.
    pub table: Option<String>,
}

impl CsvOptions {
    /// The options of a run file. A delimiter of more than one byte is no delimiter.
    pub fn of(csv: &CsvSpec) -> CsvOptions {
        let delimiter = csv.delimiter.as_deref().map(str::as_bytes);
        CsvOptions {
            delimiter: delimiter.and_then(|bytes| bytes.first().copied()),
            header: csv.header,
            columns: csv.columns.clone(),
            encoding: csv.encoding,
            table: csv.table.clone(),
        }
    }
}

/// What can be wrong with CSV bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[allow(missing_docs)] // each variant's message explains its fields
pub enum TableFault {
    #[error(
        "line {line}: the byte {byte:02X} (byte {at} of the table) is not UTF-8; save the table as \
         UTF-8, or, if it is Latin-1, set encoding = \"latin-1\" in `csv`"
    )]
    NotUtf8 { line: usize, at: usize, byte: u8 },
    #[error("`columns` names {given} columns, but the first row has {found} cells")]
    Columns { given: usize, found: usize },
    #[error(
        "the header does not hold the delimiter `{}`, but `{}` seems to stand between its cells; set `delimiter` to \
         it or leave it out",
        char::from(*given).escape_default(),
        char::from(*found).escape_default()
    )]
    WrongDelimiter { given: u8, found: u8 },
    #[error("the table is UTF-16; save it as UTF-8")]
    Utf16,
    #[error("the table is empty")]
    Empty,
    #[error("the table has a header but no rows")]
    NoRows,
    #[error(
        "line {line} has {found} cells where the first row has {expected}{}; mend it, and quote \
         cells that hold the delimiter",
        others(*more)
    )]
    Ragged {
        line: usize,
        found: usize,
        expected: usize,
        more: usize,
    },
    #[error("the quote opened on line {line} is never closed")]
    OpenQuote { line: usize },
    #[error("the table is larger than 4 GiB")]
    TooLarge,
    #[error("line {line}: {reason}")]
    Csv { line: usize, reason: String },
}

fn others(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => " (1 more line differs)".to_owned(),
        n => format!(" ({n} more lines differ)"),
    }
}

/// Rows of text cells under named columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    columns: Vec<String>,
    text: String,
    /// Where each cell ends in `text`, row by row.
    ends: Vec<u32>,
    /// Line of the file on which each row begins, counted from `line`.
    lines: Vec<u32>,
    line: usize,
    /// Lines between the row's first and a cell's, by place of the cell, where columns were left out; cells without are on
    /// the first.
    below: Option<BTreeMap<usize, u32>>,
}

impl Table {
    /// Column names in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Number of rows, the header not counted.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The text of a cell. `row` and `column` must be in range.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.columns.len() + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start as usize..self.ends[at] as usize]
    }

    /// Line of the file (from 1) on which a cell begins.
    pub fn line(&self, row: usize, column: usize) -> usize {
        let first = self.line + self.lines[row] as usize;
        match &self.below {
            Some(below) => {
                let at = row * self.columns.len() + column;
                first + below.get(&at).map_or(0, |&lines| lines as usize)
            }
            None => first + self.breaks_before(row, column),
        }
    }

    /// Line on which a row begins.
    pub(crate) fn row_line(&self, row: usize) -> usize {
        self.line + self.lines[row] as usize
    }

    /// Line ends in the cells of a row before `column`.
    fn breaks_before(&self, row: usize, column: usize) -> usize {
        (0..column)
            .map(|c| line_ends(self.cell(row, c).as_bytes()))
            .sum()
    }

    /// A table without rows, whose lines count from `line`.
    fn empty(columns: Vec<String>, line: usize) -> Table {
        Table {
            columns,
            text: String::new(),
            ends: Vec::new(),
            lines: Vec::new(),
            line,
            below: None,
        }
    }

    /// A table without rows.
    pub(crate) fn named(columns: &[&str]) -> Table {
        Table::empty(columns.iter().map(|&c| c.to_owned()).collect(), 0)
    }

    /// A table without rows, for [`Table::take_from`].
    pub(crate) fn of_columns(columns: Vec<String>) -> Table {
        let mut table = Table::empty(columns, 0);
        table.below = Some(BTreeMap::new());
        table
    }

    /// Adds a row; it must have as many cells as there are columns. Rows count as lines.
    pub(crate) fn add<const N: usize>(&mut self, cells: [&str; N]) -> Result<(), TableFault> {
        debug_assert_eq!(N, self.columns.len());
        self.push(cells.into_iter(), self.lines.len() + 1)
    }

    /// A table without rows, its columns known when it runs.
    #[cfg(feature = "parquet")]
    pub(crate) fn of(columns: Vec<String>) -> Table {
        Table::empty(columns, 0)
    }

    /// Adds a row of as many cells as there are columns. Rows count as lines.
    #[cfg(feature = "parquet")]
    pub(crate) fn add_row<'c>(
        &mut self,
        cells: impl Iterator<Item = &'c str>,
    ) -> Result<(), TableFault> {
        self.push(cells, self.lines.len() + 1)
    }

    /// Bytes that the cells take.
    #[cfg(feature = "parquet")]
    pub(crate) fn bytes(&self) -> u64 {
        (self.text.len() + 4 * (self.ends.len() + self.lines.len())) as u64
    }

    /// Adds a row that begins on `line`.
    pub(crate) fn add_on<const N: usize>(
        &mut self,
        cells: [&str; N],
        line: usize,
    ) -> Result<(), TableFault> {
        debug_assert_eq!(N, self.columns.len());
        self.push(cells.into_iter(), line)
    }

    fn push<'a>(
        &mut self,
        cells: impl Iterator<Item = &'a str>,
        line: usize,
    ) -> Result<(), TableFault> {
        for cell in cells {
            self.text.push_str(cell);
            let end = u32::try_from(self.text.len()).map_err(|_| TableFault::TooLarge)?;
            self.ends.push(end);
        }
        let line = u32::try_from(line).map_err(|_| TableFault::TooLarge)?;
        self.lines.push(line);
        Ok(())
    }

    /// The named rows, with the lines that they had.
    pub(crate) fn take(&self, rows: &[usize]) -> Result<Table, TableFault> {
        let mut taken = Table::of_columns(self.columns.clone());
        let all: Vec<usize> = (0..self.columns.len()).collect();
        taken.take_from(self, rows, &all)?;
        Ok(taken)
    }

    /// Adds the named columns of the named rows of another table, with the lines they had there.
    pub(crate) fn take_from(
        &mut self,
        from: &Table,
        rows: &[usize],
        columns: &[usize],
    ) -> Result<(), TableFault> {
        debug_assert_eq!(columns.len(), self.columns.len());
        for &row in rows {
            let line = from.line + from.lines[row] as usize;
            // Without a line end inside the row, the next one is on the next line.
            let next = from.lines.get(row + 1);
            if next.is_none_or(|&next| next > from.lines[row] + 1) {
                let first = self.lines.len() * self.columns.len();
                for (i, &column) in columns.iter().enumerate() {
                    let lines = from.line(row, column) - line;
                    if let (Some(below), true) = (&mut self.below, lines > 0) {
                        below.insert(first + i, lines as u32);
                    }
                }
            }
            self.push(columns.iter().map(|&c| from.cell(row, c)), line)?;
        }
        Ok(())
    }
}

/// Line ends in `bytes`: LF, CRLF and CR count one each.
fn line_ends(bytes: &[u8]) -> usize {
    let is_end = |i: usize| {
        bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes.get(i + 1).is_none_or(|&b| b != b'\n'))
    };
    (0..bytes.len()).filter(|&i| is_end(i)).count()
}

#[cfg(test)]
mod tests;
