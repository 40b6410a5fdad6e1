//! IDX files, the format of MNIST: a magic number, sizes and elements, all big-endian.
//!
//!   0 0 type axes   size of each axis (4 bytes)   elements, the last axis fastest
//!
//! Types: 08 unsigned byte, 09 signed byte, 0B int16, 0C int32, 0D float32, 0E float64
//! (yann.lecun.com/exdb/mnist).

use thiserror::Error;

use crate::array::{Array, Values};
use crate::error::tuple;
use crate::npy::Kind;

/// What can be wrong with the bytes of an IDX file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[allow(missing_docs)] // each variant's message explains its fields
pub enum IdxFault {
    #[error(
        "this is not an IDX file (it begins with neither 0 0 nor gzip); files of NumPy go to \
         `npy` or `npz`"
    )]
    NotIdx,
    #[error("elements of type {found:#04x} are not known; types are 08, 09, 0B, 0C, 0D and 0E")]
    Type { found: u8 },
    #[error("the header is cut short; fetch the file again")]
    Header,
    #[error(
        "the header says {}, {need} bytes, but {found} follow it; the file is cut short, fetch it \
         again",
        tuple(shape)
    )]
    Short {
        shape: Vec<usize>,
        need: String,
        found: usize,
    },
    #[error("bytes follow the array {}; keep one array per file", tuple(shape))]
    Long { shape: Vec<usize> },
}

/// Type, sizes, and where the elements begin.
pub(crate) struct IdxHeader {
    kind: u8,
    pub shape: Vec<usize>,
    pub offset: usize,
}

/// Bytes that hold any header.
pub(crate) const LONGEST_HEADER: u64 = 4 + 4 * 255;

impl IdxHeader {
    pub fn parse(bytes: &[u8]) -> Result<IdxHeader, IdxFault> {
        let (kind, axes) = match *bytes {
            [0, 0, kind, axes, ..] => (kind, usize::from(axes)),
            [0, 0, ..] | [0] | [] => return Err(IdxFault::Header),
            _ => return Err(IdxFault::NotIdx),
        };
        if !matches!(kind, 0x08 | 0x09 | 0x0B..=0x0E) {
            return Err(IdxFault::Type { found: kind });
        }
        let sizes = bytes.get(4..4 + 4 * axes).ok_or(IdxFault::Header)?;
        let size = |b: &[u8]| b.iter().fold(0usize, |n, &b| (n << 8) | usize::from(b));
        Ok(IdxHeader {
            kind,
            shape: sizes.chunks_exact(4).map(size).collect(),
            offset: 4 + 4 * axes,
        })
    }

    fn element(&self) -> usize {
        match self.kind {
            0x0B => 2,
            0x0C | 0x0D => 4,
            0x0E => 8,
            _ => 1,
        }
    }

    /// How elements are written.
    pub fn element_kind(&self) -> Kind {
        Kind {
            letter: match self.kind {
                0x08 => b'u',
                0x0D | 0x0E => b'f',
                _ => b'i',
            },
            size: self.element(),
            big: true,
        }
    }

    /// Bytes of the elements, `None` beyond the machine's range.
    pub fn bytes(&self) -> Option<usize> {
        if self.shape.contains(&0) {
            return Some(0);
        }
        self.shape
            .iter()
            .try_fold(self.element(), |n, &d| n.checked_mul(d))
    }
}

impl IdxHeader {
    /// Refuses a file in which other than the bytes of the elements follow the header.
    pub fn check_size(&self, found: usize) -> Result<(), IdxFault> {
        let shape = self.shape.clone();
        match self.bytes() {
            Some(need) if need == found => Ok(()),
            Some(need) if need < found => Err(IdxFault::Long { shape }),
            need => Err(IdxFault::Short {
                shape,
                need: need.map_or("more than any file's".to_owned(), |n| n.to_string()),
                found,
            }),
        }
    }
}

/// Reads an array from the uncompressed bytes of an IDX file. Integers become int32, floats
/// float32.
pub fn parse_idx(bytes: &[u8]) -> Result<Array, IdxFault> {
    let header = IdxHeader::parse(bytes)?;
    let body = &bytes[header.offset..];
    header.check_size(body.len())?;
    let data = match header.kind {
        0x08 => Values::I32(body.iter().map(|&b| i32::from(b)).collect()),
        0x09 => Values::I32(body.iter().map(|&b| i32::from(b as i8)).collect()),
        0x0B => Values::I32(
            words(body)
                .map(|b| i32::from(i16::from_be_bytes(b)))
                .collect(),
        ),
        0x0C => Values::I32(words(body).map(i32::from_be_bytes).collect()),
        0x0D => Values::F32(words(body).map(f32::from_be_bytes).collect()),
        _ => Values::F32(words(body).map(|b| f64::from_be_bytes(b) as f32).collect()),
    };
    Ok(Array {
        shape: header.shape,
        data,
    })
}

fn words<const N: usize>(body: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    body.as_chunks::<N>().0.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idx(kind: u8, shape: &[u32], body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, kind, shape.len() as u8];
        shape.iter().for_each(|n| bytes.extend(n.to_be_bytes()));
        bytes.extend(body);
        bytes
    }

    #[test]
    fn reads_every_type() {
        let read = |kind, shape: &[u32], body: &[u8]| parse_idx(&idx(kind, shape, body)).unwrap();
        assert_eq!(read(8, &[2], &[7, 255]), Array::i32(vec![2], vec![7, 255]));
        assert_eq!(read(9, &[2], &[7, 255]), Array::i32(vec![2], vec![7, -1]));
        assert_eq!(read(11, &[1], &[255, 254]), Array::i32(vec![1], vec![-2]));
        assert_eq!(
            read(12, &[1, 1], &[0, 0, 1, 2]),
            Array::i32(vec![1, 1], vec![258])
        );
        let one = 1.5f32.to_be_bytes();
        assert_eq!(read(13, &[1], &one), Array::f32(vec![1], vec![1.5]));
        let two = (-2.5f64).to_be_bytes();
        assert_eq!(read(14, &[1], &two), Array::f32(vec![1], vec![-2.5]));
    }

    #[test]
    fn damage_is_named() {
        let words = |bytes: &[u8]| parse_idx(bytes).unwrap_err().to_string();
        assert!(words(b"PK\x03\x04").contains("not an IDX file"));
        assert!(words(&[]).contains("cut short"));
        assert!(words(&[0, 0, 8, 3, 0, 0]).contains("cut short"));
        assert!(words(&idx(7, &[1], &[0])).contains("0x07"));
        let huge = idx(8, &[1_000_000_000, 28, 28], &[1, 2]);
        let found = words(&huge);
        assert!(found.contains("(1000000000, 28, 28)"), "{found}");
        assert!(found.contains("but 2 follow it"), "{found}");
        let beyond = idx(14, &[u32::MAX; 3], &[]);
        assert!(words(&beyond).contains("more than any file's"));
        assert!(words(&idx(8, &[1], &[1, 2])).contains("one array per file"));
    }
}
