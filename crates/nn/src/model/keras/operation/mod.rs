//! Operations in Keras's functional configs: nodes of `keras.ops` among the layers, without weights.
//!
//! Keras writes them for what programs do to tensors between layers (`x[:, 0]`, `-x`, `keras.ops.mean(x, axis=1)`), and where a
//! mask is made: of `Embedding(mask_zero=True)`, of `Masking`, of a sum of masked sequences. What an operation's options are
//! stands in its config, what it is called with in its node: tensors, and numbers, slices or arrays beside them. Operations that
//! are not in [`known`] are refused by name. Follows keras/src/ops.

mod elementwise;
mod given;
mod indexing;
mod joining;
mod known;
mod reductions;
mod shapes;

use regimen_graph::{DType, Fault, Type, Var};
use serde_json::{Map, Value as Json};

use super::ReadLayer;
use crate::policy::Policy;
use crate::{Call, Layer, Object, OptionError, Scope, Value, layers};
use given::Given;
use known::{KNOWN, Known};

/// Whether an entry of a config's layers is an operation, by its module.
pub(super) fn is_operation(entry: &Json) -> bool {
    match entry.get("module").and_then(Json::as_str) {
        Some(module) => module.starts_with("keras.src.ops.") || module.starts_with("keras.ops"),
        None => is_called_as_operation(entry),
    }
}

/// The legacy format has no modules. Where a layer has the name, too, it says whether it is trained, which no operation does.
fn is_called_as_operation(entry: &Json) -> bool {
    let class = entry.get("class_name").and_then(Json::as_str);
    let known = class.is_some_and(|class| find(class).is_some());
    let layer = class.and_then(layers::find).map(|def| def.class_name);
    known && (layer != class || entry.pointer("/config/trainable").is_none())
}

/// Whether a layer is one of these.
pub(super) fn is_one(layer: &dyn Layer) -> bool {
    layer.module().starts_with("keras.src.ops.")
}

fn find(class: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.class == class)
}

/// An operation, or why another one is refused.
pub(super) fn read(object: &Object, path: &str) -> Result<ReadLayer, Vec<OptionError>> {
    let error = |message: String| {
        vec![OptionError {
            path: path.to_string(),
            message,
        }]
    };
    let class = object.class_name.as_str();
    let known = find(class).ok_or_else(|| error(refusal(class)))?;
    let mut config = object.config.clone();
    let name = config.shift_remove("name");
    if let Some((key, value)) = config
        .iter()
        .find(|(key, value)| !value.is_null() && !known.options.contains(&key.as_str()))
    {
        return Err(error(format!(
            "keras.ops.{} has no option `{key}` here, found {value}",
            crate::object::snake_case(class)
        )));
    }
    Ok(ReadLayer {
        name: name.as_ref().and_then(Json::as_str).map(str::to_string),
        layer: Box::new(Operation { known, config }),
        trainable: true,
        policy: Policy::default(),
        lora: None,
        input: None,
        declares: None,
        shared: None,
    })
}

fn refusal(class: &str) -> String {
    let function = crate::object::snake_case(class);
    let all: Vec<&str> = KNOWN.iter().map(|known| known.class).collect();
    format!(
        "the model holds the Keras operation keras.ops.{function} ({class}), which is not supported: of operations \
         between layers these are read: {}; use one of them, or a layer that does the same, and write the config again",
        all.join(", ")
    )
}

/// An operation as a layer without weights.
#[derive(Debug)]
struct Operation {
    known: &'static Known,
    /// Its options as the config has them.
    config: Map<String, Json>,
}

impl Layer for Operation {
    fn class_name(&self) -> &'static str {
        self.known.class
    }

    fn module(&self) -> &'static str {
        self.known.module
    }

    fn config(&self) -> Map<String, Json> {
        self.config.clone()
    }

    fn arity(&self) -> (usize, usize) {
        (1, self.known.most)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let given = Given {
            config: &self.config,
            call,
        };
        let made = match call.inputs.first() {
            Some(_) => (self.known.apply)(&given),
            None => Err(given.misfit("no tensor")),
        };
        let values = made.unwrap_or_else(|fault| vec![self.meant(s, call, fault)]);
        // What operations give has no mask, as in Keras.
        values.into_iter().map(Value::from).collect()
    }
}

impl Operation {
    fn meant(&self, s: &mut Scope, call: &Call, fault: Fault) -> Var {
        let first = call.inputs.first().map(|v| v.x.ty());
        let meant = first.unwrap_or(Type::new(DType::F32, vec![1, 1]));
        s.fault(self.known.class, fault, meant)
    }
}
