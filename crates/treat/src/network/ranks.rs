//! How many axes each layer of a stack gives, the batch's among them, by the classes of the layers.

use regimen_run::spec::LayerSpec;
use serde_json::Value;

use super::recurrent;
use crate::patient::Patient;

/// Axes of what each layer of a stack gives; `None` behind a layer that is not known, or where the data are not.
pub(crate) fn ranks(patient: &Patient, layers: &[LayerSpec]) -> Vec<Option<usize>> {
    let mut rank = match patient.profile.inputs.as_slice() {
        [one] if !one.shape.is_empty() => Some(one.shape.len() + 1),
        _ => None,
    };
    let mut all = vec![];
    for layer in layers {
        rank = behind(layer, rank);
        all.push(rank);
    }
    all
}

/// Axes behind a layer, from those before it.
fn behind(layer: &LayerSpec, rank: Option<usize>) -> Option<usize> {
    let config = &layer.object.config;
    let sizes = |option: &str| Some(config.get(option)?.as_array()?.len());
    let on = |option: &str| config.get(option).and_then(Value::as_bool) == Some(true);
    let class = layer.object.class_name.as_str();
    if let Some(own) = recurrent::options(layer) {
        let sequences = own.get("return_sequences").and_then(Value::as_bool);
        return Some(if sequences == Some(true) { 3 } else { 2 });
    }
    match class {
        "InputLayer" | "Input" => match (sizes("shape"), sizes("batch_shape")) {
            (Some(n), _) => Some(n + 1),
            (None, Some(n)) => Some(n),
            _ => rank,
        },
        "Flatten" => Some(2),
        "Reshape" => sizes("target_shape").map(|n| n + 1),
        "RepeatVector" => Some(3),
        "Embedding" => rank.map(|n| n + 1),
        _ if class.starts_with("Global") && on("keepdims") => dimensions(class),
        _ if class.starts_with("Global") => Some(2),
        _ => dimensions(class).or(rank),
    }
}

/// Axes of what a layer of a class such as `Conv2D` takes.
pub(crate) fn dimensions(class: &str) -> Option<usize> {
    ["1D", "2D", "3D"]
        .iter()
        .position(|end| class.ends_with(end) || class.contains(&format!("{end}Transpose")))
        .map(|n| n + 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{image, text};

    #[test]
    fn axes_of_a_text_and_an_image_network() {
        let of = |mut patient: Patient| {
            let layers = super::super::layers(&mut patient.spec)
                .expect("a list")
                .clone();
            ranks(&patient, &layers)
        };
        let some = |all: &[usize]| all.iter().map(|n| Some(*n)).collect::<Vec<_>>();
        // Embedding, Conv1D, GlobalMaxPooling1D, Dense, Dense.
        assert_eq!(of(text()), some(&[3, 3, 2, 2, 2]));
        // Conv2D, MaxPooling2D, Conv2D, Flatten, Dense, Dense.
        assert_eq!(of(image()), some(&[4, 4, 4, 2, 2, 2]));
    }
}
