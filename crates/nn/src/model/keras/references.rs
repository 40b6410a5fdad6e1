//! References to tensors in Keras's configs: `["name", call, tensor]` and `__keras_tensor__`.

use regimen_graph::Tensor;
use serde_json::{Map, Value as Json};

use super::wiring::unknown;
use crate::inner_layer::OWN_MODE;
use crate::model::{CallSpec, Form, Functional, TensorRef, constants};

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
pub(crate) fn sorted(map: &Map<String, Json>) -> impl Iterator<Item = (&String, &Json)> {
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
            for (place, found) in found(model, &args)?.into_iter().enumerate() {
                match found {
                    Found::Tensor(t) => spec.inputs.push(t),
                    Found::Array(array) => spec.constants.push((place, array)),
                }
            }
            spec.form = Form::of(&args, &is_tensor);
            let places = args.as_array().into_iter().flatten().enumerate();
            let plain = places.filter(|(_, v)| is_plain(v));
            spec.plain = plain.map(|(i, v)| (i, v.clone())).collect();
            let Some(Json::Object(kwargs)) = node.get("kwargs") else {
                return Ok(spec);
            };
            for (key, value) in sorted(kwargs) {
                let places = places_in(value);
                let found = found(model, value)?;
                // `mask: null` and plain values.
                if found.is_empty() {
                    if !value.is_null() {
                        spec.kwargs.insert(key.clone(), value.clone());
                    }
                    continue;
                }
                let alone = found.len() == 1 && !value.is_array();
                for (i, found) in found.into_iter().enumerate() {
                    let place = places.get(i).copied().unwrap_or(i);
                    let name = match alone {
                        true => key.clone(),
                        false => format!("{key}.{place}"),
                    };
                    match found {
                        Found::Tensor(t) => spec.tensors.push((name, t)),
                        Found::Array(array) => spec.constant_tensors.push((name, array)),
                    }
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

/// Whether a value is none of tensors, and no null: a number, a slice, an array.
fn is_plain(value: &Json) -> bool {
    !value.is_null() && Form::of(value, &is_tensor).is_none()
}

/// Whether a value is a tensor in the arguments of a call, or an array in the place of one.
fn is_tensor(value: &Json) -> bool {
    let class = value.get("class_name").and_then(Json::as_str);
    class == Some("__keras_tensor__") || constants::is_array(value)
}

/// The form of a model's ends; none for what Keras has as one tensor or a list of all, and for a list of one in files of Keras 2,
/// which has no other.
pub(super) fn form_of_ends(value: &Json, today: bool) -> Option<Form> {
    let is_end = |value: &Json| value.get(0).is_some_and(Json::is_string);
    let form = Form::of(value, &is_end)?;
    (today || form.count() > 1).then_some(form)
}

/// Where the tensors of a list stand: null holds a place, as in `mask: [null, tensor]`.
fn places_in(value: &Json) -> Vec<usize> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    match items.iter().all(|item| item.is_null() || is_tensor(item)) {
        true => (0..items.len()).filter(|i| is_tensor(&items[*i])).collect(),
        false => vec![],
    }
}

/// What a layer is called with: a tensor of another call, or an array.
enum Found {
    Tensor(TensorRef),
    Array(Tensor),
}

/// The tensors `{ class_name: "__keras_tensor__", config: { keras_history: [name, call, tensor] } }` and the arrays of an argument,
/// in order.
fn found(model: &Functional, value: &Json) -> Result<Vec<Found>, String> {
    let all = |items: &mut dyn Iterator<Item = &Json>| {
        let each: Result<Vec<_>, _> = items.map(|item| found(model, item)).collect();
        Ok(each?.into_iter().flatten().collect())
    };
    match value {
        value if constants::is_array(value) => Ok(vec![Found::Array(constants::read(value)?)]),
        value if is_tensor(value) => {
            let history = value.pointer("/config/keras_history");
            match history.and_then(Json::as_array).map(Vec::as_slice) {
                Some([Json::String(name), call, tensor]) => {
                    Ok(vec![Found::Tensor(reference(model, name, call, tensor)?)])
                }
                _ => Err("a tensor without `keras_history`".to_string()),
            }
        }
        Json::Array(items) => all(&mut items.iter()),
        Json::Object(map) => match map.get("class_name").and_then(Json::as_str) {
            // Of indices.
            Some("__slice__" | "__ellipsis__") | None => {
                all(&mut sorted(map).map(|(_, item)| item))
            }
            Some(other) => Err(format!(
                "an object `{other}` among the arguments, expected tensors, arrays and numbers"
            )),
        },
        _ => Ok(vec![]),
    }
}
