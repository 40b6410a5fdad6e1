//! A learning rate that falls to zero with half a cosine.

use serde_json::json;

use crate::number::shown;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "cosine_schedule",
    title: "A rate that falls to zero over the run",
    explain: "Half a cosine from the rate down to zero over all steps: long steps first, and short ones that settle at the end.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let rate = patient.rate.ok_or("a schedule sets the learning rate")?;
    let sets = ["ReduceLROnPlateau", "LearningRateScheduler"];
    if spec
        .callbacks
        .iter()
        .any(|c| sets.contains(&c.class_name.as_str()))
    {
        return Err("a callback sets the learning rate".to_owned());
    }
    let held = ["LossScaleOptimizer", "MultiOptimizer"];
    if held.contains(&spec.compile.optimizer.class_name.as_str()) {
        return Err("the optimizer holds another, which has the rate".to_owned());
    }
    let fit = &spec.fit;
    let rows = patient.profile.rows[0] as f64 * (1.0 - fit.validation_split);
    let batches = (rows / fit.batch_size.max(1) as f64).ceil() as usize;
    let steps =
        fit.steps_per_epoch.unwrap_or(batches) * fit.epochs.saturating_sub(fit.initial_epoch);
    if steps == 0 {
        return Err("it is not known how many steps the run makes".to_owned());
    }
    let options = &mut spec.compile.optimizer.config;
    options.remove("lr");
    let schedule = json!({
        "class_name": "CosineDecay",
        "config": { "initial_learning_rate": rate, "decay_steps": steps },
    });
    options.insert("learning_rate".to_owned(), schedule);
    Ok(one(format!("{} to 0 in {steps} steps", shown(rate)), spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, refusal, table};
    use crate::network::object;

    #[test]
    fn over_all_steps() {
        let mut patient = table();
        // 1000 rows in batches of 32, ten times.
        assert_eq!(edits(&DEF, &patient)[0].what, "0.01 to 0 in 320 steps");
        patient.spec.callbacks = vec![object("ReduceLROnPlateau", [])];
        assert!(refusal(&DEF, &patient).contains("callback"));
        patient.rate = None;
        assert!(refusal(&DEF, &patient).contains("schedule"));
    }
}
