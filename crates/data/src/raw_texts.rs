//! Texts as they are, for models whose layers take texts: arrays hold their numbers, and the texts stand beside.
//!
//! Distinct texts are numbered in order of first appearance, over all columns of an input.

use crate::array::Array;
use crate::interner::Interner;
use crate::numbers::Rows;

/// The texts that the numbers of an array stand for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawTexts(Interner);

impl RawTexts {
    /// The text of a number; empty for one that stands for none.
    pub fn text(&self, number: i32) -> &str {
        let known = usize::try_from(number).ok().filter(|&n| n < self.0.len());
        known.map_or("", |n| self.0.text(n))
    }

    /// How many distinct texts there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cells of some columns: their texts, and the numbers (rows, columns) that stand for them.
    pub(crate) fn of(from: Rows<'_>, columns: &[usize]) -> (RawTexts, Array) {
        let mut texts = Interner::default();
        let mut numbers = Vec::with_capacity(from.rows.len() * columns.len());
        for &row in from.rows {
            for &column in columns {
                numbers.push(texts.number(from.table.cell(row, column)) as i32);
            }
        }
        let shape = vec![from.rows.len(), columns.len()];
        (RawTexts(texts), Array::i32(shape, numbers))
    }
}
