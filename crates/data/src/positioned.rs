//! Reads at a position of a file, from any thread by one handle.
//!
//! Files are not mapped into memory: one that shrinks while it is mapped ends the process with a signal, and mapping needs
//! `unsafe`; a read that finds too little is an error.

use std::fs::File;

/// Fills `out` from `offset` on.
#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, out: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

/// Fills `out` from `offset` on.
#[cfg(windows)]
pub(crate) fn read_exact_at(
    file: &File,
    mut out: &mut [u8],
    mut offset: u64,
) -> std::io::Result<()> {
    while !out.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, out, offset)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => {
                out = &mut out[n..];
                offset += n as u64;
            }
        }
    }
    Ok(())
}

/// What a failed read of checked data means, and the mend.
pub(crate) fn lost(e: &std::io::Error) -> String {
    let reason = match e.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            "the file was cut short after it was checked".to_owned()
        }
        _ => e.to_string(),
    };
    format!("{reason}; put it back, then go on with --resume")
}
