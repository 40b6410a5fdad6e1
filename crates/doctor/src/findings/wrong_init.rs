//! Kernels that begin with one number everywhere.

use regimen_run::facts::LayerFacts;
use regimen_run::{Finding, Severity};
use serde_json::{Value, json};

use crate::findings::finding;
use crate::spec::{keras_name, keras_option};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_init",
    title: "Weights begin with one number everywhere",
    explain: EXPLAIN,
    detect,
    remedies: &["default_initializer"],
};

const EXPLAIN: &str = "\
Units that begin with equal weights give equal answers, get equal gradients and stay equal: a hidden
layer of 128 such units is one unit. With zeros and relu nothing moves at all, since nothing passes
the layer in either direction. The first weights of a hidden layer have to differ from unit to unit,
which every random initializer sees to. Biases may begin at zero, and so may the kernel of the
output layer.

How the doctor knows: the kernel_initializer of a layer before the last one that has weights is
zeros, ones or a constant. Keras's defaults (glorot_uniform, and he_normal for relu layers) are safe.";

fn detect(facts: &Facts) -> Option<Finding> {
    let layers = &facts.model?.layers;
    let has_kernel = |layer: &LayerFacts| {
        layer.class_name == "Dense" || layer.class_name.contains("Conv") || is_recurrent(layer)
    };
    let last = layers.iter().rposition(has_kernel)?;
    let faulty = |(at, layer): &(usize, &LayerFacts)| {
        has_kernel(layer) && constant(layer).is_some() && feeds_plain_layers(layers, *at)
    };
    let (_, layer) = layers[..last].iter().enumerate().find(faulty)?;
    let constant = constant(layer)?;
    let title = format!(
        "{}: every weight of the kernel begins as {constant}",
        layer.path
    );
    let explanation = "Its units are equal, get equal gradients and stay equal: the layer is worth one unit, or none. Leave kernel_initializer at its default.".to_owned();
    let evidence = [("kernel_initializer", json!(constant))];
    let mut finding = finding(Severity::Error, 0.95, title, explanation, evidence);
    finding.layer = Some(layer.path.clone());
    finding.check = "Print the kernel after an epoch: its columns are equal.".to_owned();
    Some(finding)
}

/// Whether what follows is the usual: a branch that begins at zero, to be added or to steer another layer, is meant so.
fn feeds_plain_layers(layers: &[LayerFacts], at: usize) -> bool {
    const PLAIN: [&str; 12] = [
        "Dense",
        "Conv",
        "Pooling",
        "Flatten",
        "Activation",
        "ReLU",
        "ELU",
        "Dropout",
        "BatchNormalization",
        "LSTM",
        "GRU",
        "RNN",
    ];
    let readers: Vec<&LayerFacts> = layers
        .iter()
        .filter(|layer| {
            layer
                .inputs
                .as_ref()
                .is_some_and(|inputs| inputs.contains(&at))
        })
        .collect();
    !readers.is_empty()
        && readers
            .iter()
            .all(|layer| PLAIN.iter().any(|kind| layer.class_name.contains(kind)))
}

fn is_recurrent(layer: &LayerFacts) -> bool {
    matches!(layer.class_name.as_str(), "LSTM" | "GRU" | "SimpleRNN")
}

/// What the kernel is filled with, when that is one number.
fn constant(layer: &LayerFacts) -> Option<String> {
    let given = layer.config.get("kernel_initializer")?;
    match keras_name(given)?.as_str() {
        "zeros" | "zero" => Some("0".to_owned()),
        "ones" | "one" => Some("1".to_owned()),
        "constant" => {
            let value = keras_option(given, "value", 0);
            Some(value.map_or("a constant".to_owned(), Value::to_string))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::layers;

    fn told(first: Value, second: Value) -> Option<String> {
        let layer = |init: Value| json!({"class_name": "Dense", "config": {"units": 4, "kernel_initializer": init}});
        let spec = layers(json!([layer(first), layer(second)]));
        detect(&spec.facts()).map(|found| {
            found.evidence["kernel_initializer"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
    }

    #[test]
    fn hidden_constants_only() {
        let fine = || json!("glorot_uniform");
        assert_eq!(told(json!("zeros"), fine()).as_deref(), Some("0"));
        assert_eq!(
            told(
                json!({"class_name": "Constant", "config": {"value": 0.5}}),
                fine()
            )
            .as_deref(),
            Some("0.5")
        );
        assert_eq!(told(json!({"name": "Ones"}), fine()).as_deref(), Some("1"));
        assert_eq!(told(fine(), json!("zeros")), None);
        assert_eq!(told(json!("config['init']"), fine()), None);
    }
}
