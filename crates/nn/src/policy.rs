//! The dtype policy of a layer: which precision its inputs, weights and outputs have.
//!
//! Under `mixed_bfloat16` a layer's float inputs, its weights where it reads them, and its outputs are bfloat16; weights,
//! their updates and sums inside a product stay float32. A layer computes in float32 on rounded numbers and never hears
//! of it: the casts stand around its graph, so that gradients cross the same borders in bfloat16 too.
//!
//! Micikevicius et al. 2018; Kalamkar et al. 2019. Follows keras/src/dtype_policies/dtype_policy.py; where Keras rounds after every
//! primitive inside a layer, here the layer's result is rounded once.

use regimen_graph::{DType, Var};
use serde_json::{Map, Value as Json, json};

use crate::{Call, OptionError, Value, config::nearest};

/// The precision in which a layer exchanges numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Float32 throughout.
    #[default]
    Float32,
    /// bfloat16 activations and matrix inputs, float32 weights.
    MixedBfloat16,
}

/// Every policy with Keras's name.
const POLICIES: [(&str, Policy); 2] = [
    ("float32", Policy::Float32),
    ("mixed_bfloat16", Policy::MixedBfloat16),
];

/// Layers that read their weights in float32 under any policy (Keras's `autocast=False`).
const WHOLE_WEIGHTS: [&str; 4] = [
    "BatchNormalization",
    "Embedding",
    "GroupNormalization",
    "LayerNormalization",
];

impl Policy {
    /// Keras's name.
    pub fn name(self) -> &'static str {
        POLICIES
            .iter()
            .find(|(_, p)| *p == self)
            .map_or("float32", |(name, _)| name)
    }

    /// The policy with this name, or what to use instead.
    pub fn from_name(name: &str) -> Result<Policy, String> {
        if let Some((_, policy)) = POLICIES.iter().find(|(n, _)| *n == name) {
            return Ok(*policy);
        }
        Err(match name {
            "float16" | "mixed_float16" | "bfloat16" | "float64" => format!(
                "`{name}` is not supported: weights are float32; use \"mixed_bfloat16\" for bfloat16 activations and products, which needs no loss scaling"
            ),
            _ if name.starts_with("int") || name.starts_with("float8") => {
                format!(
                    "`{name}`: quantized training is not supported; use \"float32\" or \"mixed_bfloat16\""
                )
            }
            _ => match nearest(name, POLICIES.iter().map(|(n, _)| *n)) {
                Some(near) => format!("there is no policy `{name}`: did you mean `{near}`?"),
                None => {
                    format!("there is no policy `{name}`: use \"float32\" or \"mixed_bfloat16\"")
                }
            },
        })
    }

    /// As Keras's configs hold it.
    pub fn write(self) -> Json {
        json!({"module": "keras", "class_name": "DTypePolicy", "config": {"name": self.name()}, "registered_name": null})
    }

    /// Takes a layer's float policy out of its arguments. Types of values (`int32`, `string`) are left to the layer.
    pub(crate) fn take(
        class_name: &str,
        config: &mut Map<String, Json>,
        path: &str,
    ) -> Result<Option<Policy>, Vec<OptionError>> {
        let Some(name) = config.get("dtype").and_then(policy_name) else {
            return Ok(None);
        };
        let is_type = ["int", "uint", "bool", "string"]
            .iter()
            .any(|t| name.starts_with(t));
        let is_policy = !is_type || name.contains("_from_");
        if !is_policy {
            return Ok(None);
        }
        let policy = Policy::from_name(name);
        // One that is none is told here, once.
        config.shift_remove("dtype");
        policy.map(Some).map_err(|message| {
            vec![OptionError {
                path: format!("{path}.dtype"),
                message: format!("`dtype` of {class_name}: {message}"),
            }]
        })
    }

    /// Whether weights of a class are rounded where it reads them.
    pub(crate) fn rounds_weights(self, class_name: &str) -> bool {
        self == Policy::MixedBfloat16 && !WHOLE_WEIGHTS.contains(&class_name)
    }

    /// A call with its float tensors as the layer reads them: float32, rounded by this policy.
    pub(crate) fn admit(self, class_name: &str, mut call: Call) -> Call {
        let rounds = self.rounds_weights(class_name);
        let values = call
            .inputs
            .iter_mut()
            .chain(call.tensors.iter_mut().map(|(_, v)| v));
        for value in values {
            if rounds && value.x.dtype().is_float() {
                value.x = value.x.cast(DType::BF16);
            }
            *value = widened(value.clone());
        }
        call
    }

    /// What a layer returned, as it travels on.
    pub(crate) fn emit(self, values: Vec<Value>) -> Vec<Value> {
        let emit = |value: Value| match self {
            Policy::MixedBfloat16 if value.x.dtype().is_float() => Value {
                x: value.x.cast(DType::BF16),
                ..value
            },
            _ => value,
        };
        values.into_iter().map(emit).collect()
    }
}

/// The name in `"mixed_bfloat16"` or `{ class_name: "DTypePolicy", config: { name } }`.
fn policy_name(dtype: &Json) -> Option<&str> {
    let inner = dtype.get("config").and_then(|c| c.get("name"));
    inner.unwrap_or(dtype).as_str()
}

/// Floats in float32, whatever they travelled as.
pub(crate) fn widened(value: Value) -> Value {
    let x = match value.x.dtype() {
        DType::BF16 => value.x.cast(DType::F32),
        _ => value.x,
    };
    Value { x, ..value }
}

/// Rounded to bfloat16, in float32.
pub(crate) fn rounded(x: &Var) -> Var {
    x.cast(DType::BF16).cast(DType::F32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_offered() {
        assert_eq!(
            Policy::from_name("mixed_bfloat16"),
            Ok(Policy::MixedBfloat16)
        );
        let text = |name| Policy::from_name(name).unwrap_err();
        assert!(text("mixed_bfloat6").contains("did you mean `mixed_bfloat16`?"));
        assert!(text("mixed_float16").contains("use \"mixed_bfloat16\""));
        assert!(text("int8_from_float32").contains("quantized"));
        assert!(text("half").contains("use \"float32\""));
    }

    #[test]
    fn a_config_gives_its_policy_and_keeps_types_of_values() {
        let read = |dtype: Json| {
            let mut config = Map::from_iter([("dtype".to_string(), dtype)]);
            let policy = Policy::take("Dense", &mut config, "layers[0]");
            (
                policy.map_err(|e| e[0].to_string()),
                config.contains_key("dtype"),
            )
        };
        let written = Policy::MixedBfloat16.write();
        assert_eq!(read(written), (Ok(Some(Policy::MixedBfloat16)), false));
        assert_eq!(read(json!("float32")), (Ok(Some(Policy::Float32)), false));
        assert_eq!(read(json!("int64")), (Ok(None), true));
        let (error, _) = read(json!("float16"));
        assert!(
            error
                .unwrap_err()
                .starts_with("layers[0].dtype: `dtype` of Dense: `float16`")
        );
    }
}
