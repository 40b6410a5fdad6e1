//! A compiled model as the doctor sees it.

use regimen_nn::model::{LayerNode, Model, TensorRef};
use regimen_nn::{Layer, losses};
use regimen_run::ModelFacts;
use regimen_run::facts::{LayerFacts, OutputFacts};
use serde_json::{Map, Value};

use crate::{TrainError, Trainer};

impl Trainer<'_> {
    /// Layers, outputs, losses and optimizer in facts.
    pub fn facts(&self) -> Result<ModelFacts, TrainError> {
        let description = self.model.describe(&self.inputs)?;
        let place_of = |read: Vec<usize>| -> Vec<usize> {
            let place = |layer: &usize| {
                description
                    .layers
                    .iter()
                    .position(|row| row.layer == *layer)
            };
            read.iter().filter_map(place).collect()
        };
        let layer = |row: &regimen_nn::model::LayerShape| {
            let node = &self.model.layers[row.layer];
            let (params, trainable_params) = description.params(&node.name);
            let inside =
                |path: &str| path == node.name || path.starts_with(&format!("{}/", node.name));
            let own = || description.weights.iter().filter(|w| inside(&w.layer));
            LayerFacts {
                path: node.name.clone(),
                class_name: node.layer.class_name().to_string(),
                config: short_options(node.layer.config()),
                inputs: Some(place_of(feeding(node))),
                output_shape: row.outputs.first().cloned().unwrap_or_default(),
                params,
                trainable_params,
                activation: node.layer.activation(),
                regularized: own().any(|w| w.regularizer.is_some()),
                reached: !self
                    .unreached
                    .iter()
                    .any(|path| inside(path.rsplit_once('/').map_or("", |p| p.0))),
            }
        };
        let output = |(i, t): (usize, &TensorRef)| OutputFacts {
            path: self.model.layers[t.layer].name.clone(),
            shape: description.outputs[i].clone(),
            activation: output_activation(&self.model, *t),
            loss: self.compiled.loss_of(i).map(losses::log_name),
            from_logits: self.compiled.loss_of(i).is_some_and(|l| l.from_logits()),
        };
        let optimizer = &self.compiled.optimizer;
        Ok(ModelFacts {
            layers: description.layers.iter().map(layer).collect(),
            outputs: self.model.outputs.iter().enumerate().map(output).collect(),
            optimizer: Some(optimizer.class_name().to_string()),
            learning_rate: optimizer
                .rules()
                .first()
                .map(|rule| rule.common().learning_rate.at(0)),
            momentum: optimizer.rules().first().and_then(|rule| rule.momentum()),
            metrics: self
                .compiled
                .metrics
                .iter()
                .map(|m| m.name.clone())
                .collect(),
        })
    }
}

/// Longest list of an option that findings look at; vocabularies and tables are left out.
const LONGEST_OPTION: usize = 64;

fn short_options(mut config: Map<String, Value>) -> Map<String, Value> {
    config.retain(|_, value| {
        value
            .as_array()
            .is_none_or(|list| list.len() <= LONGEST_OPTION)
    });
    config
}

/// Places in the model of the layers that a layer reads, over all its calls.
fn feeding(node: &LayerNode) -> Vec<usize> {
    let read = node.calls.iter().flat_map(|call| &call.inputs);
    let mut places: Vec<usize> = read.map(|tensor| tensor.layer).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The activation that makes a tensor, looked up through layers that do not change values in inference; none where it cannot be
/// told: what a program's own layer, a function or an operation makes may be anything.
fn output_activation(model: &Model, tensor: TensorRef) -> Option<String> {
    let node = &model.layers[tensor.layer];
    if let Some(name) = own_activation(node.layer.as_ref(), tensor.tensor) {
        return Some(name);
    }
    if !node.layer.module().starts_with("keras.layers") && node.layer.model().is_none() {
        return None;
    }
    let passes = [
        "Dropout",
        "AlphaDropout",
        "GaussianDropout",
        "GaussianNoise",
        "ActivityRegularization",
        "SpatialDropout1D",
        "Reshape",
        "Flatten",
        "Identity",
    ];
    let feeds = node.calls.get(tensor.call).and_then(|c| c.inputs.first());
    match feeds {
        Some(before) if passes.contains(&node.layer.class_name()) => {
            output_activation(model, *before)
        }
        _ if node.layer.model().is_some() => None,
        _ => Some("linear".to_string()),
    }
}

/// The activation at the end of a layer, of a nested model's output, or of what a wrapper holds.
fn own_activation(layer: &dyn Layer, tensor: usize) -> Option<String> {
    if let Some(inner) = layer.model() {
        let output = inner.outputs.get(tensor)?;
        return output_activation(inner, *output);
    }
    let wraps = ["TimeDistributed", "SpectralNormalization"].contains(&layer.class_name());
    let children = layer.children();
    let held = children.first().filter(|_| wraps);
    let of_held = |(_, held): &(String, &dyn Layer)| own_activation(*held, tensor);
    layer.activation().or_else(|| held.and_then(of_held))
}

#[cfg(test)]
mod tests {
    use regimen_nn::layers::{Dense, Dropout, TimeDistributed};
    use regimen_nn::model::{Functional, Sequential};

    use super::*;

    fn of(model: &Model) -> String {
        output_activation(model, model.outputs[0]).unwrap_or_default()
    }

    #[test]
    fn the_activation_of_an_output_is_found_inside_of_layers() {
        let softmax = || Dense::new(3usize).activation("softmax");
        let stack = || {
            Sequential::new()
                .add(softmax())
                .add(Dropout::new(0.5))
                .build()
        };
        assert_eq!(of(&stack()), "softmax");
        let mut f = Functional::new();
        let x = f.input("x", [4]);
        let nested = f.apply(stack(), &[x]);
        assert_eq!(of(&f.build(&[x], &[nested])), "softmax");
        let steps = |layer: TimeDistributed| Sequential::new().add(layer).build();
        assert_eq!(of(&steps(TimeDistributed::new(softmax()))), "softmax");
        assert_eq!(of(&steps(TimeDistributed::new(stack()))), "softmax");
        assert_eq!(
            of(&steps(TimeDistributed::new(Dense::new(3usize)))),
            "linear"
        );
    }
}
