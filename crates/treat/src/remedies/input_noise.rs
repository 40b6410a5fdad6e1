//! Noise on inputs.

use regimen_run::RunSpec;
use regimen_run::spec::{InputSpec, Scale};
use serde_json::{Value, json};

use crate::network::answer::list;
use crate::network::{inputs, layer, prepend, stack};
use crate::number::shown;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "input_noise",
    title: "Noise on inputs",
    explain: "Adds Gaussian noise of a tenth of the inputs' deviation while training: rows cannot be known by their last digits.",
    changes,
};

/// Noise beside the deviation.
const SHARE: f64 = 0.1;

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let (scalers, deviation) = scaled(&spec, deviation(patient)?)?;
    let stddev = SHARE * deviation;
    if stddev > 1.0 {
        return Err(
            "the inputs are too large for the noise that there is: see scale_inputs".to_owned(),
        );
    }
    let noise = layer("GaussianNoise", [("stddev", json!(stddev))]);
    match scalers {
        0 => prepend(&mut spec, noise)?,
        n => {
            let layers = stack(&mut spec)?;
            layers.insert(inputs(layers) + n, noise);
        }
    }
    Ok(one(format!("stddev {}", shown(stddev)), spec))
}

/// How many layers at the beginning scale rows, and the deviation behind them.
fn scaled(spec: &RunSpec, mut deviation: f64) -> Result<(usize, f64), String> {
    let layers = &list(spec)?.layers;
    let mut scalers = 0;
    for layer in &layers[inputs(layers)..] {
        match layer.object.class_name.as_str() {
            "Rescaling" => {
                let scale = layer.object.config.get("scale").and_then(Value::as_f64);
                deviation *= scale.ok_or("a Rescaling has no scale")?.abs();
            }
            "Normalization" | "BatchNormalization" => deviation = 1.0,
            _ => break,
        }
        scalers += 1;
    }
    Ok((scalers, deviation))
}

/// Deviation of the numbers that the model sees.
fn deviation(patient: &Patient) -> Result<f64, String> {
    let [input] = patient.profile.inputs.as_slice() else {
        return Err("there is not one input alone".to_owned());
    };
    let figures = input.figures.filter(|_| input.text.is_none());
    let figures = figures.ok_or("inputs are ids, not numbers")?;
    if patient
        .spec
        .data
        .inputs
        .iter()
        .any(|i| matches!(i, InputSpec::Categorical { .. }))
    {
        return Err("categories are among the inputs, which stand no noise".to_owned());
    }
    let scales = || {
        let of = |input: &InputSpec| match input {
            InputSpec::Numeric { scale, .. } | InputSpec::Date { scale, .. } => *scale,
            _ => None,
        };
        let own = patient
            .spec
            .data
            .scale
            .filter(|_| patient.spec.data.inputs.is_empty());
        own.into_iter()
            .chain(patient.spec.data.inputs.iter().filter_map(of))
    };
    if scales().any(|scale| scale == Scale::Standard) {
        return Ok(1.0);
    }
    let deviations: Vec<f64> = input
        .each
        .iter()
        .map(|f| f.figures.deviation)
        .filter(|d| *d > 0.0)
        .collect();
    let ratios: Vec<f64> = (input.each.iter().map(|f| &f.figures))
        .filter(|f| f.max > f.min)
        .map(|f| f.deviation / (f.max - f.min))
        .collect();
    if scales().any(|scale| scale == Scale::MinMax) {
        // Without the features one by one: what even numbers have.
        let even = 1.0 / 12f64.sqrt();
        let sum: f64 = ratios.iter().sum();
        return Ok(if ratios.is_empty() {
            even
        } else {
            sum / ratios.len() as f64
        });
    }
    let least = deviations.iter().copied().fold(f64::INFINITY, f64::min);
    if deviations.iter().any(|d| *d > 10.0 * least) {
        return Err("features differ in scale: see scale_inputs".to_owned());
    }
    match figures.deviation.is_finite() && figures.deviation > 0.0 {
        true => Ok(figures.deviation),
        false => Err("the inputs do not vary".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use regimen_run::profile::FeatureProfile;

    use super::*;
    use crate::cases::{classes, digits, edits, figures, image, option, refusal, table, text};

    #[test]
    fn a_tenth_of_what_the_model_sees() {
        let mut patient = image();
        assert!(refusal(&DEF, &patient).contains("too large"));
        let scaler = layer("Rescaling", [("scale", json!(0.01))]);
        stack(&mut patient.spec).expect("a stack").insert(0, scaler);
        let noisy = &edits(&DEF, &patient)[0];
        assert_eq!(classes(noisy)[..2], ["Rescaling", "GaussianNoise"]);
        let stddev = option(noisy, 1, "stddev").as_f64().expect("a number");
        assert!((stddev - 0.085).abs() < 1e-12);
        let mut patient = digits();
        patient.spec.data.scale = Some(Scale::Standard);
        assert_eq!(option(&edits(&DEF, &patient)[0], 0, "stddev"), 0.1);
    }

    #[test]
    fn what_stands_none() {
        assert!(refusal(&DEF, &text()).contains("ids"));
        let mut patient = table();
        let feature = |max| FeatureProfile {
            figures: figures(0.0, max),
            ..FeatureProfile::default()
        };
        patient.profile.inputs[0].each = vec![feature(1.0), feature(1000.0)];
        assert!(refusal(&DEF, &patient).contains("scale_inputs"));
    }
}
