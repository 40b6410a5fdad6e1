//! Gradients that do not reach the first layers.

use regimen_run::event::LayerTelemetry;
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef, look};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "vanishing_gradients",
    title: "Gradients do not reach the first layers",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "relu_hidden",
        "batch_norm",
        "residual_connections",
        "adam",
        "he_initializer",
    ],
};

const EXPLAIN: &str = "\
A gradient is multiplied by the slope of every activation on its way down. Where the slopes are small
(sigmoid: a quarter at best) and the layers many, hardly anything arrives at the first ones: the upper
layers learn on top of what the first weights happened to be. Under Adam or RMSprop, which divide by
the size of the gradient, the first layers still move, but by noise.

How the doctor knows: the trainer measures, on the same training rows once in a while, the root mean
square of the loss's gradient by the weights of each layer. The first layer's is less than a
ten-thousandth of the largest one's, and below a millionth, in two looks in a row; a network whose
largest gradient is below a hundred-thousandth has learnt its task and is not told.

Use relu in the hidden layers, batch normalization, residual connections, or fewer layers.";

/// First over largest gradient, and the size below which it is nothing.
const RATIO: f64 = 1e-4;
const NOTHING: f64 = 1e-6;
/// Largest gradient of a network that still learns.
const LEARNS: f64 = 1e-5;

fn detect(facts: &Facts) -> Option<Finding> {
    let (epoch, probe) = look::last(facts)?;
    let fades = |layers: &[LayerTelemetry]| -> Option<(String, f64, f64)> {
        let grads: Vec<(&str, f64)> = layers
            .iter()
            .filter_map(|layer| Some((layer.path.as_str(), layer.gradient?)))
            .collect();
        let (first, rest) = grads.split_first()?;
        let most = rest.iter().map(|(_, g)| *g).fold(0.0, f64::max);
        let faded =
            first.1 < RATIO * most && first.1 < NOTHING && most > LEARNS && most.is_finite();
        faded.then(|| (first.0.to_owned(), first.1, most))
    };
    let (path, first, most) = fades(&probe.layers)?;
    let since = look::since(facts, epoch, |probe| fades(&probe.layers).is_some());
    if since == epoch {
        return None;
    }
    let title = format!(
        "{path}: its gradient is {first:.1e}, that of the layer with the largest {most:.1e}"
    );
    let explanation = "What the loss says does not reach the first layers: they stay as they were drawn, or move by noise.".to_owned();
    let mut finding = finding(
        Severity::Warning,
        0.85,
        title,
        explanation,
        [
            ("first", json!(first)),
            ("largest", json!(most)),
            ("ratio", json!(first / most)),
        ],
    );
    finding.layer = Some(path);
    finding.from_epoch = Some(facts.epoch_name(since));
    finding.check = "Replace the hidden activations by relu and look again: the ratio rises by orders of magnitude.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::looked;

    #[test]
    fn first_against_largest() {
        let told = |first: f64, last: f64| {
            let layer = |path: &str, gradient: f64| LayerTelemetry {
                path: path.into(),
                gradient: Some(gradient),
                ..LayerTelemetry::default()
            };
            let events = looked(&[layer("a", first), layer("b", last)], 64);
            detect(&Facts::from_events(&events)).is_some()
        };
        assert!(told(1e-9, 1e-2));
        assert!(!told(1e-3, 1e-2) && !told(1e-9, 1e-8));
    }
}
