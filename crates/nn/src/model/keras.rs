//! Models from and to Keras's configs.
//!
//! Reads what `model.to_json()` of Keras 2 and 3 writes, and the layer lists of run files. Every fault of a
//! config is reported, with its path.

mod operation;
mod references;
mod wiring;
mod write;

pub use write::to_keras;

use serde_json::{Map, Value as Json};

use crate::model::{
    CallSpec, Functional, InputInfo, LayerNode, Model, ModelKind, Sequential, TensorRef, free_name,
};
use crate::{
    Layer, Object, OptionError, OptionValue, config::nearest, layers, layers::InputLayer,
    lora::Lora, policy::Policy,
};

/// A layer of a run file: a Keras object, and what feeds it.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerEntry {
    /// Class and arguments, `name` and `trainable` among them.
    pub object: Object,
    /// Names of the layers that feed it; empty for the one before it.
    pub inbound: Vec<String>,
}

/// A model from a list of layers. Without any `inbound` it is Sequential; else functional, where
/// `outputs` name the output layers (default: the last).
pub fn from_entries(
    name: &str,
    entries: &[LayerEntry],
    outputs: &[String],
    path: &str,
) -> Result<Model, Vec<OptionError>> {
    let mut errors = vec![];
    if entries.is_empty() {
        let message = "a model needs at least one layer".to_string();
        return Err(vec![OptionError {
            path: path.to_string(),
            message,
        }]);
    }
    let mut nodes = vec![];
    for (i, entry) in entries.iter().enumerate() {
        let at = format!("{path}[{i}]");
        match read_layer(&entry.object, &at) {
            Ok(read) => nodes.push(read),
            Err(more) => errors.extend(more),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if entries.iter().all(|e| e.inbound.is_empty()) && outputs.is_empty() {
        return sequential(name, nodes, path);
    }
    wiring::wire(name, entries, nodes, outputs, path)
}

/// A layer with what a model keeps of it.
pub(crate) struct ReadLayer {
    pub(crate) name: Option<String>,
    pub(crate) layer: Box<dyn Layer>,
    pub(crate) trainable: bool,
    pub(crate) policy: Policy,
    pub(crate) lora: Option<Lora>,
    pub(crate) input: Option<InputInfo>,
    /// The input that an old-style first layer declares by `input_shape`, `input_dim`, `batch_input_shape`.
    pub(crate) declares: Option<InputLayer>,
}

pub(crate) fn read_layer(object: &Object, path: &str) -> Result<ReadLayer, Vec<OptionError>> {
    let mut object = object.clone();
    let mut errors = vec![];
    let declares = take_input_shape(&mut object, path, &mut errors);
    let (name, trainable) = own_keys(&object.config, path, &mut errors);
    let inner = ["Sequential", "Functional", "Model"];
    if inner.contains(&object.class_name.as_str()) {
        let layer = kept(from_keras(&object, path), &mut errors);
        let layer = layer.filter(|_| errors.is_empty()).ok_or(errors)?;
        return Ok(ReadLayer {
            name,
            layer: Box::new(layer),
            trainable,
            policy: Policy::default(),
            lora: None,
            input: None,
            declares,
        });
    }
    let (mut policy, mut lora) = (None, None);
    // An input declares the type of its values.
    if object.class_name != "InputLayer" {
        let class_name = object.class_name.clone();
        let config = &mut object.config;
        policy = kept(Policy::take(&class_name, config, path), &mut errors).flatten();
        lora = kept(Lora::take(&class_name, config, path), &mut errors).flatten();
        if !errors.is_empty() {
            // What is wrong with them is said.
            for key in ["dtype", "lora_rank", "lora_alpha"] {
                config.shift_remove(key);
            }
        }
    }
    let layer = kept(layers::read(&object, path), &mut errors);
    let layer = layer.filter(|_| errors.is_empty()).ok_or(errors)?;
    let input = match layer.class_name() {
        "InputLayer" => input_info(&layer.config()),
        _ => None,
    };
    Ok(ReadLayer {
        name,
        layer,
        trainable,
        policy: policy.unwrap_or_default(),
        lora,
        input,
        declares,
    })
}

/// The value, or `None` after noting what is wrong.
fn kept<T>(found: Result<T, Vec<OptionError>>, errors: &mut Vec<OptionError>) -> Option<T> {
    found.map_err(|more| errors.extend(more)).ok()
}

/// `name` and `trainable`, which every layer has.
fn own_keys(
    config: &Map<String, Json>,
    path: &str,
    errors: &mut Vec<OptionError>,
) -> (Option<String>, bool) {
    let mut wrong = |key: &str, value: &Json, expected: &str| {
        errors.push(OptionError {
            path: format!("{path}.{key}"),
            message: format!("`{key}`: found {value}, expected {expected}"),
        });
    };
    let name = match config.get("name") {
        None | Some(Json::Null) => None,
        Some(Json::String(name)) if !name.is_empty() && !name.contains('/') => Some(name.clone()),
        Some(value) => {
            wrong("name", value, "a text without `/`");
            None
        }
    };
    let trainable = match config.get("trainable") {
        None => true,
        Some(Json::Bool(trainable)) => *trainable,
        Some(value) => {
            wrong("trainable", value, "true or false");
            true
        }
    };
    (name, trainable)
}

fn input_info(config: &Map<String, Json>) -> Option<InputInfo> {
    let shape = Vec::<Option<usize>>::read(config.get("batch_shape")?).ok()?;
    let dtype = match config.get("dtype")?.as_str()? {
        InputLayer::TEXT => return InputLayer::of_texts(shape.get(1..)?).info(),
        name => regimen_graph::DType::from_name(name)?,
    };
    InputLayer {
        batch_shape: Some(shape),
        dtype,
        texts: false,
    }
    .info()
}

/// Takes `batch_input_shape`, `input_shape` and `input_dim` out of a layer's arguments, as Keras 3 still does. The first of
/// them counts, and null is none.
fn take_input_shape(
    object: &mut Object,
    path: &str,
    errors: &mut Vec<OptionError>,
) -> Option<InputLayer> {
    let def = layers::find(&object.class_name);
    if def.is_some_and(|d| d.class_name == "InputLayer") {
        return None;
    }
    let mut declared: Option<Vec<Option<usize>>> = None;
    for key in ["batch_input_shape", "input_shape", "input_dim"] {
        // Embeddings have an option `input_dim`.
        if def.is_some_and(|d| d.has_option(key)) {
            continue;
        }
        let value = object.config.shift_remove(key).filter(|v| !v.is_null());
        let Some(value) = value.filter(|_| declared.is_none()) else {
            continue;
        };
        let shape = match key {
            "input_dim" => usize::read(&value).map(|size| vec![None, Some(size)]),
            key => match Vec::<Option<usize>>::read(&value) {
                Ok(shape) if key == "input_shape" => Ok([vec![None], shape].concat()),
                Ok(shape) => Ok(shape),
                Err(_) => Err("expected sizes such as [64]".to_string()),
            },
        };
        match shape {
            Ok(shape) => declared = Some(shape),
            Err(text) => errors.push(OptionError {
                path: format!("{path}.{key}"),
                message: format!("found {value}, {text}"),
            }),
        }
    }
    Some(InputLayer {
        batch_shape: Some(declared?),
        dtype: regimen_graph::DType::F32,
        texts: false,
    })
}

fn sequential(name: &str, nodes: Vec<ReadLayer>, path: &str) -> Result<Model, Vec<OptionError>> {
    let mut model = Sequential::new().named(name);
    if let Some(input) = nodes.first().and_then(|n| n.declares.clone()) {
        model = model.input_layer(input);
    }
    let (mut declared, mut settings) = (None, vec![]);
    for (i, read) in nodes.into_iter().enumerate() {
        match read.input {
            Some(ref info) if i == 0 => {
                model = model.input_info(info.clone());
                declared = Some(read);
            }
            Some(_) => {
                let message = "an Input stands first in a Sequential model".to_string();
                return Err(vec![OptionError {
                    path: format!("{path}[{i}]"),
                    message,
                }]);
            }
            None => {
                model = model.add_boxed(read.name.as_deref(), read.layer, read.trainable);
                settings.push((read.policy, read.lora));
            }
        }
    }
    let mut model = model.build();
    let behind_input = model.layers.iter_mut().skip(1);
    for (node, (policy, lora)) in behind_input.zip(settings) {
        (node.policy, node.lora) = (policy, lora);
    }
    if let Some(read) = declared {
        model.layers[0].layer = read.layer;
        if let Some(name) = read.name {
            model.layers[0].name = name;
        }
    }
    check_names(&model, path)?;
    Ok(model)
}

pub(crate) fn check_names(model: &Model, path: &str) -> Result<(), Vec<OptionError>> {
    let mut seen = std::collections::BTreeSet::new();
    let twice = model.layers.iter().filter(|l| !seen.insert(l.name.clone()));
    let errors: Vec<OptionError> = twice
        .map(|l| OptionError {
            path: path.to_string(),
            message: format!("two layers are called `{}`", l.name),
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// A model from Keras's config: `{ class_name: Sequential | Functional | Model, config }`.
pub fn from_keras(object: &Object, path: &str) -> Result<Model, Vec<OptionError>> {
    let at = if path.is_empty() {
        "config".to_string()
    } else {
        format!("{path}.config")
    };
    let error = |message: String| {
        vec![OptionError {
            path: at.clone(),
            message,
        }]
    };
    let config = &object.config;
    let name = config.get("name").and_then(Json::as_str);
    let list = match config.get("layers") {
        Some(Json::Array(list)) => list,
        _ => {
            return Err(error(format!(
                "{} needs `layers`, a list",
                object.class_name
            )));
        }
    };
    match object.class_name.as_str() {
        "Sequential" => {
            let mut nodes = vec![];
            let mut errors = vec![];
            for (i, value) in list.iter().enumerate() {
                let place = format!("{at}.layers[{i}]");
                match Object::read(value) {
                    Err(message) => errors.push(OptionError {
                        path: place,
                        message,
                    }),
                    Ok(object) => match read_layer(&object, &place) {
                        Ok(read) => nodes.push(read),
                        Err(more) => errors.extend(more),
                    },
                }
            }
            if !errors.is_empty() {
                return Err(errors);
            }
            if nodes.is_empty() {
                return Err(error("a model needs at least one layer".to_string()));
            }
            sequential(name.unwrap_or("sequential"), nodes, &format!("{at}.layers"))
        }
        "Functional" | "Model" => {
            wiring::functional(name.unwrap_or("functional"), config, list, &at)
        }
        other => {
            let hint = nearest(other, ["Sequential", "Functional"]).unwrap_or("Sequential");
            Err(error(format!(
                "there is no model class `{other}`: did you mean `{hint}`?"
            )))
        }
    }
}

/// Adds a read layer to a functional model under construction; calls are wired later.
pub(crate) fn push(model: &mut Functional, read: ReadLayer) -> usize {
    let taken = |n: &str| model.layers.iter().any(|l| l.name == n);
    let name = read
        .name
        .clone()
        .unwrap_or_else(|| free_name(read.layer.class_name(), &taken));
    let calls = if read.input.is_some() {
        vec![CallSpec::default()]
    } else {
        vec![]
    };
    model.layers.push(LayerNode {
        name,
        layer: read.layer,
        trainable: read.trainable,
        policy: read.policy,
        lora: read.lora,
        calls,
        input: read.input,
    });
    model.layers.len() - 1
}

pub(crate) fn first_output(layer: usize, call: usize) -> TensorRef {
    TensorRef {
        layer,
        call,
        tensor: 0,
    }
}

pub(crate) fn functional_model(
    model: Functional,
    inputs: Vec<TensorRef>,
    outputs: Vec<TensorRef>,
) -> Model {
    Model {
        kind: ModelKind::Functional,
        ..model.build(&inputs, &outputs)
    }
}
