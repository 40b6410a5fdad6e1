//! What a layer is: options, and one `forward` that writes graph.

use std::collections::BTreeMap;
use std::fmt::Debug;

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{Cell, Model, Scope, host::HostLayer};

/// A value between layers: a tensor (B, ...) and, where Keras would carry one, its mask (B, T) of bools.
#[derive(Debug, Clone)]
pub struct Value {
    /// The tensor.
    pub x: Var,
    /// True where a step counts.
    pub mask: Option<Var>,
}

impl From<Var> for Value {
    fn from(x: Var) -> Value {
        Value { x, mask: None }
    }
}

/// The arguments of one call of a layer.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Positional tensors in order.
    pub inputs: Vec<Value>,
    /// Keyword arguments that are not tensors, such as `use_causal_mask`.
    pub kwargs: Map<String, Json>,
    /// Keyword tensors, such as `attention_mask` or `initial_state` (numbered `initial_state.0`, ...).
    pub tensors: Vec<(String, Value)>,
    /// Positional arguments that are no tensors, by place: the 0 of `not_equal(ids, 0)`.
    pub plain: BTreeMap<usize, Json>,
}

impl Call {
    /// A call with one tensor.
    pub fn of(x: Value) -> Call {
        Call {
            inputs: vec![x],
            ..Call::default()
        }
    }

    /// A keyword tensor.
    pub fn tensor(&self, name: &str) -> Option<&Value> {
        self.tensors.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
}

/// Where a layer's masks come from in Keras, which matters behind a MultiHeadAttention: it deletes the masks that the
/// tensors it reads carry, for all that run later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masks {
    /// They pass or end here; what is computed does not depend on them.
    Pass,
    /// From an argument `mask`: the one that was there when the model was wired.
    Argument,
    /// From the tensors, while the model runs.
    Carried,
    /// The same, and they are deleted.
    Deleted,
}

/// A layer: an immutable description that writes graph. Its weights live in the run's state table.
pub trait Layer: Debug + Send + Sync {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;

    /// The module in which Keras keeps the class, as configs name it.
    fn module(&self) -> &'static str {
        "keras.layers"
    }

    /// Keras's `get_config`, without `name`, `trainable` and `dtype`.
    fn config(&self) -> Map<String, Json>;

    /// Writes the layer's computation at the scope's current path. Faulty shapes are noted with
    /// [`Scope::fault`], and the output that was most likely meant is returned.
    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value>;

    /// How many inputs a call takes: (least, most).
    fn arity(&self) -> (usize, usize) {
        (1, 1)
    }

    /// Where its masks come from.
    fn masks(&self) -> Masks {
        Masks::Pass
    }

    /// Name of the activation at the layer's end, where it has one.
    fn activation(&self) -> Option<String> {
        None
    }

    /// The layer as a function of one value, where it is one and has no weights: so it can be the `activation` of
    /// another layer.
    fn function(&self, _x: &Var) -> Option<Var> {
        None
    }

    /// The model that this layer is, for nested models.
    fn model(&self) -> Option<&Model> {
        None
    }

    /// What the layer does before the graph, where it has such a form: see [`crate::host`].
    fn host(&self) -> Option<&dyn HostLayer> {
        None
    }

    /// The recurrent cell that this layer is: what `RNN` repeats.
    fn cell(&self) -> Option<&dyn Cell> {
        None
    }

    /// Of a layer that a host language defines: the attribute of its object by which it holds the layer whose weights have
    /// `path` below its own name, and that layer's class. With an empty path the layer itself, where it is the whole model.
    fn held(&self, _path: &str) -> Option<(String, String)> {
        None
    }

    /// The layers inside, with the names they have in weight paths (wrappers, nested models).
    fn children(&self) -> Vec<(String, &dyn Layer)> {
        vec![]
    }
}

/// A registered layer class.
pub type LayerDef = crate::registry::Def<dyn Layer>;
