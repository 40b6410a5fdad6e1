//! One layer of a config or a run file: the layer itself, what a model keeps of it, and what holds its place where it has
//! faults.

use serde_json::{Map, Value as Json};

use super::{from_keras, unread::Unread};
use crate::model::{InputInfo, Shared};
use crate::{
    Layer, Object, OptionError, OptionValue, layers, layers::InputLayer, lora::Lora, policy::Policy,
};

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
    /// What the config calls a layer that stands in several places.
    pub(crate) shared: Option<Shared>,
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
            shared: None,
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
        shared: None,
    })
}

/// The same; where the layer has faults, they are noted and another holds its place.
pub(super) fn read_or_hold(
    object: &Object,
    path: &str,
    errors: &mut Vec<OptionError>,
) -> ReadLayer {
    kept(read_layer(object, path), errors).unwrap_or_else(|| held(object))
}

/// Holds the place of a layer that has faults.
pub(super) fn held(object: &Object) -> ReadLayer {
    let layer = Unread::of(object);
    let (name, _) = own_keys(&object.config, "", &mut vec![]);
    let input = (layer.class_name() == "InputLayer").then(|| InputInfo {
        shape: vec![],
        dtype: regimen_graph::DType::F32,
    });
    ReadLayer {
        name,
        layer: Box::new(layer),
        trainable: true,
        policy: Policy::default(),
        lora: None,
        input,
        declares: None,
        shared: None,
    }
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
