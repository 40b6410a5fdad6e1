//! Flatten in front of the dense layers at the end.

use crate::network::answer::Answer;
use crate::network::ranks::ranks;
use crate::network::{layer, stack};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "add_flatten",
    title: "Flatten in front of the dense layers at the end",
    explain: "Behind a convolution a dense layer answers at every place by itself; Flatten lets it see all places at once and answer once per row.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let end = Answer::of(&spec)?.place;
    let layers = stack(&mut spec)?;
    let ranks = ranks(patient, layers);
    match ranks[end] {
        Some(3..) => {}
        Some(_) => return Err("the output has one answer per row already".to_owned()),
        None => return Err("it is not known how many axes the output has".to_owned()),
    }
    // Layers that work on the last axis alone, or on each number.
    let alike = [
        "Dense",
        "Dropout",
        "Activation",
        "ReLU",
        "LeakyReLU",
        "LayerNormalization",
    ];
    let head = layers[..end]
        .iter()
        .rposition(|l| !alike.contains(&l.object.class_name.as_str()));
    layers.insert(head.map_or(0, |place| place + 1), layer("Flatten", []));
    Ok(one("Flatten", spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, edits, image, refusal};

    #[test]
    fn where_it_is_missing() {
        let mut patient = image();
        assert!(refusal(&DEF, &patient).contains("already"));
        stack(&mut patient.spec).expect("a stack").remove(3);
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(classes(fixed)[2..], ["Conv2D", "Flatten", "Dense", "Dense"]);
        patient.profile.inputs.clear();
        assert!(
            edits(&DEF, &patient).len() == 1,
            "a Conv2D tells how many axes there are"
        );
    }
}
