//! The weights of a model's layers in the order of legacy files: those that are trained, then the others.

use std::collections::BTreeMap;

use regimen_nn::{Layer, Model, WeightInfo};

/// The weights that stand beside one layer's name.
#[derive(Debug)]
pub(super) struct OwnWeights<'a> {
    /// Name of the layer.
    pub(super) name: String,
    /// Its weights as they were made.
    pub(super) weights: Vec<&'a WeightInfo>,
    /// What owns them: by the path of the layer inside.
    pub(super) owners: BTreeMap<String, Owner>,
}

/// A layer that owns weights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    pub(super) class: &'static str,
    pub(super) channels_first: bool,
}

impl OwnWeights<'_> {
    /// The layer at a path, or the nearest one above it: cells are not always layers of their own.
    pub(super) fn owner(&self, path: &str) -> Option<Owner> {
        let mut path = path;
        loop {
            if let Some(owner) = self.owners.get(path) {
                return Some(*owner);
            }
            path = path.rsplit_once('/')?.0;
        }
    }

    /// Those that an optimizer moves come first. Of a frozen model within another one Keras 2 had them in that order all
    /// the same; the second order is the one in which they were made.
    pub(super) fn orders(&self) -> [Vec<&WeightInfo>; 2] {
        let (trained, others): (Vec<_>, Vec<_>) =
            self.weights.iter().copied().partition(|w| w.trainable);
        let is_state = |w: &&WeightInfo| {
            let name = w.path.rsplit('/').next().unwrap_or_default();
            name.starts_with("moving_") || name.starts_with("renorm_")
        };
        let by_kind: Vec<&WeightInfo> = match trained.is_empty() {
            true => {
                let (state, learned): (Vec<_>, Vec<_>) = others.iter().copied().partition(is_state);
                [learned, state].concat()
            }
            false => self.weights.clone(),
        };
        [[trained, others].concat(), by_kind]
    }
}

/// Layers with weights, in the order of the model.
pub(super) fn own_weights<'a>(model: &Model, weights: &'a [WeightInfo]) -> Vec<OwnWeights<'a>> {
    let mut all = vec![];
    for place in model.keras_order() {
        let node = &model.layers[place];
        let prefix = format!("{}/", node.name);
        let of_layer = |w: &&WeightInfo| w.layer == node.name || w.layer.starts_with(&prefix);
        let mut owners = BTreeMap::new();
        find_owners(node.layer.as_ref(), &node.name, &mut owners);
        let own = OwnWeights {
            name: node.name.clone(),
            weights: weights.iter().filter(of_layer).collect(),
            owners,
        };
        if !own.weights.is_empty() {
            all.push(own);
        }
    }
    all
}

/// The layers at and below a path.
fn find_owners(layer: &dyn Layer, path: &str, owners: &mut BTreeMap<String, Owner>) {
    if let Some(model) = layer.model() {
        for node in &model.layers {
            find_owners(
                node.layer.as_ref(),
                &format!("{path}/{}", node.name),
                owners,
            );
        }
        return;
    }
    let format = layer.config().get("data_format").cloned();
    let owner = Owner {
        class: layer.class_name(),
        channels_first: format.is_some_and(|format| format == "channels_first"),
    };
    owners.insert(path.to_owned(), owner);
    for (name, child) in layer.children() {
        find_owners(child, &format!("{path}/{name}"), owners);
    }
}
