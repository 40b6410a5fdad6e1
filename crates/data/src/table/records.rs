//! Cutting CSV text into records and cells, in one pass over the bytes.
//!
//! A cell that begins with a quote goes on to the next single quote; what stands between that and the delimiter belongs to it,
//! too. Quotes inside other cells are letters like any other.

/// Cells of records, one after the other without anything between them.
pub(super) struct Cells {
    pub text: Vec<u8>,
    /// Where each cell ends in `text`.
    pub ends: Vec<u32>,
}

/// What was found at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A record, after which the next one begins at this place.
    Record(usize),
    /// A record whose end is not there yet.
    Cut,
    /// The end of the text inside a quote that was opened on this line.
    OpenQuote(usize),
}

/// Knows the delimiter.
#[derive(Debug)]
pub(super) struct Splitter {
    delimiter: u8,
    /// Whether a byte ends a cell without quotes.
    ends_cell: [bool; 256],
    /// Whether a byte between quotes is more than a letter.
    in_quotes: [bool; 256],
}

impl Splitter {
    pub fn new(delimiter: u8) -> Splitter {
        let mut ends_cell = [false; 256];
        for byte in [delimiter, b'\r', b'\n'] {
            ends_cell[usize::from(byte)] = true;
        }
        let mut in_quotes = [false; 256];
        for byte in [b'"', b'\r', b'\n'] {
            in_quotes[usize::from(byte)] = true;
        }
        Splitter {
            delimiter,
            ends_cell,
            in_quotes,
        }
    }

    /// Moves `at` over empty lines, which counts them. Returns whether a record begins there; if not, more text has to be
    /// there first, or it has ended.
    pub fn skip_empty(&self, bytes: &[u8], at: &mut usize, last: bool, line: &mut usize) -> bool {
        while let Some(byte) = bytes.get(*at) {
            *at = match byte {
                b'\n' => *at + 1,
                b'\r' => match after_return(bytes, *at, last) {
                    Some(after) => after,
                    None => return false,
                },
                _ => return true,
            };
            *line += 1;
        }
        false
    }

    /// Adds the cells of the record at `at` to `out`. `line` is the record's, and becomes that of what follows. Where a
    /// record is cut, `out` and `line` are to be put back.
    pub fn record(
        &self,
        bytes: &[u8],
        mut at: usize,
        last: bool,
        line: &mut usize,
        out: &mut Cells,
    ) -> Found {
        loop {
            if bytes.get(at) == Some(&b'"') {
                let opened = *line;
                match self.quoted(bytes, at + 1, last, line, out) {
                    Some(Ok(after)) => at = after,
                    Some(Err(())) => return Found::OpenQuote(opened),
                    None => return Found::Cut,
                }
            }
            let rest = &bytes[at..];
            let length = rest
                .iter()
                .position(|&byte| self.ends_cell[usize::from(byte)]);
            let cell = &rest[..length.unwrap_or(rest.len())];
            out.text.extend_from_slice(cell);
            at += cell.len();
            if length.is_none() && !last {
                return Found::Cut;
            }
            out.ends.push(out.text.len() as u32); // the caller gives less than 4 GiB
            match bytes.get(at) {
                None => return Found::Record(at),
                Some(&byte) if byte == self.delimiter => at += 1,
                Some(b'\n') => {
                    *line += 1;
                    return Found::Record(at + 1);
                }
                Some(_) => {
                    let Some(next) = after_return(bytes, at, last) else {
                        return Found::Cut;
                    };
                    *line += 1;
                    return Found::Record(next);
                }
            }
        }
    }

    /// Adds the text between quotes that begins at `at`, and returns the place behind it; an error where it has no end.
    /// `None`: what follows is not there yet.
    fn quoted(
        &self,
        bytes: &[u8],
        mut at: usize,
        last: bool,
        line: &mut usize,
        out: &mut Cells,
    ) -> Option<Result<usize, ()>> {
        let mut from = at;
        loop {
            let special = |&byte: &u8| self.in_quotes[usize::from(byte)];
            match bytes[at..].iter().position(special) {
                None if last => return Some(Err(())),
                None => return None,
                Some(length) => at += length,
            }
            match bytes[at] {
                b'"' => {
                    let doubled = match bytes.get(at + 1) {
                        None if !last => return None,
                        next => next == Some(&b'"'),
                    };
                    // The first of two quotes stays.
                    out.text
                        .extend_from_slice(&bytes[from..at + usize::from(doubled)]);
                    if !doubled {
                        return Some(Ok(at + 1));
                    }
                    at += 2;
                    from = at;
                }
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => at += 1,
                _ => {
                    *line += 1;
                    at += 1;
                }
            }
        }
    }
}

/// The place behind the carriage return at `at`, and the line feed of the same line end.
fn after_return(bytes: &[u8], at: usize, last: bool) -> Option<usize> {
    match bytes.get(at + 1) {
        Some(b'\n') => Some(at + 2),
        None if !last => None,
        _ => Some(at + 1),
    }
}
