//! What a run was compiled with, as Keras 3 keeps it in its files: `compile_config`.
//!
//! Follows `get_compile_config` of keras/src/trainers/trainer.py.

use regimen_nn::{Object, losses, metrics, optimizers};
use regimen_run::spec::PerOutput;
use serde_json::{Map, Value as Json, json};

use crate::CompileOptions;

impl CompileOptions {
    /// Keras's `compile_config` of them, as its files hold it.
    pub fn to_keras(&self) -> Json {
        compile_config(self)
    }
}

/// Options as Keras reads them.
pub(crate) fn compile_config(options: &CompileOptions) -> Json {
    let loss = |o: &Option<Object>| {
        let class = |name: &str| losses::find(name).map(|def| def.class_name);
        o.as_ref()
            .map_or(Json::Null, |o| named(o, "keras.losses", &class))
    };
    let metric = |list: &Vec<Object>| -> Json {
        let class = |name: &str| metrics::find(name).map(|def| def.class_name);
        let of_loss = |name: &str| losses::find(name).map(|def| def.class_name);
        let each = list.iter().map(|o| match by_shapes(o) {
            Some(name) => json!(name),
            // A loss may be a metric, too.
            None if class(&o.class_name).is_none() && of_loss(&o.class_name).is_some() => {
                named(o, "keras.losses", &of_loss)
            }
            None => named(o, "keras.metrics", &class),
        });
        each.collect()
    };
    let weights = options.loss_weights.as_ref();
    json!({
        "optimizer": optimizer(&options.optimizer),
        "loss": per_output(&options.loss, loss),
        "loss_weights": weights.map_or(Json::Null, |all| per_output(all, |w| json!(w))),
        "metrics": some(per_output(&options.metrics, metric)),
        "weighted_metrics": some(per_output(&options.weighted_metrics, metric)),
        "run_eagerly": options.execution.run_eagerly,
        "steps_per_execution": options.execution.steps_per_execution,
        "jit_compile": options.execution.jit_compile.map_or(json!("auto"), |jit| json!(jit)),
    })
}

/// The names for which Keras takes a class by the shapes of target and output, where a metric has one and no option but a name:
/// no class is what they are. Another name than one of these is lost, as it is in Keras.
fn by_shapes(metric: &Object) -> Option<&str> {
    const NAMES: [&str; 4] = ["accuracy", "acc", "crossentropy", "ce"];
    let plain = NAMES.contains(&metric.class_name.as_str());
    if !plain || metric.config.keys().any(|key| key != "name") {
        return None;
    }
    let name = metric.config.get("name").and_then(Json::as_str);
    Some(
        name.filter(|name| NAMES.contains(name))
            .unwrap_or(&metric.class_name),
    )
}

/// No metrics are null in Keras.
fn some(json: Json) -> Json {
    match json.as_array().is_some_and(Vec::is_empty) {
        true => Json::Null,
        false => json,
    }
}

fn per_output<T>(all: &PerOutput<T>, of: impl Fn(&T) -> Json) -> Json {
    match all {
        PerOutput::All(one) => of(one),
        PerOutput::InOrder(list) => list.iter().map(of).collect(),
        PerOutput::Named(map) => {
            let each = map.iter().map(|(name, value)| (name.clone(), of(value)));
            Json::Object(each.collect())
        }
    }
}

/// A name, or a class with its options.
fn named(object: &Object, module: &str, class: &dyn Fn(&str) -> Option<&'static str>) -> Json {
    match object.config.is_empty() {
        true => json!(object.class_name),
        false => {
            let known = class(&object.class_name).unwrap_or(&object.class_name);
            serialized(module, known, object.config.clone())
        }
    }
}

fn serialized(module: &str, class: &str, config: Map<String, Json>) -> Json {
    json!({ "module": module, "class_name": class, "config": config, "registered_name": null })
}

fn optimizer(object: &Object) -> Json {
    let class = optimizers::find(&object.class_name).map(|def| def.class_name);
    let mut config = object.config.clone();
    for (key, value) in &mut config {
        let inner = Object::read(value);
        match (key.as_str(), inner) {
            ("inner_optimizer", Ok(inner)) => *value = optimizer(&inner),
            ("learning_rate", Ok(schedule)) if value.is_object() => {
                *value = serialized(
                    "keras.optimizers.schedules",
                    &schedule.class_name,
                    schedule.config,
                );
            }
            _ => {}
        }
    }
    serialized(
        "keras.optimizers",
        class.unwrap_or(&object.class_name),
        config,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_options() {
        let adam = Object::named("adam").with("learning_rate", 0.01);
        let options = CompileOptions::new(adam, "mse").metrics(["accuracy"]);
        let config = compile_config(&options);
        assert_eq!(config["optimizer"]["class_name"], "Adam");
        assert_eq!(config["optimizer"]["config"]["learning_rate"], 0.01);
        assert_eq!(config["loss"], "mse");
        assert_eq!(config["metrics"], json!(["accuracy"]));
        assert!(config["weighted_metrics"].is_null());
        // Programs of old log it as `acc`.
        let acc = Object::named("accuracy").with("name", "acc");
        let config = compile_config(&CompileOptions::new("adam", "mse").metrics([acc]));
        assert_eq!(config["metrics"], json!(["acc"]));
    }

    #[test]
    fn schedules_and_losses_with_options() {
        let rate =
            json!({ "class_name": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": 9 });
        let sgd = Object::named("SGD").with("learning_rate", rate);
        let loss = Object::named("categorical_crossentropy").with("label_smoothing", 0.1);
        let config = compile_config(&CompileOptions::new(sgd, loss));
        let rate = &config["optimizer"]["config"]["learning_rate"];
        assert_eq!(rate["module"], "keras.optimizers.schedules");
        assert_eq!(rate["config"]["decay_steps"], 9);
        assert_eq!(config["loss"]["class_name"], "CategoricalCrossentropy");
        assert_eq!(config["loss"]["config"]["label_smoothing"], 0.1);
    }
}
