//! The layers, one file each.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

pub use crate::LayerDef;
use crate::{Layer, Object, OptionError, Options, config::nearest, object::same_name};

/// The layer class with this name, aliases included.
pub fn find(name: &str) -> Option<&'static LayerDef> {
    LAYERS
        .iter()
        .find(|d| same_name(d.class_name, name) || d.aliases.iter().any(|a| same_name(a, name)))
}

/// A layer from its config; `path` is where it stands in the spec. `name`, `trainable` and `dtype` are
/// left to the model.
pub fn read(object: &Object, path: &str) -> Result<Box<dyn Layer>, Vec<OptionError>> {
    let Some(def) = find(&object.class_name) else {
        let names = LAYERS.iter().map(|d| d.class_name);
        let hint = match nearest(&object.class_name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`regimen list layers` prints all".to_string(),
        };
        let message = format!("there is no layer `{}`: {hint}", object.class_name);
        return Err(vec![OptionError {
            path: path.to_string(),
            message,
        }]);
    };
    let mut options = Options::new(def.class_name, &object.config, path);
    for key in ["name", "trainable", "dtype"] {
        options.skip(key);
    }
    let layer = (def.read)(&mut options);
    let errors = options.finish();
    match layer {
        Some(layer) if errors.is_empty() => Ok(layer),
        _ => Err(errors),
    }
}
