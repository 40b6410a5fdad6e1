//! The order of rows in an epoch, batches of them, and the rows cut off for validation.
//!
//! An epoch's order is a function of (rows, seed, epoch) alone: any epoch can be asked for first,
//! so that a resumed run goes on as the undisturbed one would have.

use crate::array::{Array, Values};
use crate::dataset::Part;
use crate::error::{DataError, DataErrors, Fault};
use crate::random::{Stream, shuffle};

/// Rows in the order of an epoch (0-based): as stored, or permuted when `permute` is set.
pub fn epoch_order(rows: usize, seed: u64, epoch: u64, permute: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    if permute {
        shuffle(&mut order, seed, Stream::Epoch(epoch));
    }
    order
}

/// Slices of an order, one per batch; the last may be shorter and is kept.
#[derive(Debug, Clone)]
pub struct Batches<'a> {
    chunks: std::slice::Chunks<'a, usize>,
}

impl<'a> Batches<'a> {
    /// Batches of `size` rows; a size of 0 counts as 1.
    pub fn new(order: &'a [usize], size: usize) -> Batches<'a> {
        Batches {
            chunks: order.chunks(size.max(1)),
        }
    }
}

impl<'a> Iterator for Batches<'a> {
    type Item = &'a [usize];

    fn next(&mut self) -> Option<&'a [usize]> {
        self.chunks.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.chunks.size_hint()
    }
}

impl ExactSizeIterator for Batches<'_> {}

/// Makes `out` the named rows of `array`, reusing its memory. Every index must be below
/// `array.rows()`.
pub fn gather_rows(array: &Array, rows: &[usize], out: &mut Array) {
    let length = array.row_len();
    out.shape.clear();
    out.shape.push(rows.len());
    out.shape.extend_from_slice(array.row_shape());
    match (&array.data, &mut out.data) {
        (Values::F32(from), Values::F32(to)) => gather(from, length, rows, to),
        (Values::I32(from), Values::I32(to)) => gather(from, length, rows, to),
        (Values::F32(from), other) => {
            let mut to = Vec::new();
            gather(from, length, rows, &mut to);
            *other = Values::F32(to);
        }
        (Values::I32(from), other) => {
            let mut to = Vec::new();
            gather(from, length, rows, &mut to);
            *other = Values::I32(to);
        }
    }
}

fn gather<T: Copy>(from: &[T], length: usize, rows: &[usize], to: &mut Vec<T>) {
    to.clear();
    to.reserve(rows.len() * length);
    for &row in rows {
        to.extend_from_slice(&from[row * length..(row + 1) * length]);
    }
}

/// Cuts the rows from floor(N * (1 - share)) on off for validation, before any shuffle, as Keras's
/// `validation_split` does. Returns what stays and what was cut.
pub fn split_validation(part: &Part, share: f64) -> Result<(Part, Part), DataErrors> {
    let fault = |fault| DataErrors::from(DataError::new("fit.validation_split", fault));
    if !(share > 0.0 && share < 1.0) {
        return Err(fault(Fault::Split {
            reason: format!("validation_split is {share}; it is above 0 and below 1"),
        }));
    }
    let rows = part.rows();
    let cut = (rows as f64 * (1.0 - share)).floor() as usize;
    let empty = |part, share| fault(Fault::EmptyPart { part, share, rows });
    if cut == 0 {
        return Err(empty("train", 1.0 - share));
    }
    if cut >= rows {
        return Err(empty("validation", share));
    }
    let all: Vec<usize> = (0..rows).collect();
    Ok((part.take(&all[..cut]), part.take(&all[cut..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_depends_on_seed_and_epoch_only() {
        assert_eq!(epoch_order(100, 5, 3, true), epoch_order(100, 5, 3, true));
        assert_ne!(epoch_order(100, 5, 3, true), epoch_order(100, 5, 4, true));
        assert_ne!(epoch_order(100, 5, 3, true), epoch_order(100, 6, 3, true));
        assert_eq!(epoch_order(3, 5, 3, false), [0, 1, 2]);
        let mut sorted = epoch_order(100, 5, 3, true);
        sorted.sort_unstable();
        assert_eq!(sorted, epoch_order(100, 0, 0, false));
    }

    #[test]
    fn batches_keep_the_short_last_one() {
        let order = epoch_order(7, 0, 0, false);
        let batches: Vec<&[usize]> = Batches::new(&order, 3).collect();
        assert_eq!(batches, [&[0, 1, 2][..], &[3, 4, 5], &[6]]);
        assert_eq!(Batches::new(&order, 3).len(), 3);
        assert_eq!(Batches::new(&order, 0).len(), 7);
    }

    #[test]
    fn gathers_rows_of_either_type() {
        let x = Array::f32(vec![3, 2], vec![0., 1., 2., 3., 4., 5.]);
        let mut out = Array::i32(vec![0], vec![]);
        gather_rows(&x, &[2, 0], &mut out);
        assert_eq!(out, Array::f32(vec![2, 2], vec![4., 5., 0., 1.]));
        let y = Array::i32(vec![3], vec![7, 8, 9]);
        assert_eq!(y.take(&[1, 1]), Array::i32(vec![2], vec![8, 8]));
    }

    #[test]
    fn validation_is_cut_from_the_end_like_keras() {
        let part = Part {
            x: vec![Array::i32(vec![10], (0..10).collect())],
            y: Array::i32(vec![10], (0..10).collect()),
            more: Vec::new(),
            stored: None,
            sample_weight: Some((0..10).map(|w| w as f32).collect()),
        };
        let (train, validation) = split_validation(&part, 0.25).unwrap();
        assert_eq!((train.rows(), validation.rows()), (7, 3));
        assert_eq!(validation.x[0].as_i32().unwrap(), [7, 8, 9]);
        assert_eq!(validation.sample_weight.unwrap(), [7.0, 8.0, 9.0]);
        assert!(split_validation(&part, 0.0).is_err());
        assert!(split_validation(&part, 0.99).is_err());
        assert!(split_validation(&part, 1e-20).is_err());
    }
}
