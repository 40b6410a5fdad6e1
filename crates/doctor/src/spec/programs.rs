//! What the texts of a program tell of its data: arrays with their shapes, data sets, scaling, one-hot labels.
//!
//! `data_calls`, `preprocess` and the arguments of `fit` are pieces of program text. What is looked for are a few forms
//! that everybody writes; whatever else they hold says nothing.

use serde_json::Value;

use super::value::{self, Size};

/// Calls that make an array, and how they are given its shape.
const MAKERS: [&str; 9] = [
    "random",
    "random_sample",
    "rand",
    "randn",
    "zeros",
    "ones",
    "empty",
    "reshape",
    "eye",
];

/// A data set that a program loads by name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DataSet {
    /// The word that stands in the program.
    pub word: &'static str,
    /// Sizes of a row as it is loaded; none for lists of word ids.
    pub row: &'static [usize],
    /// Classes, numbered from 0, one number a row.
    pub classes: usize,
}

const SETS: [DataSet; 9] = [
    DataSet {
        word: "fashion_mnist.load_data",
        row: &[28, 28],
        classes: 10,
    },
    DataSet {
        word: "mnist.load_data",
        row: &[28, 28],
        classes: 10,
    },
    DataSet {
        word: "cifar100.load_data",
        row: &[32, 32, 3],
        classes: 100,
    },
    DataSet {
        word: "cifar10.load_data",
        row: &[32, 32, 3],
        classes: 10,
    },
    DataSet {
        word: "imdb.load_data",
        row: &[],
        classes: 2,
    },
    DataSet {
        word: "reuters.load_data",
        row: &[],
        classes: 46,
    },
    DataSet {
        word: "load_iris",
        row: &[4],
        classes: 3,
    },
    DataSet {
        word: "load_digits",
        row: &[64],
        classes: 10,
    },
    DataSet {
        word: "load_wine",
        row: &[13],
        classes: 3,
    },
];

/// The data set that the texts load, where it is one.
pub(super) fn data_set(texts: &[String]) -> Option<DataSet> {
    let mut found = SETS
        .iter()
        .filter(|set| texts.iter().any(|text| text.contains(set.word)));
    let first = found.next()?;
    // `mnist.load_data` is a part of `fashion_mnist.load_data`.
    found
        .all(|set| first.word.ends_with(set.word))
        .then_some(*first)
}

/// Whether labels are made one-hot somewhere.
pub(super) fn one_hot(texts: &[String]) -> bool {
    let words = [
        "to_categorical",
        "np.eye",
        "get_dummies",
        "one_hot",
        "onehot",
        "OneHot",
        "LabelBinarizer",
        "class_mode='categorical'",
        "class_mode=\"categorical\"",
    ];
    texts
        .iter()
        .any(|text| words.iter().any(|word| text.contains(word)))
}

/// Whether it is labels that are made one-hot: `to_categorical(y_train, 10)`, not `get_dummies(X)`.
pub(super) fn one_hot_labels(texts: &[String]) -> bool {
    let words = ["to_categorical(", "get_dummies(", "np.eye("];
    let of_labels = |text: &String| {
        words.iter().any(|word| {
            let argument = text.split_once(word).map_or("", |(_, rest)| rest);
            let index = text.rsplit_once('[').map_or("", |(_, index)| index);
            names_labels(subject(argument))
                || (*word == "np.eye(" && text.contains(word) && names_labels(subject(index)))
        })
    };
    texts.iter().any(of_labels)
}

/// Whether a text divides or scales a variable that is named as labels are: `y_train /= 255`.
pub(super) fn scales_labels(text: &str) -> bool {
    let name = subject(text);
    let rest = text.trim_start()[name.len()..].trim_start();
    names_labels(name) && rest.starts_with(['/', '.', '-', '*'])
}

/// Whether rows are given another shape somewhere.
pub(super) fn reshaped(texts: &[String]) -> bool {
    let words = ["reshape", "expand_dims", "newaxis", "None]", "(expression)"];
    texts
        .iter()
        .any(|text| words.iter().any(|word| text.contains(word)))
}

/// Texts that bring numbers to a common scale.
pub(super) fn scaling(texts: &[String]) -> Vec<&str> {
    let words = [
        "StandardScaler",
        "MinMaxScaler",
        "RobustScaler",
        "Normalizer",
        "rescale",
        "normalize",
        "Normalization",
        "preprocess_input",
        "scale(",
    ];
    let divides = |text: &str| {
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        ["/255", "/=255", "/=std", "/std", "/127.5", "/256", "/=256"]
            .iter()
            .any(|by| squeezed.contains(by))
    };
    let scales = |text: &&String| divides(text) || words.iter().any(|word| text.contains(word));
    texts.iter().filter(scales).map(String::as_str).collect()
}

/// The variable that a text such as `y_train /= 255` or `x = x_train / 255` changes.
pub(super) fn subject(text: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let text = text.trim_start();
    &text[..text.find(|c| !plain(c)).unwrap_or(text.len())]
}

/// Whether a variable is named as labels are.
pub(super) fn names_labels(variable: &str) -> bool {
    let lower = variable.to_ascii_lowercase();
    lower == "y"
        || ["y_", "label", "target"]
            .iter()
            .any(|begin| lower.starts_with(begin))
        || lower == "ytrain"
        || lower == "ytest"
}

/// Shapes of the arrays that a text makes: `np.random.random((100, 4))`, `np.random.rand(118, 45, 2)`.
pub(super) fn arrays(text: &str) -> Vec<Vec<Size>> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = vec![];
    for (at, _) in text.match_indices('(') {
        let before = text[..at].char_indices().rev().find(|(_, c)| !plain(*c));
        let begin = before.map_or(0, |(place, c)| place + c.len_utf8());
        if !MAKERS.contains(&&text[begin..at]) {
            continue;
        }
        let Some(inside) = balanced(&text[at..]) else {
            continue;
        };
        let inside = inside.trim();
        let listed = inside.starts_with(['(', '[']);
        let list = if listed {
            balanced(inside).unwrap_or(inside)
        } else {
            inside
        };
        let parts = parts(list);
        if parts
            .iter()
            .any(|part| part.contains('=') || part.starts_with('*'))
            && !listed
        {
            continue;
        }
        found.push(
            parts
                .iter()
                .map(|part| part.parse().map_or(Size::Unknown, Size::Known))
                .collect(),
        );
    }
    found
}

/// Shapes of the arrays that calls in a value make: `{"name": "random", "args": [[10, 4]]}`.
pub(super) fn arrays_in(value: &Value) -> Vec<Vec<Size>> {
    match value {
        Value::String(text) => arrays(text),
        Value::Array(list) => list.iter().flat_map(arrays_in).collect(),
        Value::Object(object) => {
            let maker = object.get("name").and_then(Value::as_str);
            let args = object.get("args").and_then(Value::as_array);
            match (maker, args) {
                (Some(maker), Some(args)) if MAKERS.contains(&maker) => {
                    let sizes = args.first().and_then(value::sizes);
                    vec![sizes.unwrap_or_else(|| args.iter().map(value::size).collect())]
                }
                (_, args) => args.into_iter().flatten().flat_map(arrays_in).collect(),
            }
        }
        _ => vec![],
    }
}

/// What stands between a bracket at the beginning and its partner.
fn balanced(text: &str) -> Option<&str> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(&text[1..at]);
                }
            }
            _ => {}
        }
    }
    None
}

/// The parts between commas that stand in no bracket.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut found) = (0usize, 0, vec![]);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(text[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[begin..].trim());
    found.retain(|part| !part.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| text.to_string()).collect()
    }

    #[test]
    fn arrays_of_every_form() {
        let known = |sizes: &[usize]| sizes.iter().map(|n| Size::Known(*n)).collect::<Vec<_>>();
        assert_eq!(
            arrays("np.random.random((100, 101, 1))"),
            [known(&[100, 101, 1])]
        );
        assert_eq!(arrays("np.random.rand(118, 45, 2)"), [known(&[118, 45, 2])]);
        assert_eq!(
            arrays("np.random.random((train_n, 5000))"),
            [vec![Size::Unknown, Size::Known(5000)]]
        );
        assert_eq!(
            arrays("np.zeros([3, len(a, b)])"),
            [vec![Size::Known(3), Size::Unknown]]
        );
        assert_eq!(arrays("[np.random.rand(10, 3)]"), [known(&[10, 3])]);
        for none in [
            "pd.read_csv('a(1, 2)')",
            "np.random.rand(*shape)",
            "rand(",
            "x.reshape",
            "é(1)",
            ")(",
        ] {
            assert!(arrays(none).is_empty(), "{none}");
        }
        let nested = json!({"name": "array", "args": [{"name": "random", "args": [[10, 4]]}], "dtype": "np.float32"});
        assert_eq!(arrays_in(&nested), [known(&[10, 4])]);
        assert_eq!(
            arrays_in(&json!({"name": "reshape", "args": [24, 30, 1]})),
            [known(&[24, 30, 1])]
        );
        assert!(arrays_in(&json!({"var": "x"})).is_empty());
    }

    #[test]
    fn what_is_loaded_and_done() {
        let set = |list: &[&str]| data_set(&texts(list)).map(|set| set.word);
        assert_eq!(
            set(&["keras.datasets.fashion_mnist.load_data()"]),
            Some("fashion_mnist.load_data")
        );
        assert_eq!(set(&["mnist.load_data()"]), Some("mnist.load_data"));
        assert_eq!(set(&["mnist.load_data()", "load_iris()"]), None);
        assert_eq!(set(&["pd.read_csv('mnist.csv')"]), None);
        assert!(one_hot(&texts(&["np_utils.to_categorical(y, 10)"])));
        assert!(!one_hot(&texts(&["LabelEncoder()"])));
        assert_eq!(
            scaling(&texts(&[
                "x_train / 255",
                "y.values /= 255.0",
                "LabelEncoder()",
                "StandardScaler()"
            ]))
            .len(),
            3
        );
        assert_eq!(subject("y_train / 255"), "y_train");
        assert!(
            names_labels("y_train")
                && names_labels("labels")
                && !names_labels("x_train")
                && !names_labels("years")
        );
    }
}
