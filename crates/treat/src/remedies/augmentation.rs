//! Images changed at random.

use regimen_run::spec::{AugmentSpec, Change as Step, DataSpec, Fill, FlipMode};

use crate::network::answer::list;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "augmentation",
    title: "Images changed at random",
    explain: "Moves images by up to a tenth and turns them by up to 18 degrees while they are learnt; the second strength mirrors them, too, which letters, digits and signs do not stand. For texts there are token_dropout and token_swap.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let data = &patient.spec.data;
    if !data.augment.is_empty() || drawn_in_layers(patient) {
        return Err("rows are changed at random already".to_owned());
    }
    let fill = Fill::default();
    let moved = Step::Shift {
        height_factor: [-0.1, 0.1],
        width_factor: [-0.1, 0.1],
        fill,
    };
    let turned = Step::Rotate {
        factor: [-0.05, 0.05],
        fill,
    };
    let mirrored = Step::Flip {
        mode: FlipMode::Horizontal,
    };
    let input = image(data, patient)?;
    let with = |what: &str, steps: Vec<Step>| {
        let mut spec = patient.spec.clone();
        let step = |change| AugmentSpec {
            input: input.clone(),
            change,
        };
        spec.data.augment = steps.into_iter().map(step).collect();
        Change {
            what: what.to_owned(),
            spec,
        }
    };
    Ok(vec![
        with("shift and rotate", vec![moved.clone(), turned.clone()]),
        with("shift, rotate and flip", vec![moved, turned, mirrored]),
    ])
}

/// Whether layers of the model change images at random.
fn drawn_in_layers(patient: &Patient) -> bool {
    let layers = list(&patient.spec).map(|list| &list.layers);
    layers.is_ok_and(|all| {
        all.iter()
            .any(|l| l.object.class_name.starts_with("Random"))
    })
}

/// Name of the input of images; `None` where it needs none.
fn image(data: &DataSpec, patient: &Patient) -> Result<Option<String>, String> {
    if data.images.is_none() && data.arrays().is_none() {
        return Err("the input is no image".to_owned());
    }
    let pictures = |shape: &[usize]| match shape {
        [height, width] => data.idx.is_some() && *height >= 8 && *width >= 8,
        [height, width, channels] => *height >= 8 && *width >= 8 && [1, 3, 4].contains(channels),
        _ => false,
    };
    let inputs = &patient.profile.inputs;
    let mut found = inputs.iter().filter(|input| pictures(&input.shape));
    match (found.next(), found.next()) {
        (Some(one), None) if inputs.len() > 1 => Ok(one.name.clone()),
        (Some(_), None) => Ok(None),
        (None, _) => Err("the input is no image".to_owned()),
        _ => Err("several inputs are images".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, image, refusal, text};

    #[test]
    fn images_and_nothing_else() {
        let mut patient = image();
        let both = edits(&DEF, &patient);
        assert_eq!(both.len(), 2);
        assert_eq!(both[1].spec.data.augment[2].change.kind(), "flip");
        patient.spec = both[0].spec.clone();
        assert!(refusal(&DEF, &patient).contains("already"));
        for other in [digits(), text()] {
            assert!(refusal(&DEF, &other).contains("no image"));
        }
    }
}
