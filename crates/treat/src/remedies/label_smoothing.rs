//! Label smoothing.

use regimen_run::spec::LabelEncoding;
use serde_json::{Value, json};

use crate::loss::{
    Takes, judged_otherwise, key, metrics_follow, only, only_mut, set_encoding, takes_logits,
};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "label_smoothing",
    title: "Label smoothing",
    explain: "Moves a tenth of each label's weight to the other classes: the network is not driven to be certain of rows whose label may be wrong. Class numbers become rows of 0 and 1.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    judged_otherwise(&spec)?;
    let loss = only(&spec)?.clone();
    let class = match Takes::of(&loss) {
        Takes::Index if takes_logits(&loss) => {
            if loss.config.contains_key("ignore_class") {
                return Err("rows of 0 and 1 have no class to ignore".to_owned());
            }
            metrics_follow(&spec)?;
            "CategoricalCrossentropy"
        }
        Takes::OneHot if takes_logits(&loss) => "CategoricalCrossentropy",
        Takes::EachUnit if takes_logits(&loss) => "BinaryCrossentropy",
        _ => return Err("the loss takes no label_smoothing; crossentropies do".to_owned()),
    };
    if key(&loss).contains("focal") {
        return Err(
            "the loss is made for hard rows already; a crossentropy takes label_smoothing"
                .to_owned(),
        );
    }
    let known = loss.config.get("label_smoothing").and_then(Value::as_f64);
    if known.is_some_and(|share| share > 0.0) {
        return Err("labels are smoothed already".to_owned());
    }
    let rows = Takes::of(&loss) == Takes::Index;
    let own = only_mut(&mut spec)?;
    class.clone_into(&mut own.class_name);
    own.config.insert("label_smoothing".to_owned(), json!(0.1));
    if rows {
        set_encoding(&mut spec, LabelEncoding::OneHot)?;
    }
    Ok(one("0.1", spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, image, refusal};
    use crate::loss::encoding;

    #[test]
    fn once() {
        let mut patient = image();
        patient.spec = edits(&DEF, &patient).remove(0).spec;
        assert!(refusal(&DEF, &patient).contains("already"));
    }

    #[test]
    fn class_numbers_become_rows() {
        let patient = digits();
        let fixed = &edits(&DEF, &patient)[0].spec;
        let loss = only(fixed).expect("one");
        assert_eq!(loss.class_name, "CategoricalCrossentropy");
        assert_eq!(loss.config["label_smoothing"], 0.1);
        assert_eq!(encoding(fixed), Ok(LabelEncoding::OneHot));
        let mut squared = patient;
        *only_mut(&mut squared.spec).expect("one") = crate::network::object("mse", []);
        assert!(refusal(&DEF, &squared).contains("takes no label_smoothing"));
    }
}
