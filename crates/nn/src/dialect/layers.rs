//! Layers of old: classes, arguments, and the behaviour that their defaults had.

use serde_json::{Map, Value as Json, json};

use super::names::{ARGUMENTS, CLASSES, GONE, WITHOUT_EFFECT};
use super::{Door, Refusal, Version};
use crate::{Object, OptionError};

const RECURRENT: [&str; 3] = ["SimpleRNN", "LSTM", "GRU"];
const GATED: [&str; 3] = ["LSTM", "GRU", "ConvLSTM2D"];

impl Door {
    /// Brings a layer up to date, and those inside it.
    pub(super) fn update_layer(
        &mut self,
        object: &mut Object,
        path: &str,
        errors: &mut Vec<OptionError>,
    ) {
        if self.update_models(object, path, errors) {
            return;
        }
        let before = errors.len();
        let steps = [
            self.update_class(object, path),
            self.update_arguments(object, path),
            self.update_shapes(object, path),
        ];
        errors.extend(steps.into_iter().filter_map(Result::err));
        if errors.len() > before {
            return;
        }
        if self.version < Version::TODAY {
            self.give_old_defaults(object);
        }
        self.update_values(&mut object.config);
        for key in ["layer", "backward_layer", "cell"] {
            if let Some(inner) = object.config.get_mut(key) {
                self.update_inner(inner, &format!("{path}.{key}"), errors);
            }
        }
    }

    /// A layer as it stands in another one's config, or in a model's list: JSON with `class_name`.
    fn update_inner(&mut self, value: &mut Json, path: &str, errors: &mut Vec<OptionError>) {
        // What is no object is told by whoever reads it.
        let Ok(mut object) = Object::read(value) else {
            return;
        };
        self.update_layer(&mut object, path, errors);
        if let Json::Object(map) = value {
            if !map.contains_key("config") {
                map.retain(|key, _| ["module", "registered_name"].contains(&key.as_str()));
            }
            map.insert("class_name".to_string(), object.class_name.into());
            map.insert("config".to_string(), Json::Object(object.config));
        }
    }

    /// The layers of a nested model; whether the object is one.
    fn update_models(
        &mut self,
        object: &mut Object,
        path: &str,
        errors: &mut Vec<OptionError>,
    ) -> bool {
        if !["Sequential", "Functional", "Model"].contains(&object.class_name.as_str()) {
            return false;
        }
        if let Some(Json::Array(list)) = object.config.get_mut("layers") {
            for (i, layer) in list.iter_mut().enumerate() {
                self.update_inner(layer, &format!("{path}.config.layers[{i}]"), errors);
            }
        }
        true
    }

    fn update_class(&mut self, object: &mut Object, path: &str) -> Refusal {
        let old = object.class_name.clone();
        let refuse = |message: String| {
            Err(OptionError {
                path: path.to_string(),
                message,
            })
        };
        if let Some((_, instead)) = GONE.iter().find(|(name, _)| *name == old) {
            return refuse(format!(
                "Keras has no layer `{old}` any more; use {instead}"
            ));
        }
        if old == "Merge" {
            return self.update_merge(object, path);
        }
        if let Some((_, new)) = CLASSES.iter().find(|(name, _)| *name == old) {
            self.note(format!("`{old}` is `{new}` today"));
            object.class_name = (*new).to_string();
        }
        if old.starts_with("CuDNN") {
            // Their kernels knew no other functions.
            object
                .config
                .entry("recurrent_activation")
                .or_insert(json!("sigmoid"));
            if old == "CuDNNGRU" {
                object.config.insert("reset_after".to_string(), true.into());
            }
        }
        Ok(())
    }

    /// Keras 1's Merge, by its mode.
    fn update_merge(&mut self, object: &mut Object, path: &str) -> Refusal {
        let refuse = |message: &str| {
            Err(OptionError {
                path: path.to_string(),
                message: message.to_string(),
            })
        };
        if object
            .config
            .get("layers")
            .is_some_and(|l| l.as_array().is_some_and(|l| !l.is_empty()))
        {
            return refuse(
                "Merge of models in a Sequential is no more; write a functional model, whose branches feed Concatenate or Add",
            );
        }
        let mode = object
            .config
            .get("mode")
            .and_then(Json::as_str)
            .unwrap_or("sum")
            .to_string();
        let class = match mode.as_str() {
            "sum" => "Add",
            "mul" => "Multiply",
            "concat" => "Concatenate",
            "ave" => "Average",
            "max" => "Maximum",
            "dot" | "cos" => "Dot",
            _ => {
                return refuse(
                    "Merge with a function as its mode cannot be read; use Add, Multiply, Concatenate, Average, Maximum or Dot",
                );
            }
        };
        let kept: &[&str] = match class {
            "Concatenate" => &["name", "trainable", "concat_axis"],
            "Dot" => &["name", "trainable", "dot_axes"],
            _ => &["name", "trainable"],
        };
        object.config.retain(|key, _| kept.contains(&key.as_str()));
        if mode == "cos" {
            object.config.insert("normalize".to_string(), true.into());
        }
        object.class_name = class.to_string();
        self.note(format!("`Merge` with mode {mode:?} is `{class}` today"));
        Ok(())
    }

    fn update_arguments(&mut self, object: &mut Object, path: &str) -> Refusal {
        let class = object.class_name.clone();
        for (old, classes) in WITHOUT_EFFECT {
            let applies = classes.is_empty() || classes.contains(&class.as_str());
            // Whether U began as W did hangs on it, see below.
            if applies && old != "consume_less" && object.config.shift_remove(old).is_some() {
                self.note(format!("{class}: `{old}` has no effect today"));
            }
        }
        self.join_sizes(object);
        if class.starts_with("Separable")
            && let Some(init) = object.config.shift_remove("init")
        {
            self.note(format!(
                "{class}: `init` is `depthwise_initializer` and `pointwise_initializer` today"
            ));
            for key in ["depthwise_initializer", "pointwise_initializer"] {
                object.config.insert(key.to_string(), init.clone());
            }
        }
        for (old, new, classes) in ARGUMENTS {
            if classes.is_empty() || classes.contains(&class.as_str()) {
                self.rename(object, (old, new), path)?;
            }
        }
        let refuse = |key: &str, message: &str| {
            Err(OptionError {
                path: format!("{path}.{key}"),
                message: format!("`{key}` of {class}: {message}"),
            })
        };
        if object.config.get("padding").and_then(Json::as_str) == Some("full") {
            return refuse(
                "padding",
                "\"full\" is no more; pad with ZeroPadding and use \"valid\"",
            );
        }
        if let Some(steps) = object.config.shift_remove("truncate_gradient")
            && steps.as_i64() != Some(-1)
        {
            return refuse(
                "truncate_gradient",
                "gradients go through the whole sequence; use shorter sequences",
            );
        }
        if class == "BatchNormalization"
            && let Some(mode) = object.config.shift_remove("mode")
            && mode.as_i64() != Some(0)
        {
            return refuse(
                "mode",
                "only 0, statistics of each feature, is left; use LayerNormalization for those of each row",
            );
        }
        if let Some(bias) = object.config.shift_remove("forget_bias_init") {
            let ones = bias.as_str() == Some("one");
            object
                .config
                .insert("unit_forget_bias".to_string(), ones.into());
            self.note(format!(
                "{class}: `forget_bias_init` is `unit_forget_bias` today"
            ));
        }
        if class == "Conv2DTranspose" {
            object.config.shift_remove("output_shape");
        }
        Ok(())
    }

    /// `nb_row` and `nb_col`, and the three of a volume, into `kernel_size`.
    fn join_sizes(&mut self, object: &mut Object) {
        for names in [
            &["nb_row", "nb_col"][..],
            &["kernel_dim1", "kernel_dim2", "kernel_dim3"],
        ] {
            let sizes: Vec<Json> = names
                .iter()
                .filter_map(|n| object.config.get(*n).cloned())
                .collect();
            if sizes.len() == names.len() {
                names
                    .iter()
                    .for_each(|n| _ = object.config.shift_remove(*n));
                object
                    .config
                    .insert("kernel_size".to_string(), Json::Array(sizes));
                let class = &object.class_name;
                self.note(format!(
                    "{class}: `{}` are `kernel_size` today",
                    names.join("`, `")
                ));
            }
        }
    }

    /// Sequences whose `input_dim` and `input_length` stand for an input shape.
    fn update_shapes(&mut self, object: &mut Object, path: &str) -> Refusal {
        let class = object.class_name.as_str();
        if !RECURRENT.contains(&class) && class != "Conv1D" {
            return Ok(());
        }
        let length = object.config.shift_remove("input_length");
        let Some(size) = object.config.shift_remove("input_dim") else {
            return match length {
                None | Some(Json::Null) => Ok(()),
                Some(_) => Err(OptionError {
                    path: format!("{path}.input_length"),
                    message: format!(
                        "`input_length` of {class} needs `input_dim`; write input_shape = [length, features]"
                    ),
                }),
            };
        };
        self.note(format!(
            "{class}: `input_dim` and `input_length` are `input_shape` today"
        ));
        let shape = json!([length.unwrap_or(Json::Null), size]);
        object.config.insert("input_shape".to_string(), shape);
        Ok(())
    }

    /// Options that were left out and meant something else.
    fn give_old_defaults(&mut self, object: &mut Object) {
        let (class, version) = (object.class_name.clone(), self.version);
        let consume = object.config.shift_remove("consume_less");
        let config = &mut object.config;
        if GATED.contains(&class.as_str()) && version.before(2, 3, 0) {
            let text = format!("{class}'s gates use hard_sigmoid");
            self.default(config, "recurrent_activation", json!("hard_sigmoid"), &text);
        }
        if class == "GRU" && version.before(2, 4, 0) {
            let text = "GRU resets before its product (reset_after = false)";
            self.default(config, "reset_after", json!(false), text);
        }
        if RECURRENT.contains(&class.as_str()) && version.before(2, 0, 0) {
            // Its gain of then is given with the other values.
            config
                .entry("recurrent_initializer")
                .or_insert(json!("orthogonal"));
        }
        let on_cpu = consume.is_none_or(|c| c.as_str() == Some("cpu"));
        if class == "LSTM" && on_cpu && !version.before(1, 2, 0) && version.before(2, 0, 0) {
            self.as_one_two(config);
        }
        if class == "BatchNormalization" && version.before(1, 1, 0) {
            self.default(
                config,
                "epsilon",
                json!(1e-6),
                "BatchNormalization's epsilon is 1e-6",
            );
            self.default(
                config,
                "momentum",
                json!(0.9),
                "BatchNormalization's momentum is 0.9",
            );
        }
    }

    /// 1.2.0 to 1.2.2 made the recurrent kernel of an LSTM with `init` and regularized it by `W_regularizer`, where
    /// `consume_less` was left at "cpu".
    fn as_one_two(&mut self, config: &mut Map<String, Json>) {
        let init = config
            .get("kernel_initializer")
            .cloned()
            .unwrap_or(json!("glorot_uniform"));
        config.insert("recurrent_initializer".to_string(), init);
        let regularizer = config
            .get("kernel_regularizer")
            .cloned()
            .unwrap_or(Json::Null);
        config.insert("recurrent_regularizer".to_string(), regularizer);
        self.as_then("LSTM's recurrent kernel begins like its kernel, and is regularized like it");
    }
}
