//! The loss that labels and output ask for.

use regimen_run::spec::LabelEncoding;

use crate::loss::{
    Takes, encoding, from_logits, judged_otherwise, metrics_follow, only, only_mut, set_encoding,
    set_logits, takes_logits,
};
use crate::network::answer::{Answer, list};
use crate::patient::{Change, Patient, RemedyDef, one};
use crate::task::Task;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "fix_loss",
    title: "The loss that labels and output ask for",
    explain: "A crossentropy for classes (sparse for class numbers, categorical for rows of 0 and 1, binary for sigmoid), with from_logits where the output has no activation; a squared distance for numbers.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let loss = only(&spec)?;
    judged_otherwise(&spec)?;
    let labels = encoding(&spec)?;
    let (takes, label_encoding) = wanted(patient, labels)?;
    let activation = Answer::of(&spec)?.activation(&list(&spec)?.layers);
    let logits = takes != Takes::Numbers && activation == "linear";
    let mut new = match Takes::of(loss) {
        fits if fits == takes => loss.clone(),
        _ => takes.usual(),
    };
    if takes_logits(&new) && from_logits(&new) != logits {
        set_logits(&mut new, logits);
    }
    if new == *loss && labels == label_encoding {
        return Err("the loss fits labels and output".to_owned());
    }
    if labels != label_encoding {
        metrics_follow(&spec)?;
    }
    let what = match from_logits(&new) {
        true => format!("{} from_logits", new.class_name),
        false => new.class_name.clone(),
    };
    *only_mut(&mut spec)? = new;
    if label_encoding != LabelEncoding::MultiHot {
        set_encoding(&mut spec, label_encoding)?;
    }
    Ok(one(what, spec))
}

/// What the loss is to take, and how labels then reach it.
fn wanted(patient: &Patient, now: LabelEncoding) -> Result<(Takes, LabelEncoding), String> {
    let layers = &list(&patient.spec)?.layers;
    let answer = Answer::of(&patient.spec)?;
    let (units, activation) = (answer.units(layers), answer.activation(layers));
    let task = Task::of(patient)?;
    Ok(match (task, activation.as_str()) {
        (Task::Numbers(_), "softmax") => {
            return Err("softmax answers no numbers: see fix_output_activation".to_owned());
        }
        (Task::Numbers(_), _) => (Takes::Numbers, LabelEncoding::Number),
        (Task::Labels(_), "linear" | "sigmoid") => (Takes::EachUnit, LabelEncoding::MultiHot),
        (Task::Classes(2), "linear" | "sigmoid") if units == Some(1) => {
            (Takes::EachUnit, LabelEncoding::Index)
        }
        (Task::Classes(2), other) if units == Some(1) => return Err(no_loss(other)),
        (Task::Classes(n), _) if units.is_some_and(|units| units < n) => {
            return Err(format!(
                "there are {n} classes and fewer units: see fix_output_units"
            ));
        }
        (Task::Classes(_), "sigmoid") => (Takes::EachUnit, LabelEncoding::OneHot),
        (Task::Classes(_), "linear" | "softmax") if now == LabelEncoding::OneHot => {
            (Takes::OneHot, now)
        }
        (Task::Classes(_), "linear" | "softmax") => (Takes::Index, LabelEncoding::Index),
        (_, other) => return Err(no_loss(other)),
    })
}

fn no_loss(activation: &str) -> String {
    format!("{activation} at the output fits no loss for classes: see fix_output_activation")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, image, refusal, sequence, table};
    use crate::network::object;

    #[test]
    fn classes_under_a_distance() {
        let mut patient = digits();
        *only_mut(&mut patient.spec).expect("one loss") = object("mse", []);
        patient.profile.label.encoding = "number".to_owned();
        patient.profile.label.classes.clear();
        patient.profile.label.numbers = vec![Some(crate::cases::figures(0.0, 2.0))];
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(fixed.what, "SparseCategoricalCrossentropy");
        assert_eq!(encoding(&fixed.spec), Ok(LabelEncoding::Index));
        patient.spec.compile.metrics = Default::default();
        assert!(refusal(&DEF, &patient).contains("compile.metrics"));
    }

    #[test]
    fn logits_where_the_output_is_linear() {
        let mut patient = image();
        let layers = crate::network::layers(&mut patient.spec).expect("a list");
        layers[5].object.config.remove("activation");
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(fixed.what, "categorical_crossentropy from_logits");
        assert_eq!(fixed.spec.compile.loss.iter().count(), 1);
    }

    #[test]
    fn what_fits_and_what_no_loss_mends() {
        for patient in [image(), table()] {
            assert!(refusal(&DEF, &patient).contains("fits"));
        }
        assert!(refusal(&DEF, &sequence()).contains("fix_output_activation"));
        assert!(refusal(&DEF, &digits()).contains("fix_output_units"));
    }
}
