//! `.npz`: a zip of `.npy` arrays, by path (`dense/kernel`) or, as `np.savez(file, *model.get_weights())` names them,
//! `arr_0`, `arr_1`, ... in the order of the weights.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use regimen_graph::Tensor;
use regimen_nn::WeightInfo;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive};

use super::npy::{self, Header};
use super::taken;
use crate::axes::transposed;
use crate::elements::read_elements;
use crate::keras::{ModelFileError, floats};
use crate::load::{LoadOptions, Loaded};
use crate::members::{check_members, check_once};
use crate::new_file::NewFile;
use crate::source::{WeightSource, put_weight};
use crate::unpacking::{check_held, largest};
use crate::zipped::zipped;

/// Writes the weights of a model by path, whole or not at all. They are asked for one by one, and not compressed.
///
/// # Errors
///
/// Whatever writing a file may meet, and a weight that there is not.
pub fn write(
    path: &Path,
    weights: &[WeightInfo],
    weight: &dyn WeightSource,
) -> Result<(), ModelFileError> {
    let written = NewFile::whole(path, |out| {
        zipped(out, |zip| {
            let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            for info in weights {
                zip.start_file(format!("{}.npy", info.path), stored.large_file(true))?;
                io::Write::write_all(zip, &npy::header(&info.shape))?;
                put_weight(zip, weight, &info.path)?;
            }
            Ok(())
        })
    });
    written.map_err(|fault| ModelFileError::file(path, fault.to_string()))
}

/// Reads the weights of a model.
///
/// # Errors
///
/// A damaged file; pickled objects; arrays that are missing or have another shape, unless they may be skipped.
pub fn read(
    path: &Path,
    weights: &[WeightInfo],
    options: &LoadOptions,
) -> Result<Loaded, ModelFileError> {
    let read = || -> Result<Loaded, String> {
        let file = File::open(path).map_err(|e| e.to_string())?;
        let length = file.metadata().map_err(|e| e.to_string())?.len();
        // An array of columns is turned.
        check_held(largest(weights), weights, length)?;
        let mut archive = ZipArchive::new(BufReader::new(file))
            .map_err(|e| format!("is no .npz, which is a zip: {e}"))?;
        check_members(&archive)?;
        let again = File::open(path).map_err(|e| e.to_string())?;
        check_once(BufReader::new(again), archive.central_directory_start())?;
        let names = members(&archive, weights)?;
        let mut headers = BTreeMap::new();
        for (weight, member) in &names {
            let mut member = archive.by_name(member).map_err(|e| e.to_string())?;
            let size = member.size();
            let header = npy::read(&mut member).map_err(|e| format!("{weight}: {e}"))?;
            whole(&header, size).map_err(|e| format!("{weight}: {e}"))?;
            headers.insert(weight.clone(), header);
        }
        let shapes = headers
            .iter()
            .map(|(name, h)| (name.clone(), h.shape.clone()));
        taken(weights, &shapes.collect(), options, |name| {
            let mut member = archive.by_name(&names[name]).map_err(|e| e.to_string())?;
            array(&mut member, &headers[name])
        })
    };
    read().map_err(|fault| ModelFileError::file(path, fault))
}

/// The member of each weight that is there.
fn members<R: Read + io::Seek>(
    archive: &ZipArchive<R>,
    weights: &[WeightInfo],
) -> Result<BTreeMap<String, String>, String> {
    let mut names = vec![];
    for name in archive.file_names() {
        names.push(name.map_err(|e| e.to_string())?.to_string());
    }
    let numbered = !names.is_empty() && names.iter().all(|name| is_number(name));
    if numbered && names.len() != weights.len() {
        return Err(format!(
            "holds {} arrays without names (arr_0, ...), the model has {} weights",
            names.len(),
            weights.len()
        ));
    }
    if numbered {
        let meant = (0..weights.len()).map(|i| format!("arr_{i}.npy"));
        if let Some(missing) = meant.clone().find(|name| !names.contains(name)) {
            let missing = missing.trim_end_matches(".npy");
            return Err(format!(
                "has no array `{missing}`: {} arrays without names are arr_0, arr_1, ... without a gap",
                weights.len()
            ));
        }
        let paths = weights.iter().map(|w| w.path.clone());
        return Ok(paths.zip(meant).collect());
    }
    let known = names.into_iter().map(|member| {
        let name = member.strip_suffix(".npy").unwrap_or(&member).to_owned();
        (name, member)
    });
    Ok(known.collect())
}

/// Whether a member has the name that `np.savez` gives to an array without one.
fn is_number(member: &str) -> bool {
    let number = member
        .strip_prefix("arr_")
        .and_then(|n| n.strip_suffix(".npy"));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// An array has as many bytes as its member: a few bytes cannot ask for much memory.
fn whole(header: &Header, size: u64) -> Result<(), String> {
    let sizes = header.shape.iter().map(|size| *size as u64);
    let count = sizes.clone().try_fold(1u64, u64::checked_mul);
    let bytes = count.and_then(|n| n.checked_mul(header.element.size() as u64));
    match bytes.and_then(|bytes| bytes.checked_add(header.length)) == Some(size) {
        true => Ok(()),
        false => Err(format!(
            "has the shape {:?}, which its {size} bytes do not fit",
            header.shape
        )),
    }
}

fn array(member: &mut dyn Read, header: &Header) -> Result<Tensor, String> {
    let _again = npy::read(member)?;
    let count: usize = header.shape.iter().product();
    let data = read_elements(member, header.element, count, header.big_endian)?;
    // Its checksum is compared at the end of a member.
    let rest = member.read(&mut [0; 1]).map_err(|e| e.to_string())?;
    if rest > 0 {
        return Err("has more bytes than its header says".to_owned());
    }
    let tensor = floats(Tensor {
        shape: header.shape.clone(),
        data,
    });
    Ok(match header.fortran_order {
        true => rows_first(tensor),
        false => tensor,
    })
}

/// From an order in which the first axis runs fastest: the same numbers have the sizes and the axes backwards.
fn rows_first(tensor: Tensor) -> Tensor {
    let backwards: Vec<usize> = (0..tensor.shape.len()).rev().collect();
    let shape = tensor.shape.iter().rev().copied().collect();
    transposed(&Tensor { shape, ..tensor }, &backwards)
}
