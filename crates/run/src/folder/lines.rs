//! Reading `events.jsonl`, its torn end included.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use super::FolderError;
use crate::Event;

/// The complete lines of an events file.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The file up to its last newline.
    pub(super) bytes: Vec<u8>,
    /// Each event and its line in `bytes`, newline included.
    pub(super) events: Vec<(Event, Range<usize>)>,
}

/// Reads the complete lines; no file is no event.
pub(super) fn read(file: &Path) -> Result<Lines, FolderError> {
    let mut bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Lines::default()),
        Err(error) => return Err(FolderError::io("read", file, error)),
    };
    bytes.truncate(complete(&bytes));
    let mut events = Vec::new();
    let mut start = 0;
    for (i, line) in bytes.split_inclusive(|b| *b == b'\n').enumerate() {
        let range = start..start + line.len();
        start = range.end;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let event = serde_json::from_slice(line).map_err(|error| FolderError::BadLine {
            file: file.into(),
            line: i + 1,
            reason: error.to_string(),
        })?;
        events.push((event, range));
    }
    Ok(Lines { bytes, events })
}

/// Length of the part that ends with a newline.
pub(super) fn complete(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1)
}
