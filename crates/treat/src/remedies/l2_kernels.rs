//! An L2 penalty on kernels, embeddings left alone.

use serde_json::json;

use crate::network::{layers, penalized};
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "l2_kernels",
    title: "An L2 penalty on kernels, embeddings left alone",
    explain: "What is usually tried against overfitting of text models: a penalty on convolutions and dense layers. Beside l2_embeddings it shows which of the two does the work.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |size: f64| -> Result<Change, String> {
        let penalty = json!({"class_name": "L2", "config": {"l2": size}});
        let mut spec = penalized(&patient.spec, &penalty)?;
        let mut embeddings = 0;
        for layer in layers(&mut spec)?.iter_mut() {
            if layer.object.class_name == "Embedding" {
                embeddings += 1;
                layer.object.config.remove("embeddings_regularizer");
            }
        }
        match embeddings {
            0 => Err("there is no Embedding: l2 is the same".to_owned()),
            _ if spec == patient.spec => Err("every kernel has a penalty already".to_owned()),
            _ => Ok(Change {
                what: format!("l2 = {size}"),
                spec,
            }),
        }
    };
    // An Embedding with a penalty of its own keeps it.
    let kept = |layer: &regimen_run::spec::LayerSpec| {
        layer.object.class_name == "Embedding"
            && layer.object.config.contains_key("embeddings_regularizer")
    };
    if layers(&mut patient.spec.clone())?.iter().any(kept) {
        return Err("the Embedding has a penalty already".to_owned());
    }
    [1e-4, 1e-3].into_iter().map(with).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, option, refusal, text};

    #[test]
    fn kernels_and_not_the_embedding() {
        let found = edits(&DEF, &text());
        assert_eq!(found.len(), 2);
        assert!(option(&found[0], 0, "embeddings_regularizer").is_null());
        assert!(!option(&found[0], 1, "kernel_regularizer").is_null());
        assert!(refusal(&DEF, &digits()).contains("no Embedding"));
    }
}
