//! A table file read from front to back as often as asked, never whole in memory: plain, gzip, or one of a zip or tar.
//!
//! What it refuses, and in which words, is what [`super::unpack`] refuses; only there is no limit of 4 GiB.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::{RATIO, SMALL, is_clutter, is_tar, keeps_promise, table_in_zip, the_table};
use crate::error::Fault;
use crate::table::Stopped;

/// A table and how to come by it.
pub(crate) struct TableFile {
    path: PathBuf,
    /// Names it in errors.
    file: String,
    packing: Packing,
    size: u64,
}

enum Packing {
    Plain,
    Gzip,
    Zip {
        name: String,
    },
    Tar {
        gzip: bool,
        name: String,
        start: u64,
        size: u64,
    },
}

impl TableFile {
    /// Looks at a file; `table` names the table meant in an archive of several.
    pub fn open(path: &Path, table: Option<&str>) -> Result<TableFile, Fault> {
        let file = path.display().to_string();
        let unreadable = |e: io::Error| Fault::Unreadable {
            file: file.clone(),
            reason: e.to_string(),
        };
        let mut handle = File::open(path).map_err(unreadable)?;
        let size = handle.metadata().map_err(unreadable)?.len();
        let head = head(&mut handle).map_err(unreadable)?;
        handle.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let packing = if head.starts_with(&[0x1F, 0x8B]) {
            let damaged = |e| damaged(&file, &e);
            match is_tar(&self::head(&mut MultiGzDecoder::new(&handle)).map_err(damaged)?) {
                true => find_in_tar(path, true, &file, table)?,
                false => Packing::Gzip,
            }
        } else if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            let damaged = |e| damaged(&file, &e);
            let archive = zip::ZipArchive::new(BufReader::new(handle)).map_err(damaged)?;
            let name = table_in_zip(&archive, &file, table)?;
            Packing::Zip { name }
        } else if is_tar(&head) {
            find_in_tar(path, false, &file, table)?
        } else {
            keeps_promise(&file)?;
            Packing::Plain
        };
        Ok(TableFile {
            path: path.to_owned(),
            file,
            packing,
            size,
        })
    }

    /// Whether the table lies in an archive, where it could be chosen.
    pub fn chosen(&self) -> bool {
        matches!(self.packing, Packing::Zip { .. } | Packing::Tar { .. })
    }

    /// Hands over the table's bytes from the first one on.
    pub fn read<T>(
        &self,
        run: impl FnOnce(&mut dyn Read) -> Result<T, Stopped>,
    ) -> Result<T, Fault> {
        let unreadable = |e: io::Error| Fault::Unreadable {
            file: self.file.clone(),
            reason: e.to_string(),
        };
        let mut handle = File::open(&self.path).map_err(unreadable)?;
        let told = |stopped: Stopped| match stopped {
            Stopped::Table(fault) => Fault::Table {
                file: self.file.clone(),
                fault,
            },
            Stopped::Read(e) if matches!(self.packing, Packing::Plain) => unreadable(e),
            Stopped::Read(e) => damaged(&self.file, &e),
        };
        match &self.packing {
            Packing::Plain => run(&mut handle).map_err(told),
            Packing::Gzip => self.bounded(MultiGzDecoder::new(handle), run, told),
            Packing::Zip { name } => {
                let damaged = |e| damaged(&self.file, &e);
                let mut archive = zip::ZipArchive::new(BufReader::new(handle)).map_err(damaged)?;
                let entry = archive.by_name(name).map_err(damaged)?;
                self.bounded(entry, run, told)
            }
            Packing::Tar {
                gzip: false,
                name,
                start,
                size,
            } => {
                handle.seek(SeekFrom::Start(*start)).map_err(unreadable)?;
                self.whole(handle, (name, *size), run, told)
            }
            Packing::Tar {
                gzip: true,
                name,
                start,
                size,
            } => {
                let mut plain = MultiGzDecoder::new(handle);
                io::copy(&mut (&mut plain).take(*start), &mut io::sink())
                    .map_err(|e| damaged(&self.file, &e))?;
                self.whole(plain, (name, *size), run, told)
            }
        }
    }

    /// Bytes of which there are not many times more than packed ones.
    fn bounded<T>(
        &self,
        reader: impl Read,
        run: impl FnOnce(&mut dyn Read) -> Result<T, Stopped>,
        told: impl FnOnce(Stopped) -> Fault,
    ) -> Result<T, Fault> {
        let limit = SMALL.max(self.size.saturating_mul(RATIO));
        let mut reader = reader.take(limit + 1);
        let done = run(&mut reader);
        match reader.limit() {
            0 => Err(super::too_many(&self.file, limit, self.size)),
            _ => done.map_err(told),
        }
    }

    /// An entry of a tar, which must have all its bytes.
    fn whole<T>(
        &self,
        reader: impl Read,
        (name, size): (&str, u64),
        run: impl FnOnce(&mut dyn Read) -> Result<T, Stopped>,
        told: impl FnOnce(Stopped) -> Fault,
    ) -> Result<T, Fault> {
        let mut reader = reader.take(size);
        let done = run(&mut reader).map_err(told)?;
        match io::copy(&mut reader, &mut io::sink()) {
            Ok(_) if reader.limit() == 0 => Ok(done),
            _ => Err(super::not_whole(&self.file, name)),
        }
    }
}

fn damaged(file: &str, e: &dyn std::fmt::Display) -> Fault {
    Fault::Unpack {
        file: file.to_owned(),
        reason: format!("it is damaged or cut short ({e}); fetch it again"),
    }
}

/// The first 512 bytes, or as many as there are.
fn head(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(512).read_to_end(&mut head)?;
    Ok(head)
}

fn find_in_tar(path: &Path, gzip: bool, file: &str, table: Option<&str>) -> Result<Packing, Fault> {
    let damaged = |e: io::Error| damaged(file, &e);
    let open = || -> io::Result<Box<dyn Read>> {
        let handle = BufReader::new(File::open(path)?);
        Ok(match gzip {
            true => Box::new(MultiGzDecoder::new(handle)),
            false => Box::new(handle),
        })
    };
    let places = match list(open().map_err(damaged)?) {
        Ok(places) => places,
        // What is wrong with the gzip is the cause of what is wrong with the tar in it.
        Err(e) => {
            io::copy(&mut open().map_err(damaged)?, &mut io::sink()).map_err(damaged)?;
            return Err(damaged(e));
        }
    };
    let names = places.iter().map(|(name, ..)| name.clone()).collect();
    let wanted = the_table(names, file, table)?;
    let found = places.into_iter().find(|(name, ..)| *name == wanted);
    let (name, start, size) = found.ok_or_else(|| super::not_whole(file, &wanted))?;
    Ok(Packing::Tar {
        gzip,
        name,
        start,
        size,
    })
}

/// Name, place and size of each file in a tar that is read to its end.
fn list(reader: Box<dyn Read>) -> io::Result<Vec<(String, u64, u64)>> {
    let mut places = Vec::new();
    let mut archive = tar::Archive::new(reader);
    for entry in archive.entries()? {
        let entry = entry?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if entry.header().entry_type().is_file() && !is_clutter(&name) {
            places.push((name, entry.raw_file_position(), entry.size()));
        }
    }
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    Ok(places)
}
