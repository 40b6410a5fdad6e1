//! Bytes of a table to UTF-8 text, whole or block by block, with the place of the first bad byte.

use std::io::{ErrorKind, Read};

use regimen_run::spec::Encoding;

use super::{Stopped, TableFault, line_ends};

/// What may begin UTF-8 text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Whether a table begins with the byte order mark of UTF-16, or with a character whose other byte is 0.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [1..=255, 0, ..] | [0, 1..=255, ..]
    )
}

/// Refuses bytes that are not UTF-8. They begin at `place` of the table, on `line`.
pub(super) fn check_utf8(bytes: &[u8], place: usize, line: usize) -> Result<(), TableFault> {
    let Err(e) = std::str::from_utf8(bytes) else {
        return Ok(());
    };
    let bad = e.valid_up_to();
    Err(TableFault::NotUtf8 {
        line: line + line_ends(&bytes[..bad]),
        at: place + bad,
        byte: bytes[bad],
    })
}

/// Text read block by block.
#[derive(Debug)]
pub(super) struct Decoder<R> {
    reader: R,
    encoding: Encoding,
    /// Text that the table has not been made of yet; what stands behind `good` is the beginning of a character.
    pub text: Vec<u8>,
    pub good: usize,
    /// Place in the table of the text's first byte, for UTF-8.
    place: usize,
    /// Whether all was read.
    pub ended: bool,
}

impl<R: Read> Decoder<R> {
    /// Begins a table.
    pub fn new(mut reader: R, encoding: Encoding) -> Result<Decoder<R>, Stopped> {
        let mut head = Vec::new();
        let ended = read_more(&mut reader, &mut head, BYTE_ORDER_MARK.len())?;
        if is_utf16(&head) {
            return Err(Stopped::Table(TableFault::Utf16));
        }
        let mark = head == BYTE_ORDER_MARK;
        let place = if mark { head.len() } else { 0 };
        if mark {
            head.clear();
        }
        let mut decoder = Decoder {
            reader,
            encoding,
            text: Vec::new(),
            good: 0,
            place,
            ended,
        };
        match encoding {
            Encoding::Latin1 => decoder.text = crate::latin1::decode(&head).into_bytes(),
            Encoding::Utf8 => decoder.text = head,
        }
        decoder.check(1)?;
        Ok(decoder)
    }

    /// Forgets the text before `at`.
    pub fn pass(&mut self, at: usize) {
        self.text.drain(..at);
        self.good -= at;
        self.place += at;
    }

    /// Reads until there are `size` bytes of text, or all. `line` is the text's first one.
    pub fn fill(&mut self, size: usize, line: usize) -> Result<(), Stopped> {
        if self.ended || self.text.len() >= size {
            return Ok(());
        }
        let more = size - self.text.len();
        match self.encoding {
            Encoding::Utf8 => self.ended = read_more(&mut self.reader, &mut self.text, more)?,
            Encoding::Latin1 => {
                let mut bytes = Vec::new();
                self.ended = read_more(&mut self.reader, &mut bytes, more)?;
                let text = crate::latin1::decode(&bytes);
                self.text.extend_from_slice(text.as_bytes());
            }
        }
        self.check(line)
    }

    fn check(&mut self, line: usize) -> Result<(), Stopped> {
        let new = &self.text[self.good..];
        match std::str::from_utf8(new) {
            Ok(_) => self.good = self.text.len(),
            Err(e) if e.error_len().is_none() && !self.ended => self.good += e.valid_up_to(),
            Err(_) => check_utf8(&self.text, self.place, line).map_err(Stopped::Table)?,
        }
        Ok(())
    }
}

/// Reads `more` bytes behind `bytes`, or as many as there are. Returns whether there are no more.
fn read_more(reader: &mut impl Read, bytes: &mut Vec<u8>, more: usize) -> Result<bool, Stopped> {
    let mut read = bytes.len();
    bytes.resize(read + more, 0);
    while read < bytes.len() {
        match reader.read(&mut bytes[read..]) {
            Ok(0) => {
                bytes.truncate(read);
                return Ok(true);
            }
            Ok(n) => read += n,
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(Stopped::Read(e)),
        }
    }
    Ok(false)
}
