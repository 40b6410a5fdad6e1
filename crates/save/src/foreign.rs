//! Objects of a config that are not Keras's own: classes of a program, which is not in the file. Nothing of ours stands for
//! them, also where they have the name of a class of Keras.
//!
//! Keras 3 writes `module` and `registered_name` beside every class: `keras.layers` and null for its own, the program's module
//! for a class that it defines, null and `package>Name` for one that it registered.

use serde_json::{Map, Value as Json};

/// Modules in which Keras's own classes and functions lie.
const OURS: [&str; 8] = [
    "keras",
    "tf_keras",
    "keras_core",
    "builtins",
    "tensorflow.keras",
    "tensorflow.python.keras",
    "tensorflow.python.trackable",
    "tensorflow",
];

/// Refuses a config with an object of another module than Keras's, by its place and its name.
///
/// # Errors
///
/// The first such object.
pub fn check_foreign(config: &Json) -> Result<(), String> {
    check(config, "")
}

/// The same where the config stands at a place.
fn check(config: &Json, place: &str) -> Result<(), String> {
    match config {
        Json::Array(all) => {
            let mut each = all.iter().enumerate();
            each.try_for_each(|(i, value)| check(value, &format!("{place}[{i}]")))
        }
        Json::Object(map) => {
            check_object(map, place)?;
            // What a model was compiled with is checked where it is read.
            let mut each = map.iter().filter(|(key, _)| *key != "compile_config");
            each.try_for_each(|(key, value)| check(value, &format!("{place}.{key}")))
        }
        _ => Ok(()),
    }
}

fn check_object(map: &Map<String, Json>, place: &str) -> Result<(), String> {
    let text = |key: &str| map.get(key).and_then(Json::as_str);
    let Some(class) = text("class_name") else {
        return Ok(());
    };
    let registered = text("registered_name");
    let place = place.trim_start_matches('.');
    let refused = |what: String| {
        Err(format!(
            "{place}: {what} of the program that wrote the file, and its code is not in it: build it from layers of Keras, or load the model there and export it without"
        ))
    };
    match text("module") {
        Some(module) if !is_ours(module) => refused(format!(
            "`{class}` of the module `{module}` is a custom class"
        )),
        None if map.contains_key("module") && registered.is_some_and(|name| name.contains('>')) => {
            let name = registered.unwrap_or_default();
            refused(format!("`{name}` is a custom class"))
        }
        _ => Ok(()),
    }
}

fn is_ours(module: &str) -> bool {
    let within = |own: &str| {
        let rest = module.strip_prefix(own);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    OURS.into_iter().any(within)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keras_own_classes_pass() {
        let layer = json!({ "module": "keras.layers", "class_name": "Dense", "registered_name": null, "config": {
            "activation": { "module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function" } } });
        assert_eq!(check(&layer, "config.json"), Ok(()));
        let model = json!({ "module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional" });
        assert_eq!(check(&model, ""), Ok(()));
        assert_eq!(
            check(&json!({ "class_name": "Dense", "config": {} }), ""),
            Ok(())
        );
    }

    #[test]
    fn a_class_of_a_program_is_refused_also_under_a_name_of_keras() {
        let registered =
            json!([{ "module": null, "class_name": "Dense", "registered_name": "pkg>Dense" }]);
        let told = check(&registered, "config.json").unwrap_err();
        assert!(
            told.starts_with("config.json[0]: `pkg>Dense` is a custom class"),
            "{told}"
        );
        let defined = json!({ "layers": { "module": "__main__", "class_name": "Dense" } });
        let told = check(&defined, "").unwrap_err();
        assert!(
            told.starts_with("layers: `Dense` of the module `__main__`"),
            "{told}"
        );
        let other = json!({ "module": "kerasish", "class_name": "Dense" });
        assert!(check(&other, "").is_err());
    }
}
