//! Arrays of NumPy's `.npy` files, versions 1 to 3, either byte order, either axis order.
//!
//! Floats of 2, 4 and 8 bytes become float32, and bools 0 or 1 in float32; integers of 1 to 8 bytes
//! become int32. A number that its type cannot hold is refused.

use std::io::Read;

use thiserror::Error;

use crate::array::{Array, Values};
use crate::error::tuple;
use crate::npy_header::{NpyHeader, parse_npy_header};

/// What can be wrong with `.npy` bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[allow(missing_docs)] // each variant's message explains its fields
pub enum NpyFault {
    #[error("this is not a .npy file (its first bytes are not \\x93NUMPY)")]
    NotNpy,
    #[error("format version {major}.{minor} is not known; versions 1 to 3 are")]
    Version { major: u8, minor: u8 },
    #[error("the header is damaged: {0}")]
    Header(String),
    #[error(
        "elements of type `{descr}` are not read; save the array as float32, float64, an integer or bool"
    )]
    Type { descr: String },
    #[error(
        "the header says {}, {need} bytes, but {found} bytes follow it; the file is cut short",
        tuple(shape)
    )]
    Short {
        shape: Vec<usize>,
        need: String,
        found: usize,
    },
    #[error(
        "{extra} bytes follow the array {}; keep one array per file",
        tuple(shape)
    )]
    Long { shape: Vec<usize>, extra: usize },
    #[error("element {at} is {found}, beyond 32 bits; rescale it or save it as a float")]
    Integer { at: String, found: i128 },
    #[error("element {at} is {found}, beyond float32 (3.4e38 at most); rescale it")]
    Float { at: String, found: String },
}

/// Bytes that a header may take, and that are read at a time.
const HEAD: usize = 1 << 17;
const PIECE: usize = 1 << 20;

/// Why an array cannot be read from a file.
#[derive(Debug)]
pub(crate) enum ReadFault {
    Npy(NpyFault),
    Unreadable(std::io::Error),
}

impl From<NpyFault> for ReadFault {
    fn from(fault: NpyFault) -> ReadFault {
        ReadFault::Npy(fault)
    }
}

/// Reads an array from the bytes of a `.npy` file.
pub fn parse_npy(bytes: &[u8]) -> Result<Array, NpyFault> {
    match read_npy(bytes, bytes.len()) {
        Ok(array) => Ok(array),
        Err(ReadFault::Npy(fault)) => Err(fault),
        // Bytes in memory can be read.
        Err(ReadFault::Unreadable(error)) => Err(NpyFault::Header(error.to_string())),
    }
}

/// Reads an array of a file of `size` bytes piece by piece: beside the array, a piece is in memory.
pub(crate) fn read_npy(mut from: impl Read, size: usize) -> Result<Array, ReadFault> {
    let mut piece = vec![];
    let read = from.by_ref().take(HEAD as u64).read_to_end(&mut piece);
    read.map_err(ReadFault::Unreadable)?;
    let header = parse_npy_header(&piece)?;
    let kind = Kind::parse(&header.descr)?;
    let elements = check_size(&header, kind.size, size.saturating_sub(header.data_offset))?;
    piece.drain(..header.data_offset);
    let mut data = kind.empty();
    match &mut data {
        Values::F32(v) => v.reserve_exact(elements),
        Values::I32(v) => v.reserve_exact(elements),
    }
    let mut done = 0;
    while done < elements {
        let whole = (piece.len() / kind.size).min(elements - done);
        let bytes = whole * kind.size;
        kind.append(&piece[..bytes], &mut data, |at| index(done + at, &header))?;
        done += whole;
        piece.drain(..bytes);
        let more = from.by_ref().take(PIECE as u64).read_to_end(&mut piece);
        if more.map_err(ReadFault::Unreadable)? == 0 && piece.len() < kind.size && done < elements {
            let need = elements * kind.size;
            return Err(ReadFault::Npy(NpyFault::Short {
                found: done * kind.size + piece.len(),
                need: need.to_string(),
                shape: header.shape,
            }));
        }
    }
    let data = if header.fortran_order && header.shape.len() > 1 {
        match data {
            Values::F32(v) => Values::F32(from_fortran(&v, &header.shape)),
            Values::I32(v) => Values::I32(from_fortran(&v, &header.shape)),
        }
    } else {
        data
    };
    Ok(Array {
        shape: header.shape,
        data,
    })
}

/// The number of elements, when exactly as many as the header says are in `found` bytes.
pub(crate) fn check_size_of(header: &NpyHeader, found: usize) -> Result<usize, NpyFault> {
    let kind = Kind::parse(&header.descr)?;
    check_size(header, kind.size, found)
}

/// The number of elements, when exactly that many are there. Nothing is allocated before.
pub(crate) fn check_size(header: &NpyHeader, size: usize, found: usize) -> Result<usize, NpyFault> {
    let elements = header.elements();
    let need = elements.and_then(|n| n.checked_mul(size));
    match (elements, need) {
        (Some(elements), Some(need)) if need == found => Ok(elements),
        (_, Some(need)) if need < found => Err(NpyFault::Long {
            shape: header.shape.clone(),
            extra: found - need,
        }),
        _ => Err(NpyFault::Short {
            shape: header.shape.clone(),
            need: need.map_or("more than any file's".to_owned(), |n| n.to_string()),
            found,
        }),
    }
}

/// An element type: kind letter, bytes, byte order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// `f`, `i`, `u` or `b`.
    pub letter: u8,
    pub size: usize,
    pub big: bool,
}

impl Kind {
    /// Whether elements become int32.
    pub fn is_integer(self) -> bool {
        matches!(self.letter, b'i' | b'u')
    }

    /// No elements, of the type that they become.
    pub fn empty(self) -> Values {
        match self.is_integer() {
            true => Values::I32(Vec::new()),
            false => Values::F32(Vec::new()),
        }
    }

    pub fn parse(descr: &str) -> Result<Kind, NpyFault> {
        let fault = || NpyFault::Type {
            descr: descr.to_owned(),
        };
        let (order, letter, size) = match *descr.as_bytes() {
            [order @ (b'<' | b'>' | b'|' | b'='), letter, size] => (order, letter, size),
            [letter, size] => (b'=', letter, size),
            _ => return Err(fault()),
        };
        let big = match order {
            b'>' => true,
            b'=' => cfg!(target_endian = "big"),
            _ => false,
        };
        match (letter, size) {
            (b'f', b'2' | b'4' | b'8')
            | (b'i' | b'u', b'1' | b'2' | b'4' | b'8')
            | (b'b', b'1') => Ok(Kind {
                letter,
                size: usize::from(size - b'0'),
                big,
            }),
            _ => Err(fault()),
        }
    }

    /// An element's bytes as an unsigned number.
    fn word(self, bytes: &[u8]) -> u64 {
        let join = |word: u64, &byte: &u8| (word << 8) | u64::from(byte);
        if self.big {
            bytes.iter().fold(0, join)
        } else {
            bytes.iter().rev().fold(0, join)
        }
    }
}

/// The index of the element stored at place `at`, as NumPy writes it.
pub(crate) fn index(mut at: usize, header: &NpyHeader) -> String {
    let mut axes: Vec<usize> = (0..header.shape.len()).collect();
    if !header.fortran_order {
        axes.reverse(); // the last axis varies fastest
    }
    let mut index = vec![0; axes.len()];
    for axis in axes {
        let size = header.shape[axis].max(1);
        index[axis] = at % size;
        at /= size;
    }
    format!("{index:?}")
}

impl Kind {
    /// Appends the elements in `body`; integers become floats where `out` holds floats. `place` names an element in errors.
    pub fn append(
        self,
        body: &[u8],
        out: &mut Values,
        place: impl Fn(usize) -> String,
    ) -> Result<(), NpyFault> {
        match out {
            Values::F32(out) if self.is_integer() => {
                let float = |(at, word)| Ok(self.integer(word, || place(at))? as f32);
                self.each(body, out, float)
            }
            Values::F32(out) => match (self.letter, self.size) {
                (b'f', 4) if !self.big => {
                    let floats = body.as_chunks::<4>().0.iter();
                    out.extend(floats.map(|&bytes| f32::from_le_bytes(bytes)));
                    Ok(())
                }
                (b'f', 2) => self.each(body, out, |(_, word)| Ok(f16_to_f32(word as u16))),
                (b'f', 4) => self.each(body, out, |(_, word)| Ok(f32::from_bits(word as u32))),
                (b'f', _) => self.each(body, out, |(at, word)| narrow(word, || place(at))),
                _ => self.each(body, out, |(_, word)| Ok(f32::from(u8::from(word != 0)))),
            },
            Values::I32(out) => self.each(body, out, |(at, word)| self.integer(word, || place(at))),
        }
    }

    fn each<T>(
        self,
        body: &[u8],
        out: &mut Vec<T>,
        convert: impl Fn((usize, u64)) -> Result<T, NpyFault>,
    ) -> Result<(), NpyFault> {
        let words = body.chunks_exact(self.size).map(|bytes| self.word(bytes));
        out.reserve(body.len() / self.size);
        for element in words.enumerate().map(convert) {
            out.push(element?);
        }
        Ok(())
    }

    fn integer(self, word: u64, at: impl Fn() -> String) -> Result<i32, NpyFault> {
        let unused = 64 - 8 * self.size as u32;
        let found = match self.letter {
            b'i' => i128::from(((word << unused) as i64) >> unused),
            _ => i128::from(word),
        };
        i32::try_from(found).map_err(|_| NpyFault::Integer { at: at(), found })
    }
}

/// The bits of a float64 as float32.
fn narrow(word: u64, at: impl Fn() -> String) -> Result<f32, NpyFault> {
    let found = f64::from_bits(word);
    let near = found as f32;
    if near.is_infinite() && found.is_finite() {
        return Err(NpyFault::Float {
            at: at(),
            found: format!("{found:?}"),
        });
    }
    Ok(near)
}

/// IEEE 754 binary16 to binary32; exact.
pub(crate) fn f16_to_f32(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 31);
    let fraction = f32::from(bits & 1023);
    match exponent {
        0 => sign * fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1024.0 + fraction) * 2f32.powi(exponent - 25),
    }
}

/// Column-major to row-major order.
fn from_fortran<T: Copy>(data: &[T], shape: &[usize]) -> Vec<T> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1;
    for &size in shape {
        strides.push(stride);
        stride *= size.max(1);
    }
    let mut index = vec![0; shape.len()];
    let mut at = 0;
    let mut out = Vec::with_capacity(data.len());
    for _ in 0..data.len() {
        out.push(data[at]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            at += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            at -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests;
