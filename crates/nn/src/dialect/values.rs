//! Old forms of values: regularizers, constraints, initializers, activations, orders of axes.

use serde_json::{Map, Value as Json, json};

use super::Door;

impl Door {
    /// Every value of a config that an option's name says the kind of.
    pub(super) fn update_values(&mut self, config: &mut Map<String, Json>) {
        for (key, value) in config.iter_mut() {
            match key.as_str() {
                "data_format" => self.update_format(value),
                "activation" | "recurrent_activation" => self.update_activation(value),
                _ if key.ends_with("_initializer") => self.update_initializer(value),
                _ if key.ends_with("_regularizer") => update_regularizer(value),
                _ if key.ends_with("_constraint") => update_constraint(value),
                _ => {}
            }
        }
    }

    fn update_format(&mut self, value: &mut Json) {
        let today = match value.as_str() {
            Some("th") => json!("channels_first"),
            Some("tf") => json!("channels_last"),
            Some("default") => Json::Null,
            _ => return,
        };
        self.note(format!("`data_format`: {value} is {today} today"));
        *value = today;
    }

    /// Before Keras 3, hard_sigmoid was clip(0.2 x + 0.5, 0, 1).
    pub(super) fn update_activation(&mut self, value: &mut Json) {
        if self.version.before(3, 0, 0) && value.as_str() == Some("hard_sigmoid") {
            *value = json!("legacy_hard_sigmoid");
            self.as_then("hard_sigmoid is clip(0.2 x + 0.5, 0, 1)");
        }
    }

    /// Draws as they were: plain normals and an orthogonal gain of 1.1 in 1.x, truncated normals without their correction until 2.1.
    fn update_initializer(&mut self, value: &mut Json) {
        old_object(value);
        let (name, given) = named(value);
        let Some(name) = name.map(|n| n.to_ascii_lowercase().replace('_', "")) else {
            return;
        };
        if self.version.before(2, 0, 0) && name == "orthogonal" {
            if !given.contains_key("gain") {
                *value = object("Orthogonal", given, &[("gain", json!(1.1))]);
                self.as_then("orthogonal initial weights have a gain of 1.1");
            }
            return;
        }
        let normal = match name.as_str() {
            "glorotnormal" => (1.0, "fan_avg"),
            "henormal" => (2.0, "fan_in"),
            "lecunnormal" => (1.0, "fan_in"),
            _ => return,
        };
        if !self.version.before(2, 2, 0) {
            return;
        }
        let (scale, mode) = normal;
        let (scale, distribution) = if self.version.before(2, 0, 0) {
            (scale, "untruncated_normal")
        } else {
            (scale * TRUNCATED * TRUNCATED, "truncated_normal")
        };
        let options = [
            ("scale", json!(scale)),
            ("mode", json!(mode)),
            ("distribution", json!(distribution)),
        ];
        *value = object("VarianceScaling", given, &options);
        let drawn = match distribution {
            "untruncated_normal" => "an untruncated normal",
            _ => "a truncated normal",
        };
        let name = name.replace("normal", "_normal");
        self.as_then(&format!("{name} draws from {drawn}"));
    }
}

/// Deviation of a normal cut at two deviations.
const TRUNCATED: f64 = 0.879_625_661_034_239_8;

/// Name and arguments of a reference in any form.
fn named(value: &Json) -> (Option<String>, Map<String, Json>) {
    match value {
        Json::String(name) => (Some(name.clone()), Map::new()),
        Json::Object(map) => {
            let name = map
                .get("class_name")
                .and_then(Json::as_str)
                .map(str::to_string);
            let config = match map.get("config") {
                Some(Json::Object(config)) => config.clone(),
                _ => map
                    .iter()
                    .filter(|(k, _)| {
                        !["class_name", "module", "registered_name"].contains(&k.as_str())
                    })
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect(),
            };
            (name, config)
        }
        _ => (None, Map::new()),
    }
}

fn object(class_name: &str, mut config: Map<String, Json>, options: &[(&str, Json)]) -> Json {
    for (key, value) in options {
        config.insert((*key).to_string(), value.clone());
    }
    json!({"class_name": class_name, "config": config})
}

/// Keras 1 wrote `{ "name": "L2", "l2": 0.01 }`.
fn old_object(value: &mut Json) {
    if let Json::Object(map) = value
        && !map.contains_key("class_name")
        && let Some(name) = map.shift_remove("name")
    {
        let config = std::mem::take(map);
        *value = json!({"class_name": name, "config": config});
    }
}

/// `l1l2`, `WeightRegularizer`, `activity_l2`, and `l` for the factor.
fn update_regularizer(value: &mut Json) {
    old_object(value);
    let (Some(name), mut config) = named(value) else {
        return;
    };
    let plain = name.to_ascii_lowercase().replace('_', "");
    let (class, factor) = match plain.as_str() {
        "activityl1" | "l1" | "l1regularizer" => ("L1", "l1"),
        "activityl2" | "l2" | "l2regularizer" => ("L2", "l2"),
        "l1l2"
        | "activityl1l2"
        | "l1l2regularizer"
        | "weightregularizer"
        | "activityregularizer" => ("L1L2", ""),
        _ => return,
    };
    if let Some(l) = config.shift_remove("l").filter(|_| !factor.is_empty()) {
        config.insert(factor.to_string(), l);
    }
    if value.is_string() && plain != "l1l2" && !plain.starts_with("activity") {
        return;
    }
    // In Keras 1 the function without arguments had 0.01 for both.
    if class == "L1L2" && config.is_empty() && ["l1l2", "activityl1l2"].contains(&plain.as_str()) {
        config.extend([
            ("l1".to_string(), json!(0.01)),
            ("l2".to_string(), json!(0.01)),
        ]);
    }
    *value = object(class, config, &[]);
}

/// `maxnorm`, `nonneg`, `unitnorm`, and `m` for the largest norm.
fn update_constraint(value: &mut Json) {
    old_object(value);
    let (Some(name), mut config) = named(value) else {
        return;
    };
    let class = match name.to_ascii_lowercase().replace('_', "").as_str() {
        "maxnorm" => "MaxNorm",
        "nonneg" => "NonNeg",
        "unitnorm" => "UnitNorm",
        _ => return,
    };
    if let Some(m) = config.shift_remove("m") {
        config.insert("max_value".to_string(), m);
    }
    *value = object(class, config, &[]);
}
