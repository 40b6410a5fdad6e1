//! Reads HDF5 files as `hdf5-pure` does, behind guards: what a file declares is believed only as far as it is checked.
//!
//! The whole tree is listed first, datasets by path with their type, sizes and place. Refused: cycles and trees too deep
//! or too large, elements beyond the end of the file, datasets that lie over each other, sizes whose product overflows,
//! elements in other files. Soft and external links are never followed. Elements are read one dataset at a time, and only
//! where their sizes are those that the caller expects, so that nothing is inflated beyond the model's own size.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Mutex;

use regimen_graph::Tensor;

use super::Element;
use super::listing::Listing;
use super::source::{Budget, Metered, Place};
use crate::elements::{WINDOW, append, numbers, reserve};
use crate::unpacking::BESIDE;

/// Bounds of what is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct H5Limits {
    /// Groups inside groups.
    pub depth: usize,
    /// Groups and datasets in all.
    pub objects: usize,
}

impl Default for H5Limits {
    fn default() -> H5Limits {
        H5Limits {
            depth: 64,
            objects: 50_000,
        }
    }
}

/// Why a file is refused or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum H5Error {
    /// It cannot be opened or read.
    #[error("{0}")]
    Io(String),
    /// It is no sound HDF5 file.
    #[error("not a sound HDF5 file: {0}")]
    Format(String),
    /// Something in it is not what a model's file holds.
    #[error("`{}`: {fault}", if path.is_empty() { "/" } else { path })]
    Refused {
        /// Path in the file.
        path: String,
        /// What is wrong.
        fault: String,
    },
}

/// A dataset as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct H5Dataset {
    /// Type of its elements; `None` where it is none that weights have.
    pub element: Option<Element>,
    /// Whether elements are stored with the low byte first.
    pub(super) little: bool,
    /// Rows that are read at once at least, where a part can be read: one where elements lie in one piece, those of a chunk
    /// where they lie in chunks.
    pub(super) unit: Option<usize>,
    /// Sizes.
    pub shape: Vec<usize>,
}

/// Bytes that one read may take, beside twice the file: the same pieces lead to each part of it.
const READ: u64 = 64 << 20;

/// An HDF5 file that was listed.
pub struct H5File {
    pub(super) file: hdf5_pure::File,
    pub(super) datasets: BTreeMap<String, H5Dataset>,
    groups: Vec<String>,
    pub(super) budget: Budget,
}

impl std::fmt::Debug for H5File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("H5File")
            .field("datasets", &self.datasets)
            .finish_non_exhaustive()
    }
}

impl H5File {
    /// Opens a file.
    pub fn open(path: &Path, limits: H5Limits) -> Result<H5File, H5Error> {
        let file = File::open(path).map_err(|e| H5Error::Io(e.to_string()))?;
        let length = file
            .metadata()
            .map_err(|e| H5Error::Io(e.to_string()))?
            .len();
        H5File::window(file, 0, length, limits)
    }

    /// Opens the HDF5 file that lies in a part of another one.
    pub fn window(file: File, from: u64, length: u64, limits: H5Limits) -> Result<H5File, H5Error> {
        H5File::of(Place::File(Mutex::new(file), from), length, limits)
    }

    /// Opens a file that lies in memory.
    pub fn from_bytes(bytes: Vec<u8>, limits: H5Limits) -> Result<H5File, H5Error> {
        let length = bytes.len() as u64;
        H5File::of(Place::Memory(bytes), length, limits)
    }

    fn of(place: Place, length: u64, limits: H5Limits) -> Result<H5File, H5Error> {
        let budget = Budget::new(READ + 2 * length);
        let source = Metered {
            place,
            length,
            budget: budget.clone(),
        };
        let file = hdf5_pure::File::from_source(source).map_err(format)?;
        let stored = file.superblock().eof_address;
        if length < stored {
            return Err(H5Error::Format(format!(
                "it has {length} bytes of {stored}: its end is missing; copy or download it again"
            )));
        }
        let Listing {
            datasets, groups, ..
        } = Listing::of(&file, limits, &budget)?;
        Ok(H5File {
            file,
            datasets,
            groups,
            budget,
        })
    }

    /// The datasets by path, without a slash in front.
    pub fn datasets(&self) -> &BTreeMap<String, H5Dataset> {
        &self.datasets
    }

    /// How many datasets with numbers as names a group has.
    pub(crate) fn variables(&self, group: &str) -> usize {
        let inside = format!("{group}/");
        let below = self.datasets.range(inside.clone()..);
        let names = below.map_while(|(path, _)| path.strip_prefix(&inside));
        names.filter(|name| name.parse::<u32>().is_ok()).count()
    }

    /// Whether there is a group of this path.
    pub fn has_group(&self, path: &str) -> bool {
        self.groups
            .binary_search_by(|known| known.as_str().cmp(path))
            .is_ok()
    }

    /// The elements of a dataset as float32, int32 or int64; `shape` is what it has to have.
    pub fn read(&self, path: &str, shape: &[usize]) -> Result<Tensor, H5Error> {
        let refused = |fault: String| H5Error::Refused {
            path: path.to_owned(),
            fault,
        };
        let known = self.datasets.get(path);
        let known = known.ok_or_else(|| {
            refused(
                "is not in the file (links to other places and files are not followed)".to_owned(),
            )
        })?;
        if known.shape != shape {
            let fault = format!("has the shape {:?}, expected {shape:?}", known.shape);
            return Err(refused(fault));
        }
        let element = known.element.ok_or_else(|| {
            refused("holds no numbers that weights have (float16, bfloat16, float32, float64, integers, bool)".to_owned())
        })?;
        self.budget.set(READ + 2 * self.file.file_size());
        let dataset = self.file.dataset(path).map_err(format)?;
        let count: usize = shape.iter().product();
        let rows = shape.first().copied().unwrap_or(1);
        let row = element.size() * (count / rows.max(1)).max(1);
        // They are read some rows at a time, so that their bytes do not lie beside the numbers made of them.
        let step = match known.unit.filter(|_| !shape.is_empty()) {
            Some(unit) => (WINDOW / row / unit).max(1).saturating_mul(unit),
            None => rows.max(1),
        };
        let at_once = step.min(rows.max(1)) as u64 * row as u64;
        self.check_unpacked(at_once, count as u64, element)
            .map_err(refused)?;
        let mut data = numbers(element, &[]);
        reserve(&mut data, count);
        let mut found = 0;
        for from in (0..rows.max(1)).step_by(step) {
            self.budget.set(READ + 2 * self.file.file_size());
            let mut bytes = match step >= rows {
                true => dataset.read_raw(),
                false => dataset.read_raw_rows(from as u64, step.min(rows - from) as u64),
            }
            .map_err(format)?;
            found += bytes.len();
            if !known.little {
                bytes
                    .chunks_exact_mut(element.size())
                    .for_each(<[u8]>::reverse);
            }
            for some in bytes.chunks(WINDOW) {
                append(&mut data, numbers(element, some));
            }
        }
        if found != count * element.size() {
            let needed = count * element.size();
            let fault = format!("holds {found} bytes, its sizes call for {needed}");
            return Err(refused(fault));
        }
        Ok(Tensor {
            shape: shape.to_vec(),
            data,
        })
    }

    /// Refuses chunks so large that unpacking one of them (which is copied once more then) beside the numbers made of them takes
    /// more than half of these, the file and 64 MiB; long whole numbers are held beside the floats made of them.
    fn check_unpacked(&self, at_once: u64, count: u64, element: Element) -> Result<(), String> {
        let wide = match element {
            Element::Int(8) | Element::Uint(8 | 4) => 8 * count,
            _ => 0,
        };
        let held = wide.saturating_add(at_once.saturating_mul(2));
        let left = (2 * count)
            .saturating_add(self.file.file_size())
            .saturating_add(BESIDE);
        match held > left {
            true => Err(format!(
                "would have {} MiB unpacked at once: write it in smaller chunks, as float32",
                held >> 20
            )),
            false => Ok(()),
        }
    }
}

pub(super) fn format(error: hdf5_pure::Error) -> H5Error {
    H5Error::Format(error.to_string())
}
