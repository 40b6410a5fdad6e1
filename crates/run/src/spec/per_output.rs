//! What `compile` says of the outputs of a model: the same of all, one each in order, or by name.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Values for the outputs of a model.
///
/// ```
/// use regimen_run::spec::PerOutput;
/// let weights = PerOutput::from([("mask", 1.0), ("kind", 0.2)]);
/// assert_eq!(weights.iter().count(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PerOutput<T> {
    /// One for all.
    All(T),
    /// One each, in the order of the outputs.
    InOrder(Vec<T>),
    /// By the output's name, in the order that was given.
    Named(IndexMap<String, T>),
}

impl<T> PerOutput<T> {
    /// The values, in order or by name.
    pub fn iter(&self) -> Box<dyn Iterator<Item = &T> + '_> {
        match self {
            PerOutput::All(one) => Box::new(std::iter::once(one)),
            PerOutput::InOrder(list) => Box::new(list.iter()),
            PerOutput::Named(map) => Box::new(map.values()),
        }
    }

    /// The values to change, in order or by name.
    pub fn iter_mut(&mut self) -> Box<dyn Iterator<Item = &mut T> + '_> {
        match self {
            PerOutput::All(one) => Box::new(std::iter::once(one)),
            PerOutput::InOrder(list) => Box::new(list.iter_mut()),
            PerOutput::Named(map) => Box::new(map.values_mut()),
        }
    }

    /// The same shape with other values.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> PerOutput<U> {
        match self {
            PerOutput::All(one) => PerOutput::All(f(one)),
            PerOutput::InOrder(list) => PerOutput::InOrder(list.iter().map(f).collect()),
            PerOutput::Named(map) => {
                PerOutput::Named(map.iter().map(|(k, v)| (k.clone(), f(v))).collect())
            }
        }
    }
}

impl<T, const N: usize> From<[(&str, T); N]> for PerOutput<T> {
    fn from(list: [(&str, T); N]) -> PerOutput<T> {
        PerOutput::Named(list.map(|(name, value)| (name.to_owned(), value)).into())
    }
}

impl<T> Default for PerOutput<Vec<T>> {
    fn default() -> Self {
        PerOutput::All(vec![])
    }
}
