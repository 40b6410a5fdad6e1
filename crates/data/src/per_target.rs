//! One thing for each target of the data: there is one target at least.

use serde::{Deserialize, Serialize};

/// Things of the targets, in their order. Stored as the first one alone where there are no more, as it was before there
/// could be several.
///
/// ```
/// use regimen_data::PerTarget;
/// let sizes = PerTarget { first: 3, more: vec![1, 2] };
/// assert_eq!(sizes.iter().sum::<i32>(), 6);
/// assert_eq!(sizes.map(|n| n * 2).more, [2, 4]);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PerTarget<T> {
    /// Of the first target; of most data it is the only one.
    #[serde(flatten)]
    pub first: T,
    /// Of the others.
    #[serde(
        default = "Vec::new",
        rename = "more_targets",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub more: Vec<T>,
}

impl<T> PerTarget<T> {
    /// Of a single target.
    pub fn one(first: T) -> PerTarget<T> {
        PerTarget {
            first,
            more: Vec::new(),
        }
    }

    /// All of a list; `None` where it is empty.
    pub fn of(all: impl IntoIterator<Item = T>) -> Option<PerTarget<T>> {
        let mut all = all.into_iter();
        let first = all.next()?;
        Some(PerTarget {
            first,
            more: all.collect(),
        })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// That of a target.
    pub fn get(&self, target: usize) -> Option<&T> {
        self.iter().nth(target)
    }

    /// Whether there are several.
    pub fn several(&self) -> bool {
        !self.more.is_empty()
    }

    /// Something made of each.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> PerTarget<U> {
        PerTarget {
            first: f(&self.first),
            more: self.more.iter().map(f).collect(),
        }
    }
}
