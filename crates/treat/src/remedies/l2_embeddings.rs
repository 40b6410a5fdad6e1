//! An L2 penalty on the tables of embeddings.

use serde_json::json;

use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "l2_embeddings",
    title: "An L2 penalty on embeddings alone",
    explain: "Pulls back the numbers of words, where most parameters of text models sit and where a penalty on kernels does not reach.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |size: f64| {
        let mut spec = patient.spec.clone();
        let mut changed = 0;
        for layer in layers(&mut spec)?.iter_mut() {
            let config = &mut layer.object.config;
            let known = config.get("embeddings_regularizer");
            let free = known.is_none_or(|value| value.is_null() || value == "None");
            if layer.object.class_name == "Embedding" && free {
                let penalty = json!({"class_name": "L2", "config": {"l2": size}});
                config.insert("embeddings_regularizer".to_owned(), penalty);
                changed += 1;
            }
        }
        match changed {
            0 => Err("no Embedding is without a penalty".to_owned()),
            _ => Ok(Change {
                what: format!("l2 = {size}"),
                spec,
            }),
        }
    };
    [1e-4, 1e-3].into_iter().map(with).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, option, refusal, text};

    #[test]
    fn the_table_and_nothing_else() {
        let mut patient = text();
        let both = edits(&DEF, &patient);
        assert!(option(&both[0], 0, "embeddings_regularizer").is_object());
        assert_eq!(both[0].spec.compile, patient.spec.compile);
        patient.spec = both[1].spec.clone();
        assert!(refusal(&DEF, &patient).contains("no Embedding"));
        assert!(refusal(&DEF, &digits()).contains("no Embedding"));
    }
}
