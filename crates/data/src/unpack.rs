//! From a file to the bytes of its table: plain, gzip, or one of a zip or tar.
//!
//! Told apart by the first bytes, not the name; but a name that promises gzip or zip is held to it. Unpacked size is bounded: by 4 GiB, by the memory
//! at hand, and by the ratio to the packed size (text rarely exceeds 50; deflate can reach 1,030).

mod stream;

use std::io::{Cursor, Read, Seek};

use crate::error::Fault;
use crate::memory::Budget;
use crate::table::TableFault;

pub(crate) use self::stream::TableFile;

const MOST: u64 = u32::MAX as u64;
const RATIO: u64 = 250;
/// Below this unpacked size any ratio will do.
const SMALL: u64 = 64 << 20;

/// An unpacked table.
#[derive(Debug)]
pub(crate) struct Unpacked {
    pub bytes: Vec<u8>,
    /// Whether it lay in an archive, where it could be chosen.
    pub chosen: bool,
}

/// The bytes of the table in `packed`: the one that `table` names, or else the only one. `file`
/// names it in errors.
pub(crate) fn unpack(
    packed: Vec<u8>,
    file: &str,
    table: Option<&str>,
    budget: Budget,
) -> Result<Unpacked, Fault> {
    let chosen = |bytes| Unpacked {
        bytes,
        chosen: true,
    };
    if packed.starts_with(&[0x1F, 0x8B]) {
        let reader = flate2::read::MultiGzDecoder::new(packed.as_slice());
        let bytes = bounded(reader, packed.len(), file, budget)?;
        match is_tar(&bytes) {
            true => untar(&bytes, file, table).map(chosen),
            false => Ok(Unpacked {
                bytes,
                chosen: false,
            }),
        }
    } else if packed.starts_with(b"PK\x03\x04") || packed.starts_with(b"PK\x05\x06") {
        unzip(&packed, file, table, budget).map(chosen)
    } else if is_tar(&packed) {
        untar(&packed, file, table).map(chosen)
    } else {
        keeps_promise(file)?;
        Ok(Unpacked {
            bytes: packed,
            chosen: false,
        })
    }
}

fn is_tar(bytes: &[u8]) -> bool {
    bytes.len() >= 512 && bytes[257..].starts_with(b"ustar")
}

/// The bytes of the table in a tar.
fn untar(bytes: &[u8], file: &str, table: Option<&str>) -> Result<Vec<u8>, Fault> {
    let damaged = |e: std::io::Error| Fault::Unpack {
        file: file.to_owned(),
        reason: format!("it is damaged or cut short ({e}); fetch it again"),
    };
    let mut places = Vec::new();
    let mut archive = tar::Archive::new(bytes);
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if entry.header().entry_type().is_file() && !is_clutter(&name) {
            places.push((name, entry.raw_file_position(), entry.size()));
        }
    }
    let names = places.iter().map(|(name, ..)| name.clone()).collect();
    let wanted = the_table(names, file, table)?;
    let found = places.iter().find(|(name, ..)| *name == wanted);
    let &(_, start, size) = found.unwrap_or(&(String::new(), 0, 0));
    let end = start.saturating_add(size);
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let body = range.and_then(|(start, end)| bytes.get(start..end));
    body.map(<[u8]>::to_vec)
        .ok_or_else(|| not_whole(file, &wanted))
}

/// A tar that ends within its table.
fn not_whole(file: &str, table: &str) -> Fault {
    Fault::Unpack {
        file: file.to_owned(),
        reason: format!("it is cut short: `{table}` is not whole; fetch it again"),
    }
}

/// More bytes than a text is packed into.
fn too_many(file: &str, limit: u64, packed: u64) -> Fault {
    Fault::Unpack {
        file: file.to_owned(),
        reason: format!(
            "it holds more than {limit} bytes from {packed} packed ones; unpack it yourself if that is right"
        ),
    }
}

/// Refuses bytes that are not packed in a file whose name says they are.
fn keeps_promise(file: &str) -> Result<(), Fault> {
    let name = file.to_lowercase();
    let (kind, magic) = match name.rsplit('.').next() {
        Some("gz" | "gzip") => ("gzip", "1F 8B"),
        Some("zip") => ("zip", "`PK`"),
        _ => return Ok(()),
    };
    Err(Fault::Unpack {
        file: file.to_owned(),
        reason: format!(
            "it is not a {kind} file (its first bytes are not {magic}); fetch it again, or rename it \
             if it is a plain table"
        ),
    })
}

/// The bytes of a gzip file, `most` of them at most.
pub(crate) fn gunzip(packed: &[u8], file: &str, most: u64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(packed)
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|e| Fault::Unpack {
            file: file.to_owned(),
            reason: format!("it is damaged or cut short ({e}); fetch it again"),
        })?;
    Ok(bytes)
}

fn bounded(reader: impl Read, packed: usize, file: &str, budget: Budget) -> Result<Vec<u8>, Fault> {
    let fault = |reason: String| Fault::Unpack {
        file: file.to_owned(),
        reason,
    };
    let by_ratio = SMALL.max((packed as u64).saturating_mul(RATIO));
    let limit = MOST.min(by_ratio).min(budget.left());
    let mut bytes = Vec::new();
    reader
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| fault(format!("it is damaged or cut short ({e}); fetch it again")))?;
    if bytes.len() as u64 <= limit {
        return Ok(bytes);
    }
    drop(bytes);
    if limit == budget.left() {
        return Err(budget.refusal(&format!("{file}, unpacked,"), limit + 1));
    }
    if limit == MOST {
        let (file, fault) = (file.to_owned(), TableFault::TooLarge);
        return Err(Fault::Table { file, fault });
    }
    Err(too_many(file, limit, packed as u64))
}

fn unzip(packed: &[u8], file: &str, table: Option<&str>, budget: Budget) -> Result<Vec<u8>, Fault> {
    let fault = |e: zip::result::ZipError| Fault::Unpack {
        file: file.to_owned(),
        reason: format!("it is damaged or cut short ({e}); fetch it again"),
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(packed)).map_err(fault)?;
    let name = table_in_zip(&archive, file, table)?;
    let entry = archive.by_name(&name).map_err(fault)?;
    bounded(entry, packed.len(), file, budget)
}

/// The name of the table in a zip.
fn table_in_zip<R: Read + Seek>(
    archive: &zip::ZipArchive<R>,
    file: &str,
    table: Option<&str>,
) -> Result<String, Fault> {
    let names: Result<Vec<String>, _> = archive
        .file_names()
        .map(|name| name.map(|name| name.into_owned()))
        .collect();
    let mut names = names.map_err(|e| Fault::Unpack {
        file: file.to_owned(),
        reason: format!("it is damaged or cut short ({e}); fetch it again"),
    })?;
    names.retain(|name| !is_clutter(name));
    the_table(names, file, table)
}

/// Folders, and what macOS adds.
pub(crate) fn is_clutter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.ends_with('/')
        || name.split('/').any(|part| part == "__MACOSX")
        || last.starts_with("._")
        || last == ".DS_Store"
}

/// The file that `table` names by its path inside or the end of it, or else the only table.
fn the_table(names: Vec<String>, file: &str, table: Option<&str>) -> Result<String, Fault> {
    let Some(table) = table else {
        return one_table(names, file);
    };
    let ends = |name: &&String| {
        name.as_str() == table
            || name
                .strip_suffix(table)
                .is_some_and(|before| before.ends_with('/'))
    };
    let mut found: Vec<String> = names.iter().filter(ends).cloned().collect();
    match (found.pop(), found.pop()) {
        (Some(name), None) => Ok(name),
        (Some(a), Some(b)) => Err(Fault::SeveralTables {
            file: file.to_owned(),
            tables: vec![b, a],
        }),
        _ => Err(Fault::Unpack {
            file: file.to_owned(),
            reason: format!("it holds no `{table}`, but {}", names.join(", ")),
        }),
    }
}

/// The only table: the only `.csv` or `.tsv`, or else the only file.
fn one_table(names: Vec<String>, file: &str) -> Result<String, Fault> {
    let is_table = |name: &&String| {
        let name = name.to_lowercase();
        name.ends_with(".csv") || name.ends_with(".tsv")
    };
    let tables: Vec<String> = names.iter().filter(is_table).cloned().collect();
    let mut tables = if tables.is_empty() { names } else { tables };
    match (tables.pop(), tables.len()) {
        (Some(name), 0) => Ok(name),
        (None, _) => Err(Fault::Unpack {
            file: file.to_owned(),
            reason: "the archive holds no table".to_owned(),
        }),
        (Some(name), _) => {
            tables.push(name);
            tables.sort();
            Err(Fault::SeveralTables {
                file: file.to_owned(),
                tables,
            })
        }
    }
}

#[cfg(test)]
mod tests;
