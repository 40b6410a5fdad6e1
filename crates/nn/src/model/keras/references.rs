//! References to tensors in Keras's configs: `["name", call, tensor]` and `__keras_tensor__`.

use serde_json::{Map, Value as Json};

use super::wiring::unknown;
use crate::inner_layer::OWN_MODE;
use crate::model::{CallSpec, Functional, TensorRef};

/// `["name", call, tensor]`, or nested lists and objects of them.
pub(super) fn references(model: &Functional, value: &Json) -> Result<Vec<TensorRef>, String> {
    match value {
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(name), call, tensor, ..] => {
                Ok(vec![reference(model, name, call, tensor)?])
            }
            _ => parts
                .iter()
                .map(|p| references(model, p))
                .collect::<Result<Vec<_>, _>>()
                .map(|l| l.concat()),
        },
        Json::Object(map) => sorted(map)
            .map(|(_, p)| references(model, p))
            .collect::<Result<Vec<_>, _>>()
            .map(|l| l.concat()),
        other => Err(format!("found {other}, expected [\"layer\", 0, 0]")),
    }
}

/// Keras 3 flattens dicts by their keys in order, in whichever order they were written; Keras 2 takes keywords as they stand.
pub(super) fn sorted(map: &Map<String, Json>) -> impl Iterator<Item = (&String, &Json)> {
    let mut all: Vec<_> = map.iter().collect();
    all.sort_by_key(|(key, _)| *key);
    all.into_iter()
}

fn reference(
    model: &Functional,
    name: &str,
    call: &Json,
    tensor: &Json,
) -> Result<TensorRef, String> {
    let layer = model.layers.iter().position(|l| l.name == name);
    let number = |v: &Json| v.as_u64().map(|n| n as usize);
    match (layer, number(call), number(tensor)) {
        (Some(layer), Some(call), Some(tensor)) => Ok(TensorRef {
            layer,
            call,
            tensor,
        }),
        (None, ..) => Err(unknown(model, name, "").message),
        _ => Err(format!(
            "`{name}`: expected whole numbers for the call and the tensor"
        )),
    }
}

/// One entry of `inbound_nodes`: Keras 3's `{ args, kwargs }` or Keras 2's `[[name, call, tensor, kwargs], ...]`.
pub(super) fn call(model: &Functional, node: &Json) -> Result<CallSpec, String> {
    let mut spec = CallSpec::default();
    match node {
        Json::Object(node) => {
            let args = node.get("args").cloned().unwrap_or(Json::Array(vec![]));
            keras_tensors(model, &args, &mut spec.inputs)?;
            let places = args.as_array().into_iter().flatten().enumerate();
            let plain = places.filter(|(_, v)| v.is_number() || v.is_boolean());
            spec.plain = plain.map(|(i, v)| (i, v.clone())).collect();
            let Some(Json::Object(kwargs)) = node.get("kwargs") else {
                return Ok(spec);
            };
            for (key, value) in sorted(kwargs) {
                let mut found = vec![];
                keras_tensors(model, value, &mut found)?;
                match found.len() {
                    // `mask: null` and plain values.
                    0 if value.is_null() => {}
                    0 => {
                        spec.kwargs.insert(key.clone(), value.clone());
                    }
                    1 if !value.is_array() => spec.tensors.push((key.clone(), found[0])),
                    _ => spec.tensors.extend(
                        found
                            .iter()
                            .enumerate()
                            .map(|(i, t)| (format!("{key}.{i}"), *t)),
                    ),
                }
            }
            Ok(spec)
        }
        Json::Array(parts) => {
            for part in parts {
                let Json::Array(items) = part else {
                    return Err(format!("found {part}, expected [\"layer\", 0, 0, {{}}]"));
                };
                let [Json::String(name), call, tensor, rest @ ..] = items.as_slice() else {
                    return Err(format!("found {part}, expected [\"layer\", 0, 0, {{}}]"));
                };
                spec.inputs.push(reference(model, name, call, tensor)?);
                for (key, value) in rest.first().and_then(Json::as_object).into_iter().flatten() {
                    match references(model, value) {
                        Ok(list) if list.len() == 1 => spec.tensors.push((key.clone(), list[0])),
                        _ if value.is_null() => {}
                        _ => {
                            let own = if key == "training" { OWN_MODE } else { key };
                            spec.kwargs.insert(own.to_owned(), value.clone());
                        }
                    }
                }
            }
            Ok(spec)
        }
        other => Err(format!("found {other}, expected a call")),
    }
}

/// Collects `{ class_name: "__keras_tensor__", config: { keras_history: [name, call, tensor] } }`, in order.
fn keras_tensors(
    model: &Functional,
    value: &Json,
    found: &mut Vec<TensorRef>,
) -> Result<(), String> {
    match value {
        Json::Object(map)
            if map.get("class_name").and_then(Json::as_str) == Some("__keras_tensor__") =>
        {
            let history = map
                .get("config")
                .and_then(|c| c.get("keras_history"))
                .and_then(Json::as_array);
            match history.map(Vec::as_slice) {
                Some([Json::String(name), call, tensor]) => {
                    found.push(reference(model, name, call, tensor)?)
                }
                _ => return Err("a tensor without `keras_history`".to_string()),
            }
            Ok(())
        }
        Json::Array(items) => items
            .iter()
            .try_for_each(|v| keras_tensors(model, v, found)),
        Json::Object(map) => sorted(map).try_for_each(|(_, v)| keras_tensors(model, v, found)),
        _ => Ok(()),
    }
}
