//! Three times the patience.

use serde_json::{Value, json};

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "more_patience",
    title: "Three times the patience of early stopping",
    explain: "Waits longer for a better epoch before the run ends: single epochs are better or worse by luck. What is best is kept as before.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let mut callbacks = spec.callbacks.iter_mut();
    let stopping = callbacks.find(|c| c.class_name == "EarlyStopping");
    let stopping = stopping.ok_or("the run does not stop early")?;
    let patience = stopping.config.get("patience").and_then(Value::as_u64);
    let patience = patience.unwrap_or(0);
    if patience as usize >= spec.fit.epochs {
        return Err("it waits as long as the run lasts already".to_owned());
    }
    let next = 3 * patience.max(1);
    stopping.config.insert("patience".to_owned(), json!(next));
    Ok(one(format!("{patience} to {next} epochs"), spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, refusal, sequence};

    #[test]
    fn three_times() {
        assert_eq!(edits(&DEF, &sequence())[0].what, "2 to 6 epochs");
        assert!(refusal(&DEF, &digits()).contains("does not stop early"));
    }
}
