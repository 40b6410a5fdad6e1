//! Columns of categories to numbers.
//!
//!   one_hot   per column, 0 or 1 for each category; before them a place for unknown ones, if asked
//!   index     the category's number from 1; 0 is an unknown one
//!   hash      per column, 0 or 1 for each bucket: FNV-1a (64 bits) of the text, modulo buckets
//!
//! Categories are the trimmed texts of the training part, sorted; an empty cell is one like any
//! other. FNV: Fowler, Noll, Vo, <http://www.isthe.com/chongo/tech/comp/fnv/>.

use std::collections::BTreeMap;

use regimen_run::spec::{Categories, Unknown};
use serde::{Deserialize, Serialize};

use crate::array::Array;
use crate::interner::Interner;

/// Everything that turns categories into numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CategoryEncoding {
    /// Which numbers.
    pub encoding: Categories,
    /// What `one_hot` makes of unknown categories.
    pub unknown: Unknown,
    /// Buckets per column of `hash`, else 0.
    pub buckets: usize,
    /// Known categories of each column, sorted; none of them for `hash`.
    pub categories: Vec<Vec<String>>,
}

/// A column with every distinct text stored once.
pub(crate) struct Interned {
    pub names: Vec<String>,
    /// Index into `names`, row by row.
    pub ids: Vec<u32>,
}

impl Interned {
    pub fn new<'a>(cells: impl Iterator<Item = &'a str>) -> Interned {
        let mut index = Interner::default();
        let ids = cells.map(|cell| index.number(cell.trim())).collect();
        let names = index.texts().map(str::to_owned).collect();
        Interned { names, ids }
    }

    /// Sorted texts of the rows named: all, or the `most` most frequent (ties: the smaller text).
    pub fn known(&self, rows: &[usize], most: Option<usize>) -> Vec<String> {
        let mut counts = vec![0usize; self.names.len()];
        for &row in rows {
            counts[self.ids[row] as usize] += 1;
        }
        known(&self.names, &counts, most)
    }

    /// The rows named, in their order.
    pub fn take(&self, rows: &[usize]) -> Interned {
        Interned {
            names: self.names.clone(),
            ids: rows.iter().map(|&row| self.ids[row]).collect(),
        }
    }
}

/// Sorted texts that occur: all, or the `most` most frequent (ties: the smaller text).
pub(crate) fn known(names: &[String], counts: &[usize], most: Option<usize>) -> Vec<String> {
    let seen = names.iter().zip(counts).filter(|(_, count)| **count > 0);
    let mut known: Vec<(&String, &usize)> = seen.collect();
    known.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    known.truncate(most.unwrap_or(usize::MAX));
    let mut known: Vec<String> = known.into_iter().map(|(name, _)| name.clone()).collect();
    known.sort();
    known
}

/// The bucket of a trimmed text.
pub(crate) fn bucket(text: &str, buckets: usize) -> usize {
    (fnv1a(text) % buckets.max(1) as u64) as usize
}

fn fnv1a(text: &str) -> u64 {
    let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
    text.as_bytes().iter().fold(0xCBF2_9CE4_8422_2325, step)
}

impl CategoryEncoding {
    fn slots(&self) -> usize {
        usize::from(self.unknown == Unknown::Slot)
    }

    /// Numbers per row that a column becomes.
    fn column_width(&self, column: usize) -> usize {
        match self.encoding {
            Categories::OneHot => self.slots() + self.categories[column].len(),
            Categories::Index => 1,
            Categories::Hash => self.buckets,
        }
    }

    /// Number of ids of `index`: what an Embedding needs as its `input_dim`.
    pub fn ids(&self) -> usize {
        1 + self.categories.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Names of the numbers of a row, given those of the columns.
    pub fn feature_names(&self, columns: &[String]) -> Vec<String> {
        let of = |(c, column): (usize, &String)| self.column_names(c, column);
        columns.iter().enumerate().flat_map(of).collect()
    }

    /// Names of the numbers of a row that column `c` becomes.
    pub(crate) fn column_names(&self, c: usize, column: &str) -> Vec<String> {
        match self.encoding {
            Categories::Index => vec![column.to_owned()],
            Categories::Hash => (0..self.buckets).map(|b| format!("{column}#{b}")).collect(),
            Categories::OneHot => std::iter::repeat_n(format!("{column}=(unknown)"), self.slots())
                .chain(self.categories[c].iter().map(|k| format!("{column}={k}")))
                .collect(),
        }
    }

    /// The numbers of each row, and per column how many rows hold an unknown category.
    pub(crate) fn encode(&self, columns: &[Interned]) -> (Array, Vec<usize>) {
        let rows = columns.first().map_or(0, |column| column.ids.len());
        let places: Vec<Vec<Option<usize>>> = columns
            .iter()
            .enumerate()
            .map(|(c, column)| self.places(c, &column.names))
            .collect();
        let place = |row: usize, column: usize| places[column][columns[column].ids[row] as usize];
        let unknown = |column: usize| {
            (0..rows)
                .filter(|&row| place(row, column).is_none())
                .count()
        };
        let unknown = (0..columns.len()).map(unknown).collect();
        (self.encode_places(rows, columns.len(), place), unknown)
    }

    /// The numbers of rows, given the category or bucket at (row, column), or none.
    pub(crate) fn encode_places(
        &self,
        rows: usize,
        columns: usize,
        place: impl Fn(usize, usize) -> Option<usize>,
    ) -> Array {
        if self.encoding == Categories::Index {
            let id = |place: Option<usize>| place.map_or(0, |p| p as i32 + 1);
            let of = |row: usize| (0..columns).map(move |column| (row, column));
            let cells = (0..rows).flat_map(of);
            let data = cells.map(|(row, column)| id(place(row, column)));
            return Array::i32(vec![rows, columns], data.collect());
        }
        let widths: Vec<usize> = (0..columns).map(|c| self.column_width(c)).collect();
        let width: usize = widths.iter().sum();
        let mut data = vec![0.0; rows * width];
        for (row, data) in data.chunks_mut(width.max(1)).enumerate().take(rows) {
            let mut start = 0;
            for (column, width) in widths.iter().enumerate() {
                let at = match place(row, column) {
                    Some(place) => Some(self.slots() + place),
                    None => (self.slots() > 0).then_some(0),
                };
                if let Some(at) = at {
                    data[start + at] = 1.0;
                }
                start += width;
            }
        }
        Array::f32(vec![rows, width], data)
    }

    /// For each distinct text of a column, its category or bucket.
    pub(crate) fn places(&self, c: usize, names: &[String]) -> Vec<Option<usize>> {
        let known: BTreeMap<&str, usize> = match self.encoding {
            Categories::Hash => BTreeMap::new(),
            _ => self.categories[c]
                .iter()
                .map(String::as_str)
                .zip(0..)
                .collect(),
        };
        let place = |name: &String| match self.encoding {
            Categories::Hash => Some(bucket(name, self.buckets)),
            _ => known.get(name.as_str()).copied(),
        };
        names.iter().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(encoding: Categories, unknown: Unknown, most: Option<usize>) -> CategoryEncoding {
        let column = Interned::new(["b", "a", " b", "c"].into_iter());
        let hash = encoding == Categories::Hash;
        CategoryEncoding {
            encoding,
            unknown,
            buckets: if hash { 4 } else { 0 },
            categories: vec![if hash {
                vec![]
            } else {
                column.known(&[0, 1, 2], most)
            }],
        }
    }

    fn rows() -> Vec<Interned> {
        vec![Interned::new(["a", "b", "z"].into_iter())]
    }

    #[test]
    fn one_hot_with_and_without_a_slot() {
        let (x, unknown) = made(Categories::OneHot, Unknown::Zeros, None).encode(&rows());
        assert_eq!(x, Array::f32(vec![3, 2], vec![1., 0., 0., 1., 0., 0.]));
        assert_eq!(unknown, [1]);
        let slot = made(Categories::OneHot, Unknown::Slot, None);
        let (x, _) = slot.encode(&rows());
        assert_eq!(x.as_f32().unwrap()[6..], [1., 0., 0.]);
        let names = slot.feature_names(&["k".to_owned()]);
        assert_eq!(names, ["k=(unknown)", "k=a", "k=b"]);
        let few = made(Categories::OneHot, Unknown::Zeros, Some(1));
        assert_eq!(few.categories, [["b"]]);
    }

    #[test]
    fn indices_begin_at_one() {
        let encoding = made(Categories::Index, Unknown::Zeros, None);
        assert_eq!(
            encoding.encode(&rows()).0,
            Array::i32(vec![3, 1], vec![1, 2, 0])
        );
        assert_eq!(encoding.ids(), 3);
    }

    #[test]
    fn hashes_are_fnv_1a() {
        // Published: FNV-1a of "" and "a".
        assert_eq!(fnv1a(""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv1a("a"), 0xAF63_DC4C_8601_EC8C);
        let (x, unknown) = made(Categories::Hash, Unknown::Zeros, None).encode(&rows());
        assert_eq!(
            (x.shape.as_slice(), unknown.as_slice()),
            (&[3, 4][..], &[0][..])
        );
        assert_eq!(x.as_f32().unwrap().iter().sum::<f32>(), 3.0);
        assert_eq!(x.as_f32().unwrap()[0], 1.0);
    }
}
