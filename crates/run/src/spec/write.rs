//! Writing a run spec: TOML and JSON that read back equal.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::toml_tree::escape_none;
use super::{RunSpec, SpecError, SpecErrors};

impl RunSpec {
    /// The spec as JSON, indented, with every default spelled out. Reads back equal.
    pub fn to_json(&self) -> Result<String, SpecErrors> {
        serde_json::to_string_pretty(self).map_err(unwritable)
    }

    /// The spec as TOML, with every default spelled out. Reads back equal.
    pub fn to_toml(&self) -> Result<String, SpecErrors> {
        let Value::Object(parts) = self.to_value()? else {
            return Ok(String::new());
        };
        let mut out = String::new();
        for (key, value) in parts.iter().filter(|(_, value)| !value.is_object()) {
            match value {
                Value::Array(items) if items.is_empty() => {}
                _ => line(&mut out, key, value),
            }
        }
        for (key, value) in &parts {
            if let Value::Object(map) = value {
                section(&mut out, key, map);
            }
        }
        Ok(out)
    }

    pub(crate) fn to_value(&self) -> Result<Value, SpecErrors> {
        serde_json::to_value(self).map_err(unwritable)
    }
}

fn unwritable(error: serde_json::Error) -> SpecErrors {
    SpecErrors::from(SpecError {
        file: "run spec".to_owned(),
        line: 0,
        column: 0,
        path: String::new(),
        expected: "values that JSON can hold".to_owned(),
        found: error.to_string(),
        mend: String::new(),
    })
}

fn section(out: &mut String, name: &str, map: &Map<String, Value>) {
    let _ = write!(out, "\n[{name}]\n");
    for (key, value) in map.iter().filter(|(_, value)| !value.is_null()) {
        line(out, key, value);
    }
}

/// `key = value`, a list of objects with one object a line.
fn line(out: &mut String, key: &str, value: &Value) {
    let _ = write!(out, "{} = ", bare_or_quoted(key));
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => {
            out.push_str("[\n");
            for item in items {
                out.push_str("    ");
                inline(out, item);
                out.push_str(",\n");
            }
            out.push(']');
        }
        _ => inline(out, value),
    }
    out.push('\n');
}

fn inline(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("\"None\""),
        Value::Bool(b) => {
            let _ = write!(out, "{b}");
        }
        Value::Number(n) => {
            let _ = write!(out, "{n}");
        }
        Value::String(text) => quoted(out, &escape_none(text)),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                inline(out, item);
            }
            out.push(']');
        }
        Value::Object(map) => inline_table(out, map),
    }
}

fn inline_table(out: &mut String, map: &Map<String, Value>) {
    let fields: Vec<(&String, &Value)> = match short_form(map) {
        Some(fields) => fields,
        None => map.iter().collect(),
    };
    if fields.is_empty() {
        out.push_str("{}");
        return;
    }
    out.push_str("{ ");
    for (i, (key, value)) in fields.into_iter().enumerate() {
        out.push_str(if i > 0 { ", " } else { "" });
        let _ = write!(out, "{} = ", bare_or_quoted(key));
        inline(out, value);
    }
    out.push_str(" }");
}

/// The fields of a Keras object with its options lifted out of `config`, where that says the same.
fn short_form(map: &Map<String, Value>) -> Option<Vec<(&String, &Value)>> {
    let Some(Value::String(class)) = map.get("class_name") else {
        return None;
    };
    let Some(Value::Object(config)) = map.get("config") else {
        return None;
    };
    let taken = |key: &String| ["class_name", "config", "inbound"].contains(&key.as_str());
    let beside = map.keys().all(taken);
    if !beside || class.starts_with("__") || config.keys().any(taken) {
        return None;
    }
    let head = map.iter().filter(|(key, _)| *key == "class_name");
    let tail = map.iter().filter(|(key, _)| *key == "inbound");
    Some(head.chain(config).chain(tail).collect())
}

fn bare_or_quoted(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(bare) {
        return key.to_owned();
    }
    let mut out = String::new();
    quoted(&mut out, key);
    out
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
