//! The checkpoint: named tensors and a JSON description, in one checksummed file.
//!
//!   "REGIMEN\n"   8 bytes
//!   version       u32, little-endian: 1
//!   header size   u64
//!   header        JSON: { "meta": ..., "tensors": [{ "name", "dtype", "shape" }, ...] }
//!   data          every tensor's elements in order, little-endian, without gaps
//!   checksum      u32: CRC-32 of everything before it
//!
//! Reading trusts nothing: sizes are checked against the file before anything is allocated, names must be
//! unique, and trailing or missing bytes are errors.

use std::collections::BTreeMap;

use regimen_graph::{DType, Data, Tensor};
use serde_json::{Value, json};

const MAGIC: &[u8; 8] = b"REGIMEN\n";
const VERSION: u32 = 1;
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

/// Why bytes are not a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Another kind of file.
    #[error("not a Regimen checkpoint: it begins with other bytes")]
    NotACheckpoint,
    /// Written by a later version.
    #[error(
        "the checkpoint has format {0}, this program reads up to {VERSION}: use a newer Regimen"
    )]
    TooNew(u32),
    /// Cut short or grown.
    #[error("the checkpoint is damaged: it has {found} bytes, its header says {expected}")]
    WrongSize {
        /// Bytes in the file.
        found: u64,
        /// Bytes that the header calls for.
        expected: u64,
    },
    /// A bit flipped.
    #[error("the checkpoint is damaged: its checksum does not match; use an older one")]
    BadChecksum,
    /// The header is not what it should be.
    #[error("the checkpoint's header is damaged: {0}")]
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
        if !bytes.starts_with(MAGIC) {
            return Err(CheckpointError::NotACheckpoint);
        }
        let short = |expected: u64| CheckpointError::WrongSize {
            found: bytes.len() as u64,
            expected,
        };
        let prefix = bytes
            .get(8..PREFIX)
            .ok_or_else(|| short(PREFIX as u64 + 4))?;
        let version = u32::from_le_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]);
        if version > VERSION || version == 0 {
            return Err(CheckpointError::TooNew(version));
        }
        let mut size = [0; 8];
        size.copy_from_slice(&prefix[4..12]);
        let header_size = u64::from_le_bytes(size);
        let data_at = (PREFIX as u64).saturating_add(header_size);
        if data_at.saturating_add(4) > bytes.len() as u64 {
            return Err(short(data_at.saturating_add(4)));
        }
        let data_at = data_at as usize;
        let header: Value =
            serde_json::from_slice(&bytes[PREFIX..data_at]).map_err(|e| bad(&e.to_string()))?;
        let entries = header
            .get("tensors")
            .and_then(Value::as_array)
            .ok_or_else(|| bad("no list of tensors"))?;
        let parsed: Vec<Entry> = entries.iter().map(read_entry).collect::<Result<_, _>>()?;
        let total = parsed
            .iter()
            .try_fold(data_at as u64 + 4, |sum, e| sum.checked_add(e.bytes));
        let total = total.ok_or_else(|| bad("absurd sizes"))?;
        if total != bytes.len() as u64 {
            return Err(short(total));
        }
        let end = bytes.len() - 4;
        let mut sum = [0; 4];
        sum.copy_from_slice(&bytes[end..]);
        if crc32fast::hash(&bytes[..end]) != u32::from_le_bytes(sum) {
            return Err(CheckpointError::BadChecksum);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Checkpoint {
        let mut tensors = BTreeMap::new();
        let values = vec![1.5, f32::NAN, f32::NEG_INFINITY, -0.0, 3.0, 4.0];
        tensors.insert(
            "dense/kernel".to_string(),
            Tensor {
                shape: vec![2, 3],
                data: Data::F32(values),
            },
        );
        tensors.insert("random/step".to_string(), Tensor::scalar_i64(-7));
        tensors.insert(
            "empty".to_string(),
            Tensor {
                shape: vec![0, 4],
                data: Data::I32(vec![]),
            },
        );
        tensors.insert(
            "flags".to_string(),
            Tensor {
                shape: vec![2],
                data: Data::Bool(vec![0, 1]),
            },
        );
        tensors.insert(
            "half".to_string(),
            Tensor {
                shape: vec![1],
                data: Data::BF16(vec![0x3f80]),
            },
        );
        Checkpoint {
            meta: json!({"epoch": 3, "learning_rate": 0.001}),
            tensors,
        }
    }

    #[test]
    fn reads_what_it_wrote() {
        let checkpoint = sample();
        let bytes = checkpoint.to_bytes();
        let again = Checkpoint::from_bytes(&bytes).expect("own bytes");
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(again.meta, checkpoint.meta);
        assert_eq!(
            again.tensors["random/step"],
            checkpoint.tensors["random/step"]
        );
    }

    #[test]
    fn every_cut_and_every_flipped_byte_is_refused() {
        let bytes = sample().to_bytes();
        for end in 0..bytes.len() {
            assert!(
                Checkpoint::from_bytes(&bytes[..end]).is_err(),
                "cut at {end}"
            );
        }
        for i in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[i] ^= 0x10;
            assert!(
                Checkpoint::from_bytes(&damaged).is_err(),
                "flipped byte {i}"
            );
        }
    }

    #[test]
    fn absurd_sizes_allocate_nothing() {
        let header = br#"{"meta":null,"tensors":[{"name":"x","dtype":"float32","shape":[4611686018427387904,8]}]}"#;
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&1u32.to_le_bytes());
        bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(&[0; 4]);
        assert!(matches!(
            Checkpoint::from_bytes(&bytes),
            Err(CheckpointError::BadHeader(_))
        ));
        bytes[12..20].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(matches!(
            Checkpoint::from_bytes(&bytes),
            Err(CheckpointError::WrongSize { .. })
        ));
    }

    #[test]
    fn other_files_and_later_versions_say_so() {
        assert_eq!(
            Checkpoint::from_bytes(b"PK\x03\x04"),
            Err(CheckpointError::NotACheckpoint)
        );
        let mut bytes = sample().to_bytes();
        bytes[8] = 9;
        assert_eq!(
            Checkpoint::from_bytes(&bytes),
            Err(CheckpointError::TooNew(9))
        );
    }
}
