//! What messages say: the limit that holds, the name that was meant, the mend that helps.

use regimen_graph::{Builder, DType, InputKind, Type};
use regimen_nn::config::nearest;
use regimen_nn::{Object, OptionError, layers, losses, metrics};
use serde_json::{Value as Json, json};

fn refused<T>(made: Result<T, Vec<OptionError>>) -> String {
    let errors = made.err().unwrap_or_default();
    errors.iter().map(|e| format!("{e}\n")).collect()
}

fn layer(class_name: &str, option: &str, value: Json) -> String {
    let whole = match class_name {
        "Conv1D" => json!({"filters": 2, "kernel_size": 3}),
        _ => json!({}),
    };
    let mut object = Object::named(class_name);
    object
        .config
        .extend(whole.as_object().cloned().unwrap_or_default());
    refused(layers::read(&object.with(option, value), "layer"))
}

#[test]
fn numbers_below_a_limit_are_told_the_limit() {
    for value in [json!(-3), json!(0), json!(2.5), json!("many"), json!(null)] {
        let text = layer("Dense", "units", value);
        assert!(text.contains("1 or more"), "{text}");
    }
    assert!(layer("Conv1D", "strides", json!(-1)).contains("1 or more"));
    assert!(layer("Conv1D", "strides", json!([0])).contains("1 or more"));
    let metric = |class_name: &str, option: &str, value: Json| {
        let object = Object::named(class_name).with(option, value);
        refused(metrics::read(&object, "metric", &[4, 3], &[4, 3]))
    };
    for (class_name, option, limit) in [
        ("Precision", "class_id", "0 or more"),
        ("Recall", "class_id", "0 or more"),
        ("Recall", "top_k", "1 or more"),
        ("AUC", "num_thresholds", "2 to 1048576"),
    ] {
        let text = metric(class_name, option, json!(-1));
        assert!(text.contains(limit), "{text}");
    }
    assert_eq!(metric("Precision", "class_id", json!(0)), "");
}

#[test]
fn numbers_too_large_are_told_so() {
    for value in [json!(1e30), json!(u64::MAX)] {
        for (class_name, option) in [("Dense", "units"), ("Conv1D", "kernel_size")] {
            let text = layer(class_name, option, value.clone());
            assert!(
                text.contains("too large") && text.contains("at most"),
                "{text}"
            );
        }
        let text = layer("Conv1D", "strides", json!([value]));
        assert!(text.contains("too large"), "{text}");
    }
    let text = layer("LayerNormalization", "axis", json!(-1e30));
    assert!(!text.is_empty());
}

#[test]
fn swapped_neighbours_are_one_slip() {
    assert_eq!(nearest("rleu", ["elu", "glu", "relu"]), Some("relu"));
    assert_eq!(nearest("Desne", ["Dot", "Dense"]), Some("Dense"));
    assert_eq!(nearest("", ["relu"]), None);
    let text = layer("Conv1D", "activation", json!("rleu"));
    assert!(text.contains("`relu`"), "{text}");
}

/// Faults of a loss for targets and predictions of these shapes.
fn faults(loss: &str, targets: &[usize], predictions: &[usize]) -> String {
    let loss = losses::read(&Object::named(loss), "loss").expect("a loss");
    let builder = Builder::default();
    let input = |name: &str, shape: &[usize]| {
        builder.input(name, Type::new(DType::F32, shape), InputKind::Feed)
    };
    loss.values(&input("y", targets), &input("p", predictions));
    builder.faults().iter().map(|f| f.to_string()).collect()
}

#[test]
fn labels_against_several_outputs_are_told_apart_from_other_shapes() {
    for loss in ["mse", "mae", "huber"] {
        for targets in [vec![8], vec![8, 1]] {
            let text = faults(loss, &targets, &[8, 3]);
            assert!(text.contains("label_encoding = \"one_hot\""), "{text}");
            assert!(text.contains("sparse_categorical_crossentropy"), "{text}");
            assert!(!text.contains("return_sequences"), "{text}");
        }
        let steps = faults(loss, &[8, 3], &[8, 5, 3]);
        assert!(steps.contains("return_sequences=False"), "{steps}");
        let units = faults(loss, &[8, 2], &[8, 3]);
        assert!(units.contains("2 units"), "{units}");
        assert_eq!(faults(loss, &[8], &[8, 1]), "");
    }
}
