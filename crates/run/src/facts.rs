//! What the doctor may know of a model and its data before and beside the curves.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A model in facts. `None` means unknown, for instance when only a log is at hand.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ModelFacts {
    /// Layers in order of the summary.
    pub layers: Vec<LayerFacts>,
    /// Outputs in order.
    pub outputs: Vec<OutputFacts>,
    /// Keras class name of the optimizer, and its learning rate at the start.
    pub optimizer: Option<String>,
    /// Learning rate at the start.
    pub learning_rate: Option<f64>,
    /// Momentum of SGD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub momentum: Option<f64>,
    /// Metric names as in the logs.
    pub metrics: Vec<String>,
}

/// One layer in facts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LayerFacts {
    /// Path, such as `dense_1`.
    pub path: String,
    /// Keras class name.
    pub class_name: String,
    /// Its options by Keras's names. What is not known stands as its expression, or is missing.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
    /// Places in the list of the layers that it reads; `None` where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Vec<usize>>,
    /// Output shape; `None` is the batch axis, or a size that is not known. Empty where nothing is known.
    pub output_shape: Vec<Option<usize>>,
    /// Parameters of the layer, trainable and not.
    pub params: u64,
    /// Trainable parameters.
    pub trainable_params: u64,
    /// Activation name, where the layer has one.
    pub activation: Option<String>,
    /// Whether any regularizer sits on its weights.
    pub regularized: bool,
    /// Whether the loss's gradient reaches its weights (`true` for layers without weights).
    pub reached: bool,
}

/// One output and its loss.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OutputFacts {
    /// Layer path.
    pub path: String,
    /// Output shape; `None` is the batch axis.
    pub shape: Vec<Option<usize>>,
    /// Activation that makes the output (`linear` when none): looked up through `Activation` layers.
    pub activation: Option<String>,
    /// Keras name of the loss in snake case, `categorical_crossentropy`.
    pub loss: Option<String>,
    /// The loss's `from_logits`.
    pub from_logits: bool,
}

/// The data in facts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DataProfile {
    /// Training rows.
    pub train_rows: Option<usize>,
    /// Validation rows.
    pub val_rows: Option<usize>,
    /// Test rows.
    pub test_rows: Option<usize>,
    /// Label names by class index; empty for regression.
    pub classes: Vec<String>,
    /// Share of each class in the training part.
    pub train_shares: Vec<f64>,
    /// Share of each class in the validation part.
    pub val_shares: Vec<f64>,
    /// How labels reach the loss: `one_hot`, `index` or `number`.
    pub label_encoding: Option<String>,
    /// Smallest and largest target, for regression.
    #[serde(default, with = "crate::float::range")]
    pub target_range: Option<(f64, f64)>,
    /// Smallest and largest feature of the training part.
    #[serde(default, with = "crate::float::range")]
    pub feature_range: Option<(f64, f64)>,
    /// Remarks of the readers, such as rows dropped.
    pub notes: Vec<String>,
}
