//! Regular expressions in options, as Python's `re` reads them: names of weights that an optimizer leaves out or picks.
//!
//! Look-around and back references are not supported; a pattern with them is refused where it stands.

use regex_lite::Regex;
use serde_json::Value as Json;

use crate::OptionValue;

/// A regular expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    anywhere: Regex,
    whole: Regex,
}

impl Pattern {
    /// From its text, or what is wrong with it.
    pub fn new(text: &str) -> Result<Pattern, String> {
        let compiled = |text: &str| {
            Regex::new(text).map_err(|e| format!("expected a regular expression: {e}"))
        };
        Ok(Pattern {
            text: text.to_string(),
            anywhere: compiled(text)?,
            whole: compiled(&format!("^(?:{text})$"))?,
        })
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it matches some part, as `re.search`.
    pub fn search(&self, name: &str) -> bool {
        self.anywhere.is_match(name)
    }

    /// Whether it matches all, as `re.fullmatch`.
    pub fn full_match(&self, name: &str) -> bool {
        self.whole.is_match(name)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text == other.text
    }
}

impl OptionValue for Pattern {
    const KIND: &'static str = "regular expression";

    fn read(value: &Json) -> Result<Pattern, String> {
        Pattern::new(&String::read(value)?)
    }

    fn write(&self) -> Json {
        self.text.as_str().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_wholes() {
        let pattern = Pattern::new("encoder/.*|head").unwrap();
        assert!(
            pattern.search("the encoder/dense/kernel") && !pattern.full_match("the encoder/dense")
        );
        assert!(pattern.full_match("encoder/dense/kernel") && pattern.full_match("head"));
        assert!(!pattern.full_match("head/kernel") && pattern.search("head/kernel"));
        assert!(
            Pattern::new("dense(")
                .unwrap_err()
                .contains("regular expression")
        );
        assert!(Pattern::new("(?=a)").is_err());
    }
}
