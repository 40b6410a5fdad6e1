//! Functional models from Rust: several inputs and outputs, shared layers.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::DType;

use crate::model::{
    CallSpec, InputInfo, LayerNode, Model, ModelKind, TensorRef, free_name,
    sequential::{declared_node, input_node},
};
use crate::{Layer, layers::InputLayer, policy::Policy};

/// A graph of layers under construction.
///
/// ```
/// use regimen_nn::{layers::Dense, model::Functional};
/// let mut f = Functional::new();
/// let (a, b) = (f.input("a", [4]), f.input("b", [4]));
/// let shared = f.layer(Dense::new(8usize).activation("relu"));
/// let (x, y) = (f.call(shared, &[a]), f.call(shared, &[b]));
/// let out = f.apply(Dense::new(1usize), &[x]);
/// let model = f.build(&[a, b], &[out, y]);
/// assert_eq!(model.outputs.len(), 2);
/// ```
#[derive(Debug, Default)]
pub struct Functional {
    name: Option<String>,
    pub(crate) layers: Vec<LayerNode>,
}

/// A layer of a functional model that may be called several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node(usize);

impl Functional {
    /// An empty graph.
    pub fn new() -> Functional {
        Functional::default()
    }

    /// Names the model.
    pub fn named(mut self, name: &str) -> Functional {
        self.name = Some(name.to_string());
        self
    }

    /// A float32 input with the shape of one sample.
    pub fn input<const N: usize>(&mut self, name: &str, shape: [usize; N]) -> TensorRef {
        let info = InputInfo {
            shape: shape.iter().map(|&d| Some(d)).collect(),
            dtype: DType::F32,
        };
        self.input_info(name, info)
    }

    /// An input of texts, for layers on the host: see [`Model::split_host`].
    pub fn input_texts<const N: usize>(&mut self, name: &str, shape: [usize; N]) -> TensorRef {
        let layer = InputLayer::of_texts(&shape.map(Some));
        let mut node = input_node(name, layer.info());
        node.layer = Box::new(layer);
        self.layers.push(node);
        TensorRef {
            layer: self.layers.len() - 1,
            call: 0,
            tensor: 0,
        }
    }

    /// An input with batches of a fixed size, as stateful layers need it: rows, then the shape of one sample.
    pub fn batch_input<const N: usize>(
        &mut self,
        name: &str,
        rows: usize,
        shape: [usize; N],
    ) -> TensorRef {
        let layer = InputLayer::of_batch(rows, &shape);
        self.layers.push(declared_node(name, Some(layer)));
        TensorRef {
            layer: self.layers.len() - 1,
            call: 0,
            tensor: 0,
        }
    }

    /// An input with shape and type.
    pub fn input_info(&mut self, name: &str, info: InputInfo) -> TensorRef {
        self.layers.push(input_node(name, Some(info)));
        TensorRef {
            layer: self.layers.len() - 1,
            call: 0,
            tensor: 0,
        }
    }

    /// A layer, to be called.
    pub fn layer(&mut self, layer: impl Layer + 'static) -> Node {
        self.layer_boxed(None, Box::new(layer), true)
    }

    /// A layer with name and trainability.
    pub fn layer_boxed(
        &mut self,
        name: Option<&str>,
        layer: Box<dyn Layer>,
        trainable: bool,
    ) -> Node {
        let taken = |n: &str| self.layers.iter().any(|l| l.name == n);
        let name = name.map_or_else(|| free_name(layer.class_name(), &taken), str::to_string);
        self.layers.push(LayerNode {
            name,
            layer,
            trainable,
            policy: Policy::default(),
            lora: None,
            calls: vec![],
            input: None,
            shared: None,
        });
        Node(self.layers.len() - 1)
    }

    /// Calls a layer; its first output.
    pub fn call(&mut self, node: Node, inputs: &[TensorRef]) -> TensorRef {
        self.call_with(
            node,
            CallSpec {
                inputs: inputs.to_vec(),
                ..CallSpec::default()
            },
        )
    }

    /// Calls a layer with keyword arguments; its first output.
    pub fn call_with(&mut self, node: Node, call: CallSpec) -> TensorRef {
        let calls = &mut self.layers[node.0].calls;
        calls.push(call);
        TensorRef {
            layer: node.0,
            call: calls.len() - 1,
            tensor: 0,
        }
    }

    /// Adds a layer and calls it once.
    pub fn apply(&mut self, layer: impl Layer + 'static, inputs: &[TensorRef]) -> TensorRef {
        let node = self.layer(layer);
        self.call(node, inputs)
    }

    /// The model.
    pub fn build(self, inputs: &[TensorRef], outputs: &[TensorRef]) -> Model {
        Model {
            name: self.name.unwrap_or_else(|| "functional".to_string()),
            kind: ModelKind::Functional,
            layers: self.layers,
            inputs: inputs.to_vec(),
            outputs: outputs.to_vec(),
            output_keys: vec![],
            input_form: None,
            output_form: None,
            of_file: false,
            tied: BTreeMap::new(),
            frozen: BTreeSet::new(),
        }
    }
}
