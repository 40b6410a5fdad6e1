//! InputLayer: declares the shape and type of one input; passes data through.
//!
//!   x (B, ...) -> x
//!
//! Follows keras/src/layers/core/input_layer.py.

use regimen_graph::DType;
use serde_json::{Map, Value as Json, json};

use crate::model::InputInfo;
use crate::{Call, Layer, LayerDef, OptionInfo, OptionValue, Options, Scope, Value};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "InputLayer",
    aliases: &["Input"],
    about: "declares shape and type of an input",
    options,
    read: |o| InputLayer::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

/// An input of a model.
///
/// ```
/// use regimen_graph::DType;
/// use regimen_nn::{layers::InputLayer, model::InputInfo};
/// let layer = InputLayer::of(Some(&InputInfo::of(DType::F32, &[64])));
/// assert_eq!(layer.info().unwrap().shape, [Some(64)]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct InputLayer {
    /// Sizes with the batch axis; `None` for a Sequential model that takes what comes.
    pub batch_shape: Option<Vec<Option<usize>>>,
    /// Element type, float32 by default. Of texts uint8: their bytes, which never reach the graph.
    pub dtype: DType,
    /// Whether the input takes texts, which layers on the host make numbers of.
    pub texts: bool,
}

fn options() -> Vec<OptionInfo> {
    let option = |name, kind, default| OptionInfo {
        name,
        kind,
        default: Some(default),
    };
    vec![
        option(
            "shape",
            "sizes without the batch axis, null where any",
            Json::Null,
        ),
        option("batch_size", "integer", Json::Null),
        option("dtype", "float32, int32, string, ...", "float32".into()),
        option("batch_shape", "sizes with the batch axis", Json::Null),
    ]
}

impl InputLayer {
    /// The layer of a declaration.
    pub fn of(info: Option<&InputInfo>) -> InputLayer {
        let batch_shape = info.map(|i| [None].into_iter().chain(i.shape.iter().copied()).collect());
        InputLayer {
            batch_shape,
            dtype: info.map_or(DType::F32, |i| i.dtype),
            texts: false,
        }
    }

    /// Keras's name of the type of texts.
    pub(crate) const TEXT: &'static str = "string";

    /// An input of texts with the shape of one sample.
    pub fn of_texts(shape: &[Option<usize>]) -> InputLayer {
        InputLayer {
            batch_shape: Some([None].into_iter().chain(shape.iter().copied()).collect()),
            dtype: DType::U8,
            texts: true,
        }
    }

    /// Float32 in batches of a fixed size.
    pub fn of_batch(rows: usize, shape: &[usize]) -> InputLayer {
        let sizes = [&[rows], shape].concat();
        InputLayer {
            batch_shape: Some(sizes.into_iter().map(Some).collect()),
            dtype: DType::F32,
            texts: false,
        }
    }

    /// What it declares of one sample.
    pub fn info(&self) -> Option<InputInfo> {
        let shape = self.batch_shape.as_ref()?;
        Some(InputInfo {
            shape: shape.get(1..).unwrap_or_default().to_vec(),
            dtype: self.dtype,
        })
    }

    fn read(o: &mut Options<'_>) -> Option<InputLayer> {
        for key in ["sparse", "ragged", "optional"] {
            if o.raw(key).is_some_and(|v| v.as_bool() == Some(true)) {
                o.error(
                    key,
                    format!("InputLayer: `{key}` inputs are not supported; give dense arrays"),
                );
            }
        }
        let mut sizes =
            |name: &str| -> Option<Option<Vec<Option<usize>>>> { o.get(name, Some(None)) };
        // The second names are those of Keras 2.
        let shape = sizes("shape")?.or(sizes("input_shape")?);
        let batch_shape = sizes("batch_shape")?.or(sizes("batch_input_shape")?);
        let batch_size: Option<usize> = o.get("batch_size", Some(None))?;
        let name = o.raw("dtype");
        let texts = name.and_then(dtype_name).as_deref() == Some(InputLayer::TEXT);
        let dtype = match name {
            Some(_) if texts => DType::U8,
            None | Some(Json::Null) => DType::F32,
            Some(value) => {
                match dtype_name(value).as_deref().and_then(DType::from_name) {
                    Some(dtype) => dtype,
                    None => {
                        o.error(
                        "dtype",
                        format!("found {value}, expected float32, int32, int64, uint8, bool or string"),
                    );
                        return None;
                    }
                }
            }
        };
        let full: Vec<Option<usize>> = match (shape, batch_shape) {
            (Some(shape), None) => [batch_size].into_iter().chain(shape).collect(),
            (None, Some(batch_shape)) if batch_size.is_none() => batch_shape,
            (None, None) => {
                o.error(
                    "",
                    "InputLayer needs `shape`, the sizes of one sample, such as [64]",
                );
                return None;
            }
            _ => {
                o.error(
                    "batch_shape",
                    "InputLayer takes `shape` and `batch_size`, or `batch_shape`, not both",
                );
                return None;
            }
        };
        if full.is_empty() || full.contains(&Some(0)) {
            let found = full.write();
            o.error(
                "shape",
                format!("found {found} with the batch, expected sizes of 1 or more, or null"),
            );
            return None;
        }
        Some(InputLayer {
            batch_shape: Some(full),
            dtype,
            texts,
        })
    }
}

/// A dtype by name, or Keras's serialized policy `{ class_name = "DTypePolicy", config = { name } }`.
fn dtype_name(value: &Json) -> Option<String> {
    let nested = || {
        value
            .get("config")?
            .get("name")?
            .as_str()
            .map(str::to_string)
    };
    value.as_str().map(str::to_string).or_else(nested)
}

impl Layer for InputLayer {
    fn class_name(&self) -> &'static str {
        "InputLayer"
    }

    fn config(&self) -> Map<String, Json> {
        let shape = self
            .batch_shape
            .as_ref()
            .map_or(Json::Null, |s| s.iter().map(OptionValue::write).collect());
        let dtype = if self.texts {
            InputLayer::TEXT
        } else {
            self.dtype.name()
        };
        let config = json!({
            "batch_shape": shape, "dtype": dtype, "sparse": false, "ragged": false, "optional": false,
        });
        match config {
            Json::Object(map) => map,
            _ => Map::new(),
        }
    }

    fn arity(&self) -> (usize, usize) {
        (0, 1)
    }

    fn forward(&self, _: &mut Scope, call: &Call) -> Vec<Value> {
        call.inputs.clone()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Object, layers};
    use serde_json::json;

    fn errors(config: serde_json::Value) -> Vec<String> {
        let config = config.as_object().cloned().unwrap_or_default();
        let object = Object {
            class_name: "Input".into(),
            config,
        };
        let errors = layers::read(&object, "model.layers[0]")
            .err()
            .unwrap_or_default();
        errors.iter().map(|e| e.to_string()).collect()
    }

    #[test]
    fn old_names_are_read() {
        assert!(errors(json!({"batch_input_shape": [null, 4]})).is_empty());
        assert!(errors(json!({"input_shape": [4]})).is_empty());
    }

    #[test]
    fn contradictions_are_refused() {
        assert!(errors(json!({}))[0].contains("needs `shape`"));
        assert!(errors(json!({"shape": [3], "batch_shape": [null, 3]}))[0].contains("not both"));
        assert!(errors(json!({"shape": [0]}))[0].contains("1 or more"));
        assert!(errors(json!({"shape": [3], "dtype": "float8"}))[0].contains("float8"));
        assert!(errors(json!({"shape": [3], "sparse": true}))[0].contains("sparse"));
        assert!(
            errors(json!({"shpae": [3]}))
                .iter()
                .any(|e| e.contains("did you mean `shape`"))
        );
    }
}
