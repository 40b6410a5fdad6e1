//! A network as data: its layers, found, changed and joined by others.
//!
//! Options of layers written in the run file can be changed in any network; layers are put between others only where
//! every layer reads the one before it.

pub(crate) mod answer;
pub(crate) mod ranks;
pub(crate) mod recurrent;

use regimen_run::RunSpec;
use regimen_run::spec::{KerasObject, LayerSpec, ModelSpec};
use serde_json::{Map, Value, json};

use crate::patient::{Change, Patient};

/// Layers with weights of their own, and the option that says how wide they are.
const WIDTHS: &[(&str, &str)] = &[
    ("Dense", "units"),
    ("LSTM", "units"),
    ("GRU", "units"),
    ("SimpleRNN", "units"),
    ("Conv1D", "filters"),
    ("Conv2D", "filters"),
    ("Conv3D", "filters"),
    ("SeparableConv1D", "filters"),
    ("SeparableConv2D", "filters"),
    ("Embedding", "output_dim"),
];

/// Why layers of a Keras config are not changed.
const KERAS_CONFIG: &str =
    "the model is a Keras config: write its layers in the run file to have them changed";

/// The layers; why not, where the run file holds none.
pub(crate) fn layers(spec: &mut RunSpec) -> Result<&mut Vec<LayerSpec>, String> {
    match &mut spec.model {
        ModelSpec::Layers(list) => Ok(&mut list.layers),
        ModelSpec::Keras(_) => Err(KERAS_CONFIG.to_owned()),
    }
}

/// The layers of a network in which every one reads the one before it.
pub(crate) fn stack(spec: &mut RunSpec) -> Result<&mut Vec<LayerSpec>, String> {
    let layers = layers(spec)?;
    match layers.iter().any(|layer| !layer.inbound.is_empty()) {
        true => Err("the layers name their inputs: none can be put between them".to_owned()),
        false => Ok(layers),
    }
}

/// Puts a layer behind all others of a stack.
pub(crate) fn append(spec: &mut RunSpec, new: LayerSpec) -> Result<(), String> {
    if !answer::list(spec)?.outputs.is_empty() {
        return Err("the outputs are named: none can be put behind them".to_owned());
    }
    stack(spec)?.push(new);
    Ok(())
}

/// Puts a layer before all others of a stack, behind an `InputLayer` where there is one.
pub(crate) fn prepend(spec: &mut RunSpec, new: LayerSpec) -> Result<(), String> {
    let layers = stack(spec)?;
    let inputs = inputs(layers);
    if inputs > 1 {
        return Err("the model has several inputs".to_owned());
    }
    let shaped = ["input_shape", "batch_input_shape", "input_dim"];
    let first = layers
        .get(inputs)
        .filter(|l| l.object.class_name != "Embedding");
    if first.is_some_and(|l| shaped.iter().any(|o| l.object.config.contains_key(*o))) {
        return Err("the first layer states the shape of a row: give it an InputLayer".to_owned());
    }
    layers.insert(inputs, new);
    Ok(())
}

/// How many layers at the beginning are inputs.
pub(crate) fn inputs(layers: &[LayerSpec]) -> usize {
    let input = |l: &&LayerSpec| ["InputLayer", "Input"].contains(&l.object.class_name.as_str());
    layers.iter().take_while(input).count()
}

/// A layer like another one, to stand behind it: without its name and without what the first layer says of rows.
pub(crate) fn another(layer: &LayerSpec) -> LayerSpec {
    let mut next = layer.clone();
    let own = [
        "name",
        "input_shape",
        "batch_input_shape",
        "batch_shape",
        "weights",
    ];
    next.object
        .config
        .retain(|key, _| !own.contains(&key.as_str()));
    next
}

/// Whether a layer is a convolution with a kernel of its own.
pub(crate) fn convolves(layer: &LayerSpec) -> bool {
    layer.object.class_name.contains("Conv") && !layer.object.class_name.contains("LSTM")
}

/// The option that says how wide a layer is.
pub(crate) fn width_option(layer: &LayerSpec) -> Option<&'static str> {
    let class = layer.object.class_name.as_str();
    let known = WIDTHS.iter().find(|(name, _)| *name == class);
    known.map(|(_, option)| *option)
}

/// Places of the layers with weights but for those that answer: the last one, and all that no layer reads.
pub(crate) fn hidden(layers: &[LayerSpec]) -> Vec<usize> {
    let wide = |i: &usize| width_option(&layers[*i]).is_some();
    let named = |name: &str| layers.iter().any(|l| l.inbound.iter().any(|n| n == name));
    let read = |i: &usize| {
        let name = layers[*i].object.config.get("name").and_then(Value::as_str);
        let next = layers.get(i + 1).is_some_and(|l| l.inbound.is_empty());
        next || name.is_some_and(named)
    };
    let mut places: Vec<usize> = (0..layers.len()).filter(wide).collect();
    places.pop();
    places.retain(read);
    places
}

/// A layer of a class with these options.
pub(crate) fn layer<const N: usize>(class: &str, options: [(&str, Value); N]) -> LayerSpec {
    LayerSpec {
        object: object(class, options),
        inbound: vec![],
    }
}

/// A Keras object of a class with these options.
pub(crate) fn object<const N: usize>(class: &str, options: [(&str, Value); N]) -> KerasObject {
    KerasObject {
        class_name: class.to_owned(),
        config: Map::from_iter(options.map(|(name, value)| (name.to_owned(), value))),
    }
}

/// The network with a layer behind each hidden layer of these classes, behind the `Activation` that follows it.
pub(crate) fn behind_hidden(
    spec: &RunSpec,
    classes: &[&str],
    new: &LayerSpec,
) -> Result<RunSpec, String> {
    let mut spec = spec.clone();
    let layers = stack(&mut spec)?;
    let places: Vec<usize> = hidden(layers)
        .into_iter()
        .filter(|i| classes.contains(&layers[*i].object.class_name.as_str()))
        .collect();
    if places.is_empty() {
        return Err(format!("no hidden layer is one of {}", classes.join(", ")));
    }
    for place in places.into_iter().rev() {
        let follows = layers.get(place + 1);
        let activation = follows.is_some_and(|l| l.object.class_name == "Activation");
        layers.insert(place + 1 + usize::from(activation), new.clone());
    }
    Ok(spec)
}

/// A change for each factor that the width of every hidden layer is multiplied by, under its name.
pub(crate) fn widths(patient: &Patient, factors: &[(f64, &str)]) -> Result<Vec<Change>, String> {
    let change = |(factor, what): &(f64, &str)| {
        Ok(Change {
            what: (*what).to_owned(),
            spec: scaled(&patient.spec, *factor)?,
        })
    };
    factors.iter().map(change).collect()
}

/// The network with the width of every hidden layer times `factor`, 1 at least.
fn scaled(spec: &RunSpec, factor: f64) -> Result<RunSpec, String> {
    let mut spec = spec.clone();
    let layers = layers(&mut spec)?;
    let mut changed = false;
    for place in hidden(layers) {
        let layer = &mut layers[place];
        let Some(option) = width_option(layer) else {
            continue;
        };
        let Some(width) = layer.object.config.get(option).and_then(Value::as_u64) else {
            continue;
        };
        let next = ((width as f64 * factor).round() as u64).max(1);
        changed |= next != width;
        layer.object.config.insert(option.to_owned(), json!(next));
    }
    match changed {
        true => Ok(spec),
        false => Err("no hidden layer has a width that could change".to_owned()),
    }
}

/// The network with a penalty on the kernels of all layers, and on the tables of embeddings.
pub(crate) fn penalized(spec: &RunSpec, penalty: &Value) -> Result<RunSpec, String> {
    let mut spec = spec.clone();
    let mut changed = false;
    for layer in layers(&mut spec)?.iter_mut() {
        let option = match layer.object.class_name.as_str() {
            "Embedding" => "embeddings_regularizer",
            _ if width_option(layer).is_some() => "kernel_regularizer",
            _ => continue,
        };
        let known = layer.object.config.get(option);
        if known.is_none_or(|value| value.is_null() || value == "None") {
            layer
                .object
                .config
                .insert(option.to_owned(), penalty.clone());
            changed = true;
        }
    }
    match changed {
        true => Ok(spec),
        false => Err("every layer with weights has a penalty already".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::patient;

    #[test]
    fn widths_penalties_and_layers_between() {
        let spec = patient().spec;
        let half = scaled(&spec, 0.5).expect("has hidden layers");
        let widths = |mut spec: RunSpec| -> Vec<u64> {
            let layers = layers(&mut spec).expect("a list");
            let units = layers.iter().filter_map(|l| l.object.config.get("units"));
            units.filter_map(Value::as_u64).collect()
        };
        assert_eq!(widths(half), [8, 3]);
        let dropped = behind_hidden(&spec, &["Dense"], &layer("Dropout", [("rate", json!(0.3))]));
        let classes = |mut spec: RunSpec| -> Vec<String> {
            let layers = layers(&mut spec).expect("a list");
            layers.iter().map(|l| l.object.class_name.clone()).collect()
        };
        assert_eq!(
            classes(dropped.expect("a stack")),
            ["Dense", "Dropout", "Dense"]
        );
        let l2 = json!({"class_name": "L2", "config": {"l2": 1e-3}});
        let once = penalized(&spec, &l2).expect("has kernels");
        assert!(penalized(&once, &l2).is_err(), "a second one is refused");
    }
}
