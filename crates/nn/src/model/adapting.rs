//! Keras's `adapt` for the layers of a model: each learns from what reaches it of some data, first those nearest to the inputs.
//!
//! A layer learns where nothing before it has weights: then what reaches it is a function of the data alone. Normalization without
//! mean and variance behind weights stays as it is in Keras (mean 0, variance 1); a vocabulary has to be given there.

use regimen_graph::{Fault, ModelFaults};

use crate::Layer;
use crate::host::{HostFault, HostLayer, HostValue};
use crate::model::on_host::named;
use crate::model::{Model, TensorRef};

impl Model {
    /// Names of the layers that have still to learn from data, in the order in which they do.
    pub fn unadapted(&self) -> Vec<String> {
        let mut names: Vec<String> = vec![];
        for (l, _) in self.order() {
            let node = &self.layers[l];
            if lacks(node.layer.as_ref()) && !names.contains(&node.name) {
                names.push(node.name.clone());
            }
        }
        names
    }

    /// Puts another layer in the place of the one with this name.
    pub fn replace_layer(&mut self, name: &str, layer: Box<dyn Layer>) {
        if let Some(node) = self.layers.iter_mut().find(|l| l.name == name) {
            node.layer = layer;
        }
    }

    /// The model whose layers have learnt. `each` shows all data, batch by batch, one value per input of the model; it is called
    /// once per layer that lacks something.
    pub fn adapt<E: From<ModelFaults>>(
        mut self,
        mut each: impl FnMut(&mut dyn FnMut(&[HostValue]) -> Result<(), ModelFaults>) -> Result<(), E>,
    ) -> Result<Model, E> {
        self.refuse_inside()?;
        for name in self.unadapted() {
            let Some(at) = self.layers.iter().position(|l| l.name == name) else {
                continue;
            };
            let node = &self.layers[at];
            let inputs: Vec<TensorRef> = (0..node.calls.len())
                .flat_map(|c| self.reads((at, c)))
                .collect();
            let Some(mut adapter) = node.layer.host().and_then(HostLayer::adapter) else {
                continue;
            };
            if node.layer.config().get("invert") == Some(&true.into())
                && node.layer.class_name() != "Normalization"
            {
                let fault = Fault::new(
                    "no vocabulary of a layer that gives tokens",
                    "`vocabulary`",
                    "Give it: what reaches the layer are indices, which tell no tokens.",
                );
                let layer = node.layer.class_name().to_string();
                return Err(named(&node.name, HostFault { layer, fault }).into());
            }
            let behind_weights = self.infos_on_host(&inputs, &self.host_inputs()).is_err();
            if behind_weights && node.layer.class_name() == "Normalization" {
                continue;
            }
            each(&mut |batch| {
                for value in self.run_on_host(&inputs, batch)? {
                    adapter.see(&value).map_err(|fault| named(&name, fault))?;
                }
                Ok(())
            })?;
            let learnt = adapter.finish().map_err(|fault| named(&name, fault))?;
            self.layers[at].layer = learnt;
        }
        Ok(self)
    }

    /// A layer that lacks something has to stand in the model itself, where what reaches it is known.
    fn refuse_inside(&self) -> Result<(), ModelFaults> {
        for node in &self.layers {
            if let Some(inner) = inside(node.layer.as_ref()) {
                let fault = Fault::new(
                    format!("`{inner}`, which has still to learn from data, inside another layer"),
                    "it among the layers of the model itself, or with what it would learn",
                    "Take it out of the layer around it, or give it its vocabulary, boundaries, or mean and variance.",
                );
                let layer = node.layer.class_name().to_string();
                return Err(named(&node.name, HostFault { layer, fault }));
            }
        }
        Ok(())
    }
}

fn lacks(layer: &dyn Layer) -> bool {
    layer.host().and_then(HostLayer::adapter).is_some()
}

/// The first layer inside that lacks something.
fn inside(layer: &dyn Layer) -> Option<String> {
    let children = layer.children();
    children
        .into_iter()
        .find_map(|(name, child)| match lacks(child) {
            true => Some(name),
            false => inside(child),
        })
}

/// [`Model::adapt`] on batches in memory, each a value per input of the model.
pub fn adapt_model(model: Model, batches: &[Vec<HostValue>]) -> Result<Model, ModelFaults> {
    model.adapt(|see| batches.iter().try_for_each(|batch| see(batch)))
}
