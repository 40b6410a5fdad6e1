//! Lists the whole tree of an HDF5 file: datasets by path with their type, sizes and place, and refuses what no sound file has.

use std::collections::BTreeMap;

use hdf5_pure::{Group, Layout};

use super::reader::format;
use super::source::Budget;
use super::{Element, H5Dataset, H5Error, H5Limits};

/// Bytes that a group's list or a dataset's header may take to read, beside twice the file: links lead to many small pieces.
const LIST: u64 = 32 << 20;
/// Bytes that the index of a dataset's chunks may take, beside a quarter of the file.
const INDEX: u64 = 8 << 20;

/// Elements of a chunk that may be larger than its dataset.
const CHUNK: u64 = 1 << 20;

/// What was found so far.
pub(super) struct Listing {
    limits: H5Limits,
    length: u64,
    budget: Budget,
    pub(super) datasets: BTreeMap<String, H5Dataset>,
    pub(super) groups: Vec<String>,
    /// Where elements lie: first byte, behind the last one, path.
    extents: Vec<(u64, u64, String)>,
}

impl Listing {
    /// Lists a file of so many bytes, whose reads the budget bounds.
    pub(super) fn of(
        file: &hdf5_pure::File,
        limits: H5Limits,
        budget: &Budget,
    ) -> Result<Listing, H5Error> {
        let mut listing = Listing {
            limits,
            length: file.file_size(),
            budget: budget.clone(),
            datasets: BTreeMap::new(),
            groups: vec![],
            extents: vec![],
        };
        listing.group(&file.root(), "", 0)?;
        // Asked by binary search.
        listing.groups.sort();
        listing.check_extents()?;
        Ok(listing)
    }

    fn allow(&self) {
        self.budget.set(LIST + 2 * self.length);
    }

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
        self.allow();
        for (name, dataset) in group.iter_datasets().map_err(unread)? {
            self.count(path)?;
            self.allow();
            let path = inside(&name);
            let declared = self.dataset(&dataset, &path)?;
            if self.datasets.insert(path.clone(), declared).is_some() {
                return Err(refused(format!("holds `{name}` twice")));
            }
        }
        self.allow();
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
        self.place(dataset, path, &layout, (count.unwrap_or(0), bytes))
            .map_err(refused)?;
        let (element, little) = Element::stored(dataset);
        Ok(H5Dataset {
            element,
            little,
            unit,
            shape,
        })
    }

    /// Notes where the elements of a dataset lie, of `count` numbers in so many bytes.
    fn place(
        &mut self,
        dataset: &hdf5_pure::Dataset,
        path: &str,
        layout: &Layout,
        (count, bytes): (usize, usize),
    ) -> Result<(), String> {
        match layout {
            Layout::Contiguous {
                address: Some(from),
                size,
            } => {
                if (*size as usize) < bytes {
                    return Err(format!("has {size} bytes, its sizes call for {bytes}"));
                }
                self.extent(*from, *size, path)
            }
            Layout::Contiguous { address: None, .. } if bytes > 0 => {
                Err("has sizes, but no elements in this file".to_owned())
            }
            Layout::Virtual => Err("is made of other files".to_owned()),
            Layout::Chunked { chunk_shape, .. } => {
                let chunk = chunk_shape
                    .iter()
                    .try_fold(1u64, |n, size| n.checked_mul(*size))
                    .unwrap_or(u64::MAX);
                if chunk > (count as u64).max(CHUNK) {
                    return Err(format!(
                        "has chunks of the shape {chunk_shape:?}, larger than itself"
                    ));
                }
                self.budget.set(INDEX + self.length / 4);
                let chunks = dataset.chunks();
                if self.budget.is_spent() {
                    return Err(
                        "has an index of chunks that leads to the same places again and again"
                            .to_owned(),
                    );
                }
                // Indices that the library cannot list it cannot read either, and says so where the dataset is asked for.
                chunks
                    .unwrap_or_default()
                    .iter()
                    .try_for_each(|chunk| self.extent(chunk.address, chunk.storage_size, path))
            }
            _ => Ok(()),
        }
    }

    fn extent(&mut self, from: u64, size: u64, path: &str) -> Result<(), String> {
        let end = from.checked_add(size).filter(|end| *end <= self.length);
        let end =
            end.ok_or_else(|| format!("{size} bytes at {from} lie beyond the end of the file"))?;
        if size > 0 {
            self.extents.push((from, end, path.to_owned()));
        }
        Ok(())
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
