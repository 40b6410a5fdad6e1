//! A split that keeps the classes' shares.

use regimen_run::spec::SplitBy;

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "stratified_split",
    title: "A split that keeps the classes' shares",
    explain: "Splits every class alike, at random, so that the parts are of one kind.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec.data.split.by == SplitBy::Stratified {
        return Err("the split is stratified already".to_owned());
    }
    if patient.profile.label.classes.len() < 2 || patient.profile.label.encoding == "multi_hot" {
        return Err("labels are no classes".to_owned());
    }
    spec.data.split.by = SplitBy::Stratified;
    spec.data.split.column = None;
    Ok(one("by = \"stratified\"", spec))
}
