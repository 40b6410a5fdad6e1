//! Texts cut into tokens: standardized, split, joined to n-grams.
//!
//! As TensorFlow's string ops do it for TextVectorization: letters are lowered in ASCII alone, punctuation is that of ASCII,
//! whitespace is space, tab, line feed, vertical tab, form feed and carriage return.

use serde_json::Value as Json;

use crate::OptionValue;
use crate::option_kinds::choice;

/// What is done to a text before it is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standardize {
    /// Lower letters, no punctuation.
    LowerAndStripPunctuation,
    /// Lower letters.
    Lower,
    /// No punctuation.
    StripPunctuation,
}

/// Where a text is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// At whitespace.
    Whitespace,
    /// After each character.
    Character,
}

const STANDARDIZE: [(&str, Standardize); 3] = [
    (
        "lower_and_strip_punctuation",
        Standardize::LowerAndStripPunctuation,
    ),
    ("lower", Standardize::Lower),
    ("strip_punctuation", Standardize::StripPunctuation),
];
const SPLIT: [(&str, Split); 2] = [
    ("whitespace", Split::Whitespace),
    ("character", Split::Character),
];

/// A choice of a table by name; a function of Python is refused as such.
fn named<T: Copy>(value: &Json, table: &[(&str, T)]) -> Result<T, String> {
    if value.is_object() {
        return Err("a function of Python cannot be run here; give one of the names, or null and change the texts before"
            .to_string());
    }
    let names: Vec<&str> = table.iter().map(|(n, _)| *n).collect();
    let find = |name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, t)| *t);
    choice(value, &names, find)
}

fn name_of<T: PartialEq>(value: &T, table: &[(&str, T)]) -> Json {
    let found = table.iter().find(|(_, t)| t == value);
    found.map_or(Json::Null, |(n, _)| (*n).into())
}

impl OptionValue for Standardize {
    const KIND: &'static str =
        "`lower_and_strip_punctuation`, `lower`, `strip_punctuation` or null";

    fn read(value: &Json) -> Result<Standardize, String> {
        named(value, &STANDARDIZE)
    }

    fn write(&self) -> Json {
        name_of(self, &STANDARDIZE)
    }
}

impl OptionValue for Split {
    const KIND: &'static str = "`whitespace`, `character` or null";

    fn read(value: &Json) -> Result<Split, String> {
        named(value, &SPLIT)
    }

    fn write(&self) -> Json {
        name_of(self, &SPLIT)
    }
}

impl Standardize {
    fn apply(self, text: &str) -> String {
        let lower = self != Standardize::StripPunctuation;
        let strip = self != Standardize::Lower;
        text.chars()
            .filter(|c| !(strip && c.is_ascii_punctuation()))
            .map(|c| if lower { c.to_ascii_lowercase() } else { c })
            .collect()
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

/// The text standardized and split; one token where nothing splits it.
pub(crate) fn cut(
    text: &str,
    standardize: Option<Standardize>,
    split: Option<Split>,
) -> Vec<String> {
    let text = match standardize {
        Some(how) => how.apply(text),
        None => text.to_string(),
    };
    match split {
        Some(Split::Whitespace) => {
            let words = text.split(is_space).filter(|w| !w.is_empty());
            words.map(str::to_string).collect()
        }
        Some(Split::Character) => text.chars().map(String::from).collect(),
        None => vec![text],
    }
}

/// The n-grams of some tokens, width by width; the tokens themselves without widths.
pub(crate) fn tokens(words: Vec<String>, widths: Option<&[usize]>) -> Vec<String> {
    let Some(widths) = widths else { return words };
    let of = |&width: &usize| words.windows(width.max(1)).map(|w| w.join(" "));
    widths.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ascii_is_lowered_and_stripped() {
        let words = cut(
            "  ÉTÉ, Don't\u{a0}stop — NOW!\u{b}x ",
            Some(Standardize::LowerAndStripPunctuation),
            Some(Split::Whitespace),
        );
        assert_eq!(words, ["ÉtÉ", "dont\u{a0}stop", "—", "now", "x"]);
        assert_eq!(cut("A b", None, Some(Split::Character)), ["A", " ", "b"]);
        assert_eq!(cut("A b!", Some(Standardize::Lower), None), ["a b!"]);
    }

    #[test]
    fn ngrams_stand_width_by_width() {
        let words = ["a", "b", "c"].map(String::from).to_vec();
        assert_eq!(
            tokens(words.clone(), Some(&[1, 2])),
            ["a", "b", "c", "a b", "b c"]
        );
        assert!(tokens(words.clone(), Some(&[4])).is_empty());
        assert_eq!(tokens(words, None), ["a", "b", "c"]);
    }
}
