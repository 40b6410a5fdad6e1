//! A table read in chunks of bounded size: the rows, lines and faults of [`super::parse_csv`], whatever the size of the file.
//!
//! Faults that leave a table readable (rows with too many cells) are told at its end, as a whole table tells them.

use std::io::{self, Read};

use thiserror::Error;

use super::decode::Decoder;
use super::parse::Parser;
use super::{CsvOptions, Table, TableFault};

/// Delimiter and header are looked for in as much.
const HEAD: usize = (1 << 16) + 4;
/// A row longer than this is not taken for one.
const LONGEST_ROW: usize = 256 << 20;

/// Why reading a table stopped.
#[derive(Debug, Error)]
pub enum Stopped {
    /// The table is at fault.
    #[error("{0}")]
    Table(TableFault),
    /// Its bytes cannot be had.
    #[error("{0}")]
    Read(io::Error),
}

/// The rows of a table in chunks, in order. After a fault there are no more.
#[derive(Debug)]
pub struct TableChunks<R> {
    text: Decoder<R>,
    parser: Parser,
    /// Bytes of text of a chunk.
    size: usize,
    done: bool,
    /// Whether its end was told.
    told: bool,
}

impl<R: Read> TableChunks<R> {
    /// Begins a table whose chunks are of about `size` bytes.
    pub fn new(reader: R, options: &CsvOptions, size: usize) -> Result<TableChunks<R>, Stopped> {
        let mut text = Decoder::new(reader, options.encoding)?;
        text.fill(HEAD, 1)?;
        let parser = Parser::new(options, &text.text[..text.good]);
        Ok(TableChunks {
            text,
            parser,
            size: size.max(1),
            done: false,
            told: false,
        })
    }

    fn rows(&mut self) -> Result<Option<Table>, Stopped> {
        let mut size = self.size;
        while !self.done {
            self.text.fill(size, self.parser.line)?;
            let window = self.text.good.min(size);
            let last = self.text.ended && window == self.text.text.len();
            let line = self.parser.line;
            let found = self.parser.rows(&self.text.text[..window], last);
            let (table, at) = found.or_else(|fault| self.drain(fault, line))?;
            self.text.pass(at);
            self.done = last;
            if table.rows() > 0 {
                return Ok(Some(table));
            }
            match at {
                0 if size >= LONGEST_ROW && !last => {
                    return self.drain(too_long(line), line);
                }
                0 => size = size.saturating_mul(2),
                _ => size = self.size,
            }
        }
        Ok(None)
    }

    /// Names of the columns; none before the first chunk.
    pub fn columns(&self) -> &[String] {
        self.parser.columns()
    }

    /// Reads to the end for what outdoes a fault, bytes that are not text or cannot be had, then tells the fault. `line` is
    /// that of the text.
    fn drain<T>(&mut self, fault: TableFault, mut line: usize) -> Result<T, Stopped> {
        while !self.text.ended {
            let good = &self.text.text[..self.text.good];
            // A line end may go on.
            let at = good.strip_suffix(b"\r").unwrap_or(good).len();
            line += super::line_ends(&good[..at]);
            self.text.pass(at);
            self.text.fill(self.size.max(HEAD), line)?;
        }
        Err(Stopped::Table(fault))
    }
}

impl<R: Read> Iterator for TableChunks<R> {
    type Item = Result<Table, Stopped>;

    fn next(&mut self) -> Option<Result<Table, Stopped>> {
        if self.told {
            return None;
        }
        let rows = self.rows();
        self.told = !matches!(rows, Ok(Some(_)));
        let mut end = || self.parser.finish().map_err(Stopped::Table).err();
        match rows {
            Ok(Some(rows)) => Some(Ok(rows)),
            Ok(None) => end().map(Err),
            Err(stopped) => Some(Err(stopped)),
        }
    }
}

fn too_long(line: usize) -> TableFault {
    let mib = LONGEST_ROW >> 20;
    let reason = format!("the row is longer than {mib} MiB; is a quote opened and not closed?");
    TableFault::Csv { line, reason }
}
