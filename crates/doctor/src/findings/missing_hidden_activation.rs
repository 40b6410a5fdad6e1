//! Layers in a row without an activation between them: together they are one linear layer.

use regimen_run::facts::{LayerFacts, ModelFacts};
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "missing_hidden_activation",
    title: "Hidden layers without activation",
    explain: EXPLAIN,
    detect,
    remedies: &["relu_hidden"],
};

const EXPLAIN: &str = "\
Without a nonlinear activation between them, two layers with weights compute one linear map: the
second adds parameters and nothing that the first could not do. Keras's Dense and Conv layers have
no activation unless one is given. Where no layer of the network has one, the whole network is a
linear (or logistic) regression, however deep.

How the doctor knows: it follows the layers, through Dropout, Flatten, Reshape, pooling by means and
normalization, from each layer with weights to the next. A max pooling, an activation layer, and a
layer that is not known count as nonlinear. It is an alarm when the whole network is linear up to
its output; a single linear hidden layer is told as worth knowing, since some are meant
(bottlenecks, projections).

Give the hidden layers activation=\"relu\".";

fn detect(facts: &Facts) -> Option<Finding> {
    let model = facts.model?;
    let linear = linear_hidden(model)?;
    let hidden = hidden_count(model);
    let first = linear.first()?;
    let all = linear.len() == hidden
        && model
            .layers
            .iter()
            .all(|layer| !bends(layer) || is_output(model, layer));
    let severity = if all {
        Severity::Warning
    } else {
        Severity::Info
    };
    let names: Vec<&str> = linear.iter().map(|layer| layer.path.as_str()).collect();
    let title = match all {
        true => format!(
            "No hidden layer has an activation ({}): the network is linear",
            names.join(", ")
        ),
        false => format!(
            "{}: no activation before the next layer with weights",
            names.join(", ")
        ),
    };
    let explanation = match all {
        true => "Layers with nothing nonlinear between them compute one linear map: this network can do no more than a linear regression on its inputs. Give the hidden layers activation=\"relu\".".to_owned(),
        false => "With the next layer it computes one linear map; unless a narrow layer is meant as a projection, give it activation=\"relu\".".to_owned(),
    };
    let evidence = [("layers", json!(names)), ("hidden_layers", json!(hidden))];
    let mut finding = finding(
        severity,
        if all { 0.95 } else { 0.6 },
        title,
        explanation,
        evidence,
    );
    finding.layer = Some(first.path.clone());
    finding.check = "Compare with a model of the output layer alone: without hidden activations it reaches the same loss.".to_owned();
    Some(finding)
}

/// Layers with weights whose result reaches the next such layer without anything nonlinear. `None` where the way of the
/// data is not known.
fn linear_hidden(model: &ModelFacts) -> Option<Vec<&LayerFacts>> {
    let mut found = vec![];
    for (i, layer) in model.layers.iter().enumerate() {
        let inputs = layer.inputs.as_ref()?;
        if !has_kernel(layer) {
            continue;
        }
        for input in inputs {
            if let Some(before) = linear_source(model, *input, i)
                && !found
                    .iter()
                    .any(|known: &&LayerFacts| std::ptr::eq(*known, before))
            {
                found.push(before);
            }
        }
    }
    Some(found)
}

/// The layer with weights behind `place`, when only linear layers lie between.
fn linear_source(model: &ModelFacts, mut place: usize, mut behind: usize) -> Option<&LayerFacts> {
    loop {
        let layer = model.layers.get(place).filter(|_| place < behind)?;
        if has_kernel(layer) {
            let linear = layer.activation.as_deref() == Some("linear");
            return linear.then_some(layer);
        }
        if !is_linear(layer) {
            return None;
        }
        behind = place;
        match layer.inputs.as_deref()? {
            [one] => place = *one,
            _ => return None,
        }
    }
}

/// Dense and convolutions; recurrent layers are nonlinear in themselves.
fn has_kernel(layer: &LayerFacts) -> bool {
    let class = layer.class_name.as_str();
    class == "Dense" || (class.contains("Conv") && !class.starts_with("ConvLSTM"))
}

fn is_linear(layer: &LayerFacts) -> bool {
    let class = layer.class_name.as_str();
    let passes = [
        "Dropout",
        "Flatten",
        "Reshape",
        "Permute",
        "BatchNormalization",
        "GaussianNoise",
        "GaussianDropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "AlphaDropout",
        "Identity",
        "RepeatVector",
    ];
    let of_class = passes.contains(&class)
        || class.starts_with("AveragePooling")
        || class.starts_with("GlobalAverage");
    of_class || (class == "Activation" && layer.activation.as_deref() == Some("linear"))
}

/// Whether a layer is nonlinear, or may be.
fn bends(layer: &LayerFacts) -> bool {
    let known = has_kernel(layer)
        || is_linear(layer)
        || matches!(
            layer.class_name.as_str(),
            "Input" | "InputLayer" | "Rescaling" | "Normalization"
        );
    !known || (has_kernel(layer) && layer.activation.as_deref() != Some("linear"))
}

/// Layers with weights before the last one.
fn hidden_count(model: &ModelFacts) -> usize {
    model
        .layers
        .iter()
        .filter(|layer| has_kernel(layer))
        .count()
        .saturating_sub(1)
}

/// Whether it makes the output: the last layer with weights, or an activation behind it.
fn is_output(model: &ModelFacts, layer: &LayerFacts) -> bool {
    let last = model.layers.iter().rposition(has_kernel).unwrap_or(0);
    model.layers[last..]
        .iter()
        .any(|other| std::ptr::eq(other, layer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::layers;
    use serde_json::{Value, json};

    fn found(list: Value) -> Option<(Severity, Vec<String>)> {
        let spec = layers(list);
        let finding = detect(&spec.facts())?;
        let names = serde_json::from_value(finding.evidence["layers"].clone()).expect("names");
        Some((finding.severity, names))
    }

    fn dense(activation: &str) -> Value {
        json!({"class_name": "Dense", "config": {"units": 8, "input_dim": 4, "activation": activation}})
    }

    fn layer(class: &str) -> Value {
        json!({"class_name": class, "config": {}})
    }

    #[test]
    fn a_linear_network_is_an_alarm() {
        let whole = found(json!([
            dense("linear"),
            layer("Dropout"),
            dense("linear"),
            dense("softmax")
        ]));
        assert_eq!(
            whole,
            Some((Severity::Warning, vec!["dense".into(), "dense_1".into()]))
        );
        let one = found(json!([dense("linear"), dense("relu"), dense("softmax")]));
        assert_eq!(one, Some((Severity::Info, vec!["dense".into()])));
    }

    #[test]
    fn silent_where_something_bends_or_nothing_is_known() {
        let relu = json!({"class_name": "Activation", "config": {"activation": "relu"}});
        assert_eq!(
            found(json!([dense("linear"), relu, dense("softmax")])),
            None
        );
        assert_eq!(
            found(json!([
                dense("linear"),
                layer("LeakyReLU"),
                dense("softmax")
            ])),
            None
        );
        assert_eq!(
            found(json!([
                dense("linear"),
                layer("MaxPooling1D"),
                dense("softmax")
            ])),
            None
        );
        assert_eq!(
            found(json!([dense("linear"), layer("MyLayer"), dense("softmax")])),
            None
        );
        assert_eq!(found(json!([dense("config['a']"), dense("softmax")])), None);
        assert_eq!(found(json!([dense("softmax")])), None);
        assert_eq!(found(json!([layer("LSTM"), dense("linear")])), None);
        let two = json!([
            layer("Input"),
            layer("Input"),
            dense("linear"),
            dense("linear")
        ]);
        assert_eq!(found(two), None);
    }
}
