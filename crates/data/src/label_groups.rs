//! Labels under a common name: `label_groups = { cat = ["tabby", "Siamese"] }` makes one class of the two.
//!
//! Cells are compared as text, without the spaces around them. A cell that no group lists is a class of
//! its own, so that a label may also be given by the name of its group.

use std::collections::{BTreeMap, BTreeSet};

use crate::numbers::shorten;

/// The class of each label that a group lists.
#[derive(Debug, Default)]
pub(crate) struct LabelGroups(BTreeMap<String, String>);

impl LabelGroups {
    /// Groups as a run file lists them.
    pub fn new(groups: &BTreeMap<String, Vec<String>>) -> LabelGroups {
        let pairs = groups.iter().flat_map(|(class, cells)| {
            let pair = |cell: &String| (cell.trim().to_owned(), class.clone());
            cells.iter().map(pair)
        });
        LabelGroups(pairs.collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The class of a trimmed label.
    pub fn class<'c>(&'c self, label: &'c str) -> &'c str {
        self.0.get(label).map_or(label, String::as_str)
    }

    /// A note on listed labels that no row holds.
    pub fn unused(&self, seen: &BTreeSet<&str>) -> Option<String> {
        let unused: Vec<String> = self
            .0
            .keys()
            .filter(|label| !seen.contains(label.as_str()))
            .map(|label| format!("`{}`", shorten(label)))
            .collect();
        let some = unused.iter().take(10).cloned().collect::<Vec<_>>();
        (!unused.is_empty()).then(|| {
            format!(
                "{} labels of `label_groups` stand in no row: {}",
                unused.len(),
                some.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_labels_bear_the_name_of_their_group() {
        let groups = BTreeMap::from([("cat".to_owned(), vec!["tabby ".to_owned(), "lynx".into()])]);
        let groups = LabelGroups::new(&groups);
        let found = ["tabby", "dog", "cat"].map(|label| groups.class(label));
        assert_eq!(found, ["cat", "dog", "cat"]);
        assert_eq!(
            groups.unused(&BTreeSet::from(["tabby", "dog"])).as_deref(),
            Some("1 labels of `label_groups` stand in no row: `lynx`")
        );
        assert_eq!(groups.unused(&BTreeSet::from(["tabby", "lynx"])), None);
        assert!(LabelGroups::default().is_empty());
    }
}
