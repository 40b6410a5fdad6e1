//! A history as JSON, `{"loss": [...], "val_loss": [...]}`, also as Python prints it, or inside `{"history": ...}`.
//!
//! A list that is shorter by a whole factor has a value every so many epochs, as `validation_freq` makes it.

use regimen_run::event::Logs;
use serde_json::{Map, Value};

use super::{Log, LogError};

pub(super) fn read(text: &str) -> Result<Vec<Log>, LogError> {
    let value: Value = serde_json::from_str(&as_json(text)).map_err(|e| LogError {
        line: e.line().max(1),
        reason: format!("not JSON: {e}"),
    })?;
    let fault = |reason: String| LogError { line: 1, reason };
    let object = |value: &Value| value.as_object().cloned();
    let outer = object(&value).unwrap_or_default();
    let inner = outer.get("history").and_then(object);
    let is_spec = outer.contains_key("layers") || outer.contains_key("class_name");
    if inner.is_none() && is_spec {
        let reason =
            "this describes a model, not a run; a history has a list of numbers per metric";
        return Err(fault(reason.to_owned()));
    }
    let numbers = inner.as_ref().unwrap_or(&outer);
    let columns = columns(numbers).map_err(fault)?;
    let rows = columns
        .iter()
        .map(|(_, list)| list.len())
        .max()
        .unwrap_or(0);
    let mut epochs = vec![Logs::new(); rows];
    for (name, list) in columns {
        let every = rows / list.len().max(1);
        if every * list.len() != rows {
            let reason = format!(
                "`{name}` has {} values where another list has {rows}",
                list.len()
            );
            return Err(fault(reason));
        }
        for (i, value) in list.into_iter().enumerate() {
            if let Some(value) = value {
                epochs[(i + 1) * every - 1].insert(name.clone(), value);
            }
        }
    }
    let epochs: Vec<(usize, Logs)> = (1..).zip(epochs).collect();
    let log = Log {
        epochs,
        ..Log::default()
    };
    Ok(if rows == 0 { vec![] } else { vec![log] })
}

type Column = (String, Vec<Option<f64>>);

/// The lists of numbers; what is no list is left out.
fn columns(numbers: &Map<String, Value>) -> Result<Vec<Column>, String> {
    let lists = numbers.iter().filter_map(|(n, v)| Some((n, v.as_array()?)));
    let lists = lists.filter(|(name, list)| !list.is_empty() && *name != "epoch");
    let column = |(name, list): (&String, &Vec<Value>)| {
        let one = |(i, value): (usize, &Value)| match value {
            Value::Null => Ok(None),
            Value::Number(n) => Ok(n.as_f64()),
            Value::String(s) if super::number(s).is_some() => Ok(super::number(s)),
            other => Err(format!("`{name}`, value {}: {other} is no number", i + 1)),
        };
        let values: Result<Vec<_>, String> = list.iter().enumerate().map(one).collect();
        Ok((name.clone(), values?))
    };
    lists.map(column).collect()
}

/// The text with Python's quotes, and with numbers that JSON lacks as strings.
fn as_json(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    let mut quote = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // Inside of quotes, and within a word, nobody asks for it.
        let word = match quote.is_none() && c.is_alphabetic() {
            true => rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len()),
            false => 0,
        };
        let mut taken = c.len_utf8();
        match quote {
            Some(q) if c == q => {
                quote = None;
                json.push('"');
            }
            Some(_) => json.push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                json.push('"');
            }
            None if c.is_alphabetic() && super::number(&rest[..word]).is_some() => {
                // A sign before it is part of the string.
                let sign = json.ends_with('-').then(|| json.pop()).flatten();
                json.push('"');
                json.extend(sign);
                json.push_str(&rest[..word]);
                json.push('"');
                taken = word;
            }
            None if rest.starts_with("None") => {
                json.push_str("null");
                taken = 4;
            }
            None if c.is_ascii_digit() || c == '.' => {
                // A whole number with its exponent, so that `e` begins no word.
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
                taken = end.unwrap_or(rest.len());
                json.push_str(&rest[..taken]);
            }
            None => json.push(c),
        }
        rest = &rest[taken..];
    }
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_python_alike() {
        for text in [
            r#"{"loss": [0.9, 1e-1], "val_loss": [NaN, -Infinity], "note": "x"}"#,
            "{'loss': [0.9, 1e-1], 'val_loss': [nan, -inf]}",
            r#"{"history": {"loss": [0.9, 0.1], "val_loss": ["NaN", "-Infinity"]}, "epoch": [0, 1]}"#,
        ] {
            let runs = read(text).unwrap();
            let epochs = &runs[0].epochs;
            assert_eq!((epochs[0].0, epochs[1].1["loss"]), (1, 0.1), "{text}");
            assert!(epochs[0].1["val_loss"].is_nan());
            assert_eq!(epochs[1].1["val_loss"], f64::NEG_INFINITY);
        }
    }

    #[test]
    fn validation_every_other_epoch() {
        let runs = read(r#"{"loss": [4, 3, 2, 1], "val_loss": [5, null]}"#).unwrap();
        assert_eq!(runs[0].epochs[1].1["val_loss"], 5.0);
        let with = runs[0]
            .epochs
            .iter()
            .filter(|e| e.1.contains_key("val_loss"));
        assert_eq!(with.count(), 1);
    }

    #[test]
    fn faults_are_told() {
        let reason = |text: &str| read(text).unwrap_err().to_string();
        assert!(reason("{\"loss\": [1,\n 2").starts_with("line 2: not JSON"));
        assert!(
            reason(r#"{"loss": [1, "high"]}"#).contains("`loss`, value 2: \"high\" is no number")
        );
        assert!(reason(r#"{"loss": [1, 2, 3], "acc": [1, 2]}"#).contains("`acc` has 2 values"));
        assert!(reason(r#"{"layers": []}"#).contains("describes a model"));
        assert!(read("{}").unwrap().is_empty());
    }
}
