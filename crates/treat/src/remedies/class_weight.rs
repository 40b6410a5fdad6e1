//! Classes weighed by their rarity.

use regimen_run::spec::{ClassWeight, ClassWeightRule};

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "class_weight",
    title: "Classes weighed by their rarity",
    explain: "Rows of rare classes count more in the loss, so that all classes together count the same.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec.fit.class_weight.is_some() {
        return Err("classes have weights already".to_owned());
    }
    if patient.profile.label.classes.len() < 2 || patient.profile.label.encoding == "multi_hot" {
        return Err("labels are no classes".to_owned());
    }
    spec.fit.class_weight = Some(ClassWeight::Rule(ClassWeightRule::Balanced));
    Ok(one("balanced", spec))
}
