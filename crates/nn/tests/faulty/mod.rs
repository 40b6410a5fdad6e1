//! Layers with wrong options and wrong inputs: what they are refused with.
#![allow(dead_code)] // each test file uses a part

use regimen_graph::{Builder, DType, InputKind, Type};
use regimen_nn::{Call, Layer, Mode, Object, Scope, Value, layers};
use serde_json::Value as Json;

/// A layer, or every error of its options, one a line.
pub fn read(class_name: &str, config: Json) -> Result<Box<dyn Layer>, String> {
    let config = config.as_object().cloned().unwrap_or_default();
    let object = Object {
        class_name: class_name.into(),
        config,
    };
    let errors = layers::read(&object, "model.layers[3]");
    errors.map_err(|list| list.iter().map(|e| format!("{e}\n")).collect())
}

/// Faults and output types of a layer for inputs of these types.
pub fn forward(
    layer: &dyn Layer,
    inputs: &[Type],
    mask: Option<&Type>,
    mode: Mode,
) -> (Vec<String>, Vec<Type>) {
    let builder = Builder::new();
    let mut scope = Scope::new(&builder, mode);
    let value = |(i, ty): (usize, &Type)| {
        let x = builder.input(&format!("x{i}"), ty.clone(), InputKind::Feed);
        let mask = mask.map(|m| builder.input("mask", m.clone(), InputKind::Feed));
        Value { x, mask }
    };
    let call = Call {
        inputs: inputs.iter().enumerate().map(value).collect(),
        ..Call::default()
    };
    let out = scope.within("layer", true, |s| layer.forward(s, &call));
    let faults = builder.faults().iter().map(|f| f.to_string()).collect();
    (faults, out.iter().map(|v| v.x.ty()).collect())
}

/// A float32 type.
pub fn floats(shape: &[usize]) -> Type {
    Type::new(DType::F32, shape)
}
