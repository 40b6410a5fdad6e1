//! Which layers of a Keras 3 config are one. Keras numbers an object when it meets it again, and writes the number beside the first
//! place, too, where that is still in its hands: layers inside of a model are copies by then, which stay without.

use serde_json::Value as Json;

const ID: &str = "shared_object_id";

/// A layer: where it stands, its class and options, its number.
struct Placed {
    pointer: String,
    class: String,
    options: Json,
    id: Option<u64>,
}

/// Gives the first place of a layer the number that a later one has by itself.
pub(crate) fn with_numbers(config: &mut Json) {
    let mut all = vec![];
    walk(config, "", &mut all);
    if all.iter().all(|placed| placed.id.is_none()) {
        return;
    }
    for later in 0..all.len() {
        let Some(id) = all[later].id else { continue };
        let before = &all[..later];
        if before.iter().any(|placed| placed.id == Some(id)) {
            continue;
        }
        let same = |placed: &Placed| {
            let options = placed.options == all[later].options;
            placed.id.is_none() && placed.class == all[later].class && options
        };
        if let Some(first) = before.iter().position(same) {
            all[first].id = Some(id);
            if let Some(entry) = config.pointer_mut(&all[first].pointer) {
                entry[ID] = id.into();
            }
        }
    }
}

/// The layers of a model, those of models inside of it behind these.
fn walk(model: &Json, at: &str, all: &mut Vec<Placed>) {
    let layers = model.pointer("/config/layers").and_then(Json::as_array);
    for (i, entry) in layers.into_iter().flatten().enumerate() {
        let class = entry["class_name"].as_str().unwrap_or_default();
        if class == "InputLayer" {
            continue;
        }
        let pointer = format!("{at}/config/layers/{i}");
        let mut options = entry["config"].clone();
        without_numbers(&mut options);
        all.push(Placed {
            pointer: pointer.clone(),
            class: class.to_owned(),
            options,
            id: entry.get(ID).and_then(Json::as_u64),
        });
        if matches!(class, "Functional" | "Sequential") {
            walk(entry, &pointer, all);
        }
    }
}

fn without_numbers(value: &mut Json) {
    match value {
        Json::Array(all) => all.iter_mut().for_each(without_numbers),
        Json::Object(map) => {
            map.shift_remove(ID);
            map.values_mut().for_each(without_numbers);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_by_itself_belongs_to_an_earlier_layer() {
        let dense =
            |units: u64| json!({"class_name": "Dense", "config": {"name": "d", "units": units}});
        let mut later = dense(3);
        later[ID] = 7.into();
        let inner = json!({"class_name": "Functional", "config": {"layers": [dense(2), dense(3)]}});
        let mut config = json!({"config": {"layers": [inner, later]}});
        with_numbers(&mut config);
        let inside = &config["config"]["layers"][0]["config"]["layers"];
        assert_eq!((&inside[0][ID], &inside[1][ID]), (&Json::Null, &json!(7)));
        let before = config.clone();
        with_numbers(&mut config);
        assert_eq!(config, before);
    }
}
