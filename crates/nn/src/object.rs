//! A reference to a registered Keras object: a name and its keyword arguments.

use serde_json::{Map, Value};

/// A class or function name with its arguments, as Keras writes them in configs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object {
    /// Name as typed: `Adam`, `adam`, `glorot_uniform`, `GlorotUniform`.
    pub class_name: String,
    /// Keyword arguments.
    pub config: Map<String, Value>,
}

impl Object {
    /// An object without arguments.
    pub fn named(name: &str) -> Object {
        Object {
            class_name: name.to_string(),
            config: Map::new(),
        }
    }

    /// The same with one more argument.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Object {
        self.config.insert(key.to_string(), value.into());
        self
    }

    /// The function that Keras's wrapper class `wrapper` was written with (`fn`), with the wrapper's other arguments; any
    /// other object as it is.
    pub(crate) fn of_wrapped(&self, wrapper: &str) -> Object {
        let function = self.config.get("fn").map(Object::read);
        match function {
            Some(Ok(function)) if same_name(&self.class_name, wrapper) => {
                let mut config = self.config.clone();
                config.remove("fn");
                config.extend(function.config);
                Object {
                    class_name: function.class_name,
                    config,
                }
            }
            _ => self.clone(),
        }
    }

    /// From `"name"`, `{ class_name, config }` (Keras's `module` and `registered_name` are skipped) or
    /// short `{ class_name, key = value, ... }`.
    pub fn read(value: &Value) -> Result<Object, String> {
        match value {
            Value::String(name) => Ok(Object::named(name)),
            Value::Object(map) => {
                let Some(Value::String(class_name)) = map.get("class_name") else {
                    return Err("expected an object with `class_name`".to_string());
                };
                let config = match map.get("config") {
                    Some(Value::Object(config)) => config.clone(),
                    // Keras writes plain functions as {"class_name": "function", "config": "relu"}.
                    Some(Value::String(name)) if class_name == "function" => {
                        return Ok(Object::named(name));
                    }
                    Some(Value::Null) => Map::new(),
                    // Keras 1 and 2.0 wrote a Sequential's layers as the config itself.
                    Some(layers @ Value::Array(_)) if class_name == "Sequential" => {
                        Map::from_iter([("layers".to_string(), layers.clone())])
                    }
                    Some(other) => {
                        return Err(format!("expected `config` to be an object, found {other}"));
                    }
                    None => map
                        .iter()
                        .filter(|(k, _)| {
                            !["class_name", "module", "registered_name", "build_config"]
                                .contains(&k.as_str())
                        })
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect(),
                };
                Ok(Object {
                    class_name: class_name.clone(),
                    config,
                })
            }
            _ => Err("expected a name or an object with `class_name`".to_string()),
        }
    }
}

/// Whether two names are the same to Keras's registries: case and underscores do not count.
pub fn same_name(a: &str, b: &str) -> bool {
    let plain = |s: &str| {
        s.chars()
            .filter(|c| *c != '_')
            .map(|c| c.to_ascii_lowercase())
            .collect::<String>()
    };
    plain(a) == plain(b)
}

/// `MeanSquaredError` to `mean_squared_error`, as Keras names classes: `LSTM` is `lstm`, `Conv1D` is `conv1d`.
pub fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        if c.is_ascii_uppercase() && i > 0 && chars[i - 1] != '_' {
            let before = chars[i - 1];
            let starts_word = chars.get(i + 1).is_some_and(|n| n.is_ascii_lowercase());
            // Keras: (.)([A-Z][a-z]+) and ([a-z])([A-Z]) get an underscore between.
            if starts_word || before.is_ascii_lowercase() {
                out.push('_');
            }
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

impl From<&str> for Object {
    fn from(name: &str) -> Object {
        Object::named(name)
    }
}
