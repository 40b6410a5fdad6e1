//! A place in the Embedding for every id.

use regimen_run::spec::InputSpec;
use serde_json::{Value, json};

use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "raise_input_dim",
    title: "A place in the Embedding for every id",
    explain: "Raises input_dim of embeddings to the size of the vocabulary: ids beyond it have no numbers, and give losses that are none.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let needed = ids(patient).ok_or("it is not known how many ids the inputs have")?;
    let mut spec = patient.spec.clone();
    let mut changed = false;
    for layer in layers(&mut spec)?.iter_mut() {
        let config = &mut layer.object.config;
        let has = config.get("input_dim").and_then(Value::as_u64);
        if layer.object.class_name == "Embedding" && has.is_some_and(|has| has < needed) {
            if config.contains_key("weights") {
                return Err("the Embedding's numbers are given".to_owned());
            }
            config.insert("input_dim".to_owned(), json!(needed));
            changed = true;
        }
    }
    match changed {
        true => Ok(one(format!("input_dim {needed}"), spec)),
        false => Err("every id has its place in the Embedding".to_owned()),
    }
}

/// Ids of the input that has most: of words, or of categories with 0 for unknown ones.
fn ids(patient: &Patient) -> Option<u64> {
    let profile = &patient.profile;
    let words = profile
        .inputs
        .iter()
        .filter_map(|input| input.text.as_ref());
    let words = words.map(|text| text.vocabulary).max();
    let indexed = |input: &InputSpec| match input {
        InputSpec::Categorical { columns, .. } => columns.clone(),
        _ => vec![],
    };
    let columns: Vec<String> = patient.spec.data.inputs.iter().flat_map(indexed).collect();
    let known = profile.columns.iter().filter(|c| columns.contains(&c.name));
    let categories = known.filter_map(|c| c.categories).max().map(|n| n + 1);
    words.max(categories).map(|n| n as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, option, refusal, sequence, text};

    #[test]
    fn more_words_than_places() {
        assert_eq!(option(&edits(&DEF, &text())[0], 0, "input_dim"), 500);
        assert!(refusal(&DEF, &sequence()).contains("has its place"));
        assert!(refusal(&DEF, &digits()).contains("not known"));
    }
}
