//! Several saturating layers in a row under plain gradient descent.

use regimen_run::facts::LayerFacts;
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_hidden_activation",
    title: "Hidden activations that let no gradient through",
    explain: EXPLAIN,
    detect,
    remedies: &["relu_hidden", "adam", "higher_learning_rate"],
};

const EXPLAIN: &str = "\
The slope of sigmoid is a quarter at best. Each hidden sigmoid layer divides the gradient of what
lies below it by four or more, and the small weights that a network begins with divide it further.
Under plain gradient descent, whose step is the gradient times the learning rate, the lower layers
then hardly move: the network answers the mean of its targets for a long time (0.25 under the mean
squared error of zeros and ones). An optimizer that divides by the size of the gradient (Adam,
RMSprop) makes up for it, and so does a far larger learning rate.

An exponential hidden activation is the opposite case: it grows without bound, and so do gradients.

How the doctor knows: two or more hidden sigmoid layers, SGD, and a learning rate (divided by 1 -
momentum) of 0.02 or less; or an exponential in a hidden layer. It looks at nothing else.

Use relu in the hidden layers, or Adam.";

/// Learning rate over (1 - momentum) up to which sigmoid layers stand still.
const SLOW: f64 = 0.02;

fn detect(facts: &Facts) -> Option<Finding> {
    let model = facts.model?;
    let hidden = hidden(&model.layers);
    let of = |name: &str| {
        hidden
            .iter()
            .copied()
            .filter(|layer| layer.activation.as_deref() == Some(name))
            .collect::<Vec<_>>()
    };
    let names = |layers: &[&LayerFacts]| {
        layers
            .iter()
            .map(|layer| layer.path.clone())
            .collect::<Vec<_>>()
    };
    if let Some(first) = of("exponential").first() {
        let title = format!(
            "{}: an exponential in a hidden layer grows without bound",
            first.path
        );
        let explanation = "A weight a little larger multiplies what lies above it, and the gradient with it: steps become wild. Use relu.".to_owned();
        let evidence = [("layers", json!([first.path]))];
        return Some(tell(
            first,
            Severity::Warning,
            0.85,
            title,
            explanation,
            evidence,
        ));
    }
    // Gates that multiply another branch are sigmoids on purpose: only a plain row of layers is judged.
    let in_a_row = model.layers.iter().enumerate().all(|(at, layer)| {
        let inputs = layer.inputs.as_deref();
        inputs.is_some_and(|inputs| inputs.iter().all(|input| input + 1 == at))
    });
    let sigmoid = match in_a_row {
        true => [of("sigmoid"), of("hard_sigmoid")].concat(),
        false => vec![],
    };
    let rate = model
        .learning_rate
        .filter(|_| model.optimizer.as_deref() == Some("SGD"))?;
    let momentum = momentum(facts);
    let step = rate / (1.0 - momentum);
    if sigmoid.len() < 2 || step > SLOW {
        return None;
    }
    let title = format!(
        "{} hidden sigmoid layers under SGD at {rate}: hardly any gradient reaches the first",
        sigmoid.len()
    );
    let explanation = format!(
        "Each sigmoid layer divides the gradient by four at least, so that {} of them leave less than {:.1e} of it. Use relu in the hidden layers, or Adam.",
        sigmoid.len(),
        0.25f64.powi(sigmoid.len() as i32)
    );
    let evidence = [
        ("layers", json!(names(&sigmoid))),
        ("learning_rate", json!(rate)),
        ("step", json!(step)),
    ];
    Some(tell(
        sigmoid[0],
        Severity::Warning,
        0.8,
        title,
        explanation,
        evidence,
    ))
}

/// Momentum of SGD, where the events or the spec tell it.
fn momentum(facts: &Facts) -> f64 {
    let told = facts.model.and_then(|model| model.momentum);
    told.filter(|m| (0.0..1.0).contains(m)).unwrap_or(0.0)
}

/// Layers with an activation before the last layer that has weights.
fn hidden(layers: &[LayerFacts]) -> Vec<&LayerFacts> {
    let weighted =
        |layer: &LayerFacts| layer.class_name == "Dense" || layer.class_name.contains("Conv");
    let last = layers.iter().rposition(weighted).unwrap_or(0);
    let gates =
        |layer: &LayerFacts| layer.class_name.contains("LSTM") || layer.class_name.contains("GRU");
    layers[..last]
        .iter()
        .filter(|layer| layer.activation.is_some() && !gates(layer))
        .collect()
}

fn tell<const N: usize>(
    layer: &LayerFacts,
    severity: Severity,
    probability: f64,
    title: String,
    explanation: String,
    evidence: [(&str, serde_json::Value); N],
) -> Finding {
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.layer = Some(layer.path.clone());
    finding.check =
        "Compare the gradient's norm of the first and the last layer: it falls by the same factor."
            .to_owned();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::of_json;
    use serde_json::Value;

    fn told(activations: &[&str], optimizer: Value) -> bool {
        let layer = |name: &&str| json!({"class_name": "Dense", "config": {"units": 8, "activation": name}});
        let layers: Vec<Value> = activations.iter().map(layer).collect();
        let spec =
            of_json(&json!({"layers": layers, "compile": {"loss": "mse", "optimizer": optimizer}}));
        detect(&spec.expect("a spec").facts()).is_some()
    }

    #[test]
    fn sigmoid_under_slow_descent() {
        let three = ["sigmoid", "sigmoid", "sigmoid"];
        assert!(told(&three, json!("sgd")));
        assert!(told(
            &three,
            json!({"name": "SGD", "learning_rate": 0.001, "momentum": 0.9})
        ));
        assert!(!told(
            &three,
            json!({"name": "SGD", "learning_rate": 0.1, "momentum": 0.9})
        ));
        assert!(!told(&three, json!("adam")));
        assert!(!told(&three, json!({"var": "opt"})));
        assert!(!told(&["sigmoid", "sigmoid"], json!("sgd")));
        assert!(!told(&["relu", "relu", "sigmoid"], json!("sgd")));
    }

    #[test]
    fn an_exponential() {
        assert!(told(&["exponential", "linear"], json!("adam")));
        assert!(!told(&["relu", "exponential"], json!("adam")));
    }
}
