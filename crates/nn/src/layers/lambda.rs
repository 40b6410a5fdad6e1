//! Lambda: a Python function as a layer, which no other program can run.
//!
//!   x (B, ...) -> f(x), refused: f is code
//!
//! Its config holds Python bytecode or the name of a function of the writer's program. The class is known so that a
//! model that has one is refused with what to use instead. Follows keras/src/layers/core/lambda_layer.py.

use serde_json::Value as Json;

use crate::{Layer, LayerDef, OptionInfo, Options};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Lambda",
    aliases: &[],
    about: "a Python function as a layer: refused, with what to use instead",
    options,
    read,
};

const OPTIONS: [&str; 4] = ["function", "output_shape", "mask", "arguments"];

fn options() -> Vec<OptionInfo> {
    let option = |name| OptionInfo {
        name,
        kind: "Python",
        default: Some(Json::Null),
    };
    OPTIONS.map(option).to_vec()
}

fn read(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    // Keras 1 and 2 write these as well.
    let old = [
        "function_type",
        "output_shape_type",
        "module",
        "output_shape_module",
    ];
    OPTIONS.iter().chain(&old).for_each(|name| o.skip(name));
    o.error(
        "",
        "Lambda holds a Python function, which only Python can run: use layers that say the same, such as Rescaling \
         (a · x + b), Activation, Reshape, Permute, UnitNormalization, Add, Multiply, Dot or EinsumDense, and write the \
         model again",
    );
    None
}
