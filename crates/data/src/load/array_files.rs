//! Finding, sizing up and reading the files of array sources: `.npy`, `.npz`, IDX.
//!
//! What a header claims is checked against what its file can hold before anything is allocated.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::LoadContext;
use super::table::read_file;
use crate::array::Array;
use crate::error::{DataError, DataErrors, Fault};
use crate::idx::{IdxFault, IdxHeader, LONGEST_HEADER, parse_idx};
use crate::locate::locate;
use crate::memory::Budget;
use crate::npy::{self, ReadFault};
use crate::npy_header::parse_npy_header;
use crate::npz::Npz;
use crate::unpack::gunzip;

/// Formats of arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Npy,
    Npz,
    Idx,
}

impl Format {
    /// The key of the source in `data`.
    pub fn key(self) -> &'static str {
        match self {
            Format::Npy => "npy",
            Format::Npz => "npz",
            Format::Idx => "idx",
        }
    }
}

/// An array, its name in errors, and where the run file names it.
pub(super) struct Named {
    pub file: String,
    pub at: String,
    pub array: Array,
}

/// Reads the arrays `wanted`: (key in the run file, what it names there). Faults of all of them are
/// reported. `archive` is the path of an `.npz`.
pub(super) fn read_all(
    format: Format,
    archive: Option<&str>,
    wanted: &[(&str, &str)],
    cx: &LoadContext<'_>,
) -> Result<Vec<Named>, DataErrors> {
    let place = format!("data.{}", format.key());
    match (format, archive) {
        (Format::Npz, Some(file)) => {
            let at = |fault| DataErrors::from(DataError::new(format!("{place}.path"), fault));
            let path = locate(file, cx.base_dir, cx.data_dir.as_deref()).map_err(at)?;
            let mut npz = Npz::open(&path, file).map_err(at)?;
            let need = |name: &str, npz: &mut Npz<'_>| npz.need(name);
            let read = |name: &str, npz: &mut Npz<'_>| {
                let array = npz.read(name, cx.budget())?;
                Ok((npz.shown(name), array))
            };
            all(&place, wanted, cx.budget(), &mut npz, need, read)
        }
        _ => {
            let find = |file: &str| locate(file, cx.base_dir, cx.data_dir.as_deref());
            let need = |file: &str, (): &mut ()| match format {
                Format::Idx => need_of_idx(&find(file)?, file),
                _ => need_of_npy(&find(file)?, file),
            };
            let read = |file: &str, (): &mut ()| {
                let path: PathBuf = find(file)?;
                let array = match format {
                    Format::Idx => read_idx(&path, file, cx.budget())?,
                    _ => read_npy(&path, file, cx.budget())?,
                };
                Ok((file.to_owned(), array))
            };
            all(&place, wanted, cx.budget(), &mut (), need, read)
        }
    }
}

/// Reads an array with rows from a `.npy` or IDX file, for predicting.
pub fn read_array(path: &Path, max_memory: Option<u64>) -> Result<Array, Fault> {
    let (file, budget) = (path.display().to_string(), Budget(max_memory));
    let is_npy = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("npy"));
    let need = match is_npy {
        true => need_of_npy(path, &file)?,
        false => need_of_idx(path, &file)?,
    };
    budget.check(&file, need)?;
    let array = match is_npy {
        true => read_npy(path, &file, budget)?,
        false => read_idx(path, &file, budget)?,
    };
    check_rows(&file, &array.shape)?;
    Ok(array)
}

/// Reads arrays with rows from a `.npz` file, for predicting: the first of the names of each that is there. The first
/// is also the only array of a file that has but one; the others may be missing.
pub fn read_arrays(
    path: &Path,
    wanted: &[&[&str]],
    max_memory: Option<u64>,
) -> Result<Vec<Option<(String, Array)>>, Fault> {
    let (file, budget) = (path.display().to_string(), Budget(max_memory));
    let mut npz = Npz::open(path, &file)?;
    let names = npz.names();
    let find = |(i, wanted): (usize, &&[&str])| {
        let found = wanted.iter().find(|name| names.iter().any(|n| n == *name));
        match (found, names.as_slice()) {
            (None, [only]) if i == 0 => Some(only.clone()),
            (None, _) if i == 0 => wanted.first().map(ToString::to_string),
            (found, _) => found.map(ToString::to_string),
        }
    };
    let found: Vec<Option<String>> = wanted.iter().enumerate().map(find).collect();
    let mut need = 0u64;
    for name in found.iter().flatten() {
        need = need.saturating_add(npz.need(name)?);
    }
    budget.check(&file, need)?;
    let mut read = |name: String| {
        let array = npz.read(&name, budget)?;
        let shown = npz.shown(&name);
        check_rows(&shown, &array.shape)?;
        Ok((shown, array))
    };
    found
        .into_iter()
        .map(|name| name.map(&mut read).transpose())
        .collect()
}

/// Sums the needs of all, then reads all.
fn all<S>(
    place: &str,
    wanted: &[(&str, &str)],
    budget: Budget,
    source: &mut S,
    need: impl Fn(&str, &mut S) -> Result<u64, Fault>,
    read: impl Fn(&str, &mut S) -> Result<(String, Array), Fault>,
) -> Result<Vec<Named>, DataErrors> {
    let mut errors = Vec::new();
    let mut sum = 0u64;
    for (key, what) in wanted {
        match need(what, source) {
            Ok(bytes) => sum = sum.saturating_add(bytes),
            Err(fault) => errors.push(DataError::new(format!("{place}.{key}"), fault)),
        }
    }
    if errors.is_empty()
        && let Err(fault) = budget.check(&format!("the arrays of {place}"), sum)
    {
        errors.push(DataError::new(place, fault));
    }
    if !errors.is_empty() {
        return Err(DataErrors(errors));
    }
    let mut arrays = Vec::new();
    for (key, what) in wanted {
        let at = format!("{place}.{key}");
        let checked = read(what, source).and_then(|(file, array)| {
            check_rows(&file, &array.shape)?;
            Ok((file, array))
        });
        match checked {
            Ok((file, array)) => arrays.push(Named { file, at, array }),
            Err(fault) => errors.push(DataError::new(at, fault)),
        }
    }
    if errors.is_empty() {
        Ok(arrays)
    } else {
        Err(DataErrors(errors))
    }
}

fn unreadable(file: &str) -> impl Fn(std::io::Error) -> Fault + '_ {
    move |e| Fault::Unreadable {
        file: file.to_owned(),
        reason: e.to_string(),
    }
}

/// The first bytes of a file and its size.
fn head(path: &Path, file: &str) -> Result<(Vec<u8>, u64), Fault> {
    let handle = std::fs::File::open(path).map_err(unreadable(file))?;
    let size = handle.metadata().map_err(unreadable(file))?.len();
    let mut head = Vec::new();
    handle
        .take(1 << 17)
        .read_to_end(&mut head)
        .map_err(unreadable(file))?;
    Ok((head, size))
}

/// Bytes that reading and splitting a file takes, from its header and its size.
fn need_of_npy(path: &Path, file: &str) -> Result<u64, Fault> {
    let (head, size) = head(path, file)?;
    let header = parse_npy_header(&head).map_err(|fault| Fault::Npy {
        file: file.to_owned(),
        fault,
    })?;
    // What the header claims cannot exceed what one-byte elements in this file could hold.
    let elements = (header.elements().unwrap_or(usize::MAX) as u64).min(size);
    Ok(size.saturating_add(elements.saturating_mul(8)))
}

fn read_npy(path: &Path, file: &str, budget: Budget) -> Result<Array, Fault> {
    let handle = std::fs::File::open(path).map_err(unreadable(file))?;
    let size = handle.metadata().map_err(unreadable(file))?.len();
    budget.check(file, size)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    npy::read_npy(handle, size).map_err(|fault| match fault {
        ReadFault::Npy(fault) => Fault::Npy {
            file: file.to_owned(),
            fault,
        },
        ReadFault::Unreadable(error) => unreadable(file)(error),
    })
}

fn idx_fault(file: &str) -> impl Fn(IdxFault) -> Fault + '_ {
    move |fault| Fault::Idx {
        file: file.to_owned(),
        fault,
    }
}

/// The header of an IDX file, and whether the file is packed.
fn idx_header(path: &Path, file: &str) -> Result<(IdxHeader, bool, u64), Fault> {
    let (head, size) = head(path, file)?;
    let packed = head.starts_with(&[0x1F, 0x8B]);
    let head = match packed {
        true => {
            let mut plain = Vec::new();
            let _cut = flate2::read::MultiGzDecoder::new(head.as_slice())
                .take(LONGEST_HEADER)
                .read_to_end(&mut plain); // what is missing shows in the header
            plain
        }
        false => head,
    };
    let header = IdxHeader::parse(&head).map_err(idx_fault(file))?;
    Ok((header, packed, size))
}

fn need_of_idx(path: &Path, file: &str) -> Result<u64, Fault> {
    let (header, packed, size) = idx_header(path, file)?;
    // Deflate packs at most 1,032 bytes into one.
    let most = if packed {
        size.saturating_mul(1032)
    } else {
        size
    };
    let bytes = (header.bytes().unwrap_or(usize::MAX) as u64).min(most);
    Ok(bytes.saturating_mul(9))
}

fn read_idx(path: &Path, file: &str, budget: Budget) -> Result<Array, Fault> {
    let (header, packed, _) = idx_header(path, file)?;
    let bytes = read_file(path, budget)?;
    let bytes = match packed {
        true => {
            let most = header.bytes().unwrap_or(usize::MAX) as u64;
            gunzip(&bytes, file, most.saturating_add(header.offset as u64 + 1))?
        }
        false => bytes,
    };
    parse_idx(&bytes).map_err(idx_fault(file))
}

/// Rows first, and no axis of size 0.
pub(super) fn check_rows(file: &str, shape: &[usize]) -> Result<(), Fault> {
    let fault = |expected: &str| {
        Err(Fault::Shape {
            file: file.to_owned(),
            found: shape.to_vec(),
            expected: expected.to_owned(),
        })
    };
    match shape {
        [] => fault("rows first: (N, ...)"),
        [0, ..] => fault("one row at least"),
        [_, sizes @ ..] if sizes.contains(&0) => fault("no axis of size 0"),
        _ => Ok(()),
    }
}
