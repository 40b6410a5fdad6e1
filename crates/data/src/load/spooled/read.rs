//! Reading spooled features as the model takes them: what was fitted is applied to the rows as they are read.

use crate::array::{Array, Values};
use crate::categories::CategoryEncoding;
use crate::dates::{DateEncoding, DateTime};
use crate::error::DataError;
use crate::missing::fill_in;
use crate::preprocessing::hstack;
use crate::scaling::Scaling;
use crate::spool::Words;
use crate::stored::{ReadRows, RowType};
use crate::text::TextEncoding;

/// How an input's words become numbers.
#[derive(Debug)]
pub(super) enum Decode {
    Numbers {
        fill: Option<Vec<f32>>,
        scaling: Option<Scaling>,
    },
    /// The place of each category by number; without any, the words are places.
    Categories {
        encoding: CategoryEncoding,
        places: Vec<Vec<Option<usize>>>,
    },
    Dates(DateEncoding),
    /// The id of each word by number.
    Text {
        encoding: TextEncoding,
        ids: Vec<i32>,
        words: Words,
    },
}

/// A model input: the first word, number of words and meaning of what stands side by side in it.
#[derive(Debug)]
pub(super) struct Input(pub Vec<(usize, usize, Decode)>);

/// The file and what was fitted.
#[derive(Debug)]
pub(super) struct Reader {
    file: Words,
    width: usize,
    rows: usize,
    inputs: Vec<Input>,
    types: Vec<RowType>,
    order: Vec<usize>,
}

impl Reader {
    pub fn new(
        file: Words,
        width: usize,
        rows: usize,
        inputs: Vec<Input>,
        order: Vec<usize>,
    ) -> Result<Reader, DataError> {
        let mut reader = Reader {
            file,
            width,
            rows,
            inputs,
            types: Vec::new(),
            order,
        };
        let mut types = Vec::new();
        for input in &reader.inputs {
            let none = reader.decode(input, &[])?;
            types.push(RowType {
                integer: none.as_i32().is_some(),
                shape: none.row_shape().to_vec(),
            });
        }
        reader.types = types;
        Ok(reader)
    }

    fn decode(&self, input: &Input, words: &[u32]) -> Result<Array, DataError> {
        let mut blocks = Vec::with_capacity(input.0.len());
        for (start, width, decode) in &input.0 {
            blocks.push(decode.apply(words, self.width, *start, *width)?);
        }
        Ok(match blocks.len() {
            1 => blocks.remove(0),
            _ => hstack(blocks.iter()),
        })
    }
}

impl ReadRows for Reader {
    fn rows(&self) -> usize {
        self.rows
    }

    fn inputs(&self) -> &[RowType] {
        &self.types
    }

    fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        let mut words = Vec::with_capacity(rows.len() * self.width);
        let placed: Vec<usize>;
        let rows = match self.order.is_empty() {
            true => rows,
            false => {
                placed = rows.iter().map(|&row| self.order[row]).collect();
                &placed
            }
        };
        self.file
            .read_rows(rows, self.width, &mut words)
            .map_err(|fault| DataError::new("data.stream", fault))?;
        for (input, out) in self.inputs.iter().zip(out) {
            *out = self.decode(input, &words)?;
        }
        Ok(())
    }
}

impl Decode {
    /// The numbers of rows of `all` words each, of which `width` from `start` on are meant.
    fn apply(
        &self,
        words: &[u32],
        all: usize,
        start: usize,
        width: usize,
    ) -> Result<Array, DataError> {
        let rows = words.chunks_exact(all.max(1));
        let scaled = |scaling: &Option<Scaling>, array: Array| match scaling {
            Some(scaling) => scaling.apply(array),
            None => array,
        };
        Ok(match self {
            Decode::Numbers { fill, scaling } => {
                let array = numbers(words, all, start, width);
                scaled(scaling, filled(array, fill.as_deref()))
            }
            Decode::Categories { encoding, places } => {
                encoding.encode_places(rows.len(), width, |row, column| {
                    let word = words[row * all + start + column] as usize;
                    places.get(column).map_or(Some(word), |of| of[word])
                })
            }
            Decode::Dates(encoding) => {
                let date = |row: &[u32]| DateTime::unpacked([row[start], row[start + 1]]);
                let dates: Vec<DateTime> = rows.map(date).collect();
                scaled(&encoding.scaling, encoding.encode(dates.iter()))
            }
            Decode::Text {
                encoding,
                ids,
                words,
            } => {
                let count = rows.len();
                let mut data = Vec::with_capacity(count * encoding.length);
                let mut numbers = Vec::new();
                for row in rows {
                    let (at, count) = text_place(&row[start..]);
                    let (skipped, kept) = encoding.kept(count);
                    numbers.clear();
                    words
                        .read(at + skipped as u64, kept, &mut numbers)
                        .map_err(|fault| DataError::new("data.stream", fault))?;
                    let ids = numbers.iter().map(|&word| ids[word as usize]);
                    encoding.encode_ids(ids, &mut data);
                }
                Array::i32(vec![count, encoding.length], data)
            }
        })
    }
}

/// Numbers as (rows, width), of rows of `all` words.
pub(super) fn numbers(words: &[u32], all: usize, start: usize, width: usize) -> Array {
    let rows = words.chunks_exact(all.max(1));
    let count = rows.len();
    let of = |row: &[u32]| row[start..start + width].to_vec();
    let data = rows.flat_map(of).map(f32::from_bits).collect();
    Array::f32(vec![count, width], data)
}

/// The same without gaps.
pub(super) fn filled(mut array: Array, fill: Option<&[f32]>) -> Array {
    if let (Some(fill), Values::F32(data)) = (fill, &mut array.data) {
        fill_in(data, fill);
    }
    array
}

/// Where the words of a text begin, and how many they are.
pub(super) fn text_place(words: &[u32]) -> (u64, usize) {
    let place = u64::from(words[1]) << 32 | u64::from(words[0]);
    (place, words[2] as usize)
}
