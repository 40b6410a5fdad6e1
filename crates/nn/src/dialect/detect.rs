//! Which version of Keras a spec was written for, by the oldest names that it uses.

use serde_json::Value as Json;

use super::names::{CLASSES, GONE, OF_KERAS_1};
use super::{Version, inside};
use crate::Object;

/// The version that these objects were written for: layers (or the model), the optimizer, metrics and callbacks.
///
/// ```
/// use regimen_nn::{Object, dialect::{Version, detect}};
/// let old = Object::named("Dense").with("units", 3).with("W_regularizer", "l2");
/// assert_eq!(detect(&[old], None, &[], &[]), Version::ONE);
/// let sgd = Object::named("SGD").with("lr", 0.1);
/// assert_eq!(detect(&[], Some(&sgd), &[], &[]), Version::TWO);
/// assert_eq!(detect(&[Object::named("Flatten")], None, &[], &[]), Version::TODAY);
/// ```
pub fn detect(
    layers: &[Object],
    optimizer: Option<&Object>,
    metrics: &[Object],
    callbacks: &[Object],
) -> Version {
    let oldest = layers.iter().map(of_layer).min().unwrap_or(Version::TODAY);
    let lr = optimizer.is_some_and(has_lr);
    let acc = |name: &str| matches!(name, "acc" | "val_acc");
    let logs = metrics.iter().any(|m| acc(&m.class_name))
        || callbacks.iter().any(|c| {
            let monitor = c.config.get("monitor").and_then(Json::as_str);
            monitor.is_some_and(acc)
        });
    if lr || logs {
        oldest.min(Version::TWO)
    } else {
        oldest
    }
}

/// Of a layer and what is inside.
fn of_layer(object: &Object) -> Version {
    let class = object.class_name.as_str();
    let renamed = CLASSES.iter().any(|(old, _)| *old == class);
    let own = if class.starts_with("CuDNN")
        || (class == "LeakyReLU" && object.config.contains_key("alpha"))
    {
        Version::TWO
    } else if renamed
        || class == "Merge"
        || GONE.iter().any(|(old, _)| *old == class)
        || object.config.keys().any(|key| is_of_keras_1(class, key))
    {
        Version::ONE
    } else {
        Version::TODAY
    };
    let inner = |value: &Json| Object::read(value).map_or(Version::TODAY, |o| of_layer(&o));
    let listed = object.config.get("layers").and_then(Json::as_array);
    let wrapped = inside::layers(&object.config)
        .into_iter()
        .map(|(_, layer)| layer);
    wrapped
        .chain(listed.into_iter().flatten())
        .map(inner)
        .fold(own, Version::min)
}

/// Whether it, or one inside it, has its rate under the old name.
fn has_lr(optimizer: &Object) -> bool {
    let inner = inside::optimizers(&optimizer.config).into_iter();
    optimizer.config.contains_key("lr")
        || inner
            .filter_map(|o| Object::read(o).ok())
            .any(|o| has_lr(&o))
}

fn is_of_keras_1(class: &str, key: &str) -> bool {
    match key {
        "output_dim" => ["Dense", "SimpleRNN", "LSTM", "GRU"].contains(&class),
        "p" => class.contains("Dropout"),
        "sigma" => class == "GaussianNoise",
        "mode" => class == "BatchNormalization",
        "dropout" => class == "Embedding",
        "bias" => true,
        key => OF_KERAS_1.contains(&key),
    }
}
