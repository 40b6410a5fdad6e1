//! Rows of array files (`.npy`, IDX) on disk, read by their numbers.
//!
//! Files are not mapped; see `positioned`.

use std::fs::File;
use std::path::Path;

use crate::array::{Array, Values};
use crate::error::{DataError, Fault};
use crate::idx::{IdxHeader, LONGEST_HEADER};
use crate::npy::{Kind, check_size, index};
use crate::npy_header::{NpyHeader, parse_npy_header};
use crate::positioned::{lost, read_exact_at};
use crate::stored::{ReadRows, RowType};

/// Bytes that hold the header of any file.
const HEAD: usize = 1 << 17;
/// Bytes that a pass over a file holds at a time.
const BLOCK: usize = 4 << 20;

/// An open file, its rows first.
#[derive(Debug)]
pub(crate) struct ArrayFile {
    /// How errors call it, and where the run file names it.
    file: String,
    at: String,
    handle: File,
    kind: Kind,
    header: NpyHeader,
}

impl ArrayFile {
    /// Opens a `.npy` file; `at` is the place of its name in the run file.
    pub fn npy(path: &Path, file: &str, at: &str) -> Result<ArrayFile, Fault> {
        let (handle, head, size) = open(path, file)?;
        let fault = |fault| Fault::Npy {
            file: file.to_owned(),
            fault,
        };
        let header = parse_npy_header(&head).map_err(fault)?;
        let kind = Kind::parse(&header.descr).map_err(fault)?;
        check_size(&header, kind.size, size.saturating_sub(header.data_offset)).map_err(fault)?;
        if header.fortran_order && header.shape.len() > 1 {
            return Err(Fault::Option {
                option: file.to_owned(),
                reason: "is in Fortran order, in which a row lies scattered over the file, and cannot be streamed; save it as \
                         `numpy.save(\"x.npy\", numpy.ascontiguousarray(x))`"
                    .to_owned(),
            });
        }
        Ok(ArrayFile {
            file: file.to_owned(),
            at: at.to_owned(),
            handle,
            kind,
            header,
        })
    }

    /// Opens an IDX file that is not packed.
    pub fn idx(path: &Path, file: &str, at: &str) -> Result<ArrayFile, Fault> {
        let (handle, mut head, size) = open(path, file)?;
        if head.starts_with(&[0x1F, 0x8B]) {
            return Err(Fault::Option {
                option: file.to_owned(),
                reason: "is packed and cannot be streamed; unpack it (gunzip) and name the file that comes out".to_owned(),
            });
        }
        let fault = |fault| Fault::Idx {
            file: file.to_owned(),
            fault,
        };
        head.truncate(LONGEST_HEADER as usize);
        let header = IdxHeader::parse(&head).map_err(fault)?;
        header
            .check_size(size.saturating_sub(header.offset))
            .map_err(fault)?;
        Ok(ArrayFile {
            file: file.to_owned(),
            at: at.to_owned(),
            handle,
            kind: header.element_kind(),
            header: NpyHeader {
                descr: String::new(),
                fortran_order: false,
                shape: header.shape,
                data_offset: header.offset,
            },
        })
    }

    pub fn file(&self) -> &str {
        &self.file
    }

    pub fn at(&self) -> &str {
        &self.at
    }

    /// Sizes, those of rows first.
    pub fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// Whether its elements become int32.
    pub fn is_integer(&self) -> bool {
        self.kind.is_integer()
    }

    fn rows(&self) -> usize {
        self.header.shape.first().copied().unwrap_or(0)
    }

    fn row_len(&self) -> usize {
        self.header.shape.iter().skip(1).product()
    }

    /// Appends `count` rows from `first` on. `bytes` is room to be used again.
    fn append(
        &self,
        first: usize,
        count: usize,
        bytes: &mut Vec<u8>,
        out: &mut Values,
    ) -> Result<(), DataError> {
        let row = self.row_len() * self.kind.size;
        bytes.resize(count * row, 0);
        let offset = self.header.data_offset as u64 + first as u64 * row as u64;
        let fail = |fault| DataError::new(&self.at, fault);
        read_exact_at(&self.handle, bytes, offset).map_err(|e| {
            fail(Fault::Unreadable {
                file: self.file.clone(),
                reason: format!("row {first}: {}", lost(&e)),
            })
        })?;
        let before = first * self.row_len();
        self.kind
            .append(bytes, out, |at| index(before + at, &self.header))
            .map_err(|fault| {
                fail(Fault::Npy {
                    file: self.file.clone(),
                    fault,
                })
            })
    }

    /// One pass over all rows: refuses numbers that are not finite or do not fit their type.
    pub fn check(&self) -> Result<(), DataError> {
        let length = self.row_len().max(1);
        let rows = (BLOCK / (length * self.kind.size)).max(1);
        let mut bytes = Vec::new();
        let mut values = self.kind.empty();
        let mut bad: Option<(usize, f32, usize)> = None;
        for first in (0..self.rows()).step_by(rows) {
            clear(&mut values);
            self.append(
                first,
                rows.min(self.rows() - first),
                &mut bytes,
                &mut values,
            )?;
            let Values::F32(values) = &values else {
                continue;
            };
            for (i, &x) in values.iter().enumerate().filter(|(_, x)| !x.is_finite()) {
                match &mut bad {
                    Some((.., more)) => *more += 1,
                    none => *none = Some((first * length + i, x, 0)),
                }
            }
        }
        match bad {
            None => Ok(()),
            Some((at, found, more)) => Err(DataError::new(
                &self.at,
                Fault::NotFiniteElement {
                    file: self.file.clone(),
                    row: at / length,
                    column: at % length,
                    found,
                    more,
                },
            )),
        }
    }
}

/// A file, its beginning, and its size.
fn open(path: &Path, file: &str) -> Result<(File, Vec<u8>, usize), Fault> {
    let unreadable = |e: std::io::Error| Fault::Unreadable {
        file: file.to_owned(),
        reason: e.to_string(),
    };
    let handle = File::open(path).map_err(unreadable)?;
    let size = handle.metadata().map_err(unreadable)?.len();
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut head = vec![0; size.min(HEAD)];
    read_exact_at(&handle, &mut head, 0).map_err(unreadable)?;
    Ok((handle, head, size))
}

fn clear(values: &mut Values) {
    match values {
        Values::F32(v) => v.clear(),
        Values::I32(v) => v.clear(),
    }
}

/// The rows of files that follow one another, as one input.
#[derive(Debug)]
pub(crate) struct ArrayRows {
    files: Vec<ArrayFile>,
    /// Number of rows up to the end of each file.
    ends: Vec<usize>,
    input: [RowType; 1],
}

impl ArrayRows {
    /// Files with rows of one shape. Elements become floats where `float` is set or files differ.
    pub fn new(files: Vec<ArrayFile>, float: bool, channel_axis: bool) -> ArrayRows {
        let mut shape = files.first().map_or(Vec::new(), |file| {
            file.shape().iter().skip(1).copied().collect()
        });
        if channel_axis {
            shape.push(1);
        }
        let integer = !float && files.iter().all(ArrayFile::is_integer);
        let mut rows = 0;
        let ends = files.iter().map(|file| {
            rows += file.rows();
            rows
        });
        ArrayRows {
            ends: ends.collect(),
            files,
            input: [RowType { integer, shape }],
        }
    }
}

impl ReadRows for ArrayRows {
    fn rows(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    fn inputs(&self) -> &[RowType] {
        &self.input
    }

    fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        let Some(out) = out.first_mut() else {
            return Ok(());
        };
        let [input] = &self.input;
        out.shape.clear();
        out.shape.push(rows.len());
        out.shape.extend(&input.shape);
        match (&mut out.data, input.integer) {
            (Values::F32(values), false) => values.clear(),
            (Values::I32(values), true) => values.clear(),
            (data, _) => *data = input.empty().data,
        }
        let mut bytes = Vec::new();
        let mut rest = rows;
        while let Some(&first) = rest.first() {
            let file = self.ends.partition_point(|&end| end <= first);
            let begin = match file {
                0 => 0,
                _ => self.ends[file - 1],
            };
            // Rows that lie side by side are read at once.
            let run = rest
                .iter()
                .zip(first..self.ends[file])
                .take_while(|(a, b)| **a == *b)
                .count();
            self.files[file].append(first - begin, run, &mut bytes, &mut out.data)?;
            rest = &rest[run..];
        }
        Ok(())
    }
}
