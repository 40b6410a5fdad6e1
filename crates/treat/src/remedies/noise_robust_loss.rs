//! A loss that wrong labels cost less.

use regimen_run::spec::LabelEncoding;
use serde_json::json;

use crate::loss::{
    Takes, encoding, from_logits, judged_otherwise, key, metrics_follow, only, only_mut,
    set_encoding,
};
use crate::network::object;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "noise_robust_loss",
    title: "A loss that wrong labels cost less",
    explain: "Generalized crossentropy (q = 0.7) for classes, Huber's loss (squared up to half a deviation, absolute beyond) for numbers: rows that are far off pull less.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let loss = only(&spec)?;
    judged_otherwise(&spec)?;
    let (takes, class) = (Takes::of(loss), key(loss));
    match takes {
        _ if [
            "categoricalgeneralizedcrossentropy",
            "meanabsoluteerror",
            "mae",
            "huber",
            "huberloss",
            "logcosh",
        ]
        .contains(&class.as_str()) =>
        {
            Err("the loss bears wrong labels already".to_owned())
        }
        Takes::OneHot | Takes::Index if from_logits(loss) => {
            Err("it takes probabilities, and the output gives logits".to_owned())
        }
        Takes::OneHot | Takes::Index => {
            if encoding(&spec)? != LabelEncoding::Index {
                metrics_follow(&spec)?;
            }
            *only_mut(&mut spec)? =
                object("CategoricalGeneralizedCrossEntropy", [("q", json!(0.7))]);
            set_encoding(&mut spec, LabelEncoding::Index)?;
            Ok(one("generalized crossentropy, q = 0.7", spec))
        }
        Takes::Numbers => {
            let figures = patient.profile.label.numbers.first().copied().flatten();
            let spread = figures.map(|f| f.deviation / 2.0);
            let delta = spread.filter(|d| d.is_finite() && *d > 0.0).unwrap_or(1.0);
            *only_mut(&mut spec)? = object("Huber", [("delta", json!(delta))]);
            Ok(one(format!("Huber, delta {delta}"), spec))
        }
        Takes::EachUnit => Err("a binary crossentropy has label_smoothing for that".to_owned()),
        Takes::Other => Err(format!("it is not known what {} takes", loss.class_name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, image, refusal, sequence, table, text};

    #[test]
    fn for_classes_and_for_numbers() {
        for patient in [digits(), image()] {
            let fixed = &edits(&DEF, &patient)[0];
            let loss = only(&fixed.spec).expect("one");
            assert_eq!(loss.class_name, "CategoricalGeneralizedCrossEntropy");
            assert_eq!(encoding(&fixed.spec), Ok(LabelEncoding::Index));
        }
        let mut patient = table();
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(fixed.what, "Huber, delta 500");
        patient.spec = fixed.spec.clone();
        assert!(refusal(&DEF, &patient).contains("already"));
    }

    #[test]
    fn where_there_is_none() {
        assert!(refusal(&DEF, &text()).contains("logits"));
        assert!(refusal(&DEF, &sequence()).contains("label_smoothing"));
    }
}
