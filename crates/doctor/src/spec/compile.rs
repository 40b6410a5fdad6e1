//! `compile` of a spec: loss, optimizer and its learning rate, metrics.

use regimen_run::facts::OutputFacts;
use serde_json::{Map, Value};

use super::value;

/// Short names of losses, and what logs call them.
const SHORT: [(&str, &str); 9] = [
    ("mse", "mean_squared_error"),
    ("mae", "mean_absolute_error"),
    ("mape", "mean_absolute_percentage_error"),
    ("msle", "mean_squared_logarithmic_error"),
    ("bce", "binary_crossentropy"),
    ("kld", "kl_divergence"),
    ("kullback_leibler_divergence", "kl_divergence"),
    ("cosine_proximity", "cosine_similarity"),
    ("logcosh", "log_cosh"),
];

/// Optimizers by their names in snake case: Keras's class, and the rate it begins with (Keras 3) unless told.
const OPTIMIZERS: [(&str, &str, f64); 13] = [
    ("sgd", "SGD", 0.01),
    ("gradient_descent_optimizer", "SGD", 0.01),
    ("momentum_optimizer", "SGD", 0.01),
    ("adam", "Adam", 0.001),
    ("adam_optimizer", "Adam", 0.001),
    ("adam_w", "AdamW", 0.001),
    ("nadam", "Nadam", 0.001),
    ("adamax", "Adamax", 0.001),
    ("rmsprop", "RMSprop", 0.001),
    ("rms_prop_optimizer", "RMSprop", 0.001),
    ("adagrad", "Adagrad", 0.001),
    ("adadelta", "Adadelta", 0.001),
    ("ftrl", "Ftrl", 0.001),
];

/// Loss and `from_logits`.
pub(super) fn output(compile: &Map<String, Value>) -> OutputFacts {
    let loss = compile.get("loss");
    let name = loss.and_then(value::name).map(|name| {
        let short = SHORT.iter().find(|(short, _)| *short == name);
        short.map_or(name.clone(), |(_, long)| long.to_string())
    });
    let logits = loss.and_then(|loss| value::option(loss, "from_logits", 0));
    OutputFacts {
        loss: name,
        from_logits: logits.and_then(Value::as_bool).unwrap_or(false),
        ..OutputFacts::default()
    }
}

/// Keras's class name and the learning rate. A rate that eras of Keras set differently by default is not known.
pub(super) fn optimizer(compile: &Map<String, Value>) -> (Option<String>, Option<f64>) {
    let Some(given) = compile.get("optimizer") else {
        return (None, None);
    };
    let Some(name) = value::name(given) else {
        return (None, None);
    };
    let Some((_, class, default)) = OPTIMIZERS.iter().find(|(known, ..)| *known == name) else {
        return (None, None);
    };
    let told = ["learning_rate", "lr"]
        .iter()
        .find_map(|key| value::option(given, key, 0));
    let rate = match told {
        Some(told) => told.as_f64(),
        None => {
            (!matches!(*class, "Adadelta" | "Adagrad" | "Nadam" | "Adamax")).then_some(*default)
        }
    };
    (Some(class.to_string()), rate)
}

/// Momentum of an SGD.
pub(super) fn momentum(compile: &Map<String, Value>) -> Option<f64> {
    value::option(compile.get("optimizer")?, "momentum", 1)?.as_f64()
}

/// Names as typed, in snake case.
pub(super) fn metrics(compile: &Map<String, Value>) -> Vec<String> {
    let list = compile.get("metrics").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(value::name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn compile(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn losses_in_any_form() {
        let of = |loss: Value| {
            let output = output(&compile(json!({ "loss": loss })));
            (output.loss.unwrap_or_default(), output.from_logits)
        };
        assert_eq!(of(json!("mse")), ("mean_squared_error".into(), false));
        assert_eq!(
            of(json!("keras.losses.categorical_crossentropy")),
            ("categorical_crossentropy".into(), false)
        );
        assert_eq!(
            of(json!({"name": "SparseCategoricalCrossentropy", "from_logits": true})),
            ("sparse_categorical_crossentropy".into(), true)
        );
        assert_eq!(of(json!({"var": "loss"})), (String::new(), false));
    }

    #[test]
    fn optimizers_and_their_rates() {
        let of = |given: Value| optimizer(&compile(json!({ "optimizer": given })));
        let known = |class: &str, rate: f64| (Some(class.to_owned()), Some(rate));
        assert_eq!(of(json!("adam")), known("Adam", 0.001));
        assert_eq!(
            of(json!({"name": "SGD", "learning_rate": 0.1})),
            known("SGD", 0.1)
        );
        assert_eq!(
            of(json!({"class_name": "Adam", "config": {"lr": 0.5}})),
            known("Adam", 0.5)
        );
        assert_eq!(
            of(json!({"name": "GradientDescentOptimizer", "args": [0.0001]})),
            known("SGD", 0.0001)
        );
        assert_eq!(of(json!("adadelta")), (Some("Adadelta".to_owned()), None));
        assert_eq!(
            of(json!({"name": "Nadam", "learning_rate": "config['lr']"})),
            (Some("Nadam".to_owned()), None)
        );
        assert_eq!(of(json!({"var": "optimizer"})), (None, None));
    }
}
