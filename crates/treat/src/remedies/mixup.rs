//! Rows blended with others.

use regimen_run::spec::{InputSpec, LabelEncoding, PerOutput};

use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "mixup",
    title: "Rows blended with others (mixup)",
    explain: "Learns from blends of two rows and of their labels (Zhang et al., 2018): between classes the network is to be unsure. Inputs have to be numbers; class numbers become rows of 0 and 1.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec.fit.mixup.is_some() {
        return Err("rows are blended already".to_owned());
    }
    let data = &spec.data;
    let ids =
        |input: &InputSpec| !matches!(input, InputSpec::Numeric { .. } | InputSpec::Date { .. });
    let words = patient
        .profile
        .inputs
        .iter()
        .any(|input| input.text.is_some());
    if words || data.inputs.iter().any(ids) || data.texts.is_some() {
        return Err("words and categories cannot be blended".to_owned());
    }
    let PerOutput::All(Some(loss)) = &mut spec.compile.loss else {
        return Err("there are several losses".to_owned());
    };
    let class = loss.class_name.replace('_', "").to_lowercase();
    match class.as_str() {
        "sparsecategoricalcrossentropy" => {
            let snake = loss.class_name.contains('_');
            let name = if snake {
                "categorical_crossentropy"
            } else {
                "CategoricalCrossentropy"
            };
            name.clone_into(&mut loss.class_name);
            if spec.data.label_encoding.is_some() {
                spec.data.label_encoding = Some(LabelEncoding::OneHot);
            }
        }
        "binarycrossentropy" | "binaryfocalcrossentropy" => {
            return Err("class numbers of a yes or no cannot be blended; take two units and a categorical loss".to_owned());
        }
        _ => {}
    }
    let with = |alpha: f64| {
        let mut spec = spec.clone();
        spec.fit.mixup = Some(alpha);
        Change {
            what: format!("alpha {alpha}"),
            spec,
        }
    };
    Ok([0.2, 0.4].map(with).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, refusal, text};

    #[test]
    fn numbers_and_nothing_else() {
        let found = edits(&DEF, &digits());
        assert_eq!(found[0].spec.fit.mixup, Some(0.2));
        assert!(refusal(&DEF, &text()).contains("words"));
    }
}
