//! Reads a FeatureSpace from Keras's arguments or config; every fault is reported, with its place.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use regimen_graph::DType;

use crate::config::nearest;
use crate::host::feature_space::MODES;
use crate::host::{Cross, Feature, FeatureMode, FeatureSpace};
use crate::layers::{
    Discretization, Hashing, IntegerLookup, Normalization, Rescaling, StringLookup,
};
use crate::{Layer, Object, OptionError, layers};

const KINDS: [&str; 8] = [
    "float",
    "float_rescaled",
    "float_normalized",
    "float_discretized",
    "integer_categorical",
    "string_categorical",
    "integer_hashed",
    "string_hashed",
];

/// A layer of a feature, by its kind.
fn of_kind(kind: &str, hashing_dim: usize, bins: usize) -> Option<Feature> {
    let (dtype, layer, mode): (_, Option<Box<dyn Layer>>, _) = match kind {
        "float" => ("float32", None, FeatureMode::Float),
        "float_rescaled" => (
            "float32",
            Some(Box::new(Rescaling::new(1.0))),
            FeatureMode::Float,
        ),
        "float_normalized" => (
            "float32",
            Some(Box::new(Normalization::new())),
            FeatureMode::Float,
        ),
        "float_discretized" => (
            "float32",
            Some(Box::new(Discretization::new().num_bins(bins))),
            FeatureMode::OneHot,
        ),
        "integer_categorical" => (
            "int32",
            Some(Box::new(IntegerLookup::new())),
            FeatureMode::OneHot,
        ),
        "string_categorical" => (
            "string",
            Some(Box::new(StringLookup::new())),
            FeatureMode::OneHot,
        ),
        "integer_hashed" => (
            "int32",
            Some(Box::new(Hashing::new(hashing_dim))),
            FeatureMode::OneHot,
        ),
        "string_hashed" => (
            "string",
            Some(Box::new(Hashing::new(hashing_dim))),
            FeatureMode::OneHot,
        ),
        _ => return None,
    };
    Some(Feature {
        dtype: dtype.to_string(),
        preprocessor: layer,
        mode,
    })
}

/// Faults with their places, gathered while a config is read.
struct Reader {
    path: String,
    errors: Vec<OptionError>,
}

impl Reader {
    fn wrong<T>(&mut self, at: &str, message: String) -> Option<T> {
        let path = if self.path.is_empty() {
            at.to_string()
        } else {
            format!("{}.{at}", self.path)
        };
        self.errors.push(OptionError { path, message });
        None
    }

    /// A size, at `at`; where it is not given, `default`.
    fn size(&mut self, value: Option<&Json>, at: &str, default: usize) -> usize {
        match value {
            None | Some(Json::Null) => default,
            Some(value) => match value.as_u64().filter(|&n| n > 0) {
                Some(n) => n as usize,
                None => self
                    .wrong(
                        at,
                        format!("`{at}` of FeatureSpace: found {value}, expected a whole number, 1 or more"),
                    )
                    .unwrap_or(1),
            },
        }
    }

    /// Tells every key that is not known.
    fn keys(&mut self, at: &str, config: &Json, class: &str, known: &[&str]) {
        let keys = config.as_object().into_iter().flat_map(Map::keys);
        for key in keys.filter(|k| !known.contains(&k.as_str())) {
            let hint = nearest(key, known.iter().copied())
                .map_or(String::new(), |n| format!(": did you mean `{n}`?"));
            let at = match at {
                "" => key.clone(),
                at => format!("{at}.{key}"),
            };
            self.wrong::<()>(&at, format!("{class} has no option `{key}`{hint}"));
        }
    }

    /// The type of a feature's values.
    fn dtype(&mut self, at: &str, value: Option<&Json>) -> String {
        let name = match value {
            None => Some("float32"),
            Some(value) => value.as_str(),
        };
        let known = name.filter(|n| *n == "string" || DType::from_name(n).is_some());
        known.map(str::to_string).unwrap_or_else(|| {
            let found = value.cloned().unwrap_or_default();
            let text =
                format!("found {found}, expected string or a type of numbers such as float32");
            self.wrong(&format!("{at}.dtype"), text).unwrap_or_default()
        })
    }

    fn mode(&mut self, at: &str, value: Option<&Json>, default: FeatureMode) -> FeatureMode {
        let Some(value) = value else { return default };
        let found = MODES.iter().find(|(n, _)| value.as_str() == Some(n));
        match found {
            Some((_, mode)) => *mode,
            None => {
                let message = format!("found {value}, expected int, one_hot or float");
                self.wrong(&format!("{at}.output_mode"), message)
                    .unwrap_or(default)
            }
        }
    }

    fn feature(
        &mut self,
        name: &str,
        value: &Json,
        hashing: usize,
        bins: usize,
    ) -> Option<Feature> {
        let at = format!("features.{name}");
        if let Some(kind) = value.as_str() {
            return of_kind(kind, hashing, bins).or_else(|| {
                let hint = nearest(kind, KINDS)
                    .map_or(KINDS.join(", "), |k| format!("did you mean `{k}`?"));
                self.wrong(&at, format!("there is no kind of feature `{kind}`: {hint}"))
            });
        }
        let config = value.get("config").unwrap_or(value);
        let known = ["dtype", "preprocessor", "output_mode"];
        self.keys(&at, config, "Feature", &known);
        let inner = config.get("preprocessor").unwrap_or(&Json::Null);
        // What Keras calls the layer that does nothing.
        let identity = inner.get("class_name").and_then(Json::as_str) == Some("TFDIdentity");
        let preprocessor = match Object::read(inner) {
            _ if inner.is_null() || identity => None,
            Err(expected) => return self.wrong(&format!("{at}.preprocessor"), expected),
            Ok(object) => match layers::read(&object, &format!("{at}.preprocessor")) {
                Ok(layer) => Some(layer),
                Err(errors) => {
                    self.errors.extend(errors);
                    return None;
                }
            },
        };
        Some(Feature {
            dtype: self.dtype(&at, config.get("dtype")),
            preprocessor,
            mode: self.mode(&at, config.get("output_mode"), FeatureMode::Float),
        })
    }

    fn cross(
        &mut self,
        i: usize,
        value: &Json,
        dim: usize,
        known: &BTreeMap<String, Feature>,
    ) -> Option<Cross> {
        let at = format!("crosses[{i}]");
        let config = value.get("config").unwrap_or(value);
        let names = config.get("feature_names").unwrap_or(config);
        let names: Option<Vec<String>> = serde_json::from_value(names.clone()).ok();
        let Some(names) = names.filter(|n: &Vec<String>| n.len() > 1) else {
            return self.wrong(
                &at,
                format!("found {value}, expected a list of two names of features or more"),
            );
        };
        if let Some(lost) = names.iter().find(|n| !known.contains_key(*n)) {
            let near = nearest(lost, known.keys().map(String::as_str))
                .map_or(String::new(), |n| format!(": did you mean `{n}`?"));
            return self.wrong(&at, format!("there is no feature `{lost}`{near}"));
        }
        let known = ["feature_names", "crossing_dim", "output_mode"];
        self.keys(&at, config, "Cross", &known);
        let own = config.get("crossing_dim");
        Some(Cross {
            feature_names: names,
            crossing_dim: self.size(own, &format!("{at}.crossing_dim"), dim),
            mode: self.mode(&at, config.get("output_mode"), FeatureMode::OneHot),
        })
    }
}

impl FeatureSpace {
    /// From Keras's arguments or `get_config`: `features` (a kind by name, or a Feature), `crosses`, `output_mode`,
    /// `crossing_dim`, `hashing_dim`, `num_discretization_bins`. `path` is where it stands.
    pub fn read(config: &Json, path: &str) -> Result<FeatureSpace, Vec<OptionError>> {
        let mut reader = Reader {
            path: path.to_string(),
            errors: vec![],
        };
        let empty = Map::new();
        let config = config.as_object().unwrap_or(&empty);
        let known = [
            "features",
            "output_mode",
            "crosses",
            "crossing_dim",
            "hashing_dim",
            "num_discretization_bins",
            "name",
            "trainable",
            "dtype",
        ];
        reader.keys("", &Json::Object(config.clone()), "FeatureSpace", &known);
        let (hashing, crossing) = (
            reader.size(config.get("hashing_dim"), "hashing_dim", 32),
            reader.size(config.get("crossing_dim"), "crossing_dim", 32),
        );
        let bins = reader.size(
            config.get("num_discretization_bins"),
            "num_discretization_bins",
            32,
        );
        let mut features = BTreeMap::new();
        for (name, value) in config
            .get("features")
            .and_then(Json::as_object)
            .unwrap_or(&empty)
        {
            if let Some(feature) = reader.feature(name, value, hashing, bins) {
                features.insert(name.clone(), feature);
            }
        }
        if features.is_empty() && reader.errors.is_empty() {
            reader.wrong::<()>(
                "features",
                "FeatureSpace needs `features`, kinds by name".to_string(),
            );
        }
        let mut crosses = vec![];
        let given = config.get("crosses").filter(|v| !v.is_null());
        if let Some(value) = given.filter(|v| !v.is_array()) {
            let text = format!("found {value}, expected a list of lists of names of features");
            reader.wrong::<()>("crosses", text);
        }
        let listed = given.and_then(Json::as_array).into_iter().flatten();
        for (i, value) in listed.enumerate() {
            crosses.extend(reader.cross(i, value, crossing, &features));
        }
        let concat = match config
            .get("output_mode")
            .map(|m| m.as_str().unwrap_or_default())
        {
            None | Some("concat") => true,
            Some("dict") => false,
            Some(other) => reader
                .wrong(
                    "output_mode",
                    format!("found `{other}`, expected concat or dict"),
                )
                .unwrap_or(true),
        };
        match reader.errors.is_empty() {
            true => Ok(FeatureSpace {
                features,
                crosses,
                concat,
                config: config.clone(),
            }),
            false => Err(reader.errors),
        }
    }
}
