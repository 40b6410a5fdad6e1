//! Texts whose words are numbered: every word is looked up once, to count it and to encode it.

use crate::array::Array;
use crate::interner::Interner;
use crate::profile::TextCounts;
use crate::text::{TextEncoding, by_frequency, for_each_word};

/// Texts and their distinct words.
pub(crate) struct NumberedTexts {
    words: Interner,
    /// Words of all texts, one text after the other, and where each ends.
    numbers: Vec<u32>,
    ends: Vec<usize>,
}

impl NumberedTexts {
    /// Numbers the words of texts, in lower case if that is asked for.
    pub fn new<'a>(texts: impl Iterator<Item = &'a str>, lower: bool) -> NumberedTexts {
        let (mut words, mut numbers, mut ends) = (Interner::default(), Vec::new(), Vec::new());
        for text in texts {
            for_each_word(text, lower, |word| numbers.push(words.number(word)));
            ends.push(numbers.len());
        }
        NumberedTexts {
            words,
            numbers,
            ends,
        }
    }

    fn text(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.numbers[start..self.ends[row]]
    }

    /// The words of the texts named by falling count, at most `most` of them; ties in order of first appearance there.
    pub fn vocabulary(&self, rows: &[usize], most: Option<usize>) -> Vec<String> {
        let mut counts = vec![0usize; self.words.len()];
        let mut first = vec![0usize; self.words.len()];
        let mut seen = 0;
        for &row in rows {
            for &word in self.text(row) {
                let word = word as usize;
                if counts[word] == 0 {
                    first[word] = seen;
                    seen += 1;
                }
                counts[word] += 1;
            }
        }
        let order = by_frequency(&counts, |word| first[word], most);
        let words = order.into_iter().map(|word| self.words.text(word));
        words.map(str::to_owned).collect()
    }

    /// The ids of the texts named, whose words are counted.
    pub fn encode(
        &self,
        encoding: &TextEncoding,
        rows: &[usize],
        counts: &mut TextCounts,
    ) -> Array {
        let unknown = encoding.unknown();
        let mut ids = vec![unknown; self.words.len()];
        for (word, id) in encoding.words.iter().zip(unknown + 1..) {
            if let Some(number) = self.words.find(word) {
                ids[number as usize] = id;
            }
        }
        let mut data = Vec::with_capacity(rows.len() * encoding.length);
        for &row in rows {
            let words = self.text(row);
            let missing = words.iter().filter(|&&word| ids[word as usize] == unknown);
            let cut = words.len() + usize::from(encoding.start) > encoding.length;
            counts.take(words.len(), missing.count(), cut);
            let (skipped, kept) = encoding.kept(words.len());
            let kept = &words[skipped..skipped + kept];
            encoding.encode_ids(kept.iter().map(|&word| ids[word as usize]), &mut data);
        }
        Array::i32(vec![rows.len(), encoding.length], data)
    }
}

#[cfg(test)]
mod tests {
    use regimen_run::spec::Side;

    use super::*;

    #[test]
    fn words_count_in_the_rows_named_and_are_encoded_as_new_ones_are() {
        let texts = ["c d", "B a a c", "b a"];
        let numbered = NumberedTexts::new(texts.into_iter(), true);
        assert_eq!(numbered.vocabulary(&[1, 2], None), ["a", "b", "c"]);
        assert_eq!(numbered.vocabulary(&[2, 1], Some(1)), ["a"]);
        assert_eq!(numbered.vocabulary(&[0, 2], None), ["c", "d", "b", "a"]);
        for (start, side) in [(false, Side::Pre), (true, Side::Pre), (true, Side::Post)] {
            let encoding = TextEncoding {
                lower: true,
                length: 3,
                padding: side,
                truncating: side,
                start,
                words: numbered.vocabulary(&[1, 2], None),
            };
            let mut counts = TextCounts::default();
            let ids = numbered.encode(&encoding, &[1, 0, 2], &mut counts);
            assert_eq!(
                ids,
                encoding.encode([texts[1], texts[0], texts[2]].into_iter())
            );
        }
    }
}
