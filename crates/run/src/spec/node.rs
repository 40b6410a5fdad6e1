//! A parsed file as a tree that knows where each value stood. TOML and JSON both become this.

use serde_json::{Map, Number, Value};

use super::place::Place;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) at: Place,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    /// `inf`, `nan`: TOML knows them, no option takes them.
    NonFinite(String),
    Text(String),
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// One key of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_at: Place,
    pub(crate) value: Node,
}

impl Node {
    /// A tree without places.
    pub(crate) fn from_value(value: &Value) -> Self {
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(b) => Kind::Bool(*b),
            Value::Number(n) => Kind::Number(n.clone()),
            Value::String(s) => Kind::Text(s.clone()),
            Value::Array(items) => Kind::List(items.iter().map(Self::from_value).collect()),
            Value::Object(map) => Kind::Table(
                map.iter()
                    .map(|(key, value)| Entry {
                        key: key.clone(),
                        key_at: (0, 0),
                        value: Self::from_value(value),
                    })
                    .collect(),
            ),
        };
        Self { kind, at: (0, 0) }
    }

    /// The plain value; dates become text, numbers that are not finite too.
    pub(crate) fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(b) => Value::Bool(*b),
            Kind::Number(n) => Value::Number(n.clone()),
            Kind::NonFinite(s) | Kind::Text(s) | Kind::Date(s) => Value::String(s.clone()),
            Kind::List(items) => items.iter().map(Self::to_value).collect(),
            Kind::Table(entries) => Value::Object(
                entries
                    .iter()
                    .map(|e| (e.key.clone(), e.value.to_value()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// What stands there, in words.
    pub(crate) fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing (null)".to_owned(),
            Kind::Bool(b) => format!("found `{b}`"),
            Kind::Number(n) => format!("found the number {n}"),
            Kind::NonFinite(s) => format!("found the number {s}"),
            Kind::Text(s) if s.chars().count() > 40 => {
                let head: String = s.chars().take(40).collect();
                format!("found the text {head:?}...")
            }
            Kind::Text(s) => format!("found the text {s:?}"),
            Kind::Date(s) => format!("found the date {s}"),
            Kind::List(items) => format!("found a list of {}", items.len()),
            Kind::Table(_) => "found a table".to_owned(),
        }
    }
}

/// Looks a key up.
pub(crate) fn entry<'n>(entries: &'n [Entry], key: &str) -> Option<&'n Entry> {
    entries.iter().find(|e| e.key == key)
}
