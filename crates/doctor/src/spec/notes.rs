//! The notes beside a spec, `data`: what the task is, and how the numbers lie, in words.

use serde_json::{Map, Value};

use super::programs;
use super::value;

/// What a model is to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Yes or no.
    Binary,
    /// One class of many; how many, where that is known.
    Classes(Option<usize>),
    /// Several labels at once.
    Labels,
    /// Numbers.
    Numbers,
}

/// How some numbers lie, as far as words tell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scale {
    /// The words.
    pub told: String,
    /// Smallest and largest number in them.
    pub range: Option<(f64, f64)>,
    /// They say that nothing was done to the numbers.
    pub raw: bool,
    /// They say that some are negative.
    pub negative: bool,
}

impl Scale {
    /// The largest magnitude.
    pub fn magnitude(&self) -> Option<f64> {
        self.range.map(|(low, high)| low.abs().max(high.abs()))
    }

    /// From words such as `0..255`, `raw`, `about 3.5e4`, `includes negatives`.
    pub(super) fn of(words: &str) -> Scale {
        let numbers = numbers(words);
        let plain = |c: char| !c.is_ascii_alphanumeric();
        let says = |wanted: &[&str]| words.split(plain).any(|word| wanted.contains(&word));
        let fold = |pick: fn(f64, f64) -> f64| numbers.iter().copied().reduce(pick);
        let low = fold(f64::min);
        Scale {
            told: words.to_owned(),
            range: low.zip(fold(f64::max)),
            raw: says(&["raw", "unscaled"]),
            negative: says(&["negative", "negatives"]) || low.is_some_and(|low| low < 0.0),
        }
    }
}

/// The numbers of a range: `0..1e4`, `0/1`, `about 3.5e4`, `up to 125+`. Other numbers in the words mean something else.
fn numbers(words: &str) -> Vec<f64> {
    let number = |text: &str| {
        text.trim()
            .trim_end_matches('+')
            .parse()
            .ok()
            .filter(|x: &f64| x.is_finite())
    };
    let begin = |text: &str| {
        let belongs = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let text = text.trim_start();
        number(&text[..text.find(|c| !belongs(c)).unwrap_or(text.len())])
    };
    if let Some((low, high)) = words.split_once("..") {
        let low = low
            .rsplit(|c: char| c.is_whitespace() || ",(".contains(c))
            .next()
            .unwrap_or(low);
        return number(low).into_iter().chain(begin(high)).collect();
    }
    for word in ["about ", "up to ", "around ", "max "] {
        if let Some((_, rest)) = words.split_once(word) {
            return begin(rest).into_iter().collect();
        }
    }
    let parts: Option<Vec<f64>> = words.split('/').map(number).collect();
    parts.unwrap_or_default()
}

/// What notes, program texts and the data set say of the task.
pub(super) fn task(notes: &Map<String, Value>, texts: &[String]) -> Option<Task> {
    let word = notes
        .get("task")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let classes = notes.get("classes").and_then(value::count);
    let several = ["multilabel", "multi-label", "multioutput-binary"];
    if several.iter().any(|kind| word.contains(kind)) {
        return Some(Task::Labels);
    }
    if word.contains("regression") || word.contains("forecast") {
        return Some(Task::Numbers);
    }
    if word.contains("multiclass") || word.contains("multi-class") {
        return Some(Task::Classes(classes));
    }
    match (classes, word.as_str()) {
        (Some(2), _) | (None, "binary") => return Some(Task::Binary),
        (Some(n), _) if n > 2 => return Some(Task::Classes(Some(n))),
        (_, "classification") => return Some(Task::Classes(None)),
        _ => {}
    }
    if !word.is_empty() {
        return None;
    }
    match programs::data_set(texts)?.classes {
        2 => Some(Task::Binary),
        n => Some(Task::Classes(Some(n))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ranges_in_words() {
        let range = |words: &str| Scale::of(words).range;
        assert_eq!(range("0..255"), Some((0.0, 255.0)));
        assert_eq!(range("-100..100"), Some((-100.0, 100.0)));
        assert_eq!(range("about 3.5e4"), Some((3.5e4, 3.5e4)));
        assert_eq!(range("up to 125+"), Some((125.0, 125.0)));
        assert_eq!(range("0/1"), Some((0.0, 1.0)));
        assert_eq!(range("raw"), None);
        assert!(Scale::of("raw").raw && Scale::of("includes negatives").negative);
        assert!(!Scale::of("0..1").negative);
        assert_eq!(Scale::of("-100..100").magnitude(), Some(100.0));
    }

    #[test]
    fn tasks_in_words() {
        let of = |notes: Value, text: &str| {
            task(notes.as_object().expect("an object"), &[text.to_owned()])
        };
        assert_eq!(
            of(json!({"task": "multiclass", "classes": 10}), ""),
            Some(Task::Classes(Some(10)))
        );
        assert_eq!(
            of(json!({"task": "binary", "classes": 2}), ""),
            Some(Task::Binary)
        );
        assert_eq!(
            of(json!({"task": "classification", "classes": 2}), ""),
            Some(Task::Binary)
        );
        assert_eq!(
            of(json!({"task": "multioutput-binary"}), ""),
            Some(Task::Labels)
        );
        assert_eq!(
            of(json!({"task": "regression"}), "mnist.load_data()"),
            Some(Task::Numbers)
        );
        assert_eq!(
            of(json!({}), "mnist.load_data()"),
            Some(Task::Classes(Some(10)))
        );
        assert_eq!(
            of(json!({"task": "image-to-image"}), "mnist.load_data()"),
            None
        );
        assert_eq!(of(json!({}), ""), None);
    }
}
