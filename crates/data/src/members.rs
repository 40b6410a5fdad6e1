//! The files of a folder, or of a `.tar`, `.tar.gz` or `.zip` of one, by their paths inside it.
//!
//! Nothing is unpacked to disk: paths are labels only, and one that leads out of its archive is
//! refused all the same. Archives are told apart by their first bytes. A file is handed over alone,
//! so that memory holds what the caller keeps.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::Fault;
use crate::memory::Budget;
use crate::unpack::is_clutter;

/// Folders nested deeper than this are not entered.
const DEEPEST: usize = 32;
/// A text or a picture of more bytes than this is none.
pub(crate) const LARGEST: u64 = 1 << 28;

/// What to read: `file` names the folder or archive in errors.
pub(crate) struct Members<'a> {
    pub path: &'a Path,
    pub file: &'a str,
    pub budget: Budget,
}

/// What a caller does with a wanted file: its path inside, with `/`, where it lies, and its bytes.
pub(crate) type Each<'e> = dyn FnMut(&str, Lies, Vec<u8>) -> Result<(), Fault> + 'e;

/// Where the bytes of a file lie, to be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lies {
    /// In a file of a folder.
    Alone,
    /// At an offset of the archive, `packed` bytes.
    Inside {
        offset: u64,
        packed: u64,
        deflated: bool,
    },
    /// In an archive that unpacks only from its beginning.
    Nowhere,
}

impl Members<'_> {
    /// Hands over every wanted file, and returns all folders that were seen. The order is that of
    /// the archive.
    pub fn visit(
        &self,
        wanted: &dyn Fn(&str) -> bool,
        each: &mut Each<'_>,
    ) -> Result<BTreeSet<String>, Fault> {
        let mut folders = BTreeSet::new();
        if self.path.is_dir() {
            self.folder(self.path, "", &mut folders, wanted, each, 0)?;
            return Ok(folders);
        }
        let mut handle = File::open(self.path).map_err(|e| self.unreadable(&e))?;
        let mut head = [0; 512];
        let read = read_up_to(&mut handle, &mut head).map_err(|e| self.unreadable(&e))?;
        handle
            .seek(SeekFrom::Start(0))
            .map_err(|e| self.unreadable(&e))?;
        match &head[..read] {
            [0x1F, 0x8B, ..] => {
                let plain = flate2::read::MultiGzDecoder::new(handle);
                self.tar(plain, true, &mut folders, wanted, each)?;
            }
            [b'P', b'K', 3, 4, ..] => self.zip(handle, &mut folders, wanted, each)?,
            head if head.len() == 512 && head[257..].starts_with(b"ustar") => {
                self.tar(handle, false, &mut folders, wanted, each)?;
            }
            _ => {
                return Err(Fault::Unpack {
                    file: self.file.to_owned(),
                    reason: "it is neither a folder nor a .zip, .tar or .tar.gz of one".to_owned(),
                });
            }
        }
        Ok(folders)
    }

    fn folder(
        &self,
        at: &Path,
        inside: &str,
        folders: &mut BTreeSet<String>,
        wanted: &dyn Fn(&str) -> bool,
        each: &mut Each<'_>,
        depth: usize,
    ) -> Result<(), Fault> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(at).map_err(|e| self.unreadable(&e))? {
            let entry = entry.map_err(|e| self.unreadable(&e))?;
            let name = entry.file_name();
            let shown = name.to_string_lossy().into_owned();
            // Names are labels of rows and lead back to them.
            if name.to_str().is_none() && (entry.path().is_dir() || wanted(&shown)) {
                let file = format!("{}/{shown}", at.display());
                let reason = "its name is not UTF-8; rename it".to_owned();
                return Err(Fault::Unreadable { file, reason });
            }
            names.push(shown);
        }
        names.sort();
        for name in names {
            let path = at.join(&name);
            let inside = match inside {
                "" => name,
                folder => format!("{folder}/{name}"),
            };
            if is_clutter(&inside) {
                continue;
            }
            // A link to a folder may lead back; links to files are followed.
            let link = path.is_symlink();
            if path.is_dir() {
                if !link && depth < DEEPEST {
                    folders.insert(inside.clone());
                    self.folder(&path, &inside, folders, wanted, each, depth + 1)?;
                }
            } else if (link || path.is_file()) && wanted(&inside) {
                let unreadable = |e: std::io::Error| Fault::Unreadable {
                    file: self.inside(&inside),
                    reason: match link {
                        true => format!("it is a link ({e}); mend it or take it away"),
                        false => e.to_string(),
                    },
                };
                let size = path.metadata().map_err(unreadable)?.len();
                self.check_size(&inside, size)?;
                let bytes = std::fs::read(&path).map_err(unreadable)?;
                each(&inside, Lies::Alone, bytes)?;
            }
        }
        Ok(())
    }

    fn tar(
        &self,
        reader: impl Read,
        packed: bool,
        folders: &mut BTreeSet<String>,
        wanted: &dyn Fn(&str) -> bool,
        each: &mut Each<'_>,
    ) -> Result<(), Fault> {
        let end = Ending {
            reader,
            bytes: 0,
            zeros: 0,
        };
        let mut archive = tar::Archive::new(end);
        for entry in archive.entries().map_err(|e| self.damaged(&e))? {
            let mut entry = entry.map_err(|e| self.damaged(&e))?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let name = self.safe(&name)?;
            let kind = entry.header().entry_type();
            if kind.is_dir() {
                folders.insert(name);
            } else if kind.is_file() && !is_clutter(&name) && wanted(&name) {
                let size = entry.size();
                let lies = match packed {
                    true => Lies::Nowhere,
                    false => Lies::Inside {
                        offset: entry.raw_file_position(),
                        packed: size,
                        deflated: false,
                    },
                };
                let bytes = self.bytes(&mut entry, &name, size)?;
                each(&name, lies, bytes)?;
            }
        }
        let mut end = archive.into_inner();
        std::io::copy(&mut end, &mut std::io::sink()).map_err(|e| self.damaged(&e))?;
        match end.complete() {
            true => Ok(()),
            false => Err(self.damaged(&"its end is missing")),
        }
    }

    fn zip(
        &self,
        handle: File,
        folders: &mut BTreeSet<String>,
        wanted: &dyn Fn(&str) -> bool,
        each: &mut Each<'_>,
    ) -> Result<(), Fault> {
        let mut archive = zip::ZipArchive::new(handle).map_err(|e| self.damaged(&e))?;
        for i in 0..archive.len() {
            let mut entry = archive.by_index(i).map_err(|e| self.damaged(&e))?;
            let raw = entry.name().map_err(|e| self.damaged(&e))?.into_owned();
            let name = self.safe(&raw)?;
            if entry.is_dir() {
                folders.insert(name);
            } else if entry.is_file() && !is_clutter(&name) && wanted(&name) {
                let size = entry.size();
                let lies = lies(&entry);
                let bytes = self.bytes(&mut entry, &name, size)?;
                each(&name, lies, bytes)?;
            }
        }
        Ok(())
    }

    /// Refuses a file that does not fit, or that is too large to be what is looked for.
    fn check_size(&self, name: &str, size: u64) -> Result<(), Fault> {
        self.budget.check(&self.inside(name), size)?;
        if size > LARGEST {
            return Err(Fault::Unreadable {
                file: self.inside(name),
                reason: format!(
                    "it has {size} bytes, and a text or a picture at most {LARGEST}; take it out"
                ),
            });
        }
        Ok(())
    }

    /// The bytes of an entry, which must be as many as it claims.
    fn bytes(&self, entry: &mut impl Read, name: &str, size: u64) -> Result<Vec<u8>, Fault> {
        self.check_size(name, size)?;
        let mut bytes = Vec::new();
        entry
            .take(size.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|e| self.damaged(&e))?;
        if bytes.len() as u64 != size {
            let reason = format!("`{name}` has {} of {size} bytes", bytes.len());
            return Err(self.damaged(&reason));
        }
        Ok(bytes)
    }

    /// A path inside the archive without `.`, or a refusal of one that leads out of it.
    fn safe(&self, name: &str) -> Result<String, Fault> {
        let parts: Vec<&str> = name
            .split(['/', '\\'])
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        if name.starts_with(['/', '\\']) || parts.contains(&"..") {
            return Err(Fault::Unpack {
                file: self.file.to_owned(),
                reason: format!("its entry `{name}` leads out of the archive; pack it anew"),
            });
        }
        Ok(parts.join("/"))
    }

    /// How a file is named in errors.
    pub fn inside(&self, name: &str) -> String {
        format!("{}: {name}", self.file)
    }

    fn unreadable(&self, e: &std::io::Error) -> Fault {
        Fault::Unreadable {
            file: self.file.to_owned(),
            reason: e.to_string(),
        }
    }

    fn damaged(&self, e: &dyn std::fmt::Display) -> Fault {
        Fault::Unpack {
            file: self.file.to_owned(),
            reason: format!("it is damaged or cut short ({e}); fetch or pack it again"),
        }
    }
}

/// Where an entry of a zip lies.
fn lies<R: Read>(entry: &zip::read::ZipFile<'_, R>) -> Lies {
    let deflated = match entry.compression() {
        zip::CompressionMethod::Stored => false,
        zip::CompressionMethod::Deflated => true,
        _ => return Lies::Nowhere,
    };
    match entry.data_start() {
        Some(offset) if !entry.encrypted() => Lies::Inside {
            offset,
            packed: entry.compressed_size(),
            deflated,
        },
        _ => Lies::Nowhere,
    }
}

/// Watches for the zeros that end a tar: without them it was cut between two entries.
struct Ending<R> {
    reader: R,
    bytes: u64,
    /// Zeros since the last byte that is none.
    zeros: u64,
}

impl<R> Ending<R> {
    /// Whether whole blocks were read, the last of them zeros.
    fn complete(&self) -> bool {
        self.bytes.is_multiple_of(512) && self.zeros >= 512
    }
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.reader.read(out)?;
        self.bytes += n as u64;
        let zeros = out[..n].iter().rev().take_while(|&&b| b == 0).count();
        self.zeros = match zeros == n {
            true => self.zeros + n as u64,
            false => zeros as u64,
        };
        Ok(n)
    }
}

fn read_up_to(reader: &mut impl Read, out: &mut [u8]) -> std::io::Result<usize> {
    let mut read = 0;
    while read < out.len() {
        match reader.read(&mut out[read..])? {
            0 => break,
            n => read += n,
        }
    }
    Ok(read)
}

#[cfg(test)]
pub(crate) mod tests;
