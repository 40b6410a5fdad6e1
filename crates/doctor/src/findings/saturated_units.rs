//! Sigmoid and tanh units at the ends of their range.

use regimen_run::event::LayerTelemetry;
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef, look};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "saturated_units",
    title: "Hidden units at the ends of their range",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "scale_inputs",
        "lower_learning_rate",
        "batch_norm",
        "relu_hidden",
    ],
};

const EXPLAIN: &str = "\
A sigmoid near 0 or 1, and a tanh near -1 or 1, has hardly any slope: gradients end there. A hidden layer
whose units are there for most rows has stopped learning, and so has all that lies below it. Inputs that
are not scaled do it in the first epoch, too long steps later.

How the doctor knows: the trainer sends the same training rows through the network once in a while and
counts how many of a layer's numbers lie within 0.01 of an end (0.02 for tanh). Four fifths of a hidden
layer are an alarm. At the output they are no fault: there they are sure answers.

Scale the inputs; lower the learning rate; normalize in front of the activation; or use relu.";

const ALARM: f64 = 0.8;

fn detect(facts: &Facts) -> Option<Finding> {
    let (epoch, probe) = look::last(facts)?;
    let outputs: Vec<&str> = facts
        .model
        .map(|model| {
            model
                .outputs
                .iter()
                .map(|output| output.path.as_str())
                .collect()
        })
        .unwrap_or_default();
    let hidden = |layer: &&LayerTelemetry| !outputs.contains(&layer.path.as_str());
    let share = |layer: &LayerTelemetry| layer.saturated.unwrap_or(0.0);
    let layer = probe
        .layers
        .iter()
        .filter(hidden)
        .max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let most = share(layer);
    if most < ALARM {
        return None;
    }
    let title = format!(
        "{}: {:.0} % of what it gives lies at the ends of its range",
        layer.path,
        100.0 * most
    );
    let explanation = "There its activation has hardly any slope: this layer and all below it have stopped learning.".to_owned();
    let mut finding = finding(
        Severity::Warning,
        0.9,
        title,
        explanation,
        [("saturated", json!(most)), ("rows", json!(probe.rows))],
    );
    finding.layer = Some(layer.path.clone());
    finding.from_epoch = Some(facts.epoch_name(look::since(facts, epoch, |probe| {
        probe
            .layers
            .iter()
            .any(|other| other.path == layer.path && share(other) >= ALARM)
    })));
    finding.check =
        "Train two epochs with scaled inputs from the same first weights: the share falls."
            .to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::looked;

    #[test]
    fn hidden_layers_only() {
        let told = |path: &str, share: f64| {
            let layer = LayerTelemetry {
                path: path.into(),
                saturated: Some(share),
                ..LayerTelemetry::default()
            };
            let events = looked(&[layer], 64);
            let case = crate::cases::one_output("sigmoid", 1, "binary_crossentropy");
            detect(&Facts {
                model: Some(&case.model),
                ..Facts::from_events(&events)
            })
            .is_some()
        };
        assert!(told("dense", 0.95) && !told("dense", 0.3) && !told("out", 0.95));
    }
}
