//! Raw features of every row in a temporary file, written chunk by chunk of a table; fitted and read later.
//!
//! A row is a fixed number of 32-bit words: numbers as they are (NaN where one is missing), categories by number (or bucket), dates
//! in two words, and of a text the place of its words, which lie in a file of their own by number. In memory are the distinct
//! categories and words alone.

mod fit;
mod passes;
mod read;

use regimen_run::spec::{Categories, Missing};

use super::inputs::{Input, Kind};
use super::table::read_dates;
use crate::array::Values;
use crate::categories::bucket;
use crate::dates::DateTime;
use crate::error::{DataError, DataErrors, Fault};
use crate::interner::Interner;
use crate::numbers::{Rows, read_features};
use crate::spool::{Spool, Words};
use crate::text::for_each_word;

/// Features that are being written.
pub(super) struct Writing {
    blocks: Vec<Block>,
    rows: Spool,
    /// The words of each text input, in the order of its rows.
    texts: Vec<Spool>,
    width: usize,
}

/// Features of all rows, written.
pub(super) struct Spooled {
    blocks: Vec<Block>,
    rows: Words,
    texts: Vec<Words>,
    width: usize,
    /// Where each row is in the file; in their order where this is empty.
    order: Vec<usize>,
}

/// An input's words in a row.
struct Block {
    input: Input,
    /// Names of its columns.
    columns: Vec<String>,
    start: usize,
    width: usize,
    /// Missing cells of each column, of numbers and categories.
    missing: Vec<usize>,
    found: Found,
    errors: Vec<DataError>,
}

/// What is known of an input's cells.
enum Found {
    Numbers,
    /// Distinct categories of each column.
    Categories(Vec<Interner>),
    Buckets,
    Dates,
    /// Distinct words, and the number of the file.
    Text {
        words: Interner,
        file: usize,
    },
}

/// Texts as they are go to no file.
fn raw_needs_memory(at: &str) -> DataError {
    let option = "kind `raw`".to_owned();
    let reason = "needs all rows in memory, and these are streamed; set stream = false, or give memory for them";
    let reason = reason.to_owned();
    DataError::new(at, Fault::Option { option, reason })
}

impl Writing {
    /// Begins the features of `inputs`, of a table with `columns`.
    pub fn begin(inputs: Vec<Input>, columns: &[String]) -> Result<Writing, DataErrors> {
        let spool = || Spool::new().map_err(|fault| DataError::new("data.stream", fault));
        let mut writing = Writing {
            blocks: Vec::new(),
            rows: spool()?,
            texts: Vec::new(),
            width: 0,
        };
        for input in inputs {
            let count = input.columns.len();
            let (width, found) = match &input.kind {
                Kind::Numeric { .. } => (count, Found::Numbers),
                Kind::Categorical { encoding, .. } if encoding.encoding == Categories::Hash => {
                    (count, Found::Buckets)
                }
                Kind::Categorical { .. } => {
                    (count, Found::Categories(vec![Interner::default(); count]))
                }
                Kind::Raw => return Err(raw_needs_memory(&input.at).into()),
                Kind::Date { .. } => (2, Found::Dates),
                Kind::Text { .. } => {
                    let (words, file) = (Interner::default(), writing.texts.len());
                    writing.texts.push(spool()?);
                    (3, Found::Text { words, file })
                }
            };
            writing.blocks.push(Block {
                columns: input.columns.iter().map(|&c| columns[c].clone()).collect(),
                input,
                start: writing.width,
                width,
                missing: vec![0; count],
                found,
                errors: Vec::new(),
            });
            writing.width += width;
        }
        Ok(writing)
    }

    /// Sets the format of the dates of an input, or what keeps it from being found.
    pub fn set_format(&mut self, input: usize, format: Result<String, DataError>) {
        let block = &mut self.blocks[input];
        match (format, &mut block.input.kind) {
            (Ok(format), Kind::Date { encoding, .. }) => encoding.format = format,
            (Ok(_), _) => {}
            (Err(error), _) => block.errors.push(error),
        }
    }

    /// Adds rows of a chunk.
    pub fn add(&mut self, from: Rows<'_>) {
        let mut words = vec![0; from.rows.len() * self.width];
        for block in &mut self.blocks {
            let mut out = Out {
                words: &mut words,
                width: self.width,
                start: block.start,
            };
            if let Err(errors) = block.read(from, &mut out, &mut self.texts) {
                block.note(errors);
            }
        }
        if !self.failed() {
            self.rows.push(&words);
        }
    }

    /// Whether a cell was found that cannot be read.
    pub fn failed(&self) -> bool {
        self.blocks.iter().any(|block| !block.errors.is_empty())
    }

    /// Ends writing; `order` says where each row is, if not in its order. All errors are told.
    pub fn finish(self, order: Vec<usize>) -> Result<Spooled, Vec<DataError>> {
        let mut errors: Vec<DataError> = Vec::new();
        let mut blocks = self.blocks;
        for block in &mut blocks {
            errors.append(&mut block.errors);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let all = std::iter::once(self.rows).chain(self.texts);
        let mut files = Spool::finish(all)
            .map_err(|fault| vec![DataError::new("data.stream", fault)])?
            .into_iter();
        let rows = files.next();
        rows.map(|rows| Spooled {
            blocks,
            rows,
            texts: files.collect(),
            width: self.width,
            order,
        })
        .ok_or_else(Vec::new)
    }
}

/// The words of a chunk's rows, and where an input's begin.
struct Out<'a> {
    words: &'a mut [u32],
    width: usize,
    start: usize,
}

impl Out<'_> {
    fn put(&mut self, row: usize, i: usize, word: u32) {
        self.words[row * self.width + self.start + i] = word;
    }
}

impl Block {
    fn read(
        &mut self,
        from: Rows<'_>,
        out: &mut Out<'_>,
        texts: &mut [Spool],
    ) -> Result<(), Vec<DataError>> {
        let Input { columns, at, .. } = &self.input;
        let cells = |column: usize| {
            from.rows
                .iter()
                .map(move |&row| from.table.cell(row, column))
        };
        match (&self.input.kind, &mut self.found) {
            (Kind::Numeric { missing, marks, .. }, Found::Numbers) => {
                let array = read_features(from, columns, at, marks, *missing != Missing::Error)?;
                if let Values::F32(numbers) = array.data {
                    for (row, numbers) in numbers.chunks(self.width.max(1)).enumerate() {
                        for (i, number) in numbers.iter().enumerate() {
                            self.missing[i] += usize::from(number.is_nan());
                            out.put(row, i, number.to_bits());
                        }
                    }
                }
            }
            (_, Found::Categories(known)) => {
                for (i, (&column, known)) in columns.iter().zip(known).enumerate() {
                    for (row, cell) in cells(column).enumerate() {
                        let cell = cell.trim();
                        self.missing[i] += usize::from(cell.is_empty());
                        out.put(row, i, known.number(cell));
                    }
                }
            }
            (Kind::Categorical { encoding, .. }, Found::Buckets) => {
                for (i, &column) in columns.iter().enumerate() {
                    for (row, cell) in cells(column).enumerate() {
                        let cell = cell.trim();
                        self.missing[i] += usize::from(cell.is_empty());
                        out.put(row, i, bucket(cell, encoding.buckets) as u32);
                    }
                }
            }
            (Kind::Date { encoding, .. }, Found::Dates) if !encoding.format.is_empty() => {
                let (_, dates) = read_dates(from, columns[0], &encoding.format, at)?;
                for (row, date) in dates.iter().enumerate() {
                    let [day, time] = date.packed();
                    out.put(row, 0, day);
                    out.put(row, 1, time);
                }
            }
            (Kind::Text { encoding, .. }, Found::Text { words, file }) => {
                let mut numbers = Vec::new();
                for (row, text) in cells(columns[0]).enumerate() {
                    numbers.clear();
                    for_each_word(text, encoding.lower, |word| {
                        numbers.push(words.number(word))
                    });
                    let place = texts[*file].len();
                    out.put(row, 0, place as u32);
                    out.put(row, 1, (place >> 32) as u32);
                    out.put(row, 2, numbers.len() as u32);
                    texts[*file].push(&numbers);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Keeps the first error of each column, in the order of columns, and counts the others.
    fn note(&mut self, errors: Vec<DataError>) {
        for mut error in errors {
            let Some((column, more)) = error.fault.cell() else {
                self.errors.push(error);
                continue;
            };
            let (column, count) = (column.to_owned(), *more + 1);
            let known = self.errors.iter_mut().find_map(|known| {
                let (name, more) = known.fault.cell()?;
                (name == column).then_some(more)
            });
            match known {
                Some(more) => *more += count,
                None => self.errors.push(error),
            }
        }
        let place = |error: &mut DataError| {
            let column = error.fault.cell().map(|(name, _)| name.to_owned());
            column.and_then(|name| self.columns.iter().position(|c| *c == name))
        };
        let mut placed: Vec<_> = self
            .errors
            .drain(..)
            .map(|mut e| (place(&mut e), e))
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        self.errors = placed.into_iter().map(|(_, error)| error).collect();
    }
}

impl DateTime {
    /// Year, and the rest in the bits of one word.
    fn packed(&self) -> [u32; 2] {
        let time = (self.hour << 12) | (self.minute << 6) | self.second;
        [
            self.year as u32,
            (self.month << 22) | (self.day << 17) | time,
        ]
    }

    fn unpacked([year, rest]: [u32; 2]) -> DateTime {
        DateTime {
            year: year as i32,
            month: rest >> 22,
            day: (rest >> 17) & 31,
            hour: (rest >> 12) & 31,
            minute: (rest >> 6) & 63,
            second: rest & 63,
        }
    }
}
