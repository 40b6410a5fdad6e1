//! What only the readers of a source know: cells before they were filled, texts before they were cut.

use regimen_run::profile::TextProfile;

use crate::text::TextEncoding;

/// Facts of a source that its arrays no longer show.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceFacts {
    /// Columns, and how many of their cells were missing.
    pub missing: Vec<(String, usize)>,
    /// Texts, per column.
    pub texts: Vec<TextProfile>,
}

/// Words of the texts of one part.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextCounts {
    words: usize,
    unknown: usize,
    cut: usize,
    lengths: Vec<u32>,
}

impl TextCounts {
    /// Takes up a text of so many words, of which some are unknown, whole or cut.
    pub fn take(&mut self, words: usize, unknown: usize, cut: bool) {
        self.words += words;
        self.unknown += unknown;
        self.cut += usize::from(cut);
        self.lengths.push(u32::try_from(words).unwrap_or(u32::MAX));
    }

    /// Counts unknown words of texts taken up without them.
    pub fn add_unknown(&mut self, words: usize) {
        self.unknown += words;
    }

    /// The facts of a column, given the counts of its parts.
    pub fn profile(
        column: &str,
        encoding: &TextEncoding,
        mut parts: [TextCounts; 3],
    ) -> TextProfile {
        let lengths = &mut parts[0].lengths;
        lengths.sort_unstable();
        let middle = lengths.get(lengths.len().saturating_sub(1) / 2);
        TextProfile {
            column: column.to_owned(),
            vocabulary: encoding.vocabulary(),
            length: encoding.length,
            median: middle.map_or(0, |&words| words as usize),
            longest: lengths.last().map_or(0, |&words| words as usize),
            cut: parts.each_ref().map(|part| part.cut),
            words: parts.each_ref().map(|part| part.words),
            unknown: parts.each_ref().map(|part| part.unknown),
        }
    }
}
