//! A compiled model as the doctor sees it.

use regimen_nn::losses;
use regimen_nn::model::{Model, TensorRef};
use regimen_run::ModelFacts;
use regimen_run::facts::{LayerFacts, OutputFacts};

use crate::{TrainError, Trainer};

impl Trainer<'_> {
    /// Layers, outputs, losses and optimizer in facts.
    pub fn facts(&self) -> Result<ModelFacts, TrainError> {
        let description = self.model.describe(&self.inputs)?;
        let layer = |row: &regimen_nn::model::LayerShape| {
            let node = &self.model.layers[row.layer];
            let (params, trainable_params) = description.params(&node.name);
            let inside =
                |path: &str| path == node.name || path.starts_with(&format!("{}/", node.name));
            let own = || description.weights.iter().filter(|w| inside(&w.layer));
            LayerFacts {
                path: node.name.clone(),
                class_name: node.layer.class_name().to_string(),
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
            activation: Some(output_activation(&self.model, *t)),
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
            metrics: self
                .compiled
                .metrics
                .iter()
                .map(|m| m.name.clone())
                .collect(),
        })
    }
}

/// The activation that makes a tensor, looked up through layers that do not change values in inference.
fn output_activation(model: &Model, tensor: TensorRef) -> String {
    let node = &model.layers[tensor.layer];
    if let Some(name) = node.layer.activation() {
        return name;
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
        _ => "linear".to_string(),
    }
}
