//! Lines of values: from byte offsets to line and column, and from dotted paths to lines.

use super::SpecMap;

/// Line and column, 1-based; (0, 0) is nowhere.
pub(crate) type Place = (usize, usize);

/// Turns byte offsets of a text into places.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(i, _)| i + 1)).collect();
        Self { text, starts }
    }

    pub(crate) fn place(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        let before = &self.text.as_bytes()[start..offset];
        // Bytes that begin a character; those of the form 10xxxxxx continue one.
        let column = before.iter().filter(|b| **b & 0xC0 != 0x80).count() + 1;
        (line, column)
    }
}

/// Joins a path and a key: `fit` and `epochs` to `fit.epochs`.
pub(crate) fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c != '.' && c != '[' && c != '"');
    match (path.is_empty(), plain) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{key:?}"),
        (false, true) => format!("{path}.{key}"),
        (false, false) => format!("{path}.{key:?}"),
    }
}

/// The path without its `config` steps, so that `model.layers[0].config.units` and the short
/// `model.layers[0].units` are one place.
pub(crate) fn without_config(path: &str) -> String {
    path.split('.')
        .enumerate()
        .filter(|(i, step)| *i == 0 || *step != "config")
        .map(|(_, step)| step)
        .collect::<Vec<_>>()
        .join(".")
}

/// Line and column of a dotted path; of its nearest ancestor when the file does not state it.
///
/// Paths with and without Keras's `config` step find the same value.
pub fn place(map: &SpecMap, path: &str) -> Option<(usize, usize)> {
    let mut rest = path.to_owned();
    loop {
        let found = map.get(&rest).or_else(|| map.get(&without_config(&rest)));
        if let Some(place) = found {
            return Some(*place);
        }
        rest.truncate(rest.rfind(['.', '['])?);
    }
}
