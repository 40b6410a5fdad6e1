//! Models: layers, and which tensor feeds which call.
//!
//! Sequential and functional models are one thing here: a list of layers, each with its calls. A layer
//! called twice shares its weights. A model is itself a layer, so models nest.

mod describe;
mod functional;
mod keras;
mod sequential;

pub use describe::{Description, LayerShape};
pub use functional::{Functional, Node};
pub use keras::{LayerEntry, from_entries, from_keras, to_keras};
pub use sequential::Sequential;

use regimen_graph::{DType, Fault, Type};
use serde_json::{Map, Value as Json};

use crate::{Call, Layer, Scope, Value};

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
    /// Its calls, in order.
    pub calls: Vec<CallSpec>,
    /// What an input layer declares.
    pub input: Option<InputInfo>,
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
}

impl Model {
    /// The layer with this name.
    pub fn layer(&self, name: &str) -> Option<&LayerNode> {
        self.layers.iter().find(|l| l.name == name)
    }

    /// Names of the inputs in order.
    pub fn input_names(&self) -> Vec<&str> {
        self.inputs.iter().map(|t| self.layers[t.layer].name.as_str()).collect()
    }

    /// Names of the output layers in order.
    pub fn output_names(&self) -> Vec<&str> {
        self.outputs.iter().map(|t| self.layers[t.layer].name.as_str()).collect()
    }

    /// What each input declares; `None` for a Sequential model without an `Input`.
    pub fn input_infos(&self) -> Vec<Option<&InputInfo>> {
        self.inputs.iter().map(|t| self.layers[t.layer].input.as_ref()).collect()
    }

    /// Calls in an order in which every tensor is ready when it is read.
    pub fn order(&self) -> Vec<(usize, usize)> {
        let mut done: Vec<Vec<bool>> = self.layers.iter().map(|l| vec![false; l.calls.len()]).collect();
        let mut order = vec![];
        loop {
            let before = order.len();
            for (l, node) in self.layers.iter().enumerate() {
                for (c, call) in node.calls.iter().enumerate() {
                    let mut reads = call.inputs.iter().chain(call.tensors.iter().map(|(_, t)| t));
                    let earlier = c == 0 || done[l][c - 1];
                    let ready = reads.all(|t| done.get(t.layer).and_then(|d| d.get(t.call)) == Some(&true));
                    if !done[l][c] && earlier && ready {
                        done[l][c] = true;
                        order.push((l, c));
                    }
                }
            }
            if order.len() == before {
                return order;
            }
        }
    }

    /// Writes the model's computation. `inputs` are in the order of [`Model::inputs`].
    pub fn apply(&self, s: &mut Scope, inputs: &[Value]) -> Vec<Value> {
        self.apply_watching(s, inputs, &mut |_, _, _| {})
    }

    /// The same, showing every call's outputs: `watch(layer index, call index, outputs)`.
    pub fn apply_watching(
        &self,
        s: &mut Scope,
        inputs: &[Value],
        watch: &mut dyn FnMut(usize, usize, &[Value]),
    ) -> Vec<Value> {
        let mut ready: Vec<Vec<Vec<Value>>> = self.layers.iter().map(|_| vec![]).collect();
        for (l, c) in self.order() {
            let node = &self.layers[l];
            let fed = self.inputs.iter().position(|t| (t.layer, t.call) == (l, c));
            let outputs = match fed {
                Some(i) => vec![feed(s, node, inputs.get(i))],
                None => {
                    let call = gather_call(&node.calls[c], &ready);
                    call_layer(s, node, &call)
                }
            };
            watch(l, c, &outputs);
            ready[l].push(outputs);
        }
        let out = |t: &TensorRef| ready.get(t.layer)?.get(t.call)?.get(t.tensor).cloned();
        let lost = |s: &mut Scope| {
            let fault = Fault::new("an output that no call produces", "a layer's output", "Check the wiring.");
            s.fault("Model", fault, Type::new(DType::F32, vec![1, 1])).into()
        };
        self.outputs.iter().map(|t| out(t).unwrap_or_else(|| lost(s))).collect()
    }
}

fn gather_call(spec: &CallSpec, ready: &[Vec<Vec<Value>>]) -> Call {
    // `order` has made sure that every tensor is there; a call that returned fewer outputs than are read
    // gives its last one.
    let get = |t: &TensorRef| {
        let outputs = &ready[t.layer][t.call];
        outputs.get(t.tensor).or(outputs.last()).cloned()
    };
    Call {
        inputs: spec.inputs.iter().filter_map(get).collect(),
        tensors: spec.tensors.iter().filter_map(|(n, t)| get(t).map(|v| (n.clone(), v))).collect(),
        kwargs: spec.kwargs.clone(),
    }
}

fn call_layer(s: &mut Scope, node: &LayerNode, call: &Call) -> Vec<Value> {
    let (least, most) = node.layer.arity();
    let n = call.inputs.len();
    s.within(&node.name, node.trainable, |s| {
        if n < least || n > most {
            let want = if least == most { format!("{least}") } else { format!("{least} to {most}") };
            let class = node.layer.class_name();
            let fault = Fault::new(format!("{n} inputs"), format!("{want} for {class}"), "Check what feeds the layer.");
            let meant = call.inputs.first().map_or(Type::new(DType::F32, vec![1, 1]), |v| v.x.ty());
            return vec![s.fault(class, fault, meant).into()];
        }
        node.layer.forward(s, call)
    })
}

/// Checks a fed tensor against what the input layer declares, and casts it to the declared type.
fn feed(s: &mut Scope, node: &LayerNode, value: Option<&Value>) -> Value {
    s.within(&node.name, true, |s| {
        let Some(value) = value else {
            let fault = Fault::new("no data", "one array per input", "Give the model all its inputs.");
            let shape = node.input.as_ref().map(|i| i.shape.clone()).unwrap_or_default();
            let meant = [1].into_iter().chain(shape.iter().map(|d| d.unwrap_or(1))).collect::<Vec<_>>();
            return s.fault("InputLayer", fault, Type::new(DType::F32, meant)).into();
        };
        let Some(info) = &node.input else { return value.clone() };
        let found = value.x.shape();
        let fits = found.len() == info.shape.len() + 1
            && info.shape.iter().zip(&found[1..]).all(|(want, got)| want.is_none_or(|w| w == *got));
        if !fits {
            let fault = Fault::new(
                format!("data of shape {}", show_shape(&found[1..])),
                format!("the declared {}", show_optional(&info.shape)),
                "Let `Input(shape=...)` match one sample of the data.",
            );
            let meant = found[..1].iter().copied().chain(info.shape.iter().map(|d| d.unwrap_or(1)));
            let meant = Type::new(info.dtype, meant.collect::<Vec<_>>());
            return s.fault("InputLayer", fault, meant).into();
        }
        Value { x: value.x.cast(info.dtype), mask: value.mask.clone() }
    })
}

fn show_shape(shape: &[usize]) -> String {
    show_optional(&shape.iter().map(|&d| Some(d)).collect::<Vec<_>>())
}

/// A shape as Python prints a tuple: `(None, 64)`, `(64,)`.
pub fn show_optional(shape: &[Option<usize>]) -> String {
    let parts: Vec<String> = shape.iter().map(|d| d.map_or("None".to_string(), |d| d.to_string())).collect();
    if parts.len() == 1 { format!("({},)", parts[0]) } else { format!("({})", parts.join(", ")) }
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

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        self.layers.iter().map(|l| (l.name.clone(), l.layer.as_ref())).collect()
    }
}

/// Keras's automatic names: the class in snake case, numbered from the second on.
pub(crate) fn free_name(class_name: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let base = match class_name {
        "InputLayer" => "input_layer".to_string(),
        other => crate::object::snake_case(other),
    };
    if !taken(&base) {
        return base;
    }
    (1..).map(|i| format!("{base}_{i}")).find(|n| !taken(n)).unwrap_or(base)
}
