//! Recurrent layers that give every step where the next layer takes steps, and the last one alone at the end.

use regimen_run::spec::LayerSpec;

use crate::network::ranks::dimensions;
use crate::network::{recurrent, stack};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "fix_return_sequences",
    title: "return_sequences as the next layers need it",
    explain: "On, where another recurrent layer, a convolution or a pooling reads the steps; off, where a dense layer is to answer once per row.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let layers = stack(&mut spec)?;
    let mut changed = 0;
    for place in 0..layers.len() {
        if recurrent::options(&layers[place]).is_none() {
            continue;
        }
        let Some(wanted) = takes_steps(&layers[place + 1..]) else {
            continue;
        };
        if recurrent::gives_sequences(&layers[place]) != wanted {
            recurrent::set_sequences(&mut layers[place], wanted);
            changed += 1;
        }
    }
    match changed {
        0 => Err("no recurrent layer gives another number of steps than is needed".to_owned()),
        n => Ok(one(format!("{n} layers"), spec)),
    }
}

/// Whether the layers behind one take steps; `None` where they take both.
fn takes_steps(behind: &[LayerSpec]) -> Option<bool> {
    for layer in behind {
        let class = layer.object.class_name.as_str();
        if recurrent::options(layer).is_some()
            || dimensions(class) == Some(3)
            || class == "TimeDistributed"
        {
            return Some(true);
        }
        match class {
            "RepeatVector" => return Some(false),
            "Flatten" | "Reshape" | "Permute" | "Lambda" => return None,
            _ if class.contains("Attention") => return None,
            _ => {}
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cases::{edits, image, option, refusal, sequence};
    use crate::network::layer;

    #[test]
    fn a_stack_of_recurrent_layers() {
        let mut patient = sequence();
        assert!(refusal(&DEF, &patient).contains("no recurrent layer"));
        assert!(refusal(&DEF, &image()).contains("no recurrent layer"));
        let new = layer(
            "GRU",
            [("units", json!(4)), ("return_sequences", json!(true))],
        );
        stack(&mut patient.spec).expect("a stack").insert(2, new);
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(option(fixed, 1, "return_sequences"), true);
        assert!(option(fixed, 2, "return_sequences").is_null());
        assert_eq!(fixed.what, "2 layers");
    }
}
