//! Compile options from what Keras's files keep of them: `compile_config` of Keras 3, `training_config` of any version.
//!
//! Follows `compile_args_from_training_config` of keras/src/legacy/saving/saving_utils.py. Keras 2 writes the metrics it has
//! built, one list for each output, with the output's name in front of theirs.

use regimen_nn::config::nearest;
use regimen_nn::dialect::{Door, Version};
use regimen_nn::{Object, OptionError, foreign, losses, metrics, optimizers};
use regimen_run::spec::PerOutput;
use serde_json::Value as Json;

use crate::{CompileOptions, Execution};

impl CompileOptions {
    /// Reads `{ optimizer, loss, loss_weights, metrics, weighted_metrics }` as a version of Keras wrote it, for a model with
    /// these outputs.
    ///
    /// ```
    /// use regimen_nn::dialect::Version;
    /// use regimen_train::CompileOptions;
    ///
    /// let compile = serde_json::json!({
    ///     "optimizer": "adam",
    ///     "loss": { "class_name": "BinaryCrossentropy", "config": { "from_logits": true } },
    ///     "metrics": ["accuracy"],
    /// });
    /// let options = CompileOptions::from_keras(&compile, Version::new(3, 0, 0), &["dense"]).unwrap();
    /// assert_eq!(options.loss.iter().count(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// What no class of ours stands for, and options that are unknown, by their places.
    pub fn from_keras(
        compile: &Json,
        version: Version,
        outputs: &[&str],
    ) -> Result<CompileOptions, Vec<OptionError>> {
        let mut door = Door::new(version);
        let optimizer = object(&compile["optimizer"], "optimizer")?;
        let optimizer = door.optimizer(&optimizer, "optimizer")?;
        optimizers::read(&optimizer, "optimizer")?;
        let loss = per_output(&compile["loss"], "loss", &|value, path| match value {
            Json::Null => Ok(None),
            value => loss(value, path).map(Some),
        })?;
        let weight = |value: &Json, path: &str| {
            let expected = || {
                fault(
                    path,
                    format!("{value}: expected a number as the weight of a loss"),
                )
            };
            value.as_f64().ok_or_else(expected)
        };
        let loss_weights = match &compile["loss_weights"] {
            Json::Null => None,
            weights => Some(per_output(weights, "loss_weights", &weight)?),
        };
        let mut options = CompileOptions::new(optimizer, "");
        (options.loss, options.loss_weights) = (loss, loss_weights);
        options.metrics = all_metrics(&compile["metrics"], &mut door, "metrics", outputs)?;
        options.weighted_metrics = all_metrics(
            &compile["weighted_metrics"],
            &mut door,
            "weighted_metrics",
            outputs,
        )?;
        let kept = Execution::default();
        options.execution = Execution {
            run_eagerly: compile["run_eagerly"].as_bool().unwrap_or(false),
            steps_per_execution: compile["steps_per_execution"]
                .as_u64()
                .unwrap_or(kept.steps_per_execution),
            jit_compile: compile["jit_compile"].as_bool(),
        };
        Ok(options)
    }
}

fn fault(path: &str, message: String) -> Vec<OptionError> {
    let path = path.to_owned();
    vec![OptionError { path, message }]
}

fn object(value: &Json, path: &str) -> Result<Object, Vec<OptionError>> {
    Object::read(value).map_err(|e| fault(path, e))
}

/// Reads a value at its place.
type Reader<T> = dyn Fn(&Json, &str) -> Result<T, Vec<OptionError>>;

/// One object or name for all outputs, or one each. A list of one is that one, as in Keras.
fn per_output<T>(
    value: &Json,
    path: &str,
    of: &Reader<T>,
) -> Result<PerOutput<T>, Vec<OptionError>> {
    Ok(match value {
        Json::Array(all) if all.len() == 1 => PerOutput::All(of(&all[0], path)?),
        Json::Array(all) => {
            let each = all.iter().enumerate();
            let each = each.map(|(i, value)| of(value, &format!("{path}[{i}]")));
            PerOutput::InOrder(each.collect::<Result<_, _>>()?)
        }
        Json::Object(map) if !map.contains_key("class_name") => {
            let each = map.iter();
            let each = each.map(|(name, v)| Ok((name.clone(), of(v, &format!("{path}.{name}"))?)));
            PerOutput::Named(each.collect::<Result<_, Vec<OptionError>>>()?)
        }
        one => PerOutput::All(of(one, path)?),
    })
}

fn loss(value: &Json, path: &str) -> Result<Object, Vec<OptionError>> {
    let mut loss = object(value, path)?;
    // Keras 2 writes the function that a class of its own stands for.
    if losses::find(&loss.class_name).is_some() {
        loss.config.remove("fn");
    }
    let by_shapes = ["crossentropy", "ce"].contains(&loss.class_name.as_str());
    if !by_shapes {
        losses::read(&loss, path)?;
    }
    Ok(loss)
}

fn all_metrics(
    value: &Json,
    door: &mut Door,
    path: &str,
    outputs: &[&str],
) -> Result<PerOutput<Vec<Object>>, Vec<OptionError>> {
    let mut list = |value: &Json, path: &str, output: Option<&str>| match value {
        Json::Null => Ok(vec![]),
        Json::Array(all) => {
            let each = all.iter().enumerate();
            let each = each.map(|(i, value)| metric(value, door, &format!("{path}[{i}]"), output));
            each.collect::<Result<Vec<Object>, Vec<OptionError>>>()
        }
        one => metric(one, door, path, output).map(|metric| vec![metric]),
    };
    Ok(match value {
        Json::Object(map) if !map.contains_key("class_name") => {
            let each = map.iter();
            let each = each.map(|(name, value)| {
                Ok((
                    name.clone(),
                    list(value, &format!("{path}.{name}"), Some(name))?,
                ))
            });
            PerOutput::Named(each.collect::<Result<_, Vec<OptionError>>>()?)
        }
        Json::Array(all) if !all.is_empty() && all.iter().all(Json::is_array) => {
            let each = all.iter().enumerate();
            let each = each.map(|(i, value)| {
                let output = outputs.get(i).filter(|_| outputs.len() > 1);
                list(value, &format!("{path}[{i}]"), output.copied())
            });
            let mut each = each.collect::<Result<Vec<_>, _>>()?;
            match each.len() {
                1 => PerOutput::All(each.remove(0)),
                _ => PerOutput::InOrder(each),
            }
        }
        value => PerOutput::All(list(value, path, None)?),
    })
}

/// A metric of one output. The function that Keras's MeanMetricWrapper holds is the class that stands for it.
fn metric(
    value: &Json,
    door: &mut Door,
    path: &str,
    output: Option<&str>,
) -> Result<Object, Vec<OptionError>> {
    let mut metric = object(value, path)?;
    let function = metric.config.get("fn").and_then(Json::as_str);
    let class = function.and_then(metrics::find).map(|def| def.class_name);
    if let (Some(class), "MeanMetricWrapper") = (class, metric.class_name.as_str()) {
        class.clone_into(&mut metric.class_name);
        metric.config.remove("fn");
    }
    let before = door.version() < Version::new(3, 0, 0);
    if let (Some(output), true) = (output, before)
        && let Some(Json::String(name)) = metric.config.get_mut("name")
        && let Some(own) = name.strip_prefix(output).and_then(|n| n.strip_prefix('_'))
    {
        *name = own.to_owned();
    }
    let metric = door.metric(&metric, path)?;
    let typed = metric.class_name.as_str();
    let short = ["accuracy", "acc", "crossentropy", "ce", "MeanMetricWrapper"];
    let known = typed.starts_with(foreign::PREFIX)
        || short.contains(&typed)
        || metrics::find(typed).is_some()
        || losses::find(typed).is_some();
    match known {
        true => Ok(metric),
        false => {
            let near = nearest(typed, metrics::names().chain(short));
            let hint = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            Err(fault(path, format!("there is no metric `{typed}`{hint}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::compile_config::compile_config;

    /// As tf_keras 2.21 wrote it for two outputs, `a` and `b`.
    #[test]
    fn what_keras_2_built_is_what_was_asked_for() {
        let wrapped = |name: &str, function: &str| json!({ "class_name": "MeanMetricWrapper", "config": { "name": name, "dtype": "float32", "fn": function } });
        let compile = json!({
            "optimizer": { "class_name": "Custom>Adam", "config": { "name": "Adam", "is_legacy_optimizer": false, "learning_rate": 0.001 } },
            "loss": { "a": "mse", "b": { "class_name": "SparseCategoricalCrossentropy", "config": {
                "reduction": "auto", "name": "sparse_categorical_crossentropy", "from_logits": true, "ignore_class": null,
                "fn": "sparse_categorical_crossentropy" } } },
            "metrics": [[wrapped("a_mae", "mean_absolute_error")], [wrapped("b_acc", "sparse_categorical_accuracy"),
                { "class_name": "SparseTopKCategoricalAccuracy", "config": { "name": "b_top2", "dtype": "float32", "k": 2 } }]],
            "weighted_metrics": null,
            "loss_weights": { "a": 0.5, "b": 2.0 },
        });
        let options =
            CompileOptions::from_keras(&compile, Version::new(2, 21, 0), &["a", "b"]).unwrap();
        let today = compile_config(&options);
        assert_eq!(today["loss"]["a"], "mse");
        assert_eq!(today["loss"]["b"]["config"]["from_logits"], true);
        assert_eq!(today["loss_weights"]["b"], 2.0);
        assert_eq!(today["metrics"][0][0]["class_name"], "MeanAbsoluteError");
        assert_eq!(today["metrics"][0][0]["config"]["name"], "mae");
        assert_eq!(today["metrics"][1][1]["config"]["name"], "top2");
        let again = CompileOptions::from_keras(&today, Version::new(3, 15, 1), &["a", "b"]);
        assert_eq!(again.unwrap(), options);
    }

    #[test]
    fn what_is_unknown_is_told_by_its_place() {
        let read = |compile: Json| {
            let errors = CompileOptions::from_keras(&compile, Version::new(2, 3, 0), &["a"]);
            errors.unwrap_err()[0].to_string()
        };
        let told = read(json!({ "optimizer": "sgd", "loss": ["mse", "mine"] }));
        assert!(told.starts_with("loss[1]"), "{told}");
        let told = read(json!({ "optimizer": "sgd", "loss": "mse", "metrics": [["mine"]] }));
        assert!(
            told.starts_with("metrics[0][0]: there is no metric `mine`"),
            "{told}"
        );
        let told = read(json!({ "optimizer": "sgd", "loss": "mse", "loss_weights": ["much", 1] }));
        assert!(told.starts_with("loss_weights[0]"), "{told}");
    }
}
