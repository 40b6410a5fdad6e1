//! Sequences of several lengths as rows of one: cut, and filled up.
//!
//! Follows `pad_sequences` of keras/src/utils/sequence_utils.py.

use regimen_run::spec::Side;

use crate::array::Array;

/// How sequences become rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Padding<T> {
    /// Length of a row. Default: that of the longest sequence.
    pub maxlen: Option<usize>,
    /// Side that is filled. Default the beginning.
    pub padding: Side,
    /// Side that is cut where a sequence is longer. Default the beginning.
    pub truncating: Side,
    /// What fills. Default 0.
    pub value: T,
}

impl<T: Default> Default for Padding<T> {
    fn default() -> Padding<T> {
        Padding {
            maxlen: None,
            padding: Side::Pre,
            truncating: Side::Pre,
            value: T::default(),
        }
    }
}

/// Rows of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct Padded<T> {
    /// Number of rows, and length of each.
    pub shape: [usize; 2],
    /// Elements, row by row.
    pub data: Vec<T>,
}

/// Keras's `pad_sequences`. Elements may be numbers, texts, or rows of numbers.
///
/// ```
/// use regimen_data::{Padding, pad_sequences};
/// use regimen_run::spec::Side;
/// let texts = [vec![1], vec![2, 3], vec![4, 5, 6]];
/// assert_eq!(pad_sequences(&texts, &Padding::default()).data, [0, 0, 1, 0, 2, 3, 4, 5, 6]);
/// let post = Padding { maxlen: Some(2), padding: Side::Post, ..Padding::default() };
/// assert_eq!(pad_sequences(&texts, &post).data, [1, 0, 2, 3, 5, 6]);
/// ```
pub fn pad_sequences<T: Clone>(sequences: &[Vec<T>], how: &Padding<T>) -> Padded<T> {
    let longest = sequences.iter().map(Vec::len).max().unwrap_or(0);
    let length = how.maxlen.unwrap_or(longest);
    let mut data = Vec::with_capacity(sequences.len() * length);
    for sequence in sequences {
        let kept = sequence.len().min(length);
        let from = match how.truncating {
            Side::Pre => sequence.len() - kept,
            Side::Post => 0,
        };
        let fill = std::iter::repeat_n(&how.value, length - kept);
        let kept = &sequence[from..from + kept];
        match how.padding {
            Side::Pre => data.extend(fill.chain(kept).cloned()),
            Side::Post => data.extend(kept.iter().chain(fill).cloned()),
        }
    }
    Padded {
        shape: [sequences.len(), length],
        data,
    }
}

impl From<Padded<i32>> for Array {
    fn from(rows: Padded<i32>) -> Array {
        Array::i32(rows.shape.to_vec(), rows.data)
    }
}

impl From<Padded<f32>> for Array {
    fn from(rows: Padded<f32>) -> Array {
        Array::f32(rows.shape.to_vec(), rows.data)
    }
}
