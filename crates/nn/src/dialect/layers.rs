//! Layers of old: classes, arguments, and the behaviour that their defaults had.

use serde_json::{Value as Json, json};

use super::names::{ARGUMENTS, CLASSES, GONE, WITHOUT_EFFECT};
use super::{Door, Refusal, Version, inside};
use crate::{Object, OptionError};

impl Door {
    /// The same as [`Door::layer`] in place: where something is refused, the rest is brought up to date all the same, so
    /// that it can be checked, too.
    pub fn update_layer(&mut self, object: &mut Object, path: &str, errors: &mut Vec<OptionError>) {
        if self.update_models(object, path, errors) {
            return;
        }
        if let Err(error) = self.update_class(object, path) {
            errors.push(error);
            return;
        }
        self.update_arguments(object, path, errors);
        self.drop_inherited(object, path, errors);
        errors.extend(self.update_shapes(object, path).err());
        if self.version < Version::TODAY {
            self.give_old_defaults(object);
        }
        self.update_values(&mut object.config);
        for (below, inner) in inside::layers_mut(&mut object.config) {
            self.update_inner(
                inner,
                &format!("{path}.{below}"),
                Self::drop_inner_shapes,
                errors,
            );
        }
    }

    /// A layer as it stands in another one's config, or in a model's list: JSON with `class_name`.
    fn update_inner(
        &mut self,
        value: &mut Json,
        path: &str,
        first: fn(&mut Door, &mut Object),
        errors: &mut Vec<OptionError>,
    ) {
        // What is no object is told by whoever reads it.
        if let Ok(mut object) = Object::read(value) {
            first(self, &mut object);
            self.update_layer(&mut object, path, errors);
            inside::put_back(value, object);
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
                let path = format!("{path}.config.layers[{i}]");
                self.update_inner(layer, &path, |_, _| {}, errors);
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

    fn update_arguments(&mut self, object: &mut Object, path: &str, errors: &mut Vec<OptionError>) {
        let class = object.class_name.clone();
        if class == "InputLayer" {
            errors.extend(self.rename(object, ("input_dtype", "dtype"), path).err());
        }
        for (old, classes) in WITHOUT_EFFECT {
            let applies = classes.is_empty() || classes.contains(&class.as_str());
            // Whether U began as W did hangs on it, see below.
            if applies
                && old != "consume_less"
                && let Some(value) = object.config.shift_remove(old)
                && !value.is_null()
            {
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
                errors.extend(self.rename(object, (old, new), path).err());
            }
        }
        let mut refuse = |key: &str, message: &str| {
            errors.push(OptionError {
                path: format!("{path}.{key}"),
                message: format!("`{key}` of {class}: {message}"),
            });
        };
        if object.config.get("padding").and_then(Json::as_str) == Some("full") {
            // Refused here, once; the other options can be read without it.
            object.config.shift_remove("padding");
            refuse(
                "padding",
                "\"full\" is no more; pad with ZeroPadding and use \"valid\"",
            );
        }
        if let Some(steps) = object.config.shift_remove("truncate_gradient")
            && steps.as_i64() != Some(-1)
        {
            refuse(
                "truncate_gradient",
                "gradients go through the whole sequence; use shorter sequences",
            );
        }
        if class == "BatchNormalization"
            && let Some(mode) = object.config.shift_remove("mode")
            && mode.as_i64() != Some(0)
        {
            refuse(
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
        let dropped = object.config.get("dropout").and_then(Json::as_f64);
        if class == "Embedding" && dropped.is_some_and(|rate| rate > 0.0) {
            self.as_then("`dropout` of Embedding drops whole words, all of their places at once");
        }
        if class == "Conv2DTranspose" {
            object.config.shift_remove("output_shape");
        }
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
}
