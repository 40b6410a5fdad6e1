//! The names in a zip, looked at before any of them is read: few, each once, none that leads out of the archive.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};

use zip::ZipArchive;

/// Most members.
const MEMBERS: usize = 10_000;
/// Begins each entry of the directory at the end of a zip, whose fixed part has so many bytes.
const ENTRY: &[u8; 4] = b"PK\x01\x02";
const FIXED: usize = 46;

/// Refuses an archive with too many members, a name twice, or a name that is a path out of it.
pub(crate) fn check_members<R: Read + Seek>(archive: &ZipArchive<R>) -> Result<(), String> {
    if archive.len() > MEMBERS {
        return Err(format!(
            "has {} members, a file of a model has a few",
            archive.len()
        ));
    }
    for name in archive.file_names() {
        let name = name.map_err(|e| e.to_string())?;
        let name: &str = &name;
        let leaves = name.split(['/', '\\']).any(|part| part == "..");
        if leaves || name.starts_with(['/', '\\']) || name.contains(':') {
            return Err(format!(
                "has a member `{name}`, which is a path out of the archive"
            ));
        }
    }
    Ok(())
}

/// Refuses an archive whose directory has a name twice: which of them is read depends on the program that reads it. The
/// library keeps the last one without a word, so that the directory itself is read.
pub(crate) fn check_once<R: Read + Seek>(mut file: R, directory: u64) -> Result<(), String> {
    let fault = |e: std::io::Error| format!("the directory of the zip: {e}");
    file.seek(SeekFrom::Start(directory)).map_err(fault)?;
    let mut seen = BTreeSet::new();
    let mut fixed = [0; FIXED];
    while seen.len() <= MEMBERS {
        // The directory ends with records of other kinds.
        if file.read_exact(&mut fixed).is_err() || !fixed.starts_with(ENTRY) {
            return Ok(());
        }
        let length = |at: usize| usize::from(u16::from_le_bytes([fixed[at], fixed[at + 1]]));
        let mut name = vec![0; length(28)];
        file.read_exact(&mut name).map_err(fault)?;
        let beside = (length(30) + length(32)) as i64;
        file.seek(SeekFrom::Current(beside)).map_err(fault)?;
        if !seen.insert(name.clone()) {
            return Err(format!("holds `{}` twice", String::from_utf8_lossy(&name)));
        }
    }
    Err(format!("has more than {MEMBERS} members"))
}
