//! Writing a zip: what is written to a disk that is full ends as an error alone.

use std::io::{self, Seek, Write};

use zip::ZipWriter;

/// Writes the members of a zip, and its end.
pub(crate) fn zipped<W: Write + Seek>(
    out: W,
    write: impl FnOnce(&mut ZipWriter<W>) -> io::Result<()>,
) -> io::Result<()> {
    let mut zip = ZipWriter::new(out);
    match write(&mut zip) {
        Ok(()) => Ok(zip.finish().map(|_| ())?),
        Err(fault) => {
            // When it is dropped it tries to write the end of the file, and tells standard error that it cannot.
            std::mem::forget(zip);
            Err(fault)
        }
    }
}
