//! Models, compile arguments and arrays as the golden files hold them.
#![allow(dead_code)] // each test file uses a part

use regimen_graph::Tensor;
use regimen_nn::model::from_keras;
use regimen_nn::{Model, Object};
use regimen_train::{Arrays, CompileOptions};
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

/// The arguments of `compile`; losses and weights by output name in the order of the outputs.
pub fn compile(value: &Json, model: &Model) -> CompileOptions {
    let by_output = |value: &Json| match value {
        Json::Object(map) if !map.contains_key("class_name") => model
            .output_names()
            .iter()
            .map(|name| map[*name].clone())
            .collect(),
        Json::Null => vec![],
        one => vec![one.clone()],
    };
    let objects = |value: &Json| list(value).iter().map(object).collect();
    CompileOptions {
        optimizer: object(&value["optimizer"]),
        loss: by_output(&value["loss"]).iter().map(object).collect(),
        loss_weights: by_output(&value["loss_weights"])
            .iter()
            .map(number)
            .collect(),
        metrics: objects(&value["metrics"]),
        weighted_metrics: objects(&value["weighted_metrics"]),
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
