//! The end of a network: the Dense layer that answers, and the activations between it and the loss.

use regimen_run::RunSpec;
use regimen_run::spec::{LayerList, LayerSpec, ModelSpec};
use serde_json::{Map, Value, json};

use super::KERAS_CONFIG;

/// Layers that are an activation and nothing else.
const ACTIVATIONS: &[&str] = &["Activation", "Softmax", "ReLU", "LeakyReLU", "ELU", "PReLU"];

/// Layers that do not change numbers in inference.
const PASSES: &[&str] = &[
    "Dropout",
    "AlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
    "ActivityRegularization",
    "Reshape",
    "Flatten",
    "Identity",
];

/// Where a network answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Place of the Dense layer.
    pub place: usize,
    /// Places of the layers behind it that are activations, in order.
    pub activations: Vec<usize>,
}

impl Answer {
    /// The end of a network with one output; why it has none that could be changed.
    pub fn of(spec: &RunSpec) -> Result<Answer, String> {
        let list = list(spec)?;
        let layers = &list.layers;
        let named = |name: &String| layers.iter().position(|layer| name_of(layer) == Some(name));
        let mut at = match list.outputs.as_slice() {
            [] => layers.len().checked_sub(1),
            [one] => named(one),
            _ => return Err("the model has several outputs".to_owned()),
        };
        let mut activations = vec![];
        while let Some(place) = at {
            let layer = &layers[place];
            let class = layer.object.class_name.as_str();
            if class == "Dense" {
                activations.reverse();
                return Ok(Answer { place, activations });
            }
            if ACTIVATIONS.contains(&class) {
                activations.push(place);
            } else if !PASSES.contains(&class) {
                return Err(format!("the network ends with {class}, not with Dense"));
            }
            at = match layer.inbound.as_slice() {
                [] => place.checked_sub(1),
                [one] => named(one),
                _ => None,
            };
        }
        Err("the network does not end with a Dense layer".to_owned())
    }

    /// Units of the Dense layer.
    pub fn units(&self, layers: &[LayerSpec]) -> Option<u64> {
        layers[self.place].object.config.get("units")?.as_u64()
    }

    /// The activations that numbers go through, `linear` ones left out.
    pub fn squashed_by(&self, layers: &[LayerSpec]) -> Vec<String> {
        let places = std::iter::once(&self.place).chain(&self.activations);
        let all = places.map(|place| activation(&layers[*place]));
        all.filter(|name| name != "linear").collect()
    }

    /// The last of them, which makes the answer.
    pub fn activation(&self, layers: &[LayerSpec]) -> String {
        self.squashed_by(layers)
            .pop()
            .unwrap_or("linear".to_owned())
    }

    /// Makes one activation the only one; gives whether that changes anything.
    pub fn set_activation(&self, layers: &mut [LayerSpec], wanted: &str) -> bool {
        let only = match wanted {
            "linear" => vec![],
            name => vec![name.to_owned()],
        };
        if self.squashed_by(layers) == only {
            return false;
        }
        let places = std::iter::once(&self.place).chain(&self.activations);
        let last = self.activations.last().unwrap_or(&self.place);
        for place in places {
            let name = if place == last { wanted } else { "linear" };
            put(&mut layers[*place], name);
        }
        true
    }
}

/// The layers and outputs of a network; why not, where the run file holds none.
pub(crate) fn list(spec: &RunSpec) -> Result<&LayerList, String> {
    match &spec.model {
        ModelSpec::Layers(list) => Ok(list),
        ModelSpec::Keras(_) => Err(KERAS_CONFIG.to_owned()),
    }
}

/// The name that the run file gives a layer.
fn name_of(layer: &LayerSpec) -> Option<&str> {
    layer.object.config.get("name")?.as_str()
}

/// Name of a layer's activation; `linear` where it has none.
pub(crate) fn activation(layer: &LayerSpec) -> String {
    match layer.object.class_name.as_str() {
        "Softmax" => "softmax".to_owned(),
        "ReLU" => "relu".to_owned(),
        "LeakyReLU" => "leaky_relu".to_owned(),
        "ELU" => "elu".to_owned(),
        "PReLU" => "prelu".to_owned(),
        _ => named(layer.object.config.get("activation")),
    }
}

fn named(value: Option<&Value>) -> String {
    let name = match value {
        Some(Value::String(name)) => name.as_str(),
        Some(Value::Object(object)) => object
            .get("class_name")
            .and_then(Value::as_str)
            .unwrap_or("linear"),
        _ => "linear",
    };
    match name {
        "None" => "linear".to_owned(),
        name => name.to_lowercase(),
    }
}

/// Gives a layer an activation; one that is an activation and nothing else becomes `Activation`.
fn put(layer: &mut LayerSpec, activation: &str) {
    if layer.object.class_name == "Dense" {
        match activation {
            "linear" => layer.object.config.remove("activation"),
            name => layer
                .object
                .config
                .insert("activation".to_owned(), json!(name)),
        };
        return;
    }
    let name = layer.object.config.remove("name");
    layer.object.class_name = "Activation".to_owned();
    layer.object.config = Map::from_iter(name.map(|name| ("name".to_owned(), name)));
    layer
        .object
        .config
        .insert("activation".to_owned(), json!(activation));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::with_layers;

    fn layers(text: &str) -> (RunSpec, Answer) {
        let spec = with_layers(text);
        let answer = Answer::of(&spec).expect("a Dense at the end");
        (spec, answer)
    }

    #[test]
    fn the_activation_of_the_answer_in_its_layer_or_behind_it() {
        let (mut spec, answer) = layers(
            "{ class_name = \"Dense\", units = 3, activation = \"relu\" }, { class_name = \"Dropout\", rate = 0.1 }, \"Softmax\"",
        );
        let of = |spec: &RunSpec| answer.squashed_by(&list(spec).expect("a list").layers);
        assert_eq!(of(&spec), ["relu", "softmax"]);
        let layers = super::super::layers(&mut spec).expect("a list");
        assert!(answer.set_activation(layers, "softmax"));
        assert!(!answer.set_activation(layers, "softmax"), "done already");
        assert_eq!(of(&spec), ["softmax"]);
        let layers = super::super::layers(&mut spec).expect("a list");
        assert!(answer.set_activation(layers, "linear"));
        assert!(of(&spec).is_empty());
    }

    #[test]
    fn a_network_that_answers_otherwise_is_refused() {
        let said = Answer::of(&with_layers("{ class_name = \"LSTM\", units = 3 }"));
        assert_eq!(
            said,
            Err("the network ends with LSTM, not with Dense".into())
        );
    }
}
