//! A table of text cells, and reading it from CSV bytes (RFC 4180).
//!
//! Quoted cells may hold delimiters, line ends and doubled quotes; lines end in LF, CRLF or CR;
//! empty lines are skipped; a byte order mark is skipped. Delimiter and header are found if not given.

use std::borrow::Cow;

use regimen_run::spec::{CsvSpec, Encoding};
use thiserror::Error;

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
        "line {line} has {found} cells where the first row has {expected}{}",
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
    /// Line of the file on which each row begins.
    lines: Vec<u32>,
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
        let before: usize = (0..column)
            .map(|c| line_ends(self.cell(row, c).as_bytes()))
            .sum();
        self.lines[row] as usize + before
    }
}

/// Line ends in `bytes`: LF, CRLF and CR count one each.
fn line_ends(bytes: &[u8]) -> usize {
    let is_end = |i: usize| {
        bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes.get(i + 1).is_none_or(|&b| b != b'\n'))
    };
    (0..bytes.len()).filter(|&i| is_end(i)).count()
}

/// Reads a table from uncompressed CSV bytes.
pub fn parse_csv(bytes: &[u8], options: &CsvOptions) -> Result<Table, TableFault> {
    let decoded = decode(bytes, options.encoding)?;
    let bytes: &[u8] = &decoded;
    let delimiter = options
        .delimiter
        .unwrap_or_else(|| crate::delimiter::find(bytes));
    let found = || crate::header::found(bytes, delimiter);
    let header = options.columns.is_empty() && options.header.unwrap_or_else(found);
    let mut table = Table {
        columns: Vec::new(),
        text: String::with_capacity(bytes.len()),
        ends: Vec::new(),
        lines: Vec::new(),
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut record = csv::StringRecord::new();
    let mut place = Place { at: 0, line: 1 };
    let mut ragged: Option<TableFault> = None;
    loop {
        let start = reader.position().byte() as usize;
        let more = reader
            .read_record(&mut record)
            .map_err(|e| TableFault::Csv {
                line: place.line,
                reason: e.to_string(),
            })?;
        if !more {
            break;
        }
        place.move_to(bytes, start);
        if table.columns.is_empty() {
            table.columns = name_columns(&record, header, &options.columns)?;
            if header {
                continue;
            }
        }
        if record.len() == table.columns.len() {
            table.push(&record, place.line);
        } else {
            note_ragged(&mut ragged, place.line, record.len(), table.columns.len());
        }
    }
    if let Some(line) = open_quote(bytes, place, delimiter) {
        return Err(TableFault::OpenQuote { line });
    }
    match ragged {
        Some(fault) => Err(fault),
        None if table.columns.is_empty() => Err(TableFault::Empty),
        None if table.rows() == 0 => Err(TableFault::NoRows),
        None => Ok(table),
    }
}

/// The bytes as UTF-8, without byte order mark.
fn decode(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, [u8]>, TableFault> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(TableFault::Utf16);
    }
    if bytes.len() > u32::MAX as usize {
        return Err(TableFault::TooLarge);
    }
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if encoding == Encoding::Latin1 {
        let text = crate::latin1::decode(body);
        return match text.len() > u32::MAX as usize {
            true => Err(TableFault::TooLarge),
            false => Ok(Cow::Owned(text.into_bytes())),
        };
    }
    match std::str::from_utf8(body) {
        Ok(_) => Ok(Cow::Borrowed(body)),
        Err(e) => {
            let at = bytes.len() - body.len() + e.valid_up_to();
            Err(TableFault::NotUtf8 {
                line: 1 + line_ends(&bytes[..at]),
                at,
                byte: bytes[at],
            })
        }
    }
}

/// A place in the bytes and its line.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    line: usize,
}

impl Place {
    /// Moves on to the first byte of the record that the reader found from `start` on: the reader
    /// leaves behind the LF of a CRLF, and skips empty lines.
    fn move_to(&mut self, bytes: &[u8], mut start: usize) {
        while bytes.get(start).is_some_and(|b| matches!(b, b'\r' | b'\n')) {
            start += 1;
        }
        self.line += line_ends(&bytes[self.at..start]);
        self.at = start;
    }
}

impl Table {
    /// A table without rows.
    pub(crate) fn named(columns: &[&str]) -> Table {
        Table {
            columns: columns.iter().map(|&c| c.to_owned()).collect(),
            text: String::new(),
            ends: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Adds a row; it must have as many cells as there are columns. Rows count as lines.
    pub(crate) fn add<const N: usize>(&mut self, cells: [&str; N]) -> Result<(), TableFault> {
        debug_assert_eq!(N, self.columns.len());
        let more: usize = cells.iter().map(|cell| cell.len()).sum();
        if self.text.len() + more > u32::MAX as usize {
            return Err(TableFault::TooLarge);
        }
        for cell in cells {
            self.text.push_str(cell);
            self.ends.push(self.text.len() as u32);
        }
        self.lines.push(self.lines.len() as u32 + 1);
        Ok(())
    }

    /// A table without rows, its columns known when it runs.
    #[cfg(feature = "parquet")]
    pub(crate) fn of(columns: Vec<String>) -> Table {
        Table {
            columns,
            ..Table::named(&[])
        }
    }

    /// Adds a row of as many cells as there are columns. Rows count as lines.
    #[cfg(feature = "parquet")]
    pub(crate) fn add_row<'c>(
        &mut self,
        cells: impl Iterator<Item = &'c str>,
    ) -> Result<(), TableFault> {
        for cell in cells {
            if self.text.len() + cell.len() > u32::MAX as usize {
                return Err(TableFault::TooLarge);
            }
            self.text.push_str(cell);
            self.ends.push(self.text.len() as u32);
        }
        let line = u32::try_from(self.lines.len() + 1).map_err(|_| TableFault::TooLarge)?;
        self.lines.push(line);
        Ok(())
    }

    /// Bytes that the cells take.
    #[cfg(feature = "parquet")]
    pub(crate) fn bytes(&self) -> u64 {
        (self.text.len() + 4 * (self.ends.len() + self.lines.len())) as u64
    }

    fn push(&mut self, record: &csv::StringRecord, line: usize) {
        for cell in record {
            self.text.push_str(cell);
            self.ends.push(self.text.len() as u32); // the whole table is below 4 GiB
        }
        self.lines.push(line as u32);
    }
}

/// Trimmed header cells, `c3` for an empty one; or the names given; or `c0`, `c1`, ...
fn name_columns(
    record: &csv::StringRecord,
    header: bool,
    given: &[String],
) -> Result<Vec<String>, TableFault> {
    if !given.is_empty() {
        let (given_count, found) = (given.len(), record.len());
        return match given_count == found {
            true => Ok(given.to_vec()),
            false => Err(TableFault::Columns {
                given: given_count,
                found,
            }),
        };
    }
    let name = |(i, cell): (usize, &str)| match cell.trim() {
        "" => format!("c{i}"),
        _ if !header => format!("c{i}"),
        name => name.to_owned(),
    };
    Ok(record.iter().enumerate().map(name).collect())
}

fn note_ragged(ragged: &mut Option<TableFault>, line: usize, found: usize, expected: usize) {
    match ragged {
        Some(TableFault::Ragged { more, .. }) => *more += 1,
        _ => {
            *ragged = Some(TableFault::Ragged {
                line,
                found,
                expected,
                more: 0,
            })
        }
    }
}

/// The line of a quote that the last record opens and the end of the file leaves open: the reader
/// takes the end of the file for its end, which would swallow rows without a word.
fn open_quote(bytes: &[u8], last: Place, delimiter: u8) -> Option<usize> {
    let mut at = last.at;
    while at < bytes.len() {
        if bytes[at] == b'"' {
            match after_quoted(bytes, at + 1) {
                Some(next) => at = next,
                None => return Some(last.line + line_ends(&bytes[last.at..at])),
            }
        }
        // To the next cell.
        while at < bytes.len() && bytes[at] != delimiter {
            at += 1;
        }
        at += 1;
    }
    None
}

/// The place after the quote that closes a cell whose text begins at `at`.
fn after_quoted(bytes: &[u8], mut at: usize) -> Option<usize> {
    while at < bytes.len() {
        if bytes[at] != b'"' {
            at += 1;
        } else if bytes.get(at + 1) == Some(&b'"') {
            at += 2;
        } else {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests;
