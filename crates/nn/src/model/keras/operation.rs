//! Operations in Keras's functional configs: nodes of `keras.ops` among the layers, without weights or names of their own.
//!
//!   NotEqual: x1 != x2;  Any: whether any entry of x along `axis` is true;  LogicalOr: x1 or x2
//!   Add, Subtract, Multiply, Divide, TrueDivide: x1 + x2, x1 - x2, x1 * x2, x1 / x2, either of them a number
//!
//! Keras writes the first where a mask is made: of `Embedding(mask_zero=True)`, of `Masking`, of a sum of masked sequences;
//! and the second for what Python's operators do to tensors between layers. Other operations are refused. Follows
//! keras/src/ops/numpy.py.

use regimen_graph::{DType, Fault, Type, Var, broadcast};
use serde_json::{Map, Value as Json, json};

use super::ReadLayer;
use crate::option_kinds::Axes;
use crate::policy::Policy;
use crate::{Call, Layer, Object, OptionError, OptionValue, Scope, Value};

/// Where Keras keeps the operations that are read here.
pub(super) const MODULE: &str = "keras.src.ops.numpy";

const CLASSES: [&str; 8] = [
    "Add",
    "Subtract",
    "Multiply",
    "Divide",
    "TrueDivide",
    "NotEqual",
    "Any",
    "LogicalOr",
];

/// Whether an entry of a config's layers is an operation, by its module.
pub(super) fn is_operation(entry: &Json) -> bool {
    match entry.get("module").and_then(Json::as_str) {
        Some(module) => module.starts_with("keras.src.ops.") || module.starts_with("keras.ops"),
        None => is_called_as_operation(entry),
    }
}

/// The legacy format has no modules. A layer such as Add is called with one list, an operation with two arguments.
fn is_called_as_operation(entry: &Json) -> bool {
    let class = entry.get("class_name").and_then(Json::as_str);
    let args = entry
        .pointer("/inbound_nodes/0/args")
        .and_then(Json::as_array);
    class.is_some_and(|class| CLASSES.contains(&class))
        && args.is_some_and(|args| args.len() == 2 && !args.iter().any(Json::is_array))
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
    let kind = match class {
        "NotEqual" => Kind::NotEqual,
        "LogicalOr" => Kind::LogicalOr,
        "Any" => any(&object.config).map_err(error)?,
        "Add" => Kind::Arithmetic("Add", |a, b| a + b),
        "Subtract" => Kind::Arithmetic("Subtract", |a, b| a - b),
        "Multiply" => Kind::Arithmetic("Multiply", |a, b| a * b),
        "Divide" => Kind::Arithmetic("Divide", |a, b| a / b),
        "TrueDivide" => Kind::Arithmetic("TrueDivide", |a, b| a / b),
        _ => return Err(error(refusal(class))),
    };
    let name = object.config.get("name").and_then(Json::as_str);
    Ok(ReadLayer {
        name: name.map(str::to_string),
        layer: Box::new(Operation { kind }),
        trainable: true,
        policy: Policy::default(),
        lora: None,
        input: None,
        declares: None,
    })
}

fn any(config: &Map<String, Json>) -> Result<Kind, String> {
    let axis = match config.get("axis") {
        None | Some(Json::Null) => None,
        Some(value) => Some(Axes::read(value).map_err(|e| format!("`axis` of Any: {e}"))?),
    };
    let keepdims = config.get("keepdims").and_then(Json::as_bool) == Some(true);
    Ok(Kind::Any { axis, keepdims })
}

fn refusal(class: &str) -> String {
    let function = crate::object::snake_case(class);
    let instead = match class {
        "Maximum" | "Minimum" | "Concatenate" | "Reshape" | "BatchNormalization" => {
            format!("the layer {class}")
        }
        "Relu" | "Sigmoid" | "Tanh" | "Softmax" | "Gelu" | "Elu" | "Selu" | "Silu" | "Softplus"
        | "Softsign" | "LeakyRelu" | "HardSigmoid" | "LogSoftmax" => {
            format!("the layer Activation(\"{function}\")")
        }
        "Mean" => "a layer such as GlobalAveragePooling1D".to_string(),
        "Max" => "a layer such as GlobalMaxPooling1D".to_string(),
        "GetItem" => {
            "a layer that gives the part, such as LSTM without return_sequences".to_string()
        }
        _ => "a layer that does the same".to_string(),
    };
    format!(
        "the model holds the Keras operation keras.ops.{function} ({class}), which is not supported: of operations \
         between layers these are read: {}; use {instead} instead, and write the config again",
        CLASSES.join(", ")
    )
}

#[derive(Debug)]
enum Kind {
    NotEqual,
    Any {
        axis: Option<Axes>,
        keepdims: bool,
    },
    LogicalOr,
    /// Its class, and what it does.
    Arithmetic(&'static str, fn(&Var, &Var) -> Var),
}

/// An operation as a layer without weights.
#[derive(Debug)]
struct Operation {
    kind: Kind,
}

impl Operation {
    /// The argument at this place: a tensor, or a number that becomes one of its type.
    fn argument(&self, call: &Call, place: usize, like: Option<&Var>) -> Option<Var> {
        if let Some(plain) = call.plain.get(&place) {
            let number = plain.as_f64().or(plain.as_bool().map(f64::from))?;
            let like = like?;
            // Whole numbers meet a fraction as floats.
            return Some(match number.fract() != 0.0 && !like.dtype().is_float() {
                true => like.cast(DType::F32).scalar_like(number),
                false => like.scalar_like(number),
            });
        }
        let before = call.plain.range(..place).count();
        call.inputs.get(place - before).map(|v| v.x.clone())
    }

    /// Both arguments, of one type and of shapes that fit; else what is wrong.
    fn pair(&self, call: &Call) -> Result<(Var, Var), Fault> {
        let like = call.inputs.first().map(|v| &v.x);
        let both = (self.argument(call, 0, like), self.argument(call, 1, like));
        let (Some(a), Some(b)) = both else {
            let found = format!(
                "{} tensors, {} numbers",
                call.inputs.len(),
                call.plain.len()
            );
            return Err(Fault::new(
                found,
                "two of them",
                "Check what feeds the operation.",
            ));
        };
        if broadcast(&a.shape(), &b.shape()).is_none() {
            let found = format!("{} and {}", a.ty(), b.ty());
            let expected = "shapes that broadcast to one another";
            return Err(Fault::new(
                found,
                expected,
                "Check what feeds the operation.",
            ));
        }
        let common = if a.dtype().is_float() {
            a.dtype()
        } else {
            b.dtype()
        };
        Ok((a.cast(common), b.cast(common)))
    }

    fn value(&self, call: &Call) -> Result<Var, Fault> {
        match &self.kind {
            Kind::NotEqual => self.pair(call).map(|(a, b)| a.ne_to(&b)),
            Kind::Arithmetic(class, apply) => self.pair(call).map(|(a, b)| {
                // Divided whole numbers are floats, and truth values count.
                let whole = !a.dtype().is_float() && class.ends_with("Divide");
                match whole || a.dtype() == DType::Bool {
                    true => apply(&a.cast(DType::F32), &b.cast(DType::F32)),
                    false => apply(&a, &b),
                }
            }),
            Kind::LogicalOr => self.pair(call).map(|(a, b)| truth(&a).or(&truth(&b))),
            Kind::Any { axis, keepdims } => {
                let x = &call.inputs[0].x;
                let all = || (0..x.rank()).collect();
                let axes = axis
                    .as_ref()
                    .map_or_else(|| Some(all()), |a| a.resolve(x.rank()));
                let Some(axes) = axes else {
                    let found = format!("axis {axis:?} of {}", x.ty());
                    return Err(Fault::new(found, "axes of the input", "Check `axis`."));
                };
                let axes: Vec<isize> = axes.into_iter().map(|a| a as isize).collect();
                Ok(truth(&truth(x).cast(DType::F32).max(&axes, *keepdims)))
            }
        }
    }
}

fn truth(x: &Var) -> Var {
    if x.dtype() == DType::Bool {
        return x.clone();
    }
    x.ne_to(&x.scalar_like(0.0))
}

impl Layer for Operation {
    fn class_name(&self) -> &'static str {
        match self.kind {
            Kind::NotEqual => "NotEqual",
            Kind::Any { .. } => "Any",
            Kind::LogicalOr => "LogicalOr",
            Kind::Arithmetic(class, _) => class,
        }
    }

    fn module(&self) -> &'static str {
        MODULE
    }

    fn config(&self) -> Map<String, Json> {
        let mut map = Map::new();
        if let Kind::Any { axis, keepdims } = &self.kind {
            let axis = match axis.as_ref().map(|a| a.0.as_slice()) {
                None => Json::Null,
                Some([one]) => json!(one),
                Some(many) => json!(many),
            };
            map.insert("axis".to_string(), axis);
            map.insert("keepdims".to_string(), json!(keepdims));
        }
        map
    }

    fn arity(&self) -> (usize, usize) {
        (
            1,
            if matches!(self.kind, Kind::Any { .. }) {
                1
            } else {
                2
            },
        )
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let value = self.value(call).unwrap_or_else(|fault| {
            let shape = call.inputs[0].x.shape();
            let dtype = match self.kind {
                Kind::Arithmetic(..) => call.inputs[0].x.dtype(),
                _ => DType::Bool,
            };
            s.fault(self.class_name(), fault, Type::new(dtype, shape))
        });
        // What operators give has no mask, as in Keras.
        vec![value.into()]
    }
}
