//! A narrower Embedding.

use serde_json::{Value, json};

use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "smaller_embedding",
    title: "A narrower Embedding",
    explain: "Halves or quarters the numbers that each word has: most parameters of text models sit there, each seen in a few rows only.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |what: &str, divisor: u64| {
        let mut spec = patient.spec.clone();
        let mut changed = 0;
        for layer in layers(&mut spec)?.iter_mut() {
            let config = &mut layer.object.config;
            // A table that is given has its width.
            let given = config.contains_key("weights");
            if layer.object.class_name != "Embedding" || given {
                continue;
            }
            let width = config
                .get("output_dim")
                .and_then(Value::as_u64)
                .unwrap_or(1);
            let next = (width / divisor).max(1);
            changed += usize::from(next != width);
            config.insert("output_dim".to_owned(), json!(next));
        }
        match changed {
            0 => Err("no Embedding could be narrower".to_owned()),
            _ => Ok(Change {
                what: what.to_owned(),
                spec,
            }),
        }
    };
    let half = with("half", 2)?;
    let quarter = with("a quarter", 4)?;
    Ok(match half.spec == quarter.spec {
        true => vec![half],
        false => vec![half, quarter],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, option, refusal, text};

    #[test]
    fn half_and_a_quarter() {
        let both = edits(&DEF, &text());
        assert_eq!(option(&both[0], 0, "output_dim"), 16);
        assert_eq!(option(&both[1], 0, "output_dim"), 8);
        assert!(refusal(&DEF, &digits()).contains("no Embedding"));
    }
}
