//! The layers, one file each.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

pub use crate::LayerDef;
use serde_json::Value as Json;

use crate::{
    Layer, Object, OptionError, OptionInfo, OptionValue, lora, object::same_name, registry,
    regularized,
};

/// The layer class with this name, aliases included.
pub fn find(name: &str) -> Option<&'static LayerDef> {
    registry::find(LAYERS, name)
}

/// Options that a layer has beside its own: those of every layer, and LoRA's where Keras adapts the class.
pub fn shared_options(class_name: &str) -> Vec<OptionInfo> {
    let option = |name, kind, default: Json| OptionInfo {
        name,
        kind,
        default: Some(default),
    };
    let mut shared = vec![option("name", "text", Json::Null)];
    if class_name != "InputLayer" {
        shared.push(option("trainable", bool::KIND, true.into()));
        shared.push(option("dtype", "precision policy", "float32".into()));
    }
    if lora::adapts(class_name) {
        shared.push(option("lora_rank", usize::KIND, Json::Null));
        shared.push(option("lora_alpha", usize::KIND, Json::Null));
    }
    shared
}

/// Names of Keras that are no layers here, with what does their work.
const ELSEWHERE: [(&str, &str); 1] = [(
    "FeatureSpace",
    "FeatureSpace belongs to the Rust API (regimen::nn::host::FeatureSpace); in a run file `[[data.inputs]]` of the kinds numeric, categorical, date and text do its work",
)];

/// A layer from its config; `path` is where it stands in the spec. `name`, `trainable`, `dtype` and
/// `lora_rank` are left to the model.
pub fn read(object: &Object, path: &str) -> Result<Box<dyn Layer>, Vec<OptionError>> {
    if let Some((_, hint)) = ELSEWHERE
        .iter()
        .find(|(name, _)| same_name(name, &object.class_name))
    {
        return Err(vec![OptionError {
            path: path.to_string(),
            message: hint.to_string(),
        }]);
    }
    let skip = [
        "name",
        "trainable",
        "dtype",
        "lora_rank",
        "lora_alpha",
        "quantization_config",
        "inbound",
    ];
    let read = |object: &Object| registry::read(LAYERS, ("layer", "layers"), object, path, &skip);
    let regularized = match find(&object.class_name) {
        Some(def) => regularized::take(def, object, path)?,
        None => None,
    };
    match regularized {
        Some((object, regularizer)) => Ok(regularized::laid_around(read(&object)?, regularizer)),
        None => read(object),
    }
}
