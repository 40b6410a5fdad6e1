//! A strict walk over a parsed file: each step says what it expects and notes what it finds.
//!
//! A step that fails records the fault and yields `None`; the walk goes on, so that one reading
//! reports every fault of a file.

use std::path::PathBuf;

use super::node::{Entry, Kind, Node, entry};
use super::place::{Place, join, without_config};
use super::{SpecError, SpecMap};
use crate::nearest::nearest;

/// The walk's notes.
pub(crate) struct Walker {
    pub(crate) file: String,
    /// Folder in which a file named by the run file is looked up.
    pub(crate) folder: PathBuf,
    pub(crate) errors: Vec<SpecError>,
    pub(crate) map: SpecMap,
    /// The version of Keras that a model states, or that an old name means.
    pub(crate) keras_version: Option<String>,
}

/// A table whose keys are all known.
pub(crate) struct Table<'n> {
    pub(crate) path: String,
    pub(crate) at: Place,
    pub(crate) entries: &'n [Entry],
}

impl Table<'_> {
    /// Whether the key is there with a value.
    pub(crate) fn has(&self, key: &str) -> bool {
        entry(self.entries, key).is_some_and(|e| e.value.kind != Kind::Null)
    }

    /// Place of a key, or of the table.
    pub(crate) fn place(&self, key: &str) -> Place {
        entry(self.entries, key).map_or(self.at, |e| e.key_at)
    }
}

impl Walker {
    pub(crate) fn new(file: &str, folder: PathBuf) -> Self {
        Self {
            file: file.to_owned(),
            folder,
            errors: Vec::new(),
            map: SpecMap::new(),
            keras_version: None,
        }
    }

    pub(crate) fn fault(&mut self, at: Place, path: &str, found: &str, expected: &str, mend: &str) {
        self.errors.push(SpecError {
            file: self.file.clone(),
            line: at.0,
            column: at.1,
            path: path.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
            mend: mend.to_owned(),
        });
    }

    pub(crate) fn wrong(&mut self, node: &Node, path: &str, expected: &str) {
        self.fault(node.at, path, &node.describe(), expected, "");
    }

    /// Notes where a value stands, under its path with and without `config` steps.
    pub(crate) fn note(&mut self, path: &str, at: Place) {
        if at == (0, 0) {
            return;
        }
        let short = without_config(path);
        if short != path {
            self.map.entry(short).or_insert(at);
        }
        self.map.insert(path.to_owned(), at);
    }

    pub(crate) fn unknown(&mut self, at: Place, path: &str, key: &str, known: &[&str]) {
        let (expected, mend) = match nearest(key, known.iter().copied()) {
            Some(name) => (String::new(), format!("did you mean `{name}`?")),
            None => (one_of(known), String::new()),
        };
        self.fault(
            at,
            &join(path, key),
            &format!("unknown key `{key}`"),
            &expected,
            &mend,
        );
    }

    /// The entries of a table, whatever their keys.
    pub(crate) fn entries<'n>(
        &mut self,
        node: &'n Node,
        path: &str,
        what: &str,
    ) -> Option<&'n [Entry]> {
        match &node.kind {
            Kind::Table(entries) => Some(entries),
            _ => {
                self.wrong(node, path, what);
                None
            }
        }
    }

    /// A table that may hold only the keys named; reports every other one.
    pub(crate) fn table<'n>(
        &mut self,
        node: &'n Node,
        path: &str,
        keys: &[&str],
    ) -> Option<Table<'n>> {
        let what = format!("a table with {}", one_of(keys));
        let entries = self.entries(node, path, &what)?;
        for item in entries {
            if keys.contains(&item.key.as_str()) {
                self.note(&join(path, &item.key), item.value.at);
            } else {
                self.unknown(item.key_at, path, &item.key, keys);
            }
        }
        Some(Table {
            path: path.to_owned(),
            at: node.at,
            entries,
        })
    }

    /// A key that may be left out.
    pub(crate) fn opt<T>(
        &mut self,
        table: &Table<'_>,
        key: &str,
        read: impl FnOnce(&mut Self, &Node, &str) -> Option<T>,
    ) -> Option<T> {
        let item = entry(table.entries, key)?;
        if item.value.kind == Kind::Null {
            return None;
        }
        read(self, &item.value, &join(&table.path, key))
    }

    /// A key that must be there. `mend` shows how to write it.
    pub(crate) fn need<T>(
        &mut self,
        table: &Table<'_>,
        key: &str,
        mend: &str,
        read: impl FnOnce(&mut Self, &Node, &str) -> Option<T>,
    ) -> Option<T> {
        if table.has(key) {
            return self.opt(table, key, read);
        }
        let path = join(&table.path, key);
        self.fault(table.place(key), &path, "missing", "", mend);
        None
    }

    pub(crate) fn text(&mut self, node: &Node, path: &str) -> Option<String> {
        match &node.kind {
            Kind::Text(text) => Some(text.clone()),
            _ => {
                self.wrong(node, path, "a text in quotes");
                None
            }
        }
    }

    /// A text with at least one character.
    pub(crate) fn word(&mut self, node: &Node, path: &str) -> Option<String> {
        let text = self.text(node, path)?;
        if text.trim().is_empty() {
            self.wrong(node, path, "a text that is not empty");
            return None;
        }
        Some(text)
    }

    pub(crate) fn boolean(&mut self, node: &Node, path: &str) -> Option<bool> {
        match &node.kind {
            Kind::Bool(b) => Some(*b),
            _ => {
                self.wrong(node, path, "true or false");
                None
            }
        }
    }

    pub(crate) fn whole(&mut self, node: &Node, path: &str, least: u64) -> Option<u64> {
        if let Kind::Number(n) = &node.kind
            && let Some(n) = n.as_u64().filter(|n| *n >= least)
        {
            return Some(n);
        }
        self.wrong(node, path, &format!("a whole number, {least} or more"));
        None
    }

    /// A whole number that counts things in memory.
    pub(crate) fn count(&mut self, node: &Node, path: &str, least: u64) -> Option<usize> {
        let n = self.whole(node, path, least)?;
        // 2^48 is far above any count of rows, epochs or ids, and its products stay inside u64
        // in the estimates that follow.
        match usize::try_from(n).ok().filter(|n| *n <= 1 << 48) {
            Some(n) => Some(n),
            None => {
                self.wrong(node, path, "a smaller whole number");
                None
            }
        }
    }

    /// A number that `good` accepts; `what` describes it.
    pub(crate) fn number(
        &mut self,
        node: &Node,
        path: &str,
        what: &str,
        good: impl Fn(f64) -> bool,
    ) -> Option<f64> {
        if let Kind::Number(n) = &node.kind
            && let Some(n) = n.as_f64().filter(|n| good(*n))
        {
            return Some(n);
        }
        self.wrong(node, path, what);
        None
    }

    pub(crate) fn list<T>(
        &mut self,
        node: &Node,
        path: &str,
        what: &str,
        mut read: impl FnMut(&mut Self, &Node, &str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Kind::List(items) = &node.kind else {
            self.wrong(node, path, what);
            return None;
        };
        let mut out = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let path = format!("{path}[{i}]");
            self.note(&path, item.at);
            out.extend(read(self, item, &path));
        }
        Some(out)
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        node: &Node,
        path: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        if let Kind::Text(text) = &node.kind {
            if let Some((_, value)) = words.iter().find(|(name, _)| name == text) {
                return Some(*value);
            }
            if let Some(name) = nearest(text, names.iter().copied()) {
                let mend = format!("did you mean `{name}`?");
                self.fault(node.at, path, &node.describe(), &one_of(&names), &mend);
                return None;
            }
        }
        self.wrong(node, path, &one_of(&names));
        None
    }
}

/// "`a`, `b` or `c`".
pub(crate) fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
