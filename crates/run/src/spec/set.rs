//! Changing one value of a spec by its path, as `--set compile.optimizer.learning_rate=0.01` does.
//!
//! A path is dotted, with `[i]` for list items and quotes around a step that holds a dot. A step
//! into a Keras object reaches its `config`. The changed spec passes the reader's checks again.

use serde_json::{Map, Value};

use super::node::Node;
use super::{RunSpec, SpecError, SpecErrors, toml_tree};

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Key(String),
    Index(usize),
}

impl RunSpec {
    /// Sets one value; text that is not a TOML value is taken as it is, `None` unsets.
    pub fn set(&mut self, path: &str, value: &str) -> Result<(), SpecErrors> {
        self.set_all(&[(path, value)])
    }

    /// Sets several values, checked together at the end; on an error nothing is changed.
    pub fn set_all(&mut self, changes: &[(&str, &str)]) -> Result<(), SpecErrors> {
        let mut tree = self.to_value()?;
        for (path, text) in changes {
            let value = toml_tree::parse_value(text).to_value();
            assign(&mut tree, path, value).map_err(|mut faults| {
                for error in &mut faults.errors {
                    error.file = format!("--set {path}={text}");
                }
                faults
            })?;
        }
        let file = match changes {
            [(path, text)] => format!("--set {path}={text}"),
            _ => "--set".to_owned(),
        };
        let (mut spec, _) = Self::from_node(&Node::from_value(&tree), &file)?;
        if changes.iter().all(|(path, _)| path.trim() != "name") {
            spec.name.clone_from(&self.name);
        }
        *self = spec;
        Ok(())
    }
}

fn assign(tree: &mut Value, path: &str, value: Value) -> Result<(), SpecErrors> {
    let steps = steps(path).ok_or_else(|| {
        fault(
            path,
            "not a path",
            "dotted names such as `fit.epochs` or `model.layers[0].units`",
        )
    })?;
    let mut here = tree;
    for (i, step) in steps.iter().enumerate() {
        here = descend(here, step).map_err(|(found, expected)| {
            let done = shown(&steps[..=i]);
            fault(&done, &found, &expected)
        })?;
    }
    *here = value;
    Ok(())
}

/// One step down; a key that is missing is made, for the reader to judge.
fn descend<'v>(here: &'v mut Value, step: &Step) -> Result<&'v mut Value, (String, String)> {
    if here.is_null() && matches!(step, Step::Key(_)) {
        *here = Value::Object(Map::new());
    }
    match (here, step) {
        (Value::Object(map), Step::Key(key)) => {
            let object = matches!(map.get("class_name"), Some(Value::String(_)))
                && matches!(map.get("config"), Some(Value::Object(_)))
                && !["class_name", "config", "inbound"].contains(&key.as_str());
            let map = match object {
                true => match map.get_mut("config") {
                    Some(Value::Object(config)) => config,
                    _ => return Err(("no options".to_owned(), "a `config`".to_owned())),
                },
                false => map,
            };
            Ok(map.entry(key.clone()).or_insert(Value::Null))
        }
        (Value::Array(items), Step::Index(i)) => {
            let count = items.len();
            items.get_mut(*i).ok_or_else(|| {
                let expected = match count {
                    0 => "no index: the list is empty".to_owned(),
                    _ => format!("an index from 0 to {}", count - 1),
                };
                (format!("no item {i}"), expected)
            })
        }
        (Value::Array(items), Step::Key(key)) => Err((
            format!("`{key}` inside a list of {}", items.len()),
            "an index such as `[0]` first".to_owned(),
        )),
        (other, Step::Index(i)) => Err((
            format!("no item {i}: {}", Node::from_value(other).describe()),
            "a list".to_owned(),
        )),
        (other, Step::Key(key)) => Err((
            format!("no `{key}`: {}", Node::from_value(other).describe()),
            "a table".to_owned(),
        )),
    }
}

fn fault(path: &str, found: &str, expected: &str) -> SpecErrors {
    SpecErrors::from(SpecError {
        file: "--set".to_owned(),
        line: 0,
        column: 0,
        path: path.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
        mend: String::new(),
    })
}

fn shown(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Key(key) => super::place::join(&path, key),
        Step::Index(i) => format!("{path}[{i}]"),
    })
}

/// Cuts a path into steps; `None` when it is malformed.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path.trim();
    loop {
        let key_end;
        if let Some(inner) = rest.strip_prefix('"') {
            let end = inner.find('"')?;
            steps.push(Step::Key(inner[..end].to_owned()));
            key_end = end + 2;
        } else {
            key_end = rest.find(['.', '[']).unwrap_or(rest.len());
            if key_end == 0 || rest[..key_end].contains(char::is_whitespace) {
                return None;
            }
            steps.push(Step::Key(rest[..key_end].to_owned()));
        }
        rest = &rest[key_end..];
        while let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']')?;
            steps.push(Step::Index(inner[..end].parse().ok()?));
            rest = &inner[end + 1..];
        }
        match rest.strip_prefix('.') {
            Some(next) => rest = next,
            None => return rest.is_empty().then_some(steps),
        }
    }
}
