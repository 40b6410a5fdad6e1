//! Models, compile arguments and arrays as the golden files hold them.
#![allow(dead_code)] // each test file uses a part

use regimen_graph::Tensor;
use regimen_nn::model::from_keras;
use regimen_nn::{Model, Object};
use regimen_train::{Arrays, CompileOptions, PerOutput};
use serde_json::Value as Json;

use crate::golden::{self, Golden, needed, number};

pub fn object(value: &Json) -> Object {
    Object::read(value).expect("a Keras object")
}

pub fn list(value: &Json) -> Vec<Json> {
    value.as_array().cloned().unwrap_or_default()
}

pub fn model(value: &Json) -> Model {
    from_keras(&object(value), "").unwrap_or_else(|e| panic!("{e:?}"))
}

/// The arguments of `compile`.
pub fn compile(value: &Json, _: &Model) -> CompileOptions {
    let one = |value: &Json| (!value.is_null()).then(|| object(value));
    let objects = |value: &Json| match value {
        Json::Array(list) => list.iter().map(object).collect(),
        one => Vec::from_iter((!one.is_null()).then(|| object(one))),
    };
    let nested = |value: &Json| list(value).iter().any(|v| v.is_array() || v.is_null());
    let metrics = |value: &Json| match per_output(value, objects) {
        Some(found) if nested(value) || value.is_object() => found,
        _ => PerOutput::All(objects(value)),
    };
    CompileOptions {
        optimizer: object(&value["optimizer"]),
        loss: per_output(&value["loss"], one)
            .unwrap_or_else(|| PerOutput::All(one(&value["loss"]))),
        loss_weights: match &value["loss_weights"] {
            Json::Null => None,
            weights => {
                Some(per_output(weights, number).unwrap_or_else(|| PerOutput::All(number(weights))))
            }
        },
        metrics: metrics(&value["metrics"]),
        weighted_metrics: metrics(&value["weighted_metrics"]),
        execution: Default::default(),
    }
}

/// A list or a table by the names of outputs; `None` for what is one value.
fn per_output<T>(value: &Json, f: impl Fn(&Json) -> T) -> Option<PerOutput<T>> {
    match value {
        Json::Array(list) => Some(PerOutput::InOrder(list.iter().map(f).collect())),
        Json::Object(map) if !map.contains_key("class_name") => Some(PerOutput::Named(
            map.iter().map(|(name, v)| (name.clone(), f(v))).collect(),
        )),
        _ => None,
    }
}

pub fn tensor(golden: &Golden) -> Tensor {
    Tensor::from_f64(golden.dtype, golden.shape.clone(), &golden.data)
}

pub fn tensors(value: &Json) -> Vec<Tensor> {
    list(value).iter().map(|t| tensor(&needed(t))).collect()
}

pub fn weights_of_rows(value: &Json) -> Option<Vec<f32>> {
    golden::tensor(value).map(|t| t.data.iter().map(|&x| x as f32).collect())
}

pub fn arrays(x: &Json, y: &Json, sample_weight: &Json) -> Arrays {
    Arrays {
        x: tensors(x),
        y: tensors(y),
        sample_weight: weights_of_rows(sample_weight),
        ..Arrays::default()
    }
}
