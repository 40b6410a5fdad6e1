//! The model part of a run spec: Keras objects, and lists of layers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A Keras object: `"adam"`, or `{ class_name = "Adam", config = { learning_rate = 0.01 } }`, or
/// short `{ class_name = "Adam", learning_rate = 0.01 }`. The reader turns all three into this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KerasObject {
    /// Keras's class or function name, as typed.
    pub class_name: String,
    /// Keyword arguments.
    #[serde(default)]
    pub config: Map<String, Value>,
}

/// The network: a list of layers (Sequential; or functional when layers name their `inbound`), or a
/// whole Keras config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ModelSpec {
    /// `model.to_json()` of Keras: `{ class_name = "Sequential" | "Functional", config = {...} }`.
    Keras(KerasObject),
    /// Layers in order.
    Layers(LayerList),
}

/// Layers written in the run file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerList {
    /// The layers. An `Input` may be left out: the data's shape is used.
    pub layers: Vec<LayerSpec>,
    /// Names of the output layers, for functional models. Default: the last layer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<String>,
    /// Keras's `set_dtype_policy`: the `dtype` of every layer that names none, such as `mixed_bfloat16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dtype_policy: Option<String>,
}

/// One layer: Keras's object, and for functional models the layers that feed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerSpec {
    /// Class and keyword arguments (`name` among them).
    #[serde(flatten)]
    pub object: KerasObject,
    /// Names of the layers that feed this one. Default: the layer before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inbound: Vec<String>,
}

/// A value or a list of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One for all.
    One(T),
    /// One each.
    Many(Vec<T>),
}
