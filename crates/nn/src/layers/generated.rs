//! Every layer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod dense;
pub(crate) mod input_layer;

pub use dense::Dense;
pub use input_layer::InputLayer;

use super::LayerDef;

/// Every layer, in order of file name.
pub const LAYERS: &[LayerDef] = &[dense::DEF, input_layer::DEF];
