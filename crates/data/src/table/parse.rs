//! CSV text to rows: columns named by the first record, every other record with as many cells.

use regimen_run::spec::Encoding;

use super::decode::{BYTE_ORDER_MARK, check_utf8, is_utf16};
use super::records::{Cells, Found, Splitter};
use super::{CsvOptions, Table, TableFault};

/// Reads a table from uncompressed CSV bytes.
pub fn parse_csv(bytes: &[u8], options: &CsvOptions) -> Result<Table, TableFault> {
    if is_utf16(bytes) {
        return Err(TableFault::Utf16);
    }
    let mark = usize::from(bytes.starts_with(BYTE_ORDER_MARK)) * BYTE_ORDER_MARK.len();
    let body = &bytes[mark..];
    let decoded;
    let text: &[u8] = match options.encoding {
        Encoding::Latin1 if body.len() <= u32::MAX as usize => {
            decoded = crate::latin1::decode(body);
            decoded.as_bytes()
        }
        Encoding::Latin1 => body,
        Encoding::Utf8 => {
            check_utf8(body, mark, 1)?;
            body
        }
    };
    if text.len() > u32::MAX as usize {
        return Err(TableFault::TooLarge);
    }
    let mut parser = Parser::new(options, text);
    let (table, _) = parser.rows(text, true)?;
    parser.finish()?;
    Ok(table)
}

/// Where a table is, read from its beginning on, and what was found wrong on the way.
#[derive(Debug)]
pub(super) struct Parser {
    splitter: Splitter,
    header: bool,
    /// Names that the options give.
    given: Vec<String>,
    /// Names of the columns, after the first record.
    columns: Option<Vec<String>>,
    /// Line of what comes next.
    pub line: usize,
    rows: bool,
    ragged: Option<TableFault>,
    open: Option<usize>,
}

impl Parser {
    /// Looks at the beginning of the text for what the options leave open.
    pub fn new(options: &CsvOptions, head: &[u8]) -> Parser {
        let delimiter = options
            .delimiter
            .unwrap_or_else(|| crate::delimiter::find(head));
        let found = || crate::header::found(head, delimiter);
        Parser {
            splitter: Splitter::new(delimiter),
            header: options.columns.is_empty() && options.header.unwrap_or_else(found),
            given: options.columns.clone(),
            columns: None,
            line: 1,
            rows: false,
            ragged: None,
            open: None,
        }
    }

    /// The rows at the beginning of `text`, and the place where the first one begins whose end is not there. `last` says
    /// that nothing follows `text`, so that all of it is read. `text` is UTF-8 and below 4 GiB.
    pub fn rows(&mut self, text: &[u8], last: bool) -> Result<(Table, usize), TableFault> {
        let base = self.line;
        let mut cells = Cells {
            text: Vec::with_capacity(text.len()),
            ends: Vec::new(),
        };
        let mut lines: Vec<u32> = Vec::new();
        let mut at = 0;
        while self
            .splitter
            .skip_empty(text, &mut at, last, &mut self.line)
        {
            let start = at;
            let (line, before) = (self.line, (cells.text.len(), cells.ends.len()));
            let found = self
                .splitter
                .record(text, at, last, &mut self.line, &mut cells);
            let width = cells.ends.len() - before.1;
            match found {
                Found::Record(next) => at = next,
                Found::OpenQuote(line) => {
                    self.open = Some(line);
                    at = text.len();
                }
                Found::Cut => self.line = line,
            }
            let keep = matches!(found, Found::Record(_)) && self.keeps(&cells, before, line)?;
            match keep {
                // A row ends where its last cell does.
                true => {
                    if lines.is_empty() {
                        let rows = text.len() / (at - start).max(1);
                        cells.ends.reserve(rows * width);
                        lines.reserve(rows);
                    }
                    lines.push((line - base) as u32);
                }
                false => {
                    cells.text.truncate(before.0);
                    cells.ends.truncate(before.1);
                }
            }
            if found == Found::Cut {
                break;
            }
        }
        self.rows |= !lines.is_empty();
        let table = Table {
            columns: self.columns.clone().unwrap_or_default(),
            text: String::from_utf8(cells.text).map_err(|_| TableFault::Csv {
                line: base,
                reason: "the delimiter cuts through characters; it is no ASCII character"
                    .to_owned(),
            })?,
            ends: cells.ends,
            lines,
            line: base,
            below: None,
        };
        Ok((table, at))
    }

    /// Whether the last record of `cells`, which begins at `from` there, is a row of the table.
    fn keeps(
        &mut self,
        cells: &Cells,
        from: (usize, usize),
        line: usize,
    ) -> Result<bool, TableFault> {
        let found = cells.ends.len() - from.1;
        let Some(columns) = &self.columns else {
            self.columns = Some(self.name_columns(cells, from)?);
            return Ok(!self.header);
        };
        if found != columns.len() {
            note_ragged(&mut self.ragged, line, found, columns.len());
        }
        Ok(found == columns.len())
    }

    /// Trimmed header cells, `c3` for an empty one; or the names given; or `c0`, `c1`, ...
    fn name_columns(
        &self,
        cells: &Cells,
        (mut start, first): (usize, usize),
    ) -> Result<Vec<String>, TableFault> {
        let ends = &cells.ends[first..];
        if !self.given.is_empty() {
            let (given, found) = (self.given.len(), ends.len());
            return match given == found {
                true => Ok(self.given.clone()),
                false => Err(TableFault::Columns { given, found }),
            };
        }
        let mut names = Vec::with_capacity(ends.len());
        for (i, &end) in ends.iter().enumerate() {
            let cell = String::from_utf8_lossy(&cells.text[start..end as usize]);
            start = end as usize;
            names.push(match cell.trim() {
                name if self.header && !name.is_empty() => name.to_owned(),
                _ => format!("c{i}"),
            });
        }
        Ok(names)
    }

    /// Names of the columns, after the first record.
    pub fn columns(&self) -> &[String] {
        self.columns.as_deref().unwrap_or_default()
    }

    /// What was wrong, once all of the text was read.
    pub fn finish(&mut self) -> Result<(), TableFault> {
        if let Some(line) = self.open {
            return Err(TableFault::OpenQuote { line });
        }
        match self.ragged.take() {
            Some(fault) => Err(fault),
            None if self.columns.is_none() => Err(TableFault::Empty),
            None if !self.rows => Err(TableFault::NoRows),
            None => Ok(()),
        }
    }
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
