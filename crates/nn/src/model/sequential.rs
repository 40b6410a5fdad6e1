//! Sequential: a plain stack of layers, from Rust.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::DType;

use crate::model::{CallSpec, InputInfo, LayerNode, Model, ModelKind, TensorRef, free_name};
use crate::{Layer, layers::InputLayer, policy::Policy};

/// A stack of layers under construction.
///
/// ```
/// use regimen_nn::{layers::Dense, model::Sequential};
/// let model = Sequential::new().input([64]).add(Dense::new(16usize).activation("relu")).add(Dense::new(1usize)).build();
/// assert_eq!(model.layers.len(), 3);
/// ```
#[derive(Debug, Default)]
pub struct Sequential {
    name: Option<String>,
    nodes: Vec<LayerNode>,
}

impl Sequential {
    /// An empty stack.
    pub fn new() -> Sequential {
        Sequential::default()
    }

    /// Names the model.
    pub fn named(mut self, name: &str) -> Sequential {
        self.name = Some(name.to_string());
        self
    }

    /// The shape of one sample, float32. Without it the data decides.
    pub fn input<const N: usize>(self, shape: [usize; N]) -> Sequential {
        self.input_info(InputInfo {
            shape: shape.iter().map(|&d| Some(d)).collect(),
            dtype: DType::F32,
        })
    }

    /// The shape of one sample of texts, for layers on the host: see [`Model::split_host`].
    pub fn input_texts<const N: usize>(self, shape: [usize; N]) -> Sequential {
        let layer = InputLayer::of_texts(&shape.map(Some));
        let mut model = match layer.info() {
            Some(info) => self.input_info(info),
            None => self,
        };
        if let Some(first) = model.nodes.first_mut() {
            first.layer = Box::new(layer);
        }
        model
    }

    /// The shape and type of one sample.
    pub fn input_info(self, info: InputInfo) -> Sequential {
        self.input_layer(InputLayer::of(Some(&info)))
    }

    /// An input with batches of a fixed size, as stateful layers need it: rows, then the shape of one sample.
    pub fn batch_input<const N: usize>(self, rows: usize, shape: [usize; N]) -> Sequential {
        self.input_layer(InputLayer::of_batch(rows, &shape))
    }

    /// The input as a layer declares it.
    pub(crate) fn input_layer(mut self, layer: InputLayer) -> Sequential {
        self.nodes.retain(|n| n.layer.class_name() != "InputLayer");
        self.nodes
            .insert(0, declared_node("input_layer", Some(layer)));
        self
    }

    /// Appends a layer.
    #[allow(clippy::should_implement_trait)] // Keras's name
    pub fn add(self, layer: impl Layer + 'static) -> Sequential {
        self.add_boxed(None, Box::new(layer), true)
    }

    /// Appends a layer under a name of its own.
    pub fn add_named(self, name: &str, layer: impl Layer + 'static) -> Sequential {
        self.add_boxed(Some(name), Box::new(layer), true)
    }

    /// Appends a layer with name and trainability.
    pub fn add_boxed(
        mut self,
        name: Option<&str>,
        layer: Box<dyn Layer>,
        trainable: bool,
    ) -> Sequential {
        let taken = |n: &str| self.nodes.iter().any(|l| l.name == n);
        let name = name.map_or_else(|| free_name(layer.class_name(), &taken), str::to_string);
        self.nodes.push(LayerNode {
            name,
            layer,
            trainable,
            policy: Policy::default(),
            lora: None,
            calls: vec![],
            input: None,
            shared: None,
        });
        self
    }

    /// The model.
    pub fn build(self) -> Model {
        let mut layers = self.nodes;
        if layers
            .first()
            .is_none_or(|l| l.layer.class_name() != "InputLayer")
        {
            layers.insert(0, input_node("input_layer", None));
        }
        let at = |layer: usize| TensorRef {
            layer,
            call: 0,
            tensor: 0,
        };
        for (i, node) in layers.iter_mut().enumerate() {
            let inputs = if i == 0 { vec![] } else { vec![at(i - 1)] };
            node.calls = vec![CallSpec {
                inputs,
                ..CallSpec::default()
            }];
        }
        let last = at(layers.len() - 1);
        Model {
            name: self.name.unwrap_or_else(|| "sequential".to_string()),
            kind: ModelKind::Sequential,
            inputs: vec![at(0)],
            outputs: vec![last],
            output_keys: vec![],
            input_form: None,
            output_form: None,
            of_file: false,
            tied: BTreeMap::new(),
            frozen: BTreeSet::new(),
            layers,
        }
    }
}

/// An input layer of a model.
pub(crate) fn input_node(name: &str, info: Option<InputInfo>) -> LayerNode {
    declared_node(name, info.map(|i| InputLayer::of(Some(&i))))
}

/// An input layer as it stands; without one, data of any shape.
pub(crate) fn declared_node(name: &str, declared: Option<InputLayer>) -> LayerNode {
    let layer = declared.unwrap_or_else(|| InputLayer::of(None));
    LayerNode {
        name: name.to_string(),
        input: layer.info(),
        layer: Box::new(layer),
        trainable: true,
        policy: Policy::default(),
        lora: None,
        calls: vec![CallSpec::default()],
        shared: None,
    }
}
