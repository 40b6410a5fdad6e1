//! The header of a `.npy` file: a magic string, a version, and a Python dict literal.
//!
//!   \x93NUMPY major minor length {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//!
//! numpy/lib/format.py. `length` has 2 bytes in version 1 and 4 in versions 2 and 3, little-endian.

use crate::npy::NpyFault;

const MAGIC: &[u8] = b"\x93NUMPY";

/// What a `.npy` file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NpyHeader {
    /// NumPy's type string, such as `<f4`.
    pub descr: String,
    /// Whether the first axis runs fastest.
    pub fortran_order: bool,
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// Where the elements begin in the file.
    pub data_offset: usize,
}

impl NpyHeader {
    /// Number of elements, `None` beyond the machine's range.
    pub fn elements(&self) -> Option<usize> {
        if self.shape.contains(&0) {
            return Some(0);
        }
        self.shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d))
    }
}

/// Reads the header from the beginning of a file.
pub fn parse_npy_header(bytes: &[u8]) -> Result<NpyHeader, NpyFault> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(NpyFault::NotNpy)?;
    let (length, data) = match *rest {
        [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([a, b])), 4),
        [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([a, b, c, d]) as usize, 6),
        [major, minor, ..] if major > 3 => return Err(NpyFault::Version { major, minor }),
        _ => return Err(NpyFault::Header("it is cut short".to_owned())),
    };
    let text = rest[data..]
        .get(..length)
        .ok_or_else(|| NpyFault::Header("it is cut short".to_owned()))?;
    let text =
        std::str::from_utf8(text).map_err(|_| NpyFault::Header("it is not UTF-8".to_owned()))?;
    let mut header = Reader { rest: text }.dict().map_err(NpyFault::Header)?;
    header.data_offset = MAGIC.len() + data + length;
    Ok(header)
}

/// Reads the Python literals that NumPy writes.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn dict(mut self) -> Result<NpyHeader, String> {
        let (mut descr, mut order, mut shape) = (None, None, None);
        self.expect('{')?;
        while !self.accept('}') {
            let key = self.string()?;
            self.expect(':')?;
            match key {
                "descr" => descr = Some(self.descr()?.to_owned()),
                "fortran_order" => order = Some(self.boolean()?),
                "shape" => shape = Some(self.shape()?),
                _ => return Err(format!("unknown key `{key}`")),
            }
            if !self.accept(',') {
                self.expect('}')?;
                break;
            }
        }
        if !self.rest.trim().is_empty() {
            return Err("something follows the closing brace".to_owned());
        }
        Ok(NpyHeader {
            descr: descr.ok_or("`descr` is missing")?,
            fortran_order: order.ok_or("`fortran_order` is missing")?,
            shape: shape.ok_or("`shape` is missing")?,
            data_offset: 0,
        })
    }

    fn accept(&mut self, c: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        match self.accept(c) {
            true => Ok(()),
            false => Err(format!("expected `{c}`")),
        }
    }

    fn string(&mut self) -> Result<&'a str, String> {
        let quote = if self.accept('"') {
            '"'
        } else {
            self.expect('\'')?;
            '\''
        };
        let (text, rest) = self
            .rest
            .split_once(quote)
            .ok_or("a string is not closed")?;
        self.rest = rest;
        Ok(text)
    }

    /// A type string. A list in its place means a structured array.
    fn descr(&mut self) -> Result<&'a str, String> {
        match self.accept('[') {
            true => Err("the array has named fields; save a plain array".to_owned()),
            false => self.string(),
        }
    }

    fn boolean(&mut self) -> Result<bool, String> {
        self.rest = self.rest.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err("`fortran_order` is neither True nor False".to_owned())
    }

    fn shape(&mut self) -> Result<Vec<usize>, String> {
        let mut shape = Vec::new();
        self.expect('(')?;
        while !self.accept(')') {
            let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
            let (size, rest) = self.rest.split_at(digits);
            shape.push(size.parse().map_err(|_| "`shape` holds no sizes")?);
            self.rest = rest.strip_prefix('L').unwrap_or(rest); // Python 2 wrote 3L
            if !self.accept(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(shape)
    }
}
