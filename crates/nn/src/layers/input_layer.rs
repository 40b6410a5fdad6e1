//! InputLayer: declares the shape and type of one input; passes data through.
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
    /// Element type, float32 by default.
    pub dtype: DType,
}

fn options() -> Vec<OptionInfo> {
    let option = |name, kind, default| OptionInfo { name, kind, default: Some(default) };
    vec![
        option("shape", "sizes without the batch axis, null where any", Json::Null),
        option("batch_size", "integer", Json::Null),
        option("dtype", "float32, int32, ...", "float32".into()),
        option("batch_shape", "sizes with the batch axis", Json::Null),
    ]
}

impl InputLayer {
    /// The layer of a declaration.
    pub fn of(info: Option<&InputInfo>) -> InputLayer {
        let batch_shape = info.map(|i| [None].into_iter().chain(i.shape.iter().copied()).collect());
        InputLayer { batch_shape, dtype: info.map_or(DType::F32, |i| i.dtype) }
    }

    /// What it declares of one sample.
    pub fn info(&self) -> Option<InputInfo> {
        let shape = self.batch_shape.as_ref()?;
        Some(InputInfo { shape: shape.get(1..).unwrap_or_default().to_vec(), dtype: self.dtype })
    }

    fn read(o: &mut Options<'_>) -> Option<InputLayer> {
        for key in ["sparse", "ragged", "optional"] {
            if o.raw(key).is_some_and(|v| v.as_bool() == Some(true)) {
                o.error(key, format!("InputLayer: `{key}` inputs are not supported; give dense arrays"));
            }
        }
        let shape: Option<Vec<Option<usize>>> = o.get("shape", Some(None))?;
        let batch_shape: Option<Vec<Option<usize>>> = o.get("batch_shape", Some(None))?;
        let old: Option<Vec<Option<usize>>> = o.get("batch_input_shape", Some(None))?;
        let batch_size: Option<usize> = o.get("batch_size", Some(None))?;
        let dtype = match o.raw("dtype") {
            None | Some(Json::Null) => DType::F32,
            Some(value) => match dtype_name(value).as_deref().and_then(DType::from_name) {
                Some(dtype) => dtype,
                None => {
                    o.error("dtype", format!("found {value}, expected float32, int32, int64, uint8 or bool"));
                    return None;
                }
            },
        };
        let full = match (shape, batch_shape.or(old)) {
            (Some(_), Some(_)) => {
                o.error("shape", "InputLayer takes `shape` or `batch_shape`, not both");
                return None;
            }
            (Some(shape), None) => [batch_size].into_iter().chain(shape).collect(),
            (None, Some(batch_shape)) if !batch_shape.is_empty() => batch_shape,
            _ => {
                o.error("", "InputLayer needs `shape`, the sizes of one sample, such as [64]");
                return None;
            }
        };
        Some(InputLayer { batch_shape: Some(full), dtype })
    }
}

/// A dtype by name, or Keras's serialized policy `{ class_name = "DTypePolicy", config = { name } }`.
fn dtype_name(value: &Json) -> Option<String> {
    let nested = || value.get("config")?.get("name")?.as_str().map(str::to_string);
    value.as_str().map(str::to_string).or_else(nested)
}

impl Layer for InputLayer {
    fn class_name(&self) -> &'static str {
        "InputLayer"
    }

    fn config(&self) -> Map<String, Json> {
        let shape = self.batch_shape.as_ref().map_or(Json::Null, |s| s.iter().map(OptionValue::write).collect());
        let config = json!({
            "batch_shape": shape, "dtype": self.dtype.name(), "sparse": false, "ragged": false, "optional": false,
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
