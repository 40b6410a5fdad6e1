//! Label smoothing.

use regimen_run::spec::PerOutput;
use serde_json::{Value, json};

use crate::loss::judged_otherwise;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "label_smoothing",
    title: "Label smoothing",
    explain: "Moves a tenth of each label's weight to the other classes: the network is not driven to be certain of rows whose label may be wrong.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    judged_otherwise(&spec)?;
    let known = ["CategoricalCrossentropy", "BinaryCrossentropy"];
    let PerOutput::All(Some(loss)) = &mut spec.compile.loss else {
        return Err("there are several losses".to_owned());
    };
    let class = known.into_iter().find(|class| {
        let typed = loss.class_name.replace('_', "");
        typed.eq_ignore_ascii_case(class)
    });
    let class = class.ok_or("the loss takes no label_smoothing; categorical_crossentropy does")?;
    let known = loss.config.get("label_smoothing").and_then(Value::as_f64);
    if known.is_some_and(|share| share > 0.0) {
        return Err("labels are smoothed already".to_owned());
    }
    class.clone_into(&mut loss.class_name);
    loss.config.insert("label_smoothing".to_owned(), json!(0.1));
    Ok(one("0.1", spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, image, refusal};

    #[test]
    fn once() {
        let mut patient = image();
        patient.spec = edits(&DEF, &patient).remove(0).spec;
        assert!(refusal(&DEF, &patient).contains("already"));
        assert!(refusal(&DEF, &digits()).contains("takes no label_smoothing"));
    }
}
