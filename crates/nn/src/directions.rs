//! The two layers inside a Bidirectional: how they are read, named and checked against each other.
//!
//! Follows keras/src/layers/rnn/bidirectional.py.

use serde_json::{Map, Value as Json};

use crate::{InnerLayer, Object, Options, layers, object::snake_case};

/// Reads the layer of one direction after `adapt` has changed its config; faults become the option's.
pub(crate) fn direction(
    o: &mut Options<'_>,
    option: &str,
    value: Json,
    adapt: impl Fn(&mut Map<String, Json>, &str),
) -> Option<InnerLayer> {
    let mut object = match Object::read(&value) {
        Ok(object) => object,
        Err(expected) => {
            o.error(option, format!("`{option}` of Bidirectional: {expected}"));
            return None;
        }
    };
    let own = object
        .config
        .get("name")
        .and_then(Json::as_str)
        .map(str::to_string);
    let name = own.unwrap_or_else(|| snake_case(&object.class_name));
    if layers::find(&object.class_name)
        .is_some_and(|d| !(d.options)().iter().any(|i| i.name == "go_backwards"))
    {
        let found = &object.class_name;
        o.error(option, format!("`{option}` of Bidirectional: found {found}, expected a recurrent layer such as LSTM"));
        return None;
    }
    adapt(&mut object.config, &name);
    // Keras: masked steps give zeros where all steps are returned, so that both directions agree.
    let sequences = object
        .config
        .get("return_sequences")
        .cloned()
        .unwrap_or(false.into());
    object
        .config
        .insert("zero_output_for_mask".to_string(), sequences);
    match InnerLayer::of(&object) {
        Ok(layer) => Some(layer),
        Err(errors) => {
            for error in errors {
                let path = match error.path.as_str() {
                    "" => option.to_string(),
                    path => format!("{option}.{path}"),
                };
                o.error(&path, error.message);
            }
            None
        }
    }
}

/// Whether both directions fit together.
pub(crate) fn check_pair(
    o: &mut Options<'_>,
    option: &str,
    ahead: &Map<String, Json>,
    back: &Map<String, Json>,
) -> bool {
    let mut fits = true;
    if ahead.get("go_backwards") == back.get("go_backwards") {
        let found = ahead.get("go_backwards").cloned().unwrap_or_default();
        let text = format!("both layers have go_backwards = {found}, expected different ones");
        o.error(option, format!("`{option}` of Bidirectional: {text}"));
        fits = false;
    }
    for name in ["return_sequences", "return_state", "stateful"] {
        if ahead.get(name) != back.get(name) {
            let text = format!("the layers differ in `{name}`, expected the same");
            o.error(option, format!("`{option}` of Bidirectional: {text}"));
            fits = false;
        }
    }
    fits
}
