//! Writing a file whole or not at all: a draft beside it, then a rename.

use std::io::Write;
use std::path::Path;

use crate::failure::Failure;

/// Writes `bytes` as `file`. On an error the former file, if any, stands untouched.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let draft = file.with_file_name(format!(".{name}.tmp"));
    let fill = || {
        let mut draft = std::fs::File::create(&draft)?;
        draft.write_all(bytes)?;
        draft.sync_all()
    };
    let written = fill().and_then(|()| std::fs::rename(&draft, file));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&draft);
        Failure::Error(format!("{}: cannot be written: {error}", file.display()))
    })
}
