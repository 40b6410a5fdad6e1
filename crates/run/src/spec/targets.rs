//! What is learnt: one target, or one for each output of the model, by the output's name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ArraysSpec, DataSpec, LabelEncoding};

/// The labels of one output of the model, and how they are read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSpec {
    /// The model output that it feeds; needed where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Label column of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Several label columns of a table, numbers all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// What stands between several labels in one cell: each becomes 0 or 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_separator: Option<String>,
    /// Labels under a common name: class to the cells that mean it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub label_groups: BTreeMap<String, Vec<String>>,
    /// How labels reach the loss. Default: chosen from the loss of the output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_encoding: Option<LabelEncoding>,
}

/// Where labels of arrays are: in one array, or in one for each output of the model by the output's name.
///
/// ```
/// use regimen_run::spec::LabelArrays;
/// let two = LabelArrays::from([("price", "y1.npy"), ("kind", "y2.npy")]);
/// let (names, files): (Vec<_>, Vec<_>) = two.iter().unzip();
/// assert_eq!(names, [Some("kind"), Some("price")]);
/// assert_eq!(files, ["y2.npy", "y1.npy"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LabelArrays {
    /// A file, or a name in the archive.
    One(String),
    /// One for each output, by name.
    Named(BTreeMap<String, String>),
}

impl LabelArrays {
    /// The name of the output, where there is one, and the array; by name.
    pub fn iter(&self) -> Box<dyn Iterator<Item = (Option<&str>, &str)> + '_> {
        match self {
            LabelArrays::One(one) => Box::new(std::iter::once((None, one.as_str()))),
            LabelArrays::Named(map) => {
                let all = map.iter();
                Box::new(all.map(|(name, array)| (Some(name.as_str()), array.as_str())))
            }
        }
    }
}

impl Default for LabelArrays {
    fn default() -> LabelArrays {
        LabelArrays::One(String::new())
    }
}

impl From<&str> for LabelArrays {
    fn from(one: &str) -> LabelArrays {
        LabelArrays::One(one.to_owned())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for LabelArrays {
    fn from(list: [(&str, &str); N]) -> LabelArrays {
        LabelArrays::Named(
            list.map(|(name, array)| (name.to_owned(), array.to_owned()))
                .into(),
        )
    }
}

impl DataSpec {
    /// Arrays on disk, where the data are some.
    pub fn arrays(&self) -> Option<&ArraysSpec> {
        [&self.npy, &self.npz, &self.idx]
            .into_iter()
            .flatten()
            .next()
    }

    /// What is learnt, in order: `targets`, or the arrays of `y`, or the one target that `label` and its kin describe.
    ///
    /// ```
    /// use regimen_run::spec::DataSpec;
    /// let one = DataSpec { label: Some("price".to_owned()), ..DataSpec::default() };
    /// assert_eq!(one.all_targets()[0].label.as_deref(), Some("price"));
    /// ```
    pub fn all_targets(&self) -> Vec<TargetSpec> {
        if !self.targets.is_empty() {
            return self.targets.clone();
        }
        let plain = |name: Option<&str>| TargetSpec {
            name: name.map(str::to_owned),
            label: self.label.clone(),
            labels: self.labels.clone(),
            label_separator: self.label_separator.clone(),
            label_groups: self.label_groups.clone(),
            label_encoding: self.label_encoding,
        };
        match self.arrays() {
            Some(arrays) => arrays.y.iter().map(|(name, _)| plain(name)).collect(),
            None => vec![plain(None)],
        }
    }
}
