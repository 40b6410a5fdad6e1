//! One hidden layer less.

use regimen_run::spec::LayerSpec;

use crate::network::{convolves, hidden, recurrent, stack};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "shallower_network",
    title: "One hidden layer less",
    explain: "Takes the last hidden layer out: less room to learn rows by heart, and a shorter way for gradients.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let layers = stack(&mut spec)?;
    let places = hidden(layers);
    let last = *places.last().ok_or("there is no hidden layer")?;
    // Another one of its kind before it.
    let other = |kind: fn(&LayerSpec) -> bool| {
        let mut before = places[..places.len() - 1].iter().rev();
        before.find(|place| kind(&layers[**place])).copied()
    };
    let class = layers[last].object.class_name.clone();
    if convolves(&layers[last]) {
        other(convolves).ok_or("there is one convolution only")?;
    } else if recurrent::options(&layers[last]).is_some() {
        let before = other(|l| recurrent::options(l).is_some());
        let before = before.ok_or("there is one recurrent layer only")?;
        let steps = recurrent::gives_sequences(&layers[last]);
        recurrent::set_sequences(&mut layers[before], steps);
    } else if class != "Dense" {
        return Err(format!("the last hidden layer is {class}, which is needed"));
    }
    layers.remove(last);
    let behind = ["Activation", "BatchNormalization", "Dropout"];
    while layers
        .get(last)
        .is_some_and(|l| behind.contains(&l.object.class_name.as_str()))
    {
        layers.remove(last);
    }
    Ok(one(format!("without the last hidden {class}"), spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, edits, image, refusal, sequence, table};

    #[test]
    fn without_the_last() {
        // With what belongs to it.
        assert_eq!(classes(&edits(&DEF, &table())[0]), ["Dense"]);
        let mut patient = image();
        patient.spec = edits(&DEF, &patient).remove(0).spec;
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(
            classes(fixed),
            ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
        );
        patient.spec = fixed.spec.clone();
        assert!(refusal(&DEF, &patient).contains("one convolution"));
        assert!(refusal(&DEF, &sequence()).contains("one recurrent"));
    }
}
