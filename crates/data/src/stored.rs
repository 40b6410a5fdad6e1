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
}

/// Some rows of a source, in an order of their own.
#[derive(Debug, Clone)]
pub struct StoredRows {
    source: Arc<dyn ReadRows>,
    rows: Vec<usize>,
    /// Which inputs of the source these are, and their types.
    inputs: Vec<usize>,
    types: Vec<RowType>,
}

impl StoredRows {
    /// The rows of `source` that are named, in their order. Every row is below `source.rows()`.
    pub fn new(source: Arc<dyn ReadRows>, rows: Vec<usize>) -> StoredRows {
        let types = source.inputs().to_vec();
        StoredRows {
            source,
            rows,
            inputs: (0..types.len()).collect(),
            types,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Type and sizes of each input.
    pub fn inputs(&self) -> &[RowType] {
        &self.types
    }

    /// The inputs in another order: input `i` becomes what `order[i]` was. `order` names every input once.
    pub fn in_order(mut self, order: &[usize]) -> StoredRows {
        self.types = order.iter().map(|&i| self.types[i].clone()).collect();
        self.inputs = order.iter().map(|&i| self.inputs[i]).collect();
        self
    }

    /// Arrays of no rows, to be read into.
    pub fn empty(&self) -> Vec<Array> {
        self.inputs().iter().map(RowType::empty).collect()
    }

    /// Makes `out` the named rows; see [`ReadRows::read`].
    pub fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        let rows: Vec<usize> = rows.iter().map(|&row| self.rows[row]).collect();
        let nothing = || Array::f32(vec![0], Vec::new());
        let mut arrays: Vec<Array> = self.inputs.iter().map(|_| nothing()).collect();
        for (&input, array) in self.inputs.iter().zip(out.iter_mut()) {
            arrays[input] = std::mem::replace(array, nothing());
        }
        let read = self.source.read(&rows, &mut arrays);
        for (&input, array) in self.inputs.iter().zip(out.iter_mut()) {
            *array = std::mem::replace(&mut arrays[input], nothing());
        }
        read
    }

    /// All rows in the order of the source, about `BLOCK` bytes at a time: their places here, and an array per input. For
    /// what does not depend on the order of rows, because disks are read best from front to back.
    pub fn in_source_order(
        &self,
        mut visit: impl FnMut(&[usize], &[Array]),
    ) -> Result<(), DataError> {
        let mut places: Vec<usize> = (0..self.rows.len()).collect();
        places.sort_unstable_by_key(|&place| (self.rows[place], place));
        let mut block = self.empty();
        for places in places.chunks(rows_at_once(self.inputs())) {
            self.read(places, &mut block)?;
            visit(places, &block);
        }
        Ok(())
    }

    /// Rows of these rows, in their order.
    pub fn take(&self, rows: &[usize]) -> StoredRows {
        StoredRows {
            source: Arc::clone(&self.source),
            rows: rows.iter().map(|&row| self.rows[row]).collect(),
            inputs: self.inputs.clone(),
            types: self.types.clone(),
        }
    }
}

/// Bytes of rows that a pass over them holds at a time.
const BLOCK: usize = 16 << 20;

/// Rows of which a pass holds so many at a time.
fn rows_at_once(inputs: &[RowType]) -> usize {
    let elements = |row: &RowType| row.shape.iter().product::<usize>();
    let bytes: usize = inputs.iter().map(|row| 4 * elements(row)).sum();
    (BLOCK / bytes.max(1)).max(1)
}

impl PartialEq for StoredRows {
    fn eq(&self, other: &StoredRows) -> bool {
        Arc::ptr_eq(&self.source, &other.source)
            && self.rows == other.rows
            && self.inputs == other.inputs
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

/// Alike are those that are described alike.
impl PartialEq for dyn Augment {
    fn eq(&self, other: &dyn Augment) -> bool {
        format!("{self:?}") == format!("{other:?}")
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
            if let Some(second) = out.get_mut(1) {
                *second = Array::f32(vec![rows.len()], vec![0.5; rows.len()]);
            }
            Ok(())
        }
    }

    fn numbers(inputs: usize) -> Arc<Numbers> {
        let row = |i| RowType {
            integer: i == 0,
            shape: vec![],
        };
        Arc::new(Numbers((0..inputs).map(row).collect()))
    }

    #[test]
    fn rows_of_rows_are_read_in_their_order() {
        let all = StoredRows::new(numbers(1), vec![4, 2, 0]);
        let some = all.take(&[2, 1]);
        let mut out = some.empty();
        some.read(&[1, 0, 1], &mut out).unwrap();
        assert_eq!(out[0], Array::i32(vec![3], vec![20, 0, 20]));
        assert_ne!(all, some);
        assert_eq!(some, all.take(&[2, 1]));
    }
    #[test]
    fn inputs_change_places_and_passes_follow_the_source() {
        let rows = StoredRows::new(numbers(2), vec![3, 1, 3]).in_order(&[1, 0]);
        assert_eq!(
            rows.inputs().iter().map(|i| i.integer).collect::<Vec<_>>(),
            [false, true]
        );
        let mut out = rows.empty();
        rows.read(&[1], &mut out).unwrap();
        assert_eq!(out[0], Array::f32(vec![1], vec![0.5]));
        assert_eq!(out[1], Array::i32(vec![1], vec![10]));
        let mut seen = vec![];
        rows.in_source_order(|places, x| seen.push((places.to_vec(), x[1].clone())))
            .unwrap();
        assert_eq!(
            seen,
            [(vec![1, 0, 2], Array::i32(vec![3], vec![10, 30, 30]))]
        );
    }
}
