//! The checkpoint: named tensors and a JSON description, in one checksummed file.
//!
//!   "REGIMEN\n"   8 bytes
//!   version       u32, little-endian: 1
//!   header size   u64
//!   header        JSON: { "meta": ..., "tensors": [{ "name", "dtype", "shape" }, ...] }
//!   data          every tensor's elements in order, little-endian, without gaps
//!   checksum      u32: CRC-32 of everything before it
//!
//! Reading trusts nothing: the checksum is tested before version and header are believed, so that damage is told as
//! damage; sizes are checked against the file before anything is allocated, names must be unique, and trailing or
//! missing bytes are errors. Later versions keep the first 8 bytes and the checksum at the end.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use regimen_graph::{DType, Data, Tensor};
use serde_json::{Value, json};

const MAGIC: &[u8; 8] = b"REGIMEN\n";
const VERSION: u32 = 1;
/// What helps whatever is wrong: a resumed run without a checkpoint begins anew.
/// Bytes before the header.
const PREFIX: usize = 8 + 4 + 8;

/// The state of a run: tensors by name, and what else it takes to go on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checkpoint {
    /// Anything but tensors: epoch, step, callbacks' state.
    pub meta: Value,
    /// Weights, slots, moving averages, counters, by name.
    pub tensors: BTreeMap<String, Tensor>,
}

/// Why bytes are not a checkpoint. The mend depends on what the checkpoint was wanted for: the caller tells it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Nothing in it.
    #[error("the checkpoint is empty")]
    Empty,
    /// Another kind of file.
    #[error("not a Regimen checkpoint: it begins with other bytes")]
    NotACheckpoint,
    /// Written by a later version.
    #[error("the checkpoint has format {0}, this program reads {VERSION}: use a newer Regimen")]
    TooNew(u32),
    /// The beginning of a checkpoint.
    #[error("the checkpoint is damaged: it has {found} bytes, cut short")]
    CutShort {
        /// Bytes in the file.
        found: u64,
    },
    /// Cut short or grown, by its header.
    #[error("the checkpoint is damaged: it has {found} bytes, its header says {expected}")]
    WrongSize {
        /// Bytes in the file.
        found: u64,
        /// Bytes that the header calls for.
        expected: u64,
    },
    /// A bit flipped.
    #[error("the checkpoint is damaged: its checksum does not match")]
    BadChecksum,
    /// The header is not what it should be.
    #[error("the checkpoint's header makes no sense ({0})")]
    BadHeader(String),
}

impl Checkpoint {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let entry = |(name, t): (&String, &Tensor)| json!({"name": name, "dtype": t.dtype().name(), "shape": t.shape});
        let entries: Vec<Value> = self.tensors.iter().map(entry).collect();
        let header = json!({ "meta": self.meta, "tensors": entries }).to_string();
        let size: usize = self
            .tensors
            .values()
            .map(|t| t.len() * t.dtype().size())
            .sum();
        let mut bytes = Vec::with_capacity(PREFIX + header.len() + size + 4);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
        bytes.extend_from_slice(header.as_bytes());
        for tensor in self.tensors.values() {
            put(&mut bytes, &tensor.data);
        }
        let sum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// The checkpoint in these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Checkpoint, CheckpointError> {
        check(bytes)?;
        let version = u32::from_le_bytes(array(bytes, MAGIC.len()));
        if version != VERSION {
            return Err(CheckpointError::TooNew(version));
        }
        let Header {
            json: header,
            entries: parsed,
            data_at,
            total,
        } = read_header(bytes)?;
        if total != bytes.len() as u64 {
            return Err(CheckpointError::WrongSize {
                found: bytes.len() as u64,
                expected: total,
            });
        }
        let mut tensors = BTreeMap::new();
        let mut at = data_at;
        for entry in parsed {
            let data = take(entry.dtype, &bytes[at..at + entry.bytes as usize]);
            at += entry.bytes as usize;
            if tensors
                .insert(
                    entry.name.clone(),
                    Tensor {
                        shape: entry.shape,
                        data,
                    },
                )
                .is_some()
            {
                return Err(bad(&format!("`{}` stands there twice", entry.name)));
            }
        }
        Ok(Checkpoint {
            meta: header.get("meta").cloned().unwrap_or(Value::Null),
            tensors,
        })
    }
}

/// Whether the bytes are as they were written: what they begin with, and their checksum.
fn check(bytes: &[u8]) -> Result<(), CheckpointError> {
    let found = bytes.len() as u64;
    let begun = bytes.len().min(MAGIC.len());
    if bytes.is_empty() {
        return Err(CheckpointError::Empty);
    }
    if bytes[..begun] != MAGIC[..begun] {
        return Err(CheckpointError::NotACheckpoint);
    }
    if bytes.len() < PREFIX + 4 {
        return Err(CheckpointError::CutShort { found });
    }
    let end = bytes.len() - 4;
    if crc32fast::hash(&bytes[..end]) == u32::from_le_bytes(array(bytes, end)) {
        return Ok(());
    }
    // A header that still reads may tell more.
    match read_header(bytes) {
        Ok(header) if header.total != found => Err(CheckpointError::WrongSize {
            found,
            expected: header.total,
        }),
        _ => Err(CheckpointError::BadChecksum),
    }
}

/// The bytes at a place that is known to be inside.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

struct Header {
    json: Value,
    entries: Vec<Entry>,
    /// Where the data begins.
    data_at: usize,
    /// Bytes that the whole file should have.
    total: u64,
}

/// The header of bytes that hold `PREFIX` and a checksum at least.
fn read_header(bytes: &[u8]) -> Result<Header, CheckpointError> {
    let size = u64::from_le_bytes(array(bytes, MAGIC.len() + 4));
    let data_at = (PREFIX as u64).saturating_add(size);
    if data_at.saturating_add(4) > bytes.len() as u64 {
        return Err(CheckpointError::WrongSize {
            found: bytes.len() as u64,
            expected: data_at.saturating_add(4),
        });
    }
    let data_at = data_at as usize;
    let json: Value =
        serde_json::from_slice(&bytes[PREFIX..data_at]).map_err(|e| bad(&e.to_string()))?;
    let list = json
        .get("tensors")
        .and_then(Value::as_array)
        .ok_or_else(|| bad("no list of tensors"))?;
    let entries: Vec<Entry> = list.iter().map(read_entry).collect::<Result<_, _>>()?;
    let total = entries
        .iter()
        .try_fold(data_at as u64 + 4, |sum, e| sum.checked_add(e.bytes))
        .ok_or_else(|| bad("absurd sizes"))?;
    Ok(Header {
        json,
        entries,
        data_at,
        total,
    })
}

struct Entry {
    name: String,
    dtype: DType,
    shape: Vec<usize>,
    bytes: u64,
}

fn read_entry(value: &Value) -> Result<Entry, CheckpointError> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let name = text("name")
        .ok_or_else(|| bad("a tensor without a name"))?
        .to_string();
    let dtype = text("dtype")
        .and_then(DType::from_name)
        .ok_or_else(|| bad(&format!("`{name}`: no known dtype")))?;
    let sizes = value
        .get("shape")
        .and_then(Value::as_array)
        .ok_or_else(|| bad(&format!("`{name}`: no shape")))?;
    let sizes: Option<Vec<u64>> = sizes.iter().map(Value::as_u64).collect();
    let sizes = sizes.ok_or_else(|| bad(&format!("`{name}`: sizes are whole numbers")))?;
    let bytes = sizes
        .iter()
        .try_fold(dtype.size() as u64, |n, &s| n.checked_mul(s));
    let bytes = bytes.ok_or_else(|| bad(&format!("`{name}`: absurd sizes")))?;
    Ok(Entry {
        name,
        dtype,
        shape: sizes.iter().map(|&s| s as usize).collect(),
        bytes,
    })
}

fn bad(message: &str) -> CheckpointError {
    CheckpointError::BadHeader(message.to_string())
}

fn put(bytes: &mut Vec<u8>, data: &Data) {
    match data {
        Data::F32(v) => v
            .iter()
            .for_each(|x| bytes.extend_from_slice(&x.to_le_bytes())),
        Data::F64(v) => v
            .iter()
            .for_each(|x| bytes.extend_from_slice(&x.to_le_bytes())),
        Data::BF16(v) => v
            .iter()
            .for_each(|x| bytes.extend_from_slice(&x.to_le_bytes())),
        Data::I32(v) => v
            .iter()
            .for_each(|x| bytes.extend_from_slice(&x.to_le_bytes())),
        Data::I64(v) => v
            .iter()
            .for_each(|x| bytes.extend_from_slice(&x.to_le_bytes())),
        Data::U8(v) | Data::Bool(v) => bytes.extend_from_slice(v),
    }
}

fn take(dtype: DType, bytes: &[u8]) -> Data {
    fn each<const N: usize, T>(bytes: &[u8], f: impl Fn([u8; N]) -> T) -> Vec<T> {
        let word = |chunk: &[u8]| {
            let mut word = [0; N];
            word.copy_from_slice(chunk);
            f(word)
        };
        bytes.chunks_exact(N).map(word).collect()
    }
    match dtype {
        DType::F32 => Data::F32(each(bytes, f32::from_le_bytes)),
        DType::F64 => Data::F64(each(bytes, f64::from_le_bytes)),
        DType::BF16 => Data::BF16(each(bytes, u16::from_le_bytes)),
        DType::I32 => Data::I32(each(bytes, i32::from_le_bytes)),
        DType::I64 => Data::I64(each(bytes, i64::from_le_bytes)),
        DType::U8 => Data::U8(bytes.to_vec()),
        DType::Bool => Data::Bool(bytes.iter().map(|&b| u8::from(b != 0)).collect()),
    }
}
