//! Numbers to be learnt brought to mean 0 and deviation 1, by a last layer that turns answers back into their units.

use regimen_run::RunSpec;
use serde_json::json;

use crate::loss::{Takes, key, only};
use crate::network::answer::{Answer, list};
use crate::network::{append, layer};
use crate::patient::{Change, Patient, RemedyDef, one};
use crate::task::Task;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "scale_targets",
    title: "Targets standardised",
    explain: "A last Rescaling by deviation and mean of the training targets: what is before it learns numbers about 0, and answers keep their units. Under SGD the rate is divided by what that does to gradients.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let Task::Numbers(_) = Task::of(patient)? else {
        return Err("labels are classes".to_owned());
    };
    let figures = patient.profile.label.numbers.first().copied().flatten();
    let figures = figures.ok_or("nothing is known of the training targets")?;
    let (mean, deviation) = (figures.mean, figures.deviation);
    if !(mean.is_finite() && deviation.is_finite() && deviation > 0.0) {
        return Err("the training targets are all equal, or not finite".to_owned());
    }
    if (0.5..=2.0).contains(&deviation) && mean.abs() <= 1.0 {
        return Err("the targets are about 0 already".to_owned());
    }
    if Answer::of(&spec)?.activation(&list(&spec)?.layers) != "linear" {
        return Err("the output has an activation, which bounds it".to_owned());
    }
    let options = [("scale", json!(deviation)), ("offset", json!(mean))];
    append(&mut spec, layer("Rescaling", options))?;
    let mut what = format!("answers times {deviation} plus {mean}");
    if spec
        .compile
        .optimizer
        .class_name
        .eq_ignore_ascii_case("sgd")
    {
        let rate = patient
            .rate
            .ok_or("a schedule sets the learning rate of SGD")?;
        let next = rate / slope(&spec, deviation)?;
        let options = &mut spec.compile.optimizer.config;
        options.remove("lr");
        options.insert("learning_rate".to_owned(), json!(next));
        what = format!("{what}, rate {rate} to {next}");
    }
    Ok(one(what, spec))
}

/// How many times as large the last layer makes the gradient, beside that of scaled targets.
fn slope(spec: &RunSpec, deviation: f64) -> Result<f64, String> {
    let loss = only(spec)?;
    match (Takes::of(loss), key(loss).as_str()) {
        (_, "meansquarederror" | "mse") => Ok(deviation * deviation),
        (_, "meanabsoluteerror" | "mae" | "huber" | "huberloss" | "logcosh") => Ok(deviation),
        _ => Err(format!(
            "it is not known how SGD's rate goes with {}",
            loss.class_name
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, digits, edits, figures, option, refusal, table};

    #[test]
    fn a_last_layer_in_the_units_of_the_targets() {
        let fixed = &edits(&DEF, &table())[0];
        assert_eq!(
            classes(fixed),
            ["Dense", "BatchNormalization", "Dense", "Rescaling"]
        );
        assert_eq!(option(fixed, 3, "scale"), 1000.0);
        assert_eq!(option(fixed, 3, "offset"), 2500.0);
        let rate = fixed.spec.compile.optimizer.config["learning_rate"].as_f64();
        assert_eq!(rate, Some(1e-8));
    }

    #[test]
    fn what_needs_none() {
        assert!(refusal(&DEF, &digits()).contains("classes"));
        let mut patient = table();
        patient.profile.label.numbers[0] = Some(figures(-1.5, 1.5));
        assert!(refusal(&DEF, &patient).contains("about 0"));
        patient.spec = edits(&DEF, &table()).remove(0).spec;
        patient.profile = table().profile;
        assert!(refusal(&DEF, &patient).contains("Rescaling"), "not twice");
    }
}
