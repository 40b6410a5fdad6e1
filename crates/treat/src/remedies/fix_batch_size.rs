//! The batch size that the model states.

use crate::network::answer::list;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "fix_batch_size",
    title: "The batch size that the model states",
    explain: "Sets fit's batch_size to the one in the model's batch_shape, which takes batches of exactly that many rows.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let sizes = ["batch_shape", "batch_input_shape"];
    let stated = |option: &str| {
        let layers = list(&spec).ok()?.layers.iter();
        layers
            .filter_map(|l| l.object.config.get(option)?.get(0)?.as_u64())
            .next()
    };
    let stated = sizes.into_iter().find_map(stated);
    let stated = stated.ok_or("the model states no batch size")? as usize;
    if spec.fit.batch_size == stated {
        return Err("batches are as large as the model states".to_owned());
    }
    spec.fit.batch_size = stated;
    spec.fit.validation_batch_size = None;
    Ok(one(format!("{stated} rows"), spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, refusal, with_layers};

    #[test]
    fn as_the_model_states() {
        let mut patient = digits();
        assert!(refusal(&DEF, &patient).contains("states no"));
        patient.spec = with_layers(
            "{ class_name = \"InputLayer\", batch_shape = [16, 64] }, { class_name = \"Dense\", units = 3 }",
        );
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(fixed.spec.fit.batch_size, 16);
        patient.spec = fixed.spec.clone();
        assert!(refusal(&DEF, &patient).contains("as large as"));
    }
}
