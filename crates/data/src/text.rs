//! One column of text to word ids: (N, length) int32.
//!
//! Words: the text is lower-cased (if asked); U+2019 counts as an apostrophe; every character that
//! is not a letter or digit of any script (Unicode Alphabetic and numeric), a combining mark
//! U+0300..U+036F or an apostrophe separates words. For ASCII text this is
//! `[^a-z0-9' ]+` replaced by a space, then split at spaces.
//!
//! Ids: 0 pads, 1 is a word outside the vocabulary, words count from 2 by falling number of
//! occurrences in the training part, ties in order of first appearance there. With a start, 1
//! begins each text, and the others count one more: the ids of Keras's IMDB data.

use regimen_run::spec::Side;
use serde::{Deserialize, Serialize};

use crate::array::Array;
use crate::interner::Interner;

/// Id of padding.
pub const PAD: i32 = 0;
/// Id that begins each text, where that is asked for.
const START: i32 = 1;

/// Everything that turns a text into ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextEncoding {
    /// Lower-case first.
    pub lower: bool,
    /// Ids per text.
    pub length: usize,
    /// Side that is padded.
    pub padding: Side,
    /// Side that is cut.
    pub truncating: Side,
    /// Begin each text with an id of its own.
    #[serde(default)]
    pub start: bool,
    /// The vocabulary: word `i` has id `i + 2`, or `i + 3` with a start.
    pub words: Vec<String>,
}

impl TextEncoding {
    /// Number of ids, the special ones included.
    pub fn vocabulary(&self) -> usize {
        self.words.len() + self.special()
    }

    /// Ids that are no words.
    pub(crate) fn special(&self) -> usize {
        2 + usize::from(self.start)
    }

    /// Id of a word outside the vocabulary.
    pub fn unknown(&self) -> i32 {
        1 + i32::from(self.start)
    }

    /// The id that begins each text, where that is asked for.
    pub(crate) fn begin(&self) -> Option<i32> {
        self.start.then_some(START)
    }

    /// The ids of each text.
    pub fn encode<'a>(&self, texts: impl ExactSizeIterator<Item = &'a str>) -> Array {
        let known = Interner::of(self.words.iter().map(String::as_str));
        let first = self.unknown() + 1;
        let rows = texts.len();
        let mut data = Vec::with_capacity(rows * self.length);
        let mut found = Vec::new();
        for text in texts {
            found.clear();
            found.extend(self.start.then_some(START));
            for_each_word(text, self.lower, |word| {
                let id = known.find(word).map(|number| first + number as i32);
                found.push(id.unwrap_or(self.unknown()));
            });
            self.fit_length(&found, &mut data);
        }
        Array::i32(vec![rows, self.length], data)
    }

    /// Of a text of so many words, how many are passed over and how many the ids are made of.
    pub(crate) fn kept(&self, words: usize) -> (usize, usize) {
        let kept = words.min(self.length);
        match self.truncating {
            Side::Pre => (words - kept, kept),
            Side::Post => (0, kept),
        }
    }

    /// Appends the ids of a text's [`kept`](TextEncoding::kept) words.
    pub(crate) fn encode_ids(&self, ids: impl Iterator<Item = i32>, out: &mut Vec<i32>) {
        let ids: Vec<i32> = self.start.then_some(START).into_iter().chain(ids).collect();
        self.fit_length(&ids, out);
    }

    /// Appends `ids`, cut or padded to `length`.
    fn fit_length(&self, ids: &[i32], out: &mut Vec<i32>) {
        let excess = ids.len().saturating_sub(self.length);
        let kept = match self.truncating {
            Side::Pre => &ids[excess..],
            Side::Post => &ids[..ids.len() - excess],
        };
        let pads = std::iter::repeat_n(PAD, self.length - kept.len());
        match self.padding {
            Side::Pre => {
                out.extend(pads);
                out.extend_from_slice(kept);
            }
            Side::Post => {
                out.extend_from_slice(kept);
                out.extend(pads);
            }
        }
    }
}

/// Numbers of words that occur by falling count, at most `most` of them; ties by `first` appearance.
pub(crate) fn by_frequency<K: Ord>(
    counts: &[usize],
    first: impl Fn(usize) -> K,
    most: Option<usize>,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..counts.len()).filter(|&word| counts[word] > 0).collect();
    order.sort_by_key(|&word| (std::cmp::Reverse(counts[word]), first(word)));
    order.truncate(most.unwrap_or(usize::MAX));
    order
}

/// Calls `each` with every word of `text` in order.
pub(crate) fn for_each_word(text: &str, lower: bool, mut each: impl FnMut(&str)) {
    let mut word = String::new();
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let rest = &bytes[at..];
        let letters = rest.iter().take_while(|&&b| is_ascii_letter(b)).count();
        if letters > 0 {
            let start = word.len();
            word.push_str(&text[at..at + letters]);
            if lower {
                word[start..].make_ascii_lowercase();
            }
            at += letters;
            continue;
        }
        if rest[0].is_ascii() {
            if !word.is_empty() {
                each(&word);
                word.clear();
            }
            at += 1;
            continue;
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        at += c.len_utf8();
        match if c == '\u{2019}' { '\'' } else { c } {
            c if !is_letter(c) => {
                if !word.is_empty() {
                    each(&word);
                    word.clear();
                }
            }
            c if lower => word.extend(c.to_lowercase()),
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        each(&word);
    }
}

fn is_ascii_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'\''
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '\'' || ('\u{300}'..='\u{36F}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbered::NumberedTexts;

    fn words(text: &str, lower: bool) -> Vec<String> {
        let mut words = Vec::new();
        for_each_word(text, lower, |w| words.push(w.to_owned()));
        words
    }

    #[test]
    fn splits_into_words() {
        assert_eq!(words("It's 5'2\", OK!?", true), ["it's", "5'2", "ok"]);
        assert_eq!(words("don\u{2019}t", true), ["don't"]);
        assert_eq!(
            words("Größe,CAFÉ e\u{301}", true),
            ["größe", "café", "e\u{301}"]
        );
        assert_eq!(words("Aa B", false), ["Aa", "B"]);
        assert!(words(" .,\n", true).is_empty());
    }

    fn vocabulary(texts: &[&str], most: Option<usize>) -> Vec<String> {
        let rows: Vec<usize> = (0..texts.len()).collect();
        NumberedTexts::new(texts.iter().copied(), true).vocabulary(&rows, most)
    }

    fn encoding(padding: Side, truncating: Side) -> TextEncoding {
        TextEncoding {
            lower: true,
            length: 3,
            padding,
            truncating,
            start: false,
            words: vocabulary(&["b a a c", "b a"], None),
        }
    }

    #[test]
    fn ids_follow_counts_then_first_appearance() {
        assert_eq!(encoding(Side::Post, Side::Post).words, ["a", "b", "c"]);
        let few = vocabulary(&["b a c"], Some(2));
        assert_eq!(few, ["b", "a"]);
    }

    #[test]
    fn pads_and_cuts_on_the_side_named() {
        let texts = ["a x", "a b c b"];
        let ids = |p, t| encoding(p, t).encode(texts.into_iter());
        let expect = |data: [i32; 6]| Array::i32(vec![2, 3], data.to_vec());
        assert_eq!(ids(Side::Post, Side::Post), expect([2, 1, 0, 2, 3, 4]));
        assert_eq!(ids(Side::Pre, Side::Pre), expect([0, 2, 1, 3, 4, 3]));
    }

    #[test]
    fn a_start_moves_the_other_ids() {
        let mut encoding = encoding(Side::Pre, Side::Pre);
        encoding.start = true;
        assert_eq!(encoding.vocabulary(), 6);
        let ids = encoding.encode(["a x", "c", "a b c b"].into_iter());
        assert_eq!(
            ids.as_i32().unwrap(),
            [1, 3, 2, /* */ 0, 1, 5, /* */ 4, 5, 4]
        );
    }
}
