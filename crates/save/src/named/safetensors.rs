//! `.safetensors`: a header in JSON with type, shape and place of each tensor, then their bytes without gaps.
//!
//! The header is the library's, which checks that tensors neither overlap nor leave gaps; bytes are read and written tensor by
//! tensor, so that no second copy of the weights is held. Format: <https://github.com/huggingface/safetensors>.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use regimen_graph::Tensor;
use regimen_nn::WeightInfo;
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::taken;
use crate::elements::read_elements;
use crate::hdf5::Element;
use crate::json::check_keys;
use crate::keras::{ModelFileError, floats};
use crate::load::{LoadOptions, Loaded};
use crate::new_file::NewFile;
use crate::source::{WeightSource, put_weight};

/// Most bytes of the header, as in the library.
const HEADER: u64 = 100_000_000;

/// Writes the weights of a model by path, whole or not at all. They are asked for one by one.
///
/// # Errors
///
/// Whatever writing a file may meet, and a weight that there is not.
pub fn write(
    path: &Path,
    weights: &[WeightInfo],
    weight: &dyn WeightSource,
) -> Result<(), ModelFileError> {
    let written = NewFile::whole(path, |out| -> io::Result<()> {
        let header = header(weights).map_err(io::Error::other)?;
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(header.as_bytes())?;
        for info in weights {
            put_weight(out, weight, &info.path)?;
        }
        Ok(())
    });
    written.map_err(|fault| ModelFileError::file(path, fault.to_string()))
}

fn header(weights: &[WeightInfo]) -> Result<String, String> {
    let mut at = 0;
    let mut tensors = vec![];
    for weight in weights {
        let end = at + 4 * weight.shape.iter().product::<usize>();
        let info = TensorInfo {
            dtype: Dtype::F32,
            shape: weight.shape.clone(),
            data_offsets: (at, end),
        };
        at = end;
        tensors.push((weight.path.clone(), info));
    }
    // The library writes names in the order of a hash map: checked by it, but put down by us.
    Metadata::new(None, tensors.clone()).map_err(|e| e.to_string())?;
    let mut all = serde_json::Map::new();
    for (name, info) in tensors {
        all.insert(name, serde_json::to_value(info).map_err(|e| e.to_string())?);
    }
    let mut text = serde_json::Value::Object(all).to_string();
    // Data begin at a multiple of eight.
    text += &" ".repeat(text.len().next_multiple_of(8) - text.len());
    Ok(text)
}

/// Reads the weights of a model.
///
/// # Errors
///
/// A damaged file; weights that are missing or have another shape, unless they may be skipped.
pub fn read(
    path: &Path,
    weights: &[WeightInfo],
    options: &LoadOptions,
) -> Result<Loaded, ModelFileError> {
    let read = || -> Result<Loaded, String> {
        let mut file = File::open(path).map_err(|e| e.to_string())?;
        let (metadata, from) = opened(&mut file)?;
        let shapes: BTreeMap<String, Vec<usize>> = metadata
            .offset_keys()
            .into_iter()
            .filter_map(|name| {
                let shape = metadata.info(&name)?.shape.clone();
                Some((name, shape))
            })
            .collect();
        taken(weights, &shapes, options, |name| {
            let info = metadata.info(name).ok_or("is not in the file")?;
            tensor(&mut file, from, info)
        })
    };
    read().map_err(|fault| ModelFileError::file(path, fault))
}

/// The header, and where the bytes of tensors begin.
fn opened(file: &mut File) -> Result<(Metadata, u64), String> {
    let whole = file.metadata().map_err(|e| e.to_string())?.len();
    let mut length = [0; 8];
    file.read_exact(&mut length)
        .map_err(|_| "is no safetensors file: has fewer than 8 bytes")?;
    let length = u64::from_le_bytes(length);
    let from = length
        .checked_add(8)
        .filter(|from| *from <= whole && length <= HEADER);
    let from = from.ok_or_else(|| {
        format!("is no safetensors file: declares a header of {length} bytes, the file has {whole}")
    })?;
    let mut header = vec![0; length as usize];
    file.read_exact(&mut header).map_err(|e| e.to_string())?;
    check_keys(&header).map_err(|e| format!("header: {e}"))?;
    let metadata: Metadata = serde_json::from_slice(&header).map_err(|e| format!("header: {e}"))?;
    let declared = metadata.data_len() as u64;
    match from.checked_add(declared) == Some(whole) {
        true => Ok((metadata, from)),
        false => Err(format!(
            "declares {declared} bytes of tensors, the file has {} behind its header",
            whole - from
        )),
    }
}

fn tensor(file: &mut File, from: u64, info: &TensorInfo) -> Result<Tensor, String> {
    let element = match info.dtype {
        Dtype::F16 => Element::F16,
        Dtype::BF16 => Element::BF16,
        Dtype::F32 => Element::F32,
        Dtype::F64 => Element::F64,
        Dtype::I8 => Element::Int(1),
        Dtype::I16 => Element::Int(2),
        Dtype::I32 => Element::Int(4),
        Dtype::I64 => Element::Int(8),
        Dtype::U8 => Element::Uint(1),
        Dtype::BOOL => Element::Bool,
        other => {
            return Err(format!(
                "has elements of the type {other:?}, which no weight has"
            ));
        }
    };
    let (begin, end) = info.data_offsets;
    file.seek(SeekFrom::Start(from + begin as u64))
        .map_err(|e| e.to_string())?;
    let count = info.shape.iter().product();
    if count * element.size() != end - begin {
        return Err(format!(
            "has the shape {:?}, which its {} bytes do not fit",
            info.shape,
            end - begin
        ));
    }
    Ok(floats(Tensor {
        shape: info.shape.clone(),
        data: read_elements(file, element, count, false)?,
    }))
}
