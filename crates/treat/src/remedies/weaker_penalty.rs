//! Penalties a tenth as strong, or none.

use serde_json::{Map, Value, json};

use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "weaker_penalty",
    title: "Penalties a tenth as strong, or none",
    explain: "Divides the factors of all regularizers by ten, or takes them out: where weights are held near zero and training rows are not learnt.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |what: &str, edit: fn(&mut Map<String, Value>) -> usize| {
        let mut spec = patient.spec.clone();
        let all = layers(&mut spec)?.iter_mut();
        match all.map(|l| each(&mut l.object.config, edit)).sum::<usize>() {
            0 => Err("no layer has a penalty".to_owned()),
            _ => Ok(Change {
                what: what.to_owned(),
                spec,
            }),
        }
    };
    Ok(vec![with("a tenth", weaken)?, with("none", remove)?])
}

/// Edits the options of a layer and of those inside it; gives how often something was changed.
fn each(config: &mut Map<String, Value>, edit: fn(&mut Map<String, Value>) -> usize) -> usize {
    let inside = config
        .values_mut()
        .filter_map(|held| held.get_mut("config"));
    let inside = inside.filter_map(Value::as_object_mut);
    let deeper: usize = inside.map(|held| each(held, edit)).sum();
    deeper + edit(config)
}

fn penalizes(name: &str, value: &Value) -> bool {
    name.ends_with("_regularizer") && !value.is_null() && value != "None"
}

fn remove(config: &mut Map<String, Value>) -> usize {
    let before = config.len();
    config.retain(|name, value| !penalizes(name, value));
    before - config.len()
}

fn weaken(config: &mut Map<String, Value>) -> usize {
    let mut changed = 0;
    let all = config
        .iter_mut()
        .filter(|(name, value)| penalizes(name, value));
    for (_, value) in all {
        if let Some(tenth) = tenth(value) {
            *value = tenth;
            changed += 1;
        }
    }
    changed
}

/// A regularizer with a tenth of its factors; Keras's factors are 0.01 where none are stated.
fn tenth(value: &Value) -> Option<Value> {
    let (class, config) = match value {
        Value::String(name) => (name.as_str(), Map::new()),
        _ => {
            let config = value.get("config").and_then(Value::as_object);
            (
                value.get("class_name")?.as_str()?,
                config.cloned().unwrap_or_default(),
            )
        }
    };
    let (class, factors, default): (_, &[&str], _) =
        match class.to_lowercase().replace('_', "").as_str() {
            "l1" => ("L1", &["l1"], 0.01),
            "l2" => ("L2", &["l2"], 0.01),
            // By its name alone both are 0.01; as a class with options the others are 0.
            "l1l2" if value.is_string() => ("L1L2", &["l1", "l2"], 0.01),
            "l1l2" => ("L1L2", &["l1", "l2"], 0.0),
            "orthogonalregularizer" => ("OrthogonalRegularizer", &["factor"], 0.01),
            _ => return None,
        };
    let mut next = config;
    for factor in factors {
        let now = next.get(*factor).and_then(Value::as_f64).unwrap_or(default);
        next.insert((*factor).to_owned(), json!(now / 10.0));
    }
    Some(json!({ "class_name": class, "config": next }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, option, refusal, text, with_layers};

    #[test]
    fn a_tenth_and_none() {
        let both = edits(&DEF, &text());
        let first = option(&both[0], 1, "kernel_regularizer");
        assert_eq!(first, json!({"class_name": "L2", "config": {"l2": 0.01}}));
        assert!(option(&both[1], 1, "kernel_regularizer").is_null());
        assert!(refusal(&DEF, &digits()).contains("no layer has a penalty"));
    }

    #[test]
    fn names_and_layers_inside_layers() {
        let mut patient = digits();
        patient.spec = with_layers(
            "{ class_name = \"Bidirectional\", layer = { class_name = \"GRU\", units = 3, recurrent_regularizer = \"l1\" } }",
        );
        let held = option(&edits(&DEF, &patient)[0], 0, "layer");
        let found = held.pointer("/config/recurrent_regularizer/config/l1");
        assert_eq!(found, Some(&json!(0.001)));
    }
}
