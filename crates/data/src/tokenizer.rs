//! Keras's old Tokenizer: words numbered by how often texts hold them.
//!
//! Follows keras/src/legacy/preprocessing/text.py. Number 0 is never a word's; words of equal count keep the order in which they came.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::arguments::WrongArgument;
use crate::array::Array;
use crate::words::{WordFilter, text_to_word_sequence};

/// What a text's row of a matrix holds for each word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatrixMode {
    /// Whether it occurs.
    Binary,
    /// How often.
    Count,
    /// How often, by the length of the text.
    Freq,
    /// (1 + ln count) · ln(1 + texts / (1 + texts with the word)).
    TfIdf,
}

/// Words numbered by how often they occur.
///
/// ```
/// use regimen_data::Tokenizer;
/// let mut tokenizer = Tokenizer::default();
/// tokenizer.fit_on_texts(&["the cat sat", "the dog"]);
/// assert_eq!(tokenizer.texts_to_sequences(&["the dog sat", "a cat"]), [vec![1, 4, 3], vec![2]]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tokenizer {
    /// Numbers that are used, 0 counted: words numbered so or higher are left out. Default all.
    pub num_words: Option<usize>,
    /// How texts are cut.
    pub filter: WordFilter,
    /// Whether every character is a word. Default false.
    pub char_level: bool,
    /// Stands, with number 1, for words that are not known. Default none: they are left out.
    pub oov_token: Option<String>,
    document_count: usize,
    /// Words in order of first appearance, with their counts.
    counts: Vec<(String, usize)>,
    docs: BTreeMap<String, usize>,
    index: BTreeMap<String, usize>,
    words: BTreeMap<usize, String>,
    index_docs: BTreeMap<usize, usize>,
}

impl Tokenizer {
    /// Uses numbers below `num_words`.
    pub fn num_words(mut self, num_words: usize) -> Tokenizer {
        self.num_words = Some(num_words);
        self
    }

    /// Lets a token stand for words that are not known.
    pub fn oov_token(mut self, token: &str) -> Tokenizer {
        self.oov_token = Some(token.to_string());
        self
    }

    fn cut(&self, text: &str) -> Vec<String> {
        match (self.char_level, self.filter.lower) {
            (true, true) => text.to_lowercase().chars().map(String::from).collect(),
            (true, false) => text.chars().map(String::from).collect(),
            (false, _) => text_to_word_sequence(text, &self.filter),
        }
    }

    /// Counts the words of texts and numbers them anew.
    pub fn fit_on_texts<S: AsRef<str>>(&mut self, texts: &[S]) {
        let mut place: BTreeMap<String, usize> = (self.counts.iter().enumerate())
            .map(|(i, (w, _))| (w.clone(), i))
            .collect();
        for text in texts {
            self.document_count += 1;
            let words = self.cut(text.as_ref());
            for word in &words {
                let next = self.counts.len();
                let at = *place.entry(word.clone()).or_insert(next);
                if at == next {
                    self.counts.push((word.clone(), 0));
                }
                self.counts[at].1 += 1;
            }
            for word in words.into_iter().collect::<BTreeSet<_>>() {
                *self.docs.entry(word).or_default() += 1;
            }
        }
        let mut sorted: Vec<&(String, usize)> = self.counts.iter().collect();
        sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let words = self
            .oov_token
            .iter()
            .chain(sorted.into_iter().map(|(word, _)| word));
        // A later number of the same word stays, as in a dict.
        self.index = words.cloned().zip(1..).collect();
        self.words = self.index.iter().map(|(w, i)| (*i, w.clone())).collect();
        for (word, count) in &self.docs {
            if let Some(&index) = self.index.get(word) {
                self.index_docs.insert(index, *count);
            }
        }
    }

    /// Counts in how many sequences each number occurs.
    pub fn fit_on_sequences(&mut self, sequences: &[Vec<usize>]) {
        self.document_count += sequences.len();
        for sequence in sequences {
            for &number in sequence.iter().collect::<BTreeSet<_>>() {
                *self.index_docs.entry(number).or_default() += 1;
            }
        }
    }

    /// The number of each word.
    pub fn word_index(&self) -> &BTreeMap<String, usize> {
        &self.index
    }

    /// Words in order of first appearance, with their counts.
    pub fn word_counts(&self) -> &[(String, usize)] {
        &self.counts
    }

    fn oov(&self) -> Option<usize> {
        self.index.get(self.oov_token.as_ref()?).copied()
    }

    fn used(&self, number: usize) -> bool {
        self.num_words.is_none_or(|most| most == 0 || number < most)
    }

    /// The numbers of each text's words.
    pub fn texts_to_sequences<S: AsRef<str>>(&self, texts: &[S]) -> Vec<Vec<usize>> {
        let number = |word: String| match self.index.get(&word) {
            Some(&number) if self.used(number) => Some(number),
            _ => self.oov(),
        };
        let sequence = |text: &S| {
            self.cut(text.as_ref())
                .into_iter()
                .filter_map(number)
                .collect()
        };
        texts.iter().map(sequence).collect()
    }

    /// The words of numbers, with spaces between.
    pub fn sequences_to_texts(&self, sequences: &[Vec<usize>]) -> Vec<String> {
        let oov = || self.oov().and_then(|i| self.words.get(&i));
        let word = |number: &usize| match self.words.get(number) {
            Some(word) if self.used(*number) => Some(word),
            _ => oov(),
        };
        let text = |sequence: &Vec<usize>| {
            let words: Vec<&str> = sequence
                .iter()
                .filter_map(word)
                .map(String::as_str)
                .collect();
            words.join(" ")
        };
        sequences.iter().map(text).collect()
    }

    /// A row for each text, a place for each number.
    pub fn texts_to_matrix<S: AsRef<str>>(
        &self,
        texts: &[S],
        mode: MatrixMode,
    ) -> Result<Array, WrongArgument> {
        self.sequences_to_matrix(&self.texts_to_sequences(texts), mode)
    }

    /// A row for each sequence, a place for each number.
    pub fn sequences_to_matrix(
        &self,
        sequences: &[Vec<usize>],
        mode: MatrixMode,
    ) -> Result<Array, WrongArgument> {
        let wrong = |argument, found: &str, expected: &str| {
            Err(WrongArgument::new(
                ("sequences_to_matrix", argument),
                found,
                expected,
            ))
        };
        let width = match self.num_words.filter(|&n| n > 0) {
            Some(width) => width,
            None if self.index.is_empty() => {
                return wrong(
                    "num_words",
                    "none, and no words",
                    "`num_words`, or a tokenizer fitted on texts",
                );
            }
            None => self.index.len() + 1,
        };
        if mode == MatrixMode::TfIdf && self.document_count == 0 {
            return wrong(
                "mode",
                "tfidf before any text",
                "a tokenizer fitted on texts",
            );
        }
        let mut data = vec![0.0f32; sequences.len() * width];
        for (row, sequence) in sequences.iter().enumerate() {
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            for &number in sequence.iter().filter(|&&n| n < width) {
                *counts.entry(number).or_default() += 1;
            }
            for (number, count) in counts {
                let c = count as f64;
                let value = match mode {
                    MatrixMode::Binary => 1.0,
                    MatrixMode::Count => c,
                    MatrixMode::Freq => c / sequence.len() as f64,
                    MatrixMode::TfIdf => {
                        let with = self.index_docs.get(&number).copied().unwrap_or(0);
                        (1.0 + c.ln()) * (1.0 + self.document_count as f64 / (1 + with) as f64).ln()
                    }
                };
                data[row * width + number] = value as f32;
            }
        }
        Ok(Array::f32(vec![sequences.len(), width], data))
    }

    /// Keras's `to_json`, with all counts.
    pub fn to_json(&self) -> String {
        let object = |pairs: Vec<(String, usize)>| {
            Value::Object(
                pairs
                    .into_iter()
                    .map(|(k, v)| (k, v.into()))
                    .collect::<Map<_, _>>(),
            )
        };
        let by_number = self
            .index
            .iter()
            .map(|(w, i)| (*i, w.clone()))
            .collect::<BTreeMap<_, _>>();
        let words: Map<String, Value> = self
            .words
            .iter()
            .map(|(i, w)| (i.to_string(), w.as_str().into()))
            .collect();
        let index = by_number.iter().map(|(i, w)| (w.clone(), *i)).collect();
        let docs = self
            .index_docs
            .iter()
            .map(|(i, n)| (i.to_string(), *n))
            .collect();
        let text = |value: Value| value.to_string();
        json!({"class_name": "Tokenizer", "config": {
            "num_words": self.num_words, "filters": self.filter.filters, "lower": self.filter.lower,
            "split": self.filter.split, "char_level": self.char_level, "oov_token": self.oov_token,
            "document_count": self.document_count,
            "word_counts": text(object(self.counts.clone())),
            "word_docs": text(object(self.docs.clone().into_iter().collect())),
            "index_docs": text(object(docs)),
            "index_word": text(Value::Object(words)),
            "word_index": text(object(index)),
        }})
        .to_string()
    }

    /// Keras's `tokenizer_from_json`.
    pub fn from_json(text: &str) -> Result<Tokenizer, WrongArgument> {
        let wrong = |what: String| {
            WrongArgument::new(
                ("tokenizer_from_json", "json"),
                what,
                "what `to_json` of a Tokenizer writes",
            )
        };
        let whole: Value = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        let config = &whole["config"];
        let inner = |key: &str| -> Result<Map<String, Value>, WrongArgument> {
            let text = config[key]
                .as_str()
                .ok_or_else(|| wrong(format!("no text `{key}`")))?;
            serde_json::from_str(text).map_err(|e| wrong(format!("`{key}`: {e}")))
        };
        let count = |v: &Value| v.as_u64().unwrap_or(0) as usize;
        let counted = |key: &str| -> Result<Vec<(String, usize)>, WrongArgument> {
            Ok(inner(key)?
                .iter()
                .map(|(k, v)| (k.clone(), count(v)))
                .collect())
        };
        let number = |k: &str| {
            k.parse::<usize>()
                .map_err(|e| wrong(format!("the number `{k}`: {e}")))
        };
        let defaults = WordFilter::default();
        let string =
            |key: &str, default: String| config[key].as_str().map_or(default, str::to_string);
        let mut words = BTreeMap::new();
        for (k, v) in inner("index_word")? {
            words.insert(number(&k)?, v.as_str().unwrap_or_default().to_string());
        }
        let mut index_docs = BTreeMap::new();
        for (k, n) in counted("index_docs")? {
            index_docs.insert(number(&k)?, n);
        }
        Ok(Tokenizer {
            num_words: config["num_words"].as_u64().map(|n| n as usize),
            filter: WordFilter {
                filters: string("filters", defaults.filters),
                lower: config["lower"].as_bool().unwrap_or(defaults.lower),
                split: string("split", defaults.split),
            },
            char_level: config["char_level"].as_bool().unwrap_or(false),
            oov_token: config["oov_token"].as_str().map(str::to_string),
            document_count: count(&config["document_count"]),
            counts: counted("word_counts")?,
            docs: counted("word_docs")?.into_iter().collect(),
            index: counted("word_index")?.into_iter().collect(),
            words,
            index_docs,
        })
    }
}
