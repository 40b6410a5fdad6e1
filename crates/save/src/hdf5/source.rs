//! Where the bytes of an HDF5 file come from, and how many may be read at a time: trees whose nodes stand for each other, and texts
//! that stand for one text many times, would otherwise make hours and gigabytes of a few kilobytes.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hdf5_pure::{FormatError, Source};

/// Bytes that may still be read.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<AtomicU64>);

impl Budget {
    pub(super) fn new(bytes: u64) -> Budget {
        Budget(Arc::new(AtomicU64::new(bytes)))
    }

    /// From now on so many.
    pub(super) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// Takes bytes out of it. What was asked for beyond it is not read, and nothing else is until it is set again.
    fn take(&self, bytes: u64) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(bytes), Ordering::Relaxed);
        left >= bytes && left > 0
    }

    /// Whether more was asked for.
    pub(super) fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

/// What is read.
#[derive(Debug)]
pub(super) enum Place {
    /// A file from this byte on, such as a member of an archive that is stored as it is.
    File(Mutex<File>, u64),
    /// Bytes in memory.
    Memory(Vec<u8>),
}

/// Bytes of a file, read within a budget.
#[derive(Debug)]
pub(super) struct Metered {
    pub(super) place: Place,
    pub(super) length: u64,
    pub(super) budget: Budget,
}

impl Source for Metered {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let failed = |fault: &str| Err(FormatError::Source(fault.to_owned()));
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| end > self.length) {
            return failed("read beyond the end");
        }
        if !self.budget.take(buffer.len() as u64) {
            return failed("its parts stand for each other: reading it has no end");
        }
        match &self.place {
            Place::File(file, from) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let read = file
                    .seek(SeekFrom::Start(from + offset))
                    .and_then(|_| file.read_exact(buffer));
                read.map_err(|e| FormatError::Source(e.to_string()))
            }
            Place::Memory(bytes) => {
                let from = offset as usize;
                match bytes.get(from..from + buffer.len()) {
                    Some(read) => {
                        buffer.copy_from_slice(read);
                        Ok(())
                    }
                    None => failed("read beyond the end"),
                }
            }
        }
    }
}
