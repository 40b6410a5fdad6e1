//! The remedies, one file each: edits of a run spec.

#[path = "generated.rs"]
mod generated;

pub use generated::*;

use crate::patient::RemedyDef;

/// The remedy with this id.
pub fn find(id: &str) -> Option<&'static RemedyDef> {
    REMEDIES.iter().find(|def| def.id == id)
}
