//! Gradients far larger than the weights that they are to move.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef, look};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "exploding_gradients",
    title: "Gradients far larger than the weights",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "gradient_clipping",
        "scale_targets",
        "scale_inputs",
        "lower_learning_rate",
    ],
};

const EXPLAIN: &str = "\
The gradient of the loss by a layer's weights is many times as large as the weights themselves: one
step of plain gradient descent replaces them altogether, and a few in a row end in NaN. Targets or
inputs that are not scaled are the usual cause, then recurrent layers over many steps. Under Adam or
RMSprop, whose steps have a fixed length, nothing explodes, but the direction of such gradients is
ruled by a few rows.

How the doctor knows: the trainer measures, on the same training rows once in a while, the root mean
square of gradient and weights of each layer: a ratio of 1,000 and more under SGD at a learning rate of
0.001 or more is an alarm, 100,000 under any optimizer is told.

Clip (clipnorm=1), scale targets and inputs, or lower the rate.";

/// Gradient over weight.
const ALARM: f64 = 1e3;
const TOLD: f64 = 1e5;

fn detect(facts: &Facts) -> Option<Finding> {
    let (epoch, probe) = look::last(facts)?;
    let ratio = |layer: &regimen_run::event::LayerTelemetry| {
        let (gradient, weight) = (layer.gradient.unwrap_or(0.0), layer.weight.unwrap_or(0.0));
        gradient / weight.max(1e-6)
    };
    let layer = probe
        .layers
        .iter()
        .max_by(|a, b| ratio(a).total_cmp(&ratio(b)))?;
    let most = ratio(layer);
    let model = facts.model;
    let descent = model.is_some_and(|model| {
        model.optimizer.as_deref() == Some("SGD")
            && model.learning_rate.is_some_and(|rate| rate * most >= 1.0)
    });
    let severity = match most {
        m if m >= ALARM && descent => Severity::Warning,
        m if m >= TOLD => Severity::Info,
        _ => return None,
    };
    let title = format!(
        "{}: its gradient is {most:.0} times as large as its weights",
        layer.path
    );
    let explanation = "A step of plain gradient descent replaces such weights altogether. Clip the gradient, or scale targets and inputs.".to_owned();
    let mut finding = finding(
        severity,
        0.85,
        title,
        explanation,
        [
            ("ratio", json!(most)),
            ("gradient", json!(layer.gradient)),
            ("weight", json!(layer.weight)),
        ],
    );
    finding.layer = Some(layer.path.clone());
    finding.from_epoch = Some(facts.epoch_name(look::since(facts, epoch, |probe| {
        probe.layers.iter().any(|l| ratio(l) >= ALARM)
    })));
    finding.check =
        "Train an epoch with clipnorm=1 from the same first weights: the loss falls smoothly."
            .to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::looked;
    use regimen_run::event::LayerTelemetry;

    #[test]
    fn by_ratio_and_optimizer() {
        let severity = |gradient: f64, optimizer: &str| {
            let layer = LayerTelemetry {
                path: "a".into(),
                gradient: Some(gradient),
                weight: Some(0.1),
                ..LayerTelemetry::default()
            };
            let events = looked(&[layer], 64);
            let model = regimen_run::ModelFacts {
                optimizer: Some(optimizer.into()),
                learning_rate: Some(0.01),
                ..Default::default()
            };
            detect(&Facts {
                model: Some(&model),
                ..Facts::from_events(&events)
            })
            .map(|found| found.severity)
        };
        assert_eq!(severity(1e3, "SGD"), Some(Severity::Warning));
        assert_eq!(severity(1e3, "Adam"), None);
        assert_eq!(severity(1e6, "Adam"), Some(Severity::Info));
        assert_eq!(severity(0.1, "SGD"), None);
    }
}
