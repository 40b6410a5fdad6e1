//! Sums past hidden layers.

use regimen_run::spec::LayerSpec;
use serde_json::{Value, json};

use crate::network::{convolves, hidden, layer, stack, width_option};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "residual_connections",
    title: "Sums past hidden layers",
    explain: "Adds what a hidden layer gets to what it gives, where both are equally wide: gradients reach the first layers undiminished (He et al., 2016).",
    changes,
};

/// Layers that leave shapes alone.
const ALIKE: &[&str] = &[
    "Activation",
    "ReLU",
    "LeakyReLU",
    "Dropout",
    "BatchNormalization",
    "LayerNormalization",
];

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let layers = stack(&mut spec)?;
    let places = hidden(layers);
    let alike = |from: usize, to: usize| layers[from + 1..to].iter().all(shapes_stay);
    let bridged = |pair: &&[usize]| {
        let (before, place) = (&layers[pair[0]], &layers[pair[1]]);
        same_width(before, place) && alike(pair[0], pair[1])
    };
    let found: Vec<usize> = places.windows(2).filter(bridged).map(|p| p[1]).collect();
    let count = found.len();
    for place in found.into_iter().rev() {
        let activation = layers
            .get(place + 1)
            .is_some_and(|l| l.object.class_name == "Activation");
        let end = place + usize::from(activation);
        let inbound = vec![named(layers, place - 1), named(layers, end)];
        let mut sum = layer("Add", []);
        sum.inbound = inbound;
        layers.insert(end + 1, sum);
    }
    match count {
        0 => Err("no hidden layer is as wide as the one before it".to_owned()),
        n => Ok(one(format!("past {n} layers"), spec)),
    }
}

fn shapes_stay(layer: &LayerSpec) -> bool {
    ALIKE.contains(&layer.object.class_name.as_str())
}

/// Whether the second of two hidden layers gives the shape that the first one gave.
fn same_width(before: &LayerSpec, layer: &LayerSpec) -> bool {
    let width = |l: &LayerSpec| {
        l.object
            .config
            .get(width_option(l)?)
            .and_then(Value::as_u64)
    };
    let config = &layer.object.config;
    let plain = ["strides", "data_format"]
        .iter()
        .all(|option| !config.contains_key(*option));
    let keeps = match layer.object.class_name.as_str() {
        "Dense" => true,
        _ => convolves(layer) && plain && config.get("padding") == Some(&json!("same")),
    };
    keeps
        && before.object.class_name == layer.object.class_name
        && width(before).is_some()
        && width(before) == width(layer)
}

/// The name of a layer, which gets one where it has none.
fn named(layers: &mut [LayerSpec], place: usize) -> String {
    let taken: Vec<String> = (layers.iter())
        .filter_map(|l| l.object.config.get("name")?.as_str().map(str::to_owned))
        .collect();
    let config = &mut layers[place].object.config;
    if let Some(name) = config.get("name").and_then(Value::as_str) {
        return name.to_owned();
    }
    let mut name = format!("hidden_{place}");
    while taken.contains(&name) {
        name.push('_');
    }
    config.insert("name".to_owned(), json!(name));
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, deep, digits, edits, image, refusal};
    use crate::network::answer::list;

    #[test]
    fn past_a_layer_as_wide_as_the_one_before_it() {
        let fixed = &edits(&DEF, &deep())[0];
        assert_eq!(classes(fixed), ["Dense", "Dense", "Add", "Dense"]);
        let sum = &list(&fixed.spec).expect("a list").layers[2];
        assert_eq!(sum.inbound, ["hidden_0", "hidden_1"]);
        for other in [digits(), image()] {
            assert!(refusal(&DEF, &other).contains("as wide"));
        }
    }
}
