//! Reads HDF5 files as `hdf5-pure` does, behind guards: what a file declares is believed only as far as it is checked.
//!
//! The whole tree is listed first, datasets by path with their type, sizes and place. Refused: cycles and trees too deep
//! or too large, elements beyond the end of the file, datasets that lie over each other, sizes whose product overflows,
//! elements in other files. Soft and external links are never followed. Elements are read one dataset at a time, and only
//! where their sizes are those that the caller expects, so that nothing is inflated beyond the model's own size.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use hdf5_pure::{AttrValue, DType, Datatype, FormatError, Group, Layout, Source};
use regimen_graph::Tensor;

use super::Element;
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
    #[error("`{path}`: {fault}")]
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
    little: bool,
    /// Rows that are read at once at least, where a part can be read: one where elements lie in one piece, those of a chunk
    /// where they lie in chunks.
    unit: Option<usize>,
    /// Sizes.
    pub shape: Vec<usize>,
}

/// An HDF5 file that was listed.
pub struct H5File {
    file: hdf5_pure::File,
    datasets: BTreeMap<String, H5Dataset>,
    groups: Vec<String>,
}

impl std::fmt::Debug for H5File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("H5File")
            .field("datasets", &self.datasets)
            .finish_non_exhaustive()
    }
}

/// A part of a file, such as a member of an archive that is stored as it is.
#[derive(Debug)]
struct Window {
    file: Mutex<File>,
    from: u64,
    length: u64,
}

impl Source for Window {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        use std::io::{Read, Seek, SeekFrom};
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| end > self.length) {
            return Err(FormatError::Source("read beyond the end".to_owned()));
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let read = file
            .seek(SeekFrom::Start(self.from + offset))
            .and_then(|_| file.read_exact(buffer));
        read.map_err(|e| FormatError::Source(e.to_string()))
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
        let source = Window {
            file: Mutex::new(file),
            from,
            length,
        };
        let file = hdf5_pure::File::from_source(source);
        H5File::listed(file.map_err(format)?, limits)
    }

    /// Opens a file that lies in memory.
    pub fn from_bytes(bytes: Vec<u8>, limits: H5Limits) -> Result<H5File, H5Error> {
        H5File::listed(hdf5_pure::File::from_bytes(bytes).map_err(format)?, limits)
    }

    fn listed(file: hdf5_pure::File, limits: H5Limits) -> Result<H5File, H5Error> {
        let (length, stored) = (file.file_size(), file.superblock().eof_address);
        if length < stored {
            return Err(H5Error::Format(format!(
                "it has {length} bytes of {stored}: its end is missing; copy or download it again"
            )));
        }
        let mut listing = Listing {
            limits,
            length,
            datasets: BTreeMap::new(),
            groups: vec![],
            extents: vec![],
        };
        listing.group(&file.root(), "", 0)?;
        // Asked by binary search.
        listing.groups.sort();
        listing.check_extents()?;
        let Listing {
            datasets, groups, ..
        } = listing;
        Ok(H5File {
            file,
            datasets,
            groups,
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

    /// A text attribute of a group or dataset; an empty path is the root.
    pub fn text(&self, path: &str, name: &str) -> Option<String> {
        texts(self.attribute(path, name)?)?.into_iter().next()
    }

    /// Texts in an attribute, or in several where they are too many for one: `weight_names0`, `weight_names1`, ... All
    /// attributes are read at once, since each time the library reads all of them.
    pub fn texts_in_parts(&self, path: &str, name: &str) -> Option<Vec<String>> {
        let mut attributes = self.attributes(path)?;
        if let Some(whole) = attributes.remove(name) {
            return texts(whole);
        }
        let mut part = |k: usize| texts(attributes.remove(&format!("{name}{k}"))?);
        let mut all = part(0)?;
        all.extend((1..).map_while(part).flatten());
        Some(all)
    }

    fn attribute(&self, path: &str, name: &str) -> Option<AttrValue> {
        self.attributes(path)?.remove(name)
    }

    fn attributes(&self, path: &str) -> Option<BTreeMap<String, AttrValue>> {
        let attributes = match path {
            "" => self.file.root().attrs(),
            path if self.datasets.contains_key(path) => self.file.dataset(path).ok()?.attrs(),
            path if self.has_group(path) => self.file.group(path).ok()?.attrs(),
            _ => return None,
        };
        Some(attributes.ok()?.into_iter().collect())
    }
}

/// Elements of a chunk that may be larger than its dataset.
const CHUNK: u64 = 1 << 20;

/// What was found so far.
struct Listing {
    limits: H5Limits,
    length: u64,
    datasets: BTreeMap<String, H5Dataset>,
    groups: Vec<String>,
    /// Where elements lie: first byte, behind the last one, path.
    extents: Vec<(u64, u64, String)>,
}

impl Listing {
    fn group(&mut self, group: &Group, path: &str, depth: usize) -> Result<(), H5Error> {
        let refused = |fault: String| H5Error::Refused {
            path: path.to_owned(),
            fault,
        };
        if depth > self.limits.depth {
            return Err(refused(format!(
                "lies {depth} groups deep; a circle, or nothing that Keras writes"
            )));
        }
        let inside = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}/{name}"),
        };
        // The library takes the address of a soft link's object for one, where there is none.
        let unread =
            |e: hdf5_pure::Error| refused(format!("a link or something damaged lies in it: {e}"));
        for (name, dataset) in group.iter_datasets().map_err(unread)? {
            self.count(path)?;
            let path = inside(&name);
            let declared = self.dataset(&dataset, &path)?;
            if self.datasets.insert(path.clone(), declared).is_some() {
                return Err(refused(format!("holds `{name}` twice")));
            }
        }
        for (name, child) in group.iter_groups().map_err(unread)? {
            self.count(path)?;
            let path = inside(&name);
            self.group(&child, &path, depth + 1)?;
            self.groups.push(path);
        }
        Ok(())
    }

    fn count(&self, path: &str) -> Result<(), H5Error> {
        match self.datasets.len() + self.groups.len() < self.limits.objects {
            true => Ok(()),
            false => Err(H5Error::Refused {
                path: path.to_owned(),
                fault: format!("the file holds more than {} objects", self.limits.objects),
            }),
        }
    }

    fn dataset(&mut self, dataset: &hdf5_pure::Dataset, path: &str) -> Result<H5Dataset, H5Error> {
        let refused = |fault: String| H5Error::Refused {
            path: path.to_owned(),
            fault,
        };
        let sizes = dataset.shape().map_err(format)?;
        let shape: Option<Vec<usize>> = sizes.iter().map(|n| usize::try_from(*n).ok()).collect();
        let shape = shape
            .ok_or_else(|| refused(format!("has the shape {sizes:?}, which no memory holds")))?;
        let count = shape
            .iter()
            .try_fold(1usize, |n, size| n.checked_mul(*size));
        let bytes = count.and_then(|n| n.checked_mul(dataset.element_size().ok()? as usize));
        let bytes = bytes
            .ok_or_else(|| refused(format!("has the shape {sizes:?}, which no memory holds")))?;
        let layout = dataset.layout().map_err(format)?;
        let unit = match &layout {
            Layout::Contiguous { .. } => Some(1),
            Layout::Chunked { chunk_shape, .. } => {
                let rows = chunk_shape.first().and_then(|n| usize::try_from(*n).ok());
                rows.map(|rows| rows.max(1))
            }
            _ => None,
        };
        match layout {
            Layout::Contiguous {
                address: Some(from),
                size,
            } => {
                let end = from.checked_add(size).filter(|end| *end <= self.length);
                let end = end.ok_or_else(|| {
                    refused(format!(
                        "{size} bytes at {from} lie beyond the end of the file"
                    ))
                })?;
                if (size as usize) < bytes {
                    return Err(refused(format!(
                        "has {size} bytes, its sizes call for {bytes}"
                    )));
                }
                if size > 0 {
                    self.extents.push((from, end, path.to_owned()));
                }
            }
            Layout::Contiguous { address: None, .. } if bytes > 0 => {
                return Err(refused(
                    "has sizes, but no elements in this file".to_owned(),
                ));
            }
            Layout::Virtual => return Err(refused("is made of other files".to_owned())),
            Layout::Chunked { chunk_shape, .. } => {
                let chunk = chunk_shape
                    .iter()
                    .try_fold(1u64, |n, size| n.checked_mul(*size))
                    .unwrap_or(u64::MAX);
                if chunk > (count.unwrap_or(0) as u64).max(CHUNK) {
                    return Err(refused(format!(
                        "has chunks of the shape {chunk_shape:?}, larger than itself"
                    )));
                }
            }
            _ => {}
        }
        let (element, little) = element(dataset);
        Ok(H5Dataset {
            element,
            little,
            unit,
            shape,
        })
    }

    /// No two datasets may share a byte: a file of a few bytes could stand for many weights.
    fn check_extents(&mut self) -> Result<(), H5Error> {
        self.extents.sort();
        match self.extents.windows(2).find(|pair| pair[1].0 < pair[0].1) {
            None => Ok(()),
            Some(pair) => Err(H5Error::Refused {
                path: pair[1].2.clone(),
                fault: format!("its elements lie over those of `{}`", pair[0].2),
            }),
        }
    }
}

/// The type of a dataset's elements, and whether low bytes come first.
fn element(dataset: &hdf5_pure::Dataset) -> (Option<Element>, bool) {
    let Ok(datatype) = dataset.datatype() else {
        return (None, true);
    };
    let little = match &datatype {
        Datatype::FixedPoint { byte_order, .. } | Datatype::FloatingPoint { byte_order, .. } => {
            *byte_order == hdf5_pure::DatatypeByteOrder::LittleEndian
        }
        _ => true,
    };
    let known = match (dataset.dtype(), &datatype) {
        (Ok(DType::F32), _) => Some(Element::F32),
        (Ok(DType::F64), _) => Some(Element::F64),
        (Ok(DType::I8), _) => Some(Element::Int(1)),
        (Ok(DType::I16), _) => Some(Element::Int(2)),
        (Ok(DType::I32), _) => Some(Element::Int(4)),
        (Ok(DType::I64), _) => Some(Element::Int(8)),
        (Ok(DType::U8), _) => Some(Element::Uint(1)),
        (Ok(DType::U16), _) => Some(Element::Uint(2)),
        (Ok(DType::U32), _) => Some(Element::Uint(4)),
        (Ok(DType::U64), _) => Some(Element::Uint(8)),
        (_, Datatype::FloatingPoint { size: 2, .. }) => Some(Element::F16),
        // Two opaque bytes are what NumPy makes of bfloat16; legacy files do not name it.
        (_, Datatype::Opaque { size: 2, .. }) => Some(Element::BF16),
        (_, Datatype::Enumeration { size: 1, .. }) => Some(Element::Bool),
        _ => None,
    };
    (known, little)
}

fn texts(value: AttrValue) -> Option<Vec<String>> {
    match value {
        AttrValue::String(text) | AttrValue::AsciiString(text) => Some(vec![text]),
        AttrValue::StringArray(all)
        | AttrValue::AsciiStringArray(all)
        | AttrValue::VarLenStringArray(all)
        | AttrValue::VarLenAsciiStringArray(all) => Some(all),
        AttrValue::VarLenString(text) | AttrValue::VarLenAsciiString(text) => Some(vec![text]),
        AttrValue::StringSized { value, .. } | AttrValue::AsciiStringSized { value, .. } => {
            Some(vec![value])
        }
        AttrValue::StringArraySized { values, .. }
        | AttrValue::AsciiStringArraySized { values, .. } => Some(values),
        _ => None,
    }
}

fn format(error: hdf5_pure::Error) -> H5Error {
    H5Error::Format(error.to_string())
}
