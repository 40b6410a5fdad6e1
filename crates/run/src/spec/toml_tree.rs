//! TOML to the tree of [`Node`]s.
//!
//! TOML has no null, Keras configs need one: the text `"None"` stands for it. A text that really is
//! `None` is written with a backslash before it (`'\None'`), one more for each one it already has.

use serde_json::Number;
use toml::de::{DeTable, DeValue};

use super::SpecError;
use super::node::{Entry, Kind, Node};
use super::place::Lines;

/// Parses a TOML file; all its syntax errors at once.
pub(crate) fn parse(text: &str, file: &str) -> Result<Node, Vec<SpecError>> {
    let lines = Lines::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let at = table.span().start;
        return Ok(node(&lines, at, &DeValue::Table(table.into_inner())));
    }
    Err(errors
        .iter()
        .map(|error| {
            let (line, column) = lines.place(error.span().map_or(0, |span| span.start));
            SpecError {
                file: file.to_owned(),
                line,
                column,
                path: String::new(),
                expected: "valid TOML".to_owned(),
                found: error.message().trim().replace('\n', ", "),
                mend: String::new(),
            }
        })
        .collect())
}

/// Parses one TOML value, as typed after `--set path=`; anything else is text.
pub(crate) fn parse_value(text: &str) -> Node {
    match DeValue::parse(text.trim()) {
        Ok(value) if !matches!(value.get_ref(), DeValue::Datetime(_)) => {
            let mut tree = node(&Lines::new(text), 0, value.get_ref());
            forget_places(&mut tree);
            tree
        }
        _ => Node {
            kind: text_or_none(text),
            at: (0, 0),
        },
    }
}

/// The TOML spelling of a text: `None` gets a backslash, see the file's head.
pub(crate) fn escape_none(text: &str) -> String {
    if text.trim_start_matches('\\') == "None" {
        format!("\\{text}")
    } else {
        text.to_owned()
    }
}

fn text_or_none(text: &str) -> Kind {
    match text {
        "None" => Kind::Null,
        _ if text.starts_with('\\') && text.trim_start_matches('\\') == "None" => {
            Kind::Text(text[1..].to_owned())
        }
        _ => Kind::Text(text.to_owned()),
    }
}

fn node(lines: &Lines<'_>, at: usize, value: &DeValue<'_>) -> Node {
    let kind = match value {
        DeValue::String(text) => text_or_none(text),
        DeValue::Boolean(b) => Kind::Bool(*b),
        DeValue::Datetime(date) => Kind::Date(date.to_string()),
        DeValue::Integer(digits) => {
            let (text, radix) = (digits.as_str(), digits.radix());
            match (
                i64::from_str_radix(text, radix),
                u64::from_str_radix(text, radix),
            ) {
                (Ok(n), _) => Kind::Number(n.into()),
                (_, Ok(n)) => Kind::Number(n.into()),
                _ => Kind::NonFinite(format!("{digits} (too large)")),
            }
        }
        DeValue::Float(float) => match float.as_str().parse().ok().and_then(Number::from_f64) {
            Some(n) => Kind::Number(n),
            None => Kind::NonFinite(float.as_str().to_owned()),
        },
        DeValue::Array(items) => Kind::List(
            items
                .iter()
                .map(|item| node(lines, item.span().start, item.get_ref()))
                .collect(),
        ),
        DeValue::Table(table) => {
            let mut order: Vec<_> = table.iter().collect();
            order.sort_by_key(|(key, _)| key.span().start);
            Kind::Table(
                order
                    .into_iter()
                    .map(|(key, value)| Entry {
                        key: key.get_ref().to_string(),
                        key_at: lines.place(key.span().start),
                        value: node(lines, value.span().start, value.get_ref()),
                    })
                    .collect(),
            )
        }
    };
    Node {
        kind,
        at: lines.place(at),
    }
}

fn forget_places(node: &mut Node) {
    node.at = (0, 0);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(forget_places),
        Kind::Table(entries) => {
            for entry in entries {
                entry.key_at = (0, 0);
                forget_places(&mut entry.value);
            }
        }
        _ => {}
    }
}
