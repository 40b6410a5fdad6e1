//! The remedies, one file each: edits of a run spec.

#[path = "generated.rs"]
mod generated;

pub use generated::*;

use crate::patient::RemedyDef;

/// Remedies that change which rows are learnt and judged, or what may be known of them: the scores before and after are of
/// two different tests, so that neither is better for it.
const REMEASURE: &[&str] = &[
    "drop_duplicates",
    "drop_feature",
    "group_split",
    "shuffle_before_split",
    "stratified_split",
    "test_split",
    "validation_split",
];

/// Whether a remedy changes what is measured.
pub fn remeasures(id: &str) -> bool {
    id.split('+').any(|id| REMEASURE.contains(&id))
}

/// The remedy with this id.
pub fn find(id: &str) -> Option<&'static RemedyDef> {
    REMEDIES.iter().find(|def| def.id == id)
}
