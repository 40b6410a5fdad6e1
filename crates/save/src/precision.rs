//! Types that a config lets layers compute in, as they are here: weights are float32, and layers compute in float32 or, under
//! `mixed_bfloat16`, in bfloat16.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

/// Policies that become float32, which is more exact than the first two, and less than the last.
const OTHERS: [&str; 3] = ["float16", "mixed_float16", "float64"];

/// A layer whose weights are bfloat16 becomes one that computes in it; what float32 has to stand for becomes float32.
pub(crate) fn in_float32(config: &mut Json) {
    policies(config, &mut |policy, is_input| {
        let today = match name(policy) {
            Some("bfloat16") if !is_input => "mixed_bfloat16",
            Some(other) if OTHERS.contains(&other) => "float32",
            _ => return,
        };
        *policy = json!(today);
    });
}

/// The policies in a config that become float32.
pub(crate) fn others(config: &Json) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    policies(&mut config.clone(), &mut |policy, _| {
        let other = name(policy).filter(|name| OTHERS.contains(name));
        found.extend(other.map(str::to_owned));
    });
    found
}

fn name(policy: &Json) -> Option<&str> {
    policy
        .as_str()
        .or_else(|| policy["config"]["name"].as_str())
}

/// The `dtype` of every layer at any depth, and whether the layer is an input.
fn policies(json: &mut Json, take: &mut dyn FnMut(&mut Json, bool)) {
    match json {
        Json::Array(all) => all.iter_mut().for_each(|item| policies(item, take)),
        Json::Object(map) => {
            let is_input = map
                .get("class_name")
                .is_some_and(|class| class == "InputLayer");
            // The type that an operation gives is its own option.
            let module = map.get("module").and_then(Json::as_str);
            let operation = module.is_some_and(|m| m.starts_with("keras.src.ops."))
                || map.get("class_name").is_some_and(|class| {
                    class == "Cast" || class == "__numpy__" || class == "__tensor__"
                });
            let config = map.get_mut("config").and_then(Json::as_object_mut);
            let config = config.filter(|_| !operation);
            if let Some(policy) = config.and_then(|config| config.get_mut("dtype")) {
                take(policy, is_input);
            }
            map.values_mut().for_each(|value| policies(value, take));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_types_become_float32_and_are_told() {
        let layer =
            |class: &str, dtype: Json| json!({"class_name": class, "config": {"dtype": dtype}});
        let policy = |name: &str| json!({"class_name": "DTypePolicy", "config": {"name": name}});
        let before = json!({"config": {"layers": [
            layer("InputLayer", json!("float64")), layer("InputLayer", json!("string")),
            layer("Dense", policy("mixed_float16")), layer("Dense", json!("bfloat16")), layer("Dense", policy("float32")),
        ]}});
        let mut after = before.clone();
        in_float32(&mut after);
        let dtypes: Vec<Json> = (0..5)
            .map(|i| after["config"]["layers"][i]["config"]["dtype"].clone())
            .collect();
        assert_eq!(
            dtypes,
            [
                json!("float32"),
                json!("string"),
                json!("float32"),
                json!("mixed_bfloat16"),
                policy("float32")
            ]
        );
        let told: Vec<String> = others(&before).into_iter().collect();
        assert_eq!(told, ["float64", "mixed_float16"]);
        assert!(others(&after).is_empty());
    }
}
