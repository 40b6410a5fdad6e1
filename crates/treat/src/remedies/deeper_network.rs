//! One hidden layer more.

use regimen_run::spec::LayerSpec;
use serde_json::json;

use crate::network::{another, convolves, hidden, layer, recurrent, stack};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "deeper_network",
    title: "One hidden layer more",
    explain: "Another layer like the last hidden one behind it (of 32 relu units where there is none): where training rows are not learnt.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let layers = stack(&mut spec)?;
    let grows = |l: &LayerSpec| {
        l.object.class_name == "Dense" || convolves(l) || recurrent::options(l).is_some()
    };
    let last = hidden(layers)
        .into_iter()
        .rfind(|place| grows(&layers[*place]));
    let Some(last) = last else {
        let end = layers.iter().rposition(|l| l.object.class_name == "Dense");
        let end = end.ok_or("the network has no Dense layer")?;
        let new = layer(
            "Dense",
            [("units", json!(32)), ("activation", json!("relu"))],
        );
        layers.insert(end, new);
        return Ok(one("a Dense of 32 relu units", spec));
    };
    let mut new = another(&layers[last]);
    let class = new.object.class_name.clone();
    if convolves(&new) {
        new.object
            .config
            .insert("padding".to_owned(), json!("same"));
        new.object.config.remove("strides");
    }
    if recurrent::options(&new).is_some() {
        recurrent::set_sequences(&mut layers[last], true);
    }
    let follows = layers.get(last + 1);
    let activation = follows
        .filter(|l| l.object.class_name == "Activation")
        .map(another);
    let behind = last + 1 + usize::from(activation.is_some());
    layers.insert(behind, new);
    if let Some(activation) = activation {
        layers.insert(behind + 1, activation);
    }
    Ok(one(format!("another {class}"), spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, digits, edits, option, sequence, with_layers};

    #[test]
    fn another_like_the_last() {
        let fixed = &edits(&DEF, &digits())[0];
        assert_eq!(classes(fixed), ["Dense", "Dense", "Dense"]);
        assert_eq!(option(fixed, 1, "units"), 16);
        let fixed = &edits(&DEF, &sequence())[0];
        assert_eq!(classes(fixed), ["Embedding", "LSTM", "LSTM", "Dense"]);
        assert_eq!(option(fixed, 1, "return_sequences"), true);
        assert!(option(fixed, 2, "return_sequences").is_null());
    }

    #[test]
    fn the_first_one() {
        let mut patient = digits();
        patient.spec = with_layers("{ class_name = \"Dense\", units = 3 }");
        assert_eq!(option(&edits(&DEF, &patient)[0], 0, "units"), 32);
    }

    #[test]
    fn a_convolution_keeps_sizes() {
        let mut patient = digits();
        patient.spec = with_layers(
            "{ class_name = \"Conv1D\", filters = 3, kernel_size = 2, strides = 2, name = \"a\" }, { class_name = \"Activation\", activation = \"relu\" }, \"Flatten\", { class_name = \"Dense\", units = 3 }",
        );
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(
            classes(fixed)[..4],
            ["Conv1D", "Activation", "Conv1D", "Activation"]
        );
        assert_eq!(option(fixed, 2, "padding"), "same");
        assert!(option(fixed, 2, "strides").is_null() && option(fixed, 2, "name").is_null());
    }
}
