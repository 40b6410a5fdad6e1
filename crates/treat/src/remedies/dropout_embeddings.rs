//! Dropout of whole numbers of words.

use serde_json::json;

use crate::network::{layer, stack};
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "dropout_embeddings",
    title: "Dropout behind embeddings alone",
    explain: "Leaves out a share of the numbers that words have, the same for all words of a text (SpatialDropout1D): no single one can be relied on.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |rate: f64| {
        let mut spec = patient.spec.clone();
        let layers = stack(&mut spec)?;
        let embeds = |i: &usize| layers[*i].object.class_name == "Embedding";
        let dropped = |i: usize| {
            let behind = layers.get(i + 1);
            behind.is_some_and(|l| l.object.class_name.contains("Dropout"))
        };
        let places: Vec<usize> = (0..layers.len()).filter(embeds).collect();
        match places.as_slice() {
            [] => Err("there is no Embedding".to_owned()),
            [one] if !dropped(*one) => {
                let new = layer("SpatialDropout1D", [("rate", json!(rate))]);
                layers.insert(one + 1, new);
                Ok(Change {
                    what: format!("rate {rate}"),
                    spec,
                })
            }
            _ => Err("there is dropout behind the Embedding already".to_owned()),
        }
    };
    [0.2, 0.5].into_iter().map(with).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, digits, edits, refusal, sequence};

    #[test]
    fn behind_the_embedding() {
        let mut patient = sequence();
        let both = edits(&DEF, &patient);
        assert_eq!(
            classes(&both[1]),
            ["Embedding", "SpatialDropout1D", "LSTM", "Dense"]
        );
        patient.spec = both[0].spec.clone();
        assert!(refusal(&DEF, &patient).contains("already"));
        assert!(refusal(&DEF, &digits()).contains("no Embedding"));
    }
}
