//! Texts cut into words by characters that are none, and words hashed to numbers.
//!
//! Follows keras/src/legacy/preprocessing/text.py. Python's own `hash`, which Keras takes by default, differs from process to
//! process; here the default is FNV-1a, which does not.

use crate::md5::md5;

/// How a text is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordFilter {
    /// Characters that become `split`.
    pub filters: String,
    /// Whether letters become lower. Default true.
    pub lower: bool,
    /// Text between words. Default a space.
    pub split: String,
}

impl Default for WordFilter {
    fn default() -> WordFilter {
        WordFilter {
            filters: "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n".to_string(),
            lower: true,
            split: " ".to_string(),
        }
    }
}

/// Keras's `text_to_word_sequence`.
///
/// ```
/// use regimen_data::{WordFilter, text_to_word_sequence};
/// assert_eq!(text_to_word_sequence("The cat's mat, twice!", &WordFilter::default()), ["the", "cat's", "mat", "twice"]);
/// ```
pub fn text_to_word_sequence(text: &str, how: &WordFilter) -> Vec<String> {
    let text = if how.lower {
        text.to_lowercase()
    } else {
        text.to_string()
    };
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match how.filters.contains(c) {
            true => plain.push_str(&how.split),
            false => plain.push(c),
        }
    }
    let words = plain.split(how.split.as_str()).filter(|w| !w.is_empty());
    words.map(str::to_string).collect()
}

/// What makes a number of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WordHash {
    /// FNV-1a of 64 bits.
    #[default]
    Fnv,
    /// MD5, as Keras's `hash_function="md5"`.
    Md5,
}

impl WordHash {
    fn number(self, word: &str) -> u128 {
        match self {
            WordHash::Md5 => u128::from_be_bytes(md5(word.as_bytes())),
            WordHash::Fnv => word.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| {
                (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
            }) as u128,
        }
    }
}

/// Keras's `hashing_trick`: a number from 1 to n - 1 for each word. Two words may share one. `n` is 2 or more.
///
/// ```
/// use regimen_data::{WordFilter, WordHash, hashing_trick};
/// let ids = hashing_trick("a cat, a dog", 20, WordHash::Md5, &WordFilter::default());
/// assert_eq!(ids[0], ids[2]);
/// ```
pub fn hashing_trick(text: &str, n: usize, hash: WordHash, how: &WordFilter) -> Vec<usize> {
    let buckets = n.saturating_sub(1).max(1) as u128;
    let number = |word: &String| (hash.number(word) % buckets) as usize + 1;
    text_to_word_sequence(text, how)
        .iter()
        .map(number)
        .collect()
}

/// Keras's old `one_hot`: [`hashing_trick`] with the default hash.
pub fn one_hot(text: &str, n: usize, how: &WordFilter) -> Vec<usize> {
    hashing_trick(text, n, WordHash::default(), how)
}
