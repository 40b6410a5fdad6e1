//! The layers, one file each.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

pub use crate::LayerDef;
use crate::{Layer, Object, OptionError, registry, regularized};

/// The layer class with this name, aliases included.
pub fn find(name: &str) -> Option<&'static LayerDef> {
    registry::find(LAYERS, name)
}

/// A layer from its config; `path` is where it stands in the spec. `name`, `trainable`, `dtype` and
/// `lora_rank` are left to the model.
pub fn read(object: &Object, path: &str) -> Result<Box<dyn Layer>, Vec<OptionError>> {
    let skip = [
        "name",
        "trainable",
        "dtype",
        "lora_rank",
        "lora_alpha",
        "quantization_config",
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
