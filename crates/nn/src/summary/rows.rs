//! The rows of a summary: what stands in each column, for which layers.

use crate::model::{Description, LayerNode, Model, ModelKind, show_shape};
use crate::summary::{SummaryError, SummaryOptions, is_chain};

/// The layers to show, and what is known of them.
pub(super) struct Rows<'a> {
    pub(super) model: &'a Model,
    pub(super) chain: bool,
    pub(super) show_trainable: bool,
    expand_nested: bool,
    description: Option<&'a Description>,
    layers: Vec<usize>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        model: &'a Model,
        description: Option<&'a Description>,
        options: &SummaryOptions,
    ) -> Rows<'a> {
        Rows {
            model,
            chain: is_chain(model),
            show_trainable: options.show_trainable,
            expand_nested: options.expand_nested,
            description,
            layers: shown(model),
        }
    }

    /// Keeps the layers from the first whose name begins with `first` to the last whose name begins with `last`.
    pub(super) fn keep_range(&mut self, first: &str, last: &str) -> Result<(), SummaryError> {
        let places = |prefix: &str| -> Result<(usize, usize), SummaryError> {
            let named = |l: &usize| self.model.layers[*l].name.starts_with(prefix);
            match (
                self.layers.iter().position(named),
                self.layers.iter().rposition(named),
            ) {
                (Some(low), Some(high)) => Ok((low, high)),
                _ => Err(SummaryError::LayerRange {
                    name: prefix.to_string(),
                }),
            }
        };
        let (a, b) = (places(first)?, places(last)?);
        let (from, to) = if a.0 > b.1 { (b.0, a.1) } else { (a.0, b.1) };
        self.layers = self.layers[from..=to].to_vec();
        Ok(())
    }

    /// (trainable, not trainable) parameters.
    pub(super) fn totals(&self) -> (u64, u64) {
        let (all, trainable) = match self.description {
            Some(description) => description.params(""),
            None => self
                .model
                .layers
                .iter()
                .map(inner_params)
                .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)),
        };
        (trainable, all - trainable)
    }

    /// The fields of every row.
    pub(super) fn fields(&self) -> Vec<Vec<String>> {
        let calls = self.model.traversal().calls;
        let mut rows = vec![];
        for &layer in &self.layers {
            let node = &self.model.layers[layer];
            let mut connections: Vec<String> = vec![];
            for (_, call) in node
                .calls
                .iter()
                .enumerate()
                .filter(|(c, _)| calls.contains(&(layer, *c)))
            {
                let feeds = call
                    .inputs
                    .iter()
                    .chain(call.tensors.iter().map(|(_, t)| t));
                connections.extend(feeds.map(|t| {
                    format!(
                        "{}[{}][{}]",
                        self.model.layers[t.layer].name, t.call, t.tensor
                    )
                }));
            }
            let connected = if connections.is_empty() {
                "-".to_string()
            } else {
                connections.join(", ")
            };
            let place = Place {
                description: self.description,
                path: node.name.clone(),
                level: 0,
                frozen: false,
            };
            self.add(&mut rows, node, &place, &connected);
        }
        rows
    }

    fn add(
        &self,
        rows: &mut Vec<Vec<String>>,
        node: &LayerNode,
        place: &Place<'_>,
        connected: &str,
    ) {
        let prefix = if place.level == 0 {
            String::new()
        } else {
            "   ".repeat(place.level) + "└ "
        };
        let (all, _) = place.params(node);
        let params = match place.is_built(node) {
            true => super::with_commas(all),
            false => "0 (unbuilt)".to_string(),
        };
        let mut fields = vec![
            format!("{prefix}{} ({})", node.name, node.layer.class_name()),
            place.shape(node),
            params,
        ];
        if !self.chain {
            fields.push(connected.to_string());
        }
        let frozen = place.frozen || !node.trainable;
        if self.show_trainable {
            fields.push(
                if all == 0 {
                    "-"
                } else if frozen {
                    "N"
                } else {
                    "Y"
                }
                .to_string(),
            );
        }
        rows.push(fields);
        let Some(inner) = node.layer.model().filter(|_| self.expand_nested) else {
            return;
        };
        let own = if place.description.is_none() {
            declared(node)
        } else {
            None
        };
        for layer in shown(inner) {
            let child = &inner.layers[layer];
            let path = if own.is_some() {
                child.name.clone()
            } else {
                format!("{}/{}", place.path, child.name)
            };
            let description = own.as_ref().or(place.description);
            let place = Place {
                description,
                path,
                level: place.level + 1,
                frozen,
            };
            self.add(rows, child, &place, "-");
        }
    }
}

/// Where a layer stands, and what is known there.
struct Place<'d> {
    description: Option<&'d Description>,
    path: String,
    level: usize,
    frozen: bool,
}

impl Place<'_> {
    fn params(&self, node: &LayerNode) -> (u64, u64) {
        match self.description {
            Some(description) => description.params(&self.path),
            None => inner_params(node),
        }
    }

    /// In Keras a layer without weights needs no shapes to be built.
    fn is_built(&self, node: &LayerNode) -> bool {
        let has_weights = |n: &LayerNode| {
            let config = n.layer.config();
            config.keys().any(|k| k.ends_with("_initializer")) || !n.layer.children().is_empty()
        };
        self.description.is_some() || declared(node).is_some() || !has_weights(node)
    }

    fn shape(&self, node: &LayerNode) -> String {
        let inner;
        let outputs = match self.description {
            Some(description) => description.shapes.get(&self.path),
            None => {
                inner = declared(node).map(|d| d.outputs);
                inner.as_ref()
            }
        };
        let show = |shape: &Vec<Option<usize>>| show_shape(shape);
        match outputs.map(Vec::as_slice) {
            None | Some([]) => "?".to_string(),
            Some([one]) => show(one),
            Some(many) => format!("[{}]", many.iter().map(show).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// The layers that Keras lists: all of a functional model, no inputs of a Sequential one.
fn shown(model: &Model) -> Vec<usize> {
    match model.kind {
        ModelKind::Functional => model.traversal().layers,
        ModelKind::Sequential => (0..model.layers.len())
            .filter(|&l| model.layers[l].layer.class_name() != "InputLayer")
            .collect(),
    }
}

/// Shapes and weights of a nested model that declares its inputs itself.
fn declared(node: &LayerNode) -> Option<Description> {
    let model = node.layer.model()?;
    model.describe(&model.declared_inputs()?).ok()
}

fn inner_params(node: &LayerNode) -> (u64, u64) {
    declared(node).map_or((0, 0), |d| d.params(""))
}
