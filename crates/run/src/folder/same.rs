//! Whether a run may go on under a spec: it has to be the one that it began with.

use std::path::Path;

use serde_json::Value;

use super::FolderError;
use crate::RunSpec;

/// Refuses a spec that would make another run than the recorded one.
pub(super) fn check(dir: &Path, was: &RunSpec, now: &RunSpec) -> Result<(), FolderError> {
    let mut was = was.clone();
    was.name.clone_from(&now.name);
    was.fit.epochs = now.fit.epochs;
    was.fit.checkpoint_steps = now.fit.checkpoint_steps;
    // Rows on disk and in memory give the same bits.
    was.data.stream = now.data.stream;
    let difference = match (was.to_value()?, now.to_value()?) {
        (was, now) if was == now => return Ok(()),
        (was, now) => first_difference("", &was, &now),
    };
    let (path, was, now) = difference.unwrap_or_default();
    Err(FolderError::OtherSpec {
        dir: dir.into(),
        path,
        was,
        now,
    })
}

fn first_difference(path: &str, was: &Value, now: &Value) -> Option<(String, String, String)> {
    match (was, now) {
        _ if was == now => None,
        (Value::Object(a), Value::Object(b)) => {
            let step = |key: &String| match path {
                "" => key.clone(),
                _ => format!("{path}.{key}"),
            };
            a.keys()
                .chain(b.keys().filter(|key| !a.contains_key(*key)))
                .find_map(|key| {
                    let value = |map: &serde_json::Map<String, Value>| {
                        map.get(key).cloned().unwrap_or(Value::Null)
                    };
                    first_difference(&step(key), &value(a), &value(b))
                })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(i, (a, b))| first_difference(&format!("{path}[{i}]"), a, b)),
        _ => Some((path.to_owned(), shown(was), shown(now))),
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "absent".to_owned(),
        Value::Array(items) => format!("a list of {}", items.len()),
        value => value.to_string(),
    };
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
