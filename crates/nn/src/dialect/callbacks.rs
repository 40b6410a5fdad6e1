//! Callbacks of old, and the names of logs that they watch.

use serde_json::{Value as Json, json};

use super::{Door, Refusal};
use crate::{Object, OptionError};

/// Brings a callback up to date.
pub(super) fn update(door: &mut Door, object: &mut Object, path: &str) -> Refusal {
    let class = object.class_name.clone();
    if let Some(Json::String(monitor)) = object.config.get_mut("monitor")
        && door.version.before(2, 3, 0)
    {
        let logged = match monitor.as_str() {
            "accuracy" => "acc",
            "val_accuracy" => "val_acc",
            other => other,
        };
        *monitor = logged.to_string();
    }
    name_direction(door, object);
    match class.as_str() {
        "ReduceLROnPlateau" => door.rename(object, ("epsilon", "min_delta"), path),
        "ModelCheckpoint" => match object.config.shift_remove("period") {
            Some(period) if period != json!(1) => Err(OptionError {
                path: format!("{path}.period"),
                message: format!(
                    "`period` = {period} of ModelCheckpoint: a checkpoint every so many epochs is no more; `save_freq` counts batches"
                ),
            }),
            _ => Ok(()),
        },
        "TensorBoard" => {
            for key in [
                "write_grads",
                "batch_size",
                "embeddings_layer_names",
                "embeddings_data",
            ] {
                if object.config.shift_remove(key).is_some() {
                    door.note(format!("TensorBoard: `{key}` has no effect today"));
                }
            }
            Ok(())
        }
        "EarlyStopping" if door.version.before(2, 0, 0) => {
            // It looked at `wait` before it counted the epoch.
            let patience = object
                .config
                .get("patience")
                .and_then(Json::as_u64)
                .unwrap_or(0);
            object
                .config
                .insert("patience".to_string(), (patience + 1).into());
            door.as_then("EarlyStopping waits one epoch more");
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Before Keras 3 the name alone said which way is better where nothing else did: `acc` in it, or `fmeasure` before it, is more.
fn name_direction(door: &mut Door, object: &mut Object) {
    let watches = ["EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"];
    let config = &mut object.config;
    let mode = config.get("mode").and_then(Json::as_str).unwrap_or("auto");
    let monitor = config
        .get("monitor")
        .and_then(Json::as_str)
        .unwrap_or("val_loss");
    // Of losses and accuracies today's rule says the same.
    let known = ["loss", "acc", "accuracy"];
    let plain = monitor.strip_prefix("val_").unwrap_or(monitor);
    // Later ones of Keras 2 knew AUC.
    let auc = plain.ends_with("auc") && !door.version.before(2, 4, 0);
    let applies = watches.contains(&object.class_name.as_str()) && mode == "auto";
    if !applies || auc || known.contains(&plain) || !door.version.before(3, 0, 0) {
        return;
    }
    let more = monitor.contains("acc") || monitor.starts_with("fmeasure");
    let mode = if more { "max" } else { "min" };
    let text = format!(
        "`{monitor}` is better when it is {}",
        if more { "larger" } else { "smaller" }
    );
    config.insert("mode".to_string(), mode.into());
    door.as_then(&text);
}
