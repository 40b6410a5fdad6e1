//! Rows that stay on disk: read by number, a batch at a time, with the bits that memory would hold.
//!
//! Labels and weights of such rows are in memory (a few bytes a row); only the inputs are not.

use std::fmt::Debug;
use std::sync::Arc;

use crate::array::{Array, Values};
use crate::error::DataError;

/// Type and sizes of one row of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowType {
    /// Whether the elements are int32; else they are float32.
    pub integer: bool,
    /// Sizes, without the axis of rows.
    pub shape: Vec<usize>,
}

impl RowType {
    /// An array of no rows.
    pub fn empty(&self) -> Array {
        let shape = [&[0], self.shape.as_slice()].concat();
        match self.integer {
            true => Array::i32(shape, Vec::new()),
            false => Array::f32(shape, Vec::new()),
        }
    }
}

/// Model inputs of rows on disk, preprocessed.
pub trait ReadRows: Debug + Send + Sync {
    /// Number of rows.
    fn rows(&self) -> usize;

    /// Type and sizes of each input, in the order of the data.
    fn inputs(&self) -> &[RowType];

    /// Makes `out` (one array per input, of its type) the named rows, reusing its memory. Every row is below `rows()`.
    fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError>;

    /// A checksum that changes with the rows: a resumed run must find the ones that it began with.
    fn fingerprint(&self) -> u64;
}

/// Some rows of a source, in an order of their own.
#[derive(Debug, Clone)]
pub struct StoredRows {
    source: Arc<dyn ReadRows>,
    rows: Vec<usize>,
}

impl StoredRows {
    /// The rows of `source` that are named, in their order. Every row is below `source.rows()`.
    pub fn new(source: Arc<dyn ReadRows>, rows: Vec<usize>) -> StoredRows {
        StoredRows { source, rows }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Type and sizes of each input.
    pub fn inputs(&self) -> &[RowType] {
        self.source.inputs()
    }

    /// Arrays of no rows, to be read into.
    pub fn empty(&self) -> Vec<Array> {
        self.inputs().iter().map(RowType::empty).collect()
    }

    /// Makes `out` the named rows; see [`ReadRows::read`].
    pub fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        let rows: Vec<usize> = rows.iter().map(|&row| self.rows[row]).collect();
        self.source.read(&rows, out)
    }

    /// Rows of these rows, in their order.
    pub fn take(&self, rows: &[usize]) -> StoredRows {
        StoredRows {
            source: Arc::clone(&self.source),
            rows: rows.iter().map(|&row| self.rows[row]).collect(),
        }
    }

    /// A checksum of the source and of the choice of rows.
    pub fn fingerprint(&self) -> u64 {
        let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        let start = mix(0xcbf2_9ce4_8422_2325, self.source.fingerprint());
        self.rows
            .iter()
            .fold(start, |sum, &row| mix(sum, row as u64))
    }
}

impl PartialEq for StoredRows {
    fn eq(&self, other: &StoredRows) -> bool {
        Arc::ptr_eq(&self.source, &other.source) && self.rows == other.rows
    }
}

/// One row of one input, to be changed in place.
#[derive(Debug)]
pub enum RowMut<'a> {
    /// float32.
    F32(&'a mut [f32]),
    /// int32.
    I32(&'a mut [i32]),
}

/// Changes training rows as they are fed; see the augmentation of a run file.
pub trait Augment: Debug + Send + Sync {
    /// Changes one input of one row. What comes out depends on the seed it was made with, `pass` over the rows (0-based), `row` in
    /// the training part and `input` alone, never on batches or threads.
    fn apply(&self, pass: u64, row: usize, input: usize, values: RowMut<'_>);

    /// [`Augment::apply`] on every row of a batch's array of an input; `rows` are the rows' numbers in the training part.
    fn apply_batch(&self, pass: u64, rows: &[usize], input: usize, batch: &mut Array) {
        let length = batch.row_len().max(1);
        match &mut batch.data {
            Values::F32(values) => {
                for (values, &row) in values.chunks_exact_mut(length).zip(rows) {
                    self.apply(pass, row, input, RowMut::F32(values));
                }
            }
            Values::I32(values) => {
                for (values, &row) in values.chunks_exact_mut(length).zip(rows) {
                    self.apply(pass, row, input, RowMut::I32(values));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Numbers(Vec<RowType>);

    impl ReadRows for Numbers {
        fn rows(&self) -> usize {
            5
        }

        fn inputs(&self) -> &[RowType] {
            &self.0
        }

        fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
            let numbers = rows.iter().map(|&row| row as i32 * 10).collect();
            out[0] = Array::i32(vec![rows.len()], numbers);
            Ok(())
        }

        fn fingerprint(&self) -> u64 {
            7
        }
    }

    #[test]
    fn rows_of_rows_are_read_in_their_order() {
        let row = RowType {
            integer: true,
            shape: vec![],
        };
        let all = StoredRows::new(Arc::new(Numbers(vec![row])), vec![4, 2, 0]);
        let some = all.take(&[2, 1]);
        let mut out = some.empty();
        some.read(&[1, 0, 1], &mut out).unwrap();
        assert_eq!(out[0], Array::i32(vec![3], vec![20, 0, 20]));
        assert_ne!(all.fingerprint(), some.fingerprint());
        assert_ne!(all, some);
        assert_eq!(some, all.take(&[2, 1]));
    }
}
