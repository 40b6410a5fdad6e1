//! Models: layers, and which tensor feeds which call.
//!
//! Sequential and functional models are one thing here: a list of layers, each with its calls. A layer
//! called twice shares its weights. A model is itself a layer, so models nest.

mod adapting;
mod apply;
pub(crate) mod constants;
mod describe;
mod form;
mod functional;
mod keras;
mod on_host;
mod sequential;
mod split;
pub mod stand_in;
pub(crate) mod ties;
mod traversal;

pub use adapting::adapt_model;
pub use describe::{Description, LayerShape};
pub use form::Form;
pub use functional::{Functional, Node};
pub use keras::{
    Draft, LayerEntry, draft_entries, draft_keras, from_entries, from_keras, to_keras,
};
pub(crate) use keras::{SHARED, read_layer, says_trainable};
pub use sequential::Sequential;
pub use split::{Feed, HostPart};

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::{DType, Tensor};
use serde_json::{Map, Value as Json};

use crate::{Call, Layer, Scope, Value, host::HostLayer, lora::Lora, policy::Policy};

/// Which class a model had in Keras.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelKind {
    /// A plain stack.
    Sequential,
    /// A graph of layers.
    Functional,
}

/// A tensor between layers: an output of a call of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TensorRef {
    /// Index into [`Model::layers`].
    pub layer: usize,
    /// Which call of it.
    pub call: usize,
    /// Which output of the call.
    pub tensor: usize,
}

/// One call of a layer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallSpec {
    /// Positional tensors.
    pub inputs: Vec<TensorRef>,
    /// Keyword tensors.
    pub tensors: Vec<(String, TensorRef)>,
    /// Other keyword arguments.
    pub kwargs: Map<String, Json>,
    /// Positional arguments that are no tensors, by place: the 0 of `not_equal(ids, 0)`.
    pub plain: BTreeMap<usize, Json>,
    /// The form of the positional tensors, a list of what the arguments hold, where a config said it.
    pub form: Option<Form>,
    /// Arrays among the positional inputs, each by its place there.
    pub constants: Vec<(usize, Tensor)>,
    /// Arrays as keyword tensors.
    pub constant_tensors: Vec<(String, Tensor)>,
}

/// What a config calls a layer that stands in several places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// Keras's `shared_object_id`. Keras makes one layer of those that have it, and cannot open every model that it wrote so.
    Keras(u64),
    /// `shared_layer`, which Keras passes over: there each place has a layer of its own.
    Ours(u64),
}

/// A layer of a model.
#[derive(Debug)]
pub struct LayerNode {
    /// Unique name.
    pub name: String,
    /// The layer.
    pub layer: Box<dyn Layer>,
    /// Whether its weights are trained.
    pub trainable: bool,
    /// The precision of what it reads and gives.
    pub policy: Policy,
    /// A low-rank adaptation of its kernel.
    pub lora: Option<Lora>,
    /// Its calls, in order.
    pub calls: Vec<CallSpec>,
    /// What an input layer declares.
    pub input: Option<InputInfo>,
    /// What a config calls the layer that stands in several places: see [`Model::tied`].
    pub shared: Option<Shared>,
}

impl LayerNode {
    /// The batch size that an input layer declares, if any.
    pub fn fixed_batch(&self) -> Option<usize> {
        self.input.as_ref()?;
        let config = self.layer.config();
        let batch = config.get("batch_shape")?.as_array()?.first()?.as_u64()?;
        usize::try_from(batch).ok()
    }
}

/// What an input layer declares.
#[derive(Debug, Clone, PartialEq)]
pub struct InputInfo {
    /// Sizes without the batch axis; `None` where any size will do.
    pub shape: Vec<Option<usize>>,
    /// Element type.
    pub dtype: DType,
}

/// A model: layers and their wiring.
#[derive(Debug)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its class in Keras.
    pub kind: ModelKind,
    /// Layers in order of creation; inputs among them.
    pub layers: Vec<LayerNode>,
    /// Input tensors in order.
    pub inputs: Vec<TensorRef>,
    /// Output tensors in order.
    pub outputs: Vec<TensorRef>,
    /// What the outputs are called where the model gives them in a table; empty where they are called by their layers.
    pub output_keys: Vec<String>,
    /// The form in which the inputs are given, where a config said it: else one by itself, or a list.
    pub input_form: Option<Form>,
    /// The form in which the outputs are given.
    pub output_form: Option<Form>,
    /// Paths of layers, or of their weights, that stand in several places, inside of several models or wrappers; each with the
    /// path of the first, under which the weights are held and trained once.
    pub tied: BTreeMap<String, String>,
    /// Paths of weights that are not trained, whatever their layers say.
    pub frozen: BTreeSet<String>,
    /// Whether its config was a file's: what a few lines there may ask for is bounded, as the nodes of the graph.
    pub of_file: bool,
}

impl Model {
    /// The layer with this name.
    pub fn layer(&self, name: &str) -> Option<&LayerNode> {
        self.layers.iter().find(|l| l.name == name)
    }

    /// Names of the inputs in order.
    pub fn input_names(&self) -> Vec<&str> {
        self.inputs
            .iter()
            .map(|t| self.layers[t.layer].name.as_str())
            .collect()
    }

    /// Names of the outputs in order: their keys, else those of their layers.
    pub fn output_names(&self) -> Vec<&str> {
        if !self.output_keys.is_empty() {
            return self.output_keys.iter().map(String::as_str).collect();
        }
        self.outputs
            .iter()
            .map(|t| self.layers[t.layer].name.as_str())
            .collect()
    }

    /// The batch size that the first input with one fixes: `Input(batch_size=...)`.
    pub fn batch_size(&self) -> Option<usize> {
        let layers = self.inputs.iter().filter_map(|t| self.layers.get(t.layer));
        layers.filter_map(LayerNode::fixed_batch).next()
    }

    /// What each input declares; `None` for a Sequential model without an `Input`.
    pub fn input_infos(&self) -> Vec<Option<&InputInfo>> {
        self.inputs
            .iter()
            .map(|t| self.layers[t.layer].input.as_ref())
            .collect()
    }
}

/// A shape as summaries print it: `(None, 64)`, `(None)`.
pub(crate) fn show_shape(shape: &[Option<usize>]) -> String {
    let parts: Vec<String> = shape
        .iter()
        .map(|d| d.map_or("None".to_string(), |d| d.to_string()))
        .collect();
    format!("({})", parts.join(", "))
}

/// A shape as Python prints a tuple: `(None, 64)`, `(64,)`.
pub fn show_optional(shape: &[Option<usize>]) -> String {
    let text = show_shape(shape);
    if shape.len() == 1 {
        text.replace(')', ",)")
    } else {
        text
    }
}

impl Layer for Model {
    fn class_name(&self) -> &'static str {
        match self.kind {
            ModelKind::Sequential => "Sequential",
            ModelKind::Functional => "Functional",
        }
    }

    fn config(&self) -> Map<String, Json> {
        match to_keras(self) {
            Json::Object(mut map) => match map.remove("config") {
                Some(Json::Object(config)) => config,
                _ => Map::new(),
            },
            _ => Map::new(),
        }
    }

    fn arity(&self) -> (usize, usize) {
        (self.inputs.len(), self.inputs.len())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        self.apply(s, &call.inputs)
    }

    fn model(&self) -> Option<&Model> {
        Some(self)
    }

    /// A nested model runs on the host as a whole, or not at all.
    fn host(&self) -> Option<&dyn HostLayer> {
        self.has_host_part().then_some(self)
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        self.layers
            .iter()
            .map(|l| (l.name.clone(), l.layer.as_ref()))
            .collect()
    }
}

/// Keras's automatic names: the class in snake case, numbered from the second on.
pub fn free_name(class_name: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let base = match class_name {
        "InputLayer" => "input_layer".to_string(),
        // Its class has another name in Python than in configs.
        "GroupQueryAttention" => "grouped_query_attention".to_string(),
        other => crate::object::snake_case(other),
    };
    if !taken(&base) {
        return base;
    }
    (1..)
        .map(|i| format!("{base}_{i}"))
        .find(|n| !taken(n))
        .unwrap_or(base)
}
