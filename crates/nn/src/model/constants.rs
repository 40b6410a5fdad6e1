//! Arrays of a program that layers are called with beside tensors: `{"class_name": "__numpy__", "config": {value, dtype}}` in configs.

use regimen_graph::{DType, Tensor};
use serde_json::{Value as Json, json};

use super::{CallSpec, TensorRef};
use crate::OptionValue;
use crate::layers::Numbers;

/// How configs call an array.
const CLASS: &str = "__numpy__";

/// How they call one of Keras's own arrays.
const TENSOR: &str = "__tensor__";

/// Whether a value of a config is an array.
pub(crate) fn is_array(value: &Json) -> bool {
    let class = value.get("class_name").and_then(Json::as_str);
    class == Some(CLASS) || class == Some(TENSOR)
}

/// The array; types that are not here are the nearest ones.
pub(crate) fn read(value: &Json) -> Result<Tensor, String> {
    let config = &value["config"];
    let name = config["dtype"].as_str().unwrap_or_default();
    let dtype = nearest(name)
        .ok_or_else(|| format!("an array of dtype {name:?}, expected one of numbers"))?;
    let numbers = Numbers::read(&as_numbers(&config["value"]))
        .map_err(|e| format!("the `value` of an array: {e}"))?;
    let holds = |n: &f64| match dtype {
        DType::Bool => *n == 0.0 || *n == 1.0,
        DType::U8 => n.fract() == 0.0 && (0.0..=255.0).contains(n),
        DType::I32 => n.fract() == 0.0 && n.abs() <= f64::from(i32::MAX),
        _ => true,
    };
    if let Some(other) = numbers.data.iter().find(|n| !holds(n)) {
        return Err(format!("an array of {name} with the number {other}"));
    }
    Ok(Tensor::from_f64(dtype, numbers.shape, &numbers.data))
}

/// As configs have it.
pub(crate) fn write(tensor: &Tensor) -> Json {
    let numbers = Numbers {
        shape: tensor.shape.clone(),
        data: tensor.to_f64(),
        learnt: false,
    };
    let mut value = numbers.write();
    match tensor.dtype() {
        dtype if dtype.is_float() => {}
        DType::Bool => each(&mut value, &|n| Json::from(n != 0.0)),
        _ => each(&mut value, &|n| Json::from(n as i64)),
    }
    json!({ "class_name": CLASS, "config": { "value": value, "dtype": tensor.dtype().name() } })
}

fn nearest(name: &str) -> Option<DType> {
    match name {
        "float64" | "float16" | "bfloat16" => Some(DType::F32),
        "int64" | "int16" | "int8" | "uint16" | "uint32" => Some(DType::I32),
        name => DType::from_name(name),
    }
}

/// Truth values as numbers.
fn as_numbers(value: &Json) -> Json {
    match value {
        Json::Array(items) => items.iter().map(as_numbers).collect(),
        Json::Bool(truth) => Json::from(u8::from(*truth)),
        value => value.clone(),
    }
}

fn each(value: &mut Json, of: &dyn Fn(f64) -> Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(|item| each(item, of)),
        number => *number = of(number.as_f64().unwrap_or_default()),
    }
}

impl CallSpec {
    /// What stands at each place of the positional inputs: a tensor of another call, or none for an array.
    pub(crate) fn places(&self) -> Vec<Option<TensorRef>> {
        let mut places: Vec<Option<TensorRef>> = self.inputs.iter().copied().map(Some).collect();
        for (place, _) in &self.constants {
            places.insert((*place).min(places.len()), None);
        }
        places
    }
}
