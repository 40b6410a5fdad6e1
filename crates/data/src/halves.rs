//! Rows in two parts, one after the other.
//!
//! Follows `split_dataset` of keras/src/utils/dataset_utils.py.

use crate::arguments::WrongArgument;
use crate::array::Array;
use crate::random::{Stream, shuffle};

/// Size of a part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PartSize {
    /// A share of all rows, between 0 and 1.
    Share(f64),
    /// So many rows.
    Rows(usize),
}

const NAME: &str = "split_dataset";

/// Keras's `split_dataset` of arrays with equally many rows: a left and a right part of each. A size that is missing is what the
/// other leaves. With `shuffle`, rows are put in an order by that seed first.
///
/// ```
/// use regimen_data::{Array, PartSize, split_dataset};
/// let x = Array::i32(vec![5], vec![0, 1, 2, 3, 4]);
/// let (left, right) = split_dataset(&[x], Some(PartSize::Share(0.6)), None, None)?;
/// assert_eq!((left[0].as_i32().unwrap(), right[0].as_i32().unwrap()), (&[0, 1, 2][..], &[3, 4][..]));
/// # Ok::<(), regimen_data::WrongArgument>(())
/// ```
pub fn split_dataset(
    arrays: &[Array],
    left_size: Option<PartSize>,
    right_size: Option<PartSize>,
    shuffle_by: Option<u64>,
) -> Result<(Vec<Array>, Vec<Array>), WrongArgument> {
    let rows = arrays.first().map_or(0, Array::rows);
    if let Some(other) = arrays.iter().find(|a| a.rows() != rows) {
        let found = format!("an array of {} rows beside one of {rows}", other.rows());
        return Err(WrongArgument::new(
            (NAME, "dataset"),
            found,
            "equally many rows",
        ));
    }
    let left = left_size
        .map(|size| count("left_size", size, rows))
        .transpose()?;
    let right = right_size
        .map(|size| count("right_size", size, rows))
        .transpose()?;
    let (left, right) = match (left, right) {
        (Some(left), Some(right)) => (left, right),
        (Some(left), None) => (left, rows - left.min(rows)),
        (None, Some(right)) => (rows - right.min(rows), right),
        (None, None) => {
            return Err(WrongArgument::new(
                (NAME, "left_size"),
                "no size",
                "`left_size`, `right_size` or both",
            ));
        }
    };
    if left == 0 || right == 0 || left + right > rows {
        let found = format!("{left} rows, beside {right} on the right");
        let expected = format!("two parts with rows, of at most {rows} together");
        return Err(WrongArgument::new((NAME, "left_size"), found, expected));
    }
    let mut order: Vec<usize> = (0..rows).collect();
    if let Some(seed) = shuffle_by {
        shuffle(&mut order, seed, Stream::Split);
    }
    let part = |rows: &[usize]| arrays.iter().map(|a| a.take(rows)).collect();
    Ok((part(&order[..left]), part(&order[rows - right..])))
}

fn count(argument: &'static str, size: PartSize, rows: usize) -> Result<usize, WrongArgument> {
    match size {
        PartSize::Share(share) if share > 0.0 && share < 1.0 => {
            Ok((share * rows as f64).round_ties_even() as usize)
        }
        PartSize::Share(share) => Err(WrongArgument::new(
            (NAME, argument),
            share,
            "a share between 0 and 1",
        )),
        PartSize::Rows(n) if n > 0 && n < rows => Ok(n),
        PartSize::Rows(n) => Err(WrongArgument::new(
            (NAME, argument),
            n,
            format!("1 to {} rows", rows.saturating_sub(1)),
        )),
    }
}
