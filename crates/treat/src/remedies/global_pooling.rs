//! Mean or maximum over all places, in place of the last step or of every place by itself.

use regimen_run::spec::LayerSpec;

use crate::network::ranks::ranks;
use crate::network::{convolves, layer, recurrent, stack};
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "global_pooling",
    title: "Mean or maximum over all places",
    explain: "Of a recurrent layer the mean or the largest over all steps instead of the last one alone, to which the first words have a long way; behind convolutions in place of Flatten, which has weights for every place.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    ["Average", "Max"]
        .into_iter()
        .map(|kind| {
            let mut spec = patient.spec.clone();
            let layers = stack(&mut spec)?;
            let ranks = ranks(patient, layers);
            pool(layers, &ranks, kind)?;
            Ok(Change {
                what: format!("Global{kind}Pooling"),
                spec,
            })
        })
        .collect()
}

fn pool(layers: &mut Vec<LayerSpec>, ranks: &[Option<usize>], kind: &str) -> Result<(), String> {
    let states =
        |l: &LayerSpec| recurrent::options(l).is_some_and(|o| o.contains_key("return_state"));
    let last = layers.iter().rposition(|l| recurrent::options(l).is_some());
    if let Some(last) = last
        && !recurrent::gives_sequences(&layers[last])
        && !states(&layers[last])
    {
        recurrent::set_sequences(&mut layers[last], true);
        layers.insert(last + 1, layer(&format!("Global{kind}Pooling1D"), []));
        return Ok(());
    }
    let flat = layers
        .iter()
        .rposition(|l| l.object.class_name == "Flatten");
    let flat =
        flat.ok_or("there is no Flatten, and no recurrent layer that ends with its last step")?;
    let finds = |l: &LayerSpec| {
        convolves(l) || recurrent::options(l).is_some() || l.object.class_name == "Embedding"
    };
    if !layers[..flat].iter().any(finds) {
        return Err("Flatten stands behind no convolution: places mean something".to_owned());
    }
    let size = match flat.checked_sub(1).and_then(|before| ranks[before]) {
        Some(rank @ 3..=5) => rank - 2,
        _ => return Err("it is not known how many axes Flatten gets".to_owned()),
    };
    layers[flat] = layer(&format!("Global{kind}Pooling{size}D"), []);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, edits, image, refusal, sequence, text};

    #[test]
    fn over_steps_and_over_places() {
        let steps = edits(&DEF, &sequence());
        assert_eq!(
            classes(&steps[0]),
            ["Embedding", "LSTM", "GlobalAveragePooling1D", "Dense"]
        );
        assert_eq!(crate::cases::option(&steps[0], 1, "return_sequences"), true);
        assert_eq!(classes(&edits(&DEF, &image())[1])[3], "GlobalMaxPooling2D");
        assert!(refusal(&DEF, &text()).contains("no Flatten"));
    }

    #[test]
    fn flat_pictures_without_a_convolution_stay() {
        let mut patient = image();
        stack(&mut patient.spec).expect("a stack").drain(..3);
        assert!(refusal(&DEF, &patient).contains("no convolution"));
    }
}
