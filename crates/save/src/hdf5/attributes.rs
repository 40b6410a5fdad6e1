//! Texts in the attributes of an HDF5 file.

use std::collections::BTreeMap;

use hdf5_pure::AttrValue;

use super::reader::format;
use super::{H5Error, H5File};

/// Bytes that the attributes of one object may take: the config of a model has less. A list of texts can name one text many times.
const ATTRIBUTES: u64 = 24 << 20;

impl H5File {
    /// A text attribute of a group or dataset; an empty path is the root.
    ///
    /// # Errors
    ///
    /// Attributes that take more than 24 MiB.
    pub fn text(&self, path: &str, name: &str) -> Result<Option<String>, H5Error> {
        let value = self.attributes(path)?.remove(name);
        Ok(value.and_then(texts).and_then(|all| all.into_iter().next()))
    }

    /// Texts in an attribute, or in several where they are too many for one: `weight_names0`, `weight_names1`, ... All
    /// attributes are read at once, since each time the library reads all of them.
    ///
    /// # Errors
    ///
    /// Attributes that take more than 24 MiB.
    pub fn texts_in_parts(&self, path: &str, name: &str) -> Result<Option<Vec<String>>, H5Error> {
        let mut attributes = self.attributes(path)?;
        if let Some(whole) = attributes.remove(name) {
            return Ok(texts(whole));
        }
        let mut part = |k: usize| texts(attributes.remove(&format!("{name}{k}"))?);
        let Some(mut all) = part(0) else {
            return Ok(None);
        };
        all.extend((1..).map_while(part).flatten());
        Ok(Some(all))
    }

    fn attributes(&self, path: &str) -> Result<BTreeMap<String, AttrValue>, H5Error> {
        self.budget.set(ATTRIBUTES);
        let read = match path {
            "" => self.file.root().attrs(),
            path if self.datasets.contains_key(path) => {
                self.file.dataset(path).and_then(|d| d.attrs())
            }
            path if self.has_group(path) => self.file.group(path).and_then(|g| g.attrs()),
            _ => return Ok(BTreeMap::new()),
        };
        if self.budget.is_spent() {
            return Err(H5Error::Refused {
                path: path.to_owned(),
                fault: format!("its attributes take more than {} MiB", ATTRIBUTES >> 20),
            });
        }
        Ok(read.map_err(format)?.into_iter().collect())
    }
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
