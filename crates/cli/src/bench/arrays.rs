//! A workload's training arrays.

use std::path::Path;

use regimen::data::{Array, Part, read_array};
use regimen::train::Arrays;

use crate::bench::workloads::Workload;
use crate::failure::Failure;
use crate::memory;

/// Reads `NAME/x.npy` and `NAME/y.npy`; the first `samples` rows where asked for.
pub(crate) fn read(
    folder: &Path,
    workload: &Workload,
    samples: Option<usize>,
) -> Result<Arrays, Failure> {
    let place = folder.join(workload.name);
    if !place.join("x.npy").is_file() || !place.join("y.npy").is_file() {
        let name = workload.name;
        return Err(Failure::Error(format!(
            "{}: x.npy and y.npy are not there; make them with `python benches/data.py {} {name}`, \
             a program of this project's repository",
            place.display(),
            folder.display()
        )));
    }
    let load = |name: &str| -> Result<Array, Failure> {
        let array = read_array(&place.join(name), memory::available()).map_err(Failure::error)?;
        Ok(match samples.filter(|&n| n > 0 && n < array.rows()) {
            Some(n) => array.take(&(0..n).collect::<Vec<_>>()),
            None => array,
        })
    };
    let part = Part {
        x: vec![load("x.npy")?],
        y: load("y.npy")?,
        more: vec![],
        stored: None,
        sample_weight: None,
    };
    Ok(Arrays::from(part))
}
