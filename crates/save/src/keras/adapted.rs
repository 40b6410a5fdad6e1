//! What a layer learned from data by `adapt()`, where Keras's config says nothing of it: mean and variance of
//! Normalization, which lie among the weights (layers ahead of the graph have none), and the vocabularies of layers on words and categories, which lie in
//! `assets/<group>/vocabulary.txt`, one token a line. They are put into the config, where they are read from.

use regimen_graph::Tensor;
use serde_json::{Value as Json, json};

use super::places::Counter;
use crate::hdf5::{H5Error, H5File};

/// What our configs have around numbers that a Normalization learnt.
const LEARNT: &str = "learnt";

/// Classes whose configs may lack what they learned.
const CLASSES: [&str; 4] = [
    "IntegerLookup",
    "Normalization",
    "StringLookup",
    "TextVectorization",
];

/// Whether a config has a layer that may lack what it learned.
pub(super) fn may_lack(config: &Json) -> bool {
    let text = config.to_string();
    let named = |class: &&str| text.contains(&format!("\"{class}\""));
    CLASSES.iter().any(named)
}

/// Gives the text of an asset, where the file has it.
pub(crate) type Asset<'a> = dyn Fn(&str) -> Result<Option<String>, String> + 'a;

/// Fills in a model's config from the weights file and from assets.
pub(crate) fn with_adapted(
    model: &mut Json,
    (file, asset): (&H5File, &Asset<'_>),
    group: &str,
) -> Result<(), H5Error> {
    let layers = model
        .get_mut("config")
        .and_then(|config| config.get_mut("layers"))
        .and_then(Json::as_array_mut);
    let mut counter = Counter::default();
    for layer in layers.into_iter().flatten() {
        let class = layer["class_name"].as_str().unwrap_or_default().to_owned();
        let own = counter.group(group, &class);
        match class.as_str() {
            "Functional" | "Sequential" | "Model" => with_adapted(layer, (file, asset), &own)?,
            "Normalization" => normalization(&mut layer["config"], file, &own)?,
            "TextVectorization" | "StringLookup" | "IntegerLookup" => {
                vocabulary(&mut layer["config"], (file, asset), &own)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn normalization(config: &mut Json, file: &H5File, group: &str) -> Result<(), H5Error> {
    if !config["mean"].is_null() || !config.is_object() {
        return Ok(());
    }
    for (name, index) in [("mean", 0), ("variance", 1)] {
        let path = format!("{group}/vars/{index}");
        // One that was never adapted has none.
        if !file.datasets().contains_key(&path) {
            return Ok(());
        }
        let tensor = read_adapted(file, &path)?;
        config[name] = learnt(&tensor);
    }
    Ok(())
}

/// Most tokens of a vocabulary: few bytes of empty lines could ask for much memory, and what is read has to fit into a config
/// that is written.
const TOKENS: usize = 200_000;

fn vocabulary(
    config: &mut Json,
    (file, asset): (&H5File, &Asset<'_>),
    group: &str,
) -> Result<(), H5Error> {
    if !config.is_object() || !config["vocabulary"].is_null() {
        return Ok(());
    }
    let path = format!("assets/{group}/vocabulary.txt");
    let refused = |fault: String| H5Error::Refused {
        path: path.clone(),
        fault,
    };
    let Some(text) = asset(&path).map_err(refused)? else {
        return Ok(());
    };
    let mut tokens: Vec<&str> = lines(&text).take(TOKENS + 1).collect();
    if tokens.len() > TOKENS {
        return Err(refused(format!("has more than {TOKENS} tokens")));
    }
    while tokens.last().is_some_and(|token| token.is_empty()) {
        tokens.pop();
    }
    let whole_numbers = config
        .get("vocabulary_dtype")
        .and_then(Json::as_str)
        .is_some_and(|dtype| dtype != "string");
    let token = |(line, text): (usize, &&str)| match whole_numbers {
        false => Ok(json!(text)),
        true => text.trim().parse::<i64>().map(|n| json!(n)).map_err(|_| {
            let line = line + 1;
            refused(format!("line {line}: {text:?}, expected a whole number"))
        }),
    };
    let all = tokens.iter().enumerate().map(token);
    let all = all.collect::<Result<Vec<Json>, H5Error>>()?;
    let count = all.len();
    config["vocabulary"] = Json::Array(all);
    let idf = format!("{group}/vars/idf_weights");
    if config["output_mode"] == "tf_idf" && file.datasets().contains_key(&idf) {
        let weights = read_adapted(file, &idf)?.to_f64();
        // Behind the tokens stand zeros, up to max_tokens.
        config["idf_weights"] = json!(weights.get(..count).unwrap_or(&weights));
    }
    Ok(())
}

/// Lines as Python's `str.splitlines()` has them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let ends = [
            '\n', '\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}',
        ];
        if rest.is_empty() {
            return None;
        }
        let Some(end) = rest.find(ends) else {
            return Some(std::mem::take(&mut rest));
        };
        let (line, behind) = rest.split_at(end);
        let first = behind.chars().next().map_or(0, char::len_utf8);
        let both = if behind.starts_with("\r\n") { 2 } else { first };
        rest = &behind[both..];
        Some(line)
    })
}

/// Most numbers that a layer learned: one for each feature or token.
const LEARNED: usize = 1 << 20;

/// What `adapt()` left, whose size no config tells.
pub(crate) fn read_adapted(file: &H5File, path: &str) -> Result<Tensor, H5Error> {
    let shape = file.datasets().get(path).map(|known| known.shape.clone());
    let shape = shape.unwrap_or_default();
    let count = shape
        .iter()
        .try_fold(1usize, |n, size| n.checked_mul(*size));
    match count.is_some_and(|count| count <= LEARNED) {
        true => file.read(path, &shape),
        false => Err(H5Error::Refused {
            path: path.to_owned(),
            fault: format!(
                "has the shape {shape:?}, more than the {LEARNED} numbers that a layer may learn from data"
            ),
        }),
    }
}

/// What a Normalization learnt, as its config here has it.
pub(crate) fn learnt(tensor: &Tensor) -> Json {
    json!({ LEARNT: nested(&tensor.to_f64(), &tensor.shape) })
}

/// A config as Keras has it: what layers learnt lies among their weights alone.
pub fn without_learnt(config: &mut Json) {
    match config {
        Json::Array(all) => all.iter_mut().for_each(without_learnt),
        Json::Object(map) if map.len() == 1 && map.contains_key(LEARNT) => *config = Json::Null,
        Json::Object(map) => map.values_mut().for_each(without_learnt),
        _ => {}
    }
}

/// Values as lists in lists.
fn nested(values: &[f64], shape: &[usize]) -> Json {
    match shape.split_first() {
        None => json!(values.first()),
        Some((_, inner)) => {
            let size = inner.iter().product::<usize>().max(1);
            values
                .chunks(size)
                .map(|part| nested(part, inner))
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_python_ends_them() {
        let all = |text| lines(text).collect::<Vec<_>>();
        assert_eq!(all(""), Vec::<&str>::new());
        assert_eq!(all("\n[UNK]\nthe\n"), ["", "[UNK]", "the"]);
        assert_eq!(all("a\r\nb\rc\u{2028}d\x0be"), ["a", "b", "c", "d", "e"]);
    }
}
