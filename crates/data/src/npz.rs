//! Arrays of NumPy's `.npz` files: a zip whose entries are `name.npy`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use regimen_run::nearest::nearest_three;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::array::Array;
use crate::error::Fault;
use crate::memory::Budget;
use crate::npy::{check_size_of, parse_npy};
use crate::npy_header::parse_npy_header;

/// Deflate packs at most 1,032 bytes into one.
const RATIO: u64 = 1032;

/// An open `.npz` file.
pub(crate) struct Npz<'a> {
    file: &'a str,
    packed: u64,
    archive: ZipArchive<File>,
}

impl<'a> Npz<'a> {
    /// Opens the archive at `path`; `file` names it in errors.
    pub fn open(path: &Path, file: &'a str) -> Result<Npz<'a>, Fault> {
        let unreadable = |e: std::io::Error| Fault::Unreadable {
            file: file.to_owned(),
            reason: e.to_string(),
        };
        let handle = File::open(path).map_err(unreadable)?;
        let packed = handle.metadata().map_err(unreadable)?.len();
        let archive = ZipArchive::new(handle).map_err(|e| damaged(file, &e))?;
        Ok(Npz {
            file,
            packed,
            archive,
        })
    }

    /// Names of the arrays, in the order of the file.
    pub fn names(&self) -> Vec<String> {
        let names = self.archive.file_names().filter_map(Result::ok);
        names
            .filter_map(|n| n.strip_suffix(".npy").map(str::to_owned))
            .collect()
    }

    /// Bytes that reading and splitting the array takes. What its header claims is checked against
    /// what its entry can hold, so that nothing is allocated on the word of a header.
    pub fn need(&mut self, name: &str) -> Result<u64, Fault> {
        let (size, head) = self.head(name)?;
        let what = self.shown(name);
        let npy = |fault| Fault::Npy {
            file: what.clone(),
            fault,
        };
        let header = parse_npy_header(&head).map_err(npy)?;
        let follow = (size as usize).saturating_sub(header.data_offset);
        let elements = check_size_of(&header, follow).map_err(npy)?;
        Ok(size.saturating_add((elements as u64).saturating_mul(8)))
    }

    /// Reads one array.
    pub fn read(&mut self, name: &str, budget: Budget) -> Result<Array, Fault> {
        let what = self.shown(name);
        let size = self.entry(name)?.size();
        budget.check(&what, size)?;
        let file = self.file;
        let mut bytes = Vec::new();
        self.entry(name)?
            .take(size + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| cut_short(file, &e.to_string()))?;
        parse_npy(&bytes).map_err(|fault| Fault::Npy { file: what, fault })
    }

    /// How an array is named in errors.
    pub fn shown(&self, name: &str) -> String {
        format!("{}[{name}]", self.file)
    }

    fn head(&mut self, name: &str) -> Result<(u64, Vec<u8>), Fault> {
        let (file, packed) = (self.file, self.packed);
        let entry = self.entry(name)?;
        let size = entry.size();
        if size > packed.saturating_mul(RATIO) {
            let reason = format!("it claims {size} bytes in a file of {packed}");
            return Err(cut_short(file, &reason));
        }
        let mut head = Vec::new();
        entry
            .take(1 << 17)
            .read_to_end(&mut head)
            .map_err(|e| cut_short(file, &e.to_string()))?;
        Ok((size, head))
    }

    fn entry(&mut self, name: &str) -> Result<zip::read::ZipFile<'_, File>, Fault> {
        let names = self.names();
        if !names.iter().any(|n| n == name) {
            return Err(Fault::UnknownArray {
                file: self.file.to_owned(),
                name: name.to_owned(),
                near: nearest_three(name, names.iter().map(String::as_str)),
                names: names.iter().take(20).cloned().collect(),
            });
        }
        let file = self.file;
        self.archive
            .by_name(&format!("{name}.npy"))
            .map_err(|e| damaged(file, &e))
    }
}

fn damaged(file: &str, error: &ZipError) -> Fault {
    cut_short(file, &error.to_string())
}

fn cut_short(file: &str, reason: &str) -> Fault {
    Fault::Unpack {
        file: file.to_owned(),
        reason: format!("it is no .npz, damaged or cut short ({reason}); save or fetch it again"),
    }
}
