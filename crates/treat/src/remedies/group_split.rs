//! Rows that belong together in one part.

use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "group_split",
    title: "Rows that belong together in one part",
    explain: "Where rows are of one person, place or document, a part that shares them with the training part tells how well these are known, not how well new ones will be. Which rows belong together is for you to say.",
    changes,
};

fn changes(_: &Patient) -> Result<Vec<Change>, String> {
    Err("the data do not say which rows belong together: set data.split.by = \"group\" and its column".to_owned())
}
