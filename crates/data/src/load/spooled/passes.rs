//! Passes over spooled rows from front to back, and what they count.

use regimen_run::profile::TextProfile;

use crate::array::Array;
use crate::error::DataError;
use crate::profile::TextCounts;
use crate::scaling::Each;
use crate::split::Parts;
use crate::spool::Words;
use crate::text::TextEncoding;

/// Words of rows that a pass holds at a time.
const BLOCK: usize = 1 << 20;

/// The rows of the file that are passed over, and in which part each is.
pub(super) struct Passes<'a> {
    rows: &'a Words,
    pub width: usize,
    /// Training rows, rising.
    pub train: Vec<usize>,
    /// 0 train, 1 validation, 2 test, 3 none.
    pub part_of: Vec<u8>,
    /// Place of each row in its part.
    rank: Vec<u32>,
    /// Rows of each part.
    pub sizes: [usize; 3],
}

impl<'a> Passes<'a> {
    pub fn new(rows: &'a Words, width: usize, order: &[usize], parts: &Parts) -> Passes<'a> {
        let count = (rows.len() / width.max(1) as u64) as usize;
        let mut passes = Passes {
            rows,
            width,
            train: Vec::new(),
            part_of: vec![3; count],
            rank: vec![0; count],
            sizes: [0; 3],
        };
        let all = [&parts.train, &parts.validation, &parts.test];
        for (part, rows) in all.into_iter().enumerate() {
            passes.sizes[part] = rows.len();
            for (rank, &row) in rows.iter().enumerate() {
                let row = order.get(row).copied().unwrap_or(row);
                passes.part_of[row] = part as u8;
                passes.rank[row] = rank as u32;
            }
        }
        passes.train = (0..count).filter(|&row| passes.part_of[row] == 0).collect();
        passes
    }

    /// Hands over all rows, some at a time: the first one's number, and their words.
    pub fn pass(&self, mut each: impl FnMut(usize, &[u32])) -> Result<(), DataError> {
        let at_once = (BLOCK / self.width.max(1)).max(1);
        let mut words = Vec::new();
        for first in (0..self.part_of.len()).step_by(at_once) {
            let count = at_once.min(self.part_of.len() - first);
            words.clear();
            let from = first as u64 * self.width as u64;
            self.rows
                .read(from, count * self.width, &mut words)
                .map_err(|fault| DataError::new("data.stream", fault))?;
            each(first, &words);
        }
        Ok(())
    }

    /// Hands over what `make` makes of some rows' words, and which of these rows are for training.
    pub fn arrays(&self, make: impl Fn(&[u32]) -> Array, each: Each<'_>) -> Result<(), DataError> {
        self.pass(|first, words| {
            let end = first + words.len() / self.width.max(1);
            let below = |end: usize| self.train.partition_point(|&row| row < end);
            let chosen: Vec<usize> = self.train[below(first)..below(end)]
                .iter()
                .map(|row| row - first)
                .collect();
            each(&make(words), &chosen);
        })
    }

    /// How often each value of a word occurs in each part.
    pub fn counts(&self, at: usize, values: usize) -> Result<[Vec<usize>; 3], DataError> {
        let mut counts = [(); 3].map(|()| vec![0; values]);
        self.pass(|first, words| {
            for (row, words) in words.chunks_exact(self.width).enumerate() {
                if let Some(counts) = counts.get_mut(usize::from(self.part_of[first + row])) {
                    counts[words[at] as usize] += 1;
                }
            }
        })?;
        Ok(counts)
    }
}

/// What training texts hold of each word.
pub(super) struct WordCounts {
    /// How often it occurs in each part.
    pub counts: [Vec<usize>; 3],
    /// Its first place: the text's in the training part, and its own in the text.
    pub first: Vec<(u32, u32)>,
    /// Lengths of the texts of each part.
    texts: [TextCounts; 3],
}

impl WordCounts {
    /// Counts the words of texts whose places begin at `start` in a row.
    pub fn new(
        passes: &Passes<'_>,
        start: usize,
        file: &Words,
        words: usize,
        encoding: &TextEncoding,
    ) -> Result<WordCounts, DataError> {
        let mut counts = [(); 3].map(|()| vec![0; words]);
        let mut of_parts: [TextCounts; 3] = Default::default();
        let mut first = vec![(u32::MAX, u32::MAX); words];
        let mut failed = None;
        let mut numbers: Vec<u32> = Vec::new();
        passes.pass(|row, rows| {
            let texts: Vec<(u64, usize)> = rows
                .chunks_exact(passes.width)
                .map(|words| super::read::text_place(&words[start..]))
                .collect();
            let Some(&(from, _)) = texts.first() else {
                return;
            };
            // The texts of neighbours are neighbours.
            let mut at = from;
            let mut rest = texts.iter().map(|&(_, count)| count).sum::<usize>();
            let mut left: &[u32] = &[];
            for (i, &(_, count)) in texts.iter().enumerate() {
                if left.len() < count {
                    at -= left.len() as u64;
                    let some = count.max(BLOCK).min(rest);
                    numbers.clear();
                    if let Err(fault) = file.read(at, some, &mut numbers) {
                        failed = Some(DataError::new("data.stream", fault));
                        return;
                    }
                    at += some as u64;
                    left = &numbers;
                }
                let (text, others) = left.split_at(count);
                left = others;
                rest -= count;
                let part = usize::from(passes.part_of[row + i]);
                let Some(counts) = counts.get_mut(part) else {
                    continue;
                };
                text.iter().for_each(|&word| counts[word as usize] += 1);
                let cut = count + usize::from(encoding.start) > encoding.length;
                of_parts[part].take(count, 0, cut);
                if part == 0 {
                    for (place, &word) in text.iter().enumerate() {
                        let first = &mut first[word as usize];
                        *first = (*first).min((passes.rank[row + i], place as u32));
                    }
                }
            }
        })?;
        match failed {
            Some(error) => Err(error),
            None => Ok(WordCounts {
                counts,
                first,
                texts: of_parts,
            }),
        }
    }

    /// The facts of a column, whose words have these ids.
    pub fn profile(self, column: &str, encoding: &TextEncoding, ids: &[i32]) -> TextProfile {
        let mut texts = self.texts;
        for (text, counts) in texts.iter_mut().zip(&self.counts) {
            let unknown = counts
                .iter()
                .zip(ids)
                .filter(|(_, id)| **id == encoding.unknown());
            text.add_unknown(unknown.map(|(count, _)| count).sum());
        }
        TextCounts::profile(column, encoding, texts)
    }
}
