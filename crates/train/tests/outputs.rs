//! What `compile` says of several outputs: names in the logs, and what is refused, with its place and the mend.

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::Tensor;
use regimen_nn::Object;
use regimen_nn::model::from_keras;
use regimen_train::{Arrays, CompileOptions, PerOutput, Trainer};
use serde_json::json;

/// One input (4,), outputs `value` (1,) and `kind` (3,).
fn model() -> regimen_nn::Model {
    let dense = |name: &str, units: usize, activation: &str| {
        json!({"class_name": "Dense", "name": name,
            "config": {"name": name, "units": units, "activation": activation},
            "inbound_nodes": [[["x", 0, 0, {}]]]})
    };
    let input = json!({"class_name": "InputLayer", "name": "x",
        "config": {"name": "x", "batch_input_shape": [null, 4], "dtype": "float32"}, "inbound_nodes": []});
    let config = json!({"name": "two", "layers": [input, dense("value", 1, "linear"), dense("kind", 3, "softmax")],
        "input_layers": [["x", 0, 0]], "output_layers": [["value", 0, 0], ["kind", 0, 0]]});
    let object = json!({"class_name": "Functional", "config": config});
    from_keras(&Object::read(&object).expect("an object"), "model").expect("a model")
}

fn data(targets: usize) -> Arrays {
    let numbers = |shape: [usize; 2]| {
        let n = shape[0] * shape[1];
        let values = (0..n).map(|i| (i % 5) as f32 * 0.25).collect();
        Tensor::f32(shape, values).expect("fits")
    };
    let y = [numbers([6, 1]), numbers([6, 3])];
    Arrays {
        x: vec![numbers([6, 4])],
        y: y[y.len() - targets..].to_vec(),
        ..Arrays::default()
    }
}

fn refusal(options: &CompileOptions, targets: usize) -> String {
    let engine = CpuEngine::new(CpuOptions::default());
    match Trainer::new(&engine, model(), options, &data(targets), 1) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

fn logs(options: &CompileOptions, targets: usize) -> Vec<String> {
    let engine = CpuEngine::new(CpuOptions::default());
    let mut trainer = Trainer::new(&engine, model(), options, &data(targets), 1).expect("compiles");
    let logs = trainer.train_on_batch(&data(targets)).expect("a step");
    assert!(logs.values().all(|v| v.is_finite()), "{logs:?}");
    logs.into_keys().collect()
}

fn mse() -> CompileOptions {
    CompileOptions::new("sgd", "mse")
}

fn named(list: &[(&str, &[&str])]) -> PerOutput<Vec<Object>> {
    let entry = |(name, metrics): &(&str, &[&str])| {
        let metrics = metrics.iter().map(|m| Object::named(m)).collect();
        (name.to_string(), metrics)
    };
    PerOutput::Named(list.iter().map(entry).collect())
}

#[test]
fn one_metric_goes_to_every_output_and_a_list_of_as_many_to_one_each() {
    assert_eq!(
        logs(&mse().metrics(["mae"]), 2),
        ["kind_loss", "kind_mae", "loss", "value_loss", "value_mae"]
    );
    assert_eq!(
        logs(&mse().metrics(["mae", "accuracy"]), 2),
        [
            "kind_accuracy",
            "kind_loss",
            "loss",
            "value_loss",
            "value_mae"
        ]
    );
    let said = refusal(&mse().metrics(["mae", "mse", "mape"]), 2);
    assert!(
        said.contains("compile.metrics") && said.contains("2 (value, kind), but 3"),
        "{said}"
    );
}

#[test]
fn outputs_that_are_not_there_are_named_with_the_nearest() {
    let said = refusal(
        &mse().losses([("valeu", Some("mse")), ("kind", Some("mse"))]),
        2,
    );
    assert!(said.contains("compile.loss.valeu"), "{said}");
    assert!(
        said.contains("no output `valeu`: did you mean `value`?"),
        "{said}"
    );
    let mut options = mse().loss_weights([("mask", 1.0)]);
    options.metrics = named(&[("knd", &["mae"]), ("value", &["maee"])]);
    let said = refusal(&options, 2);
    assert!(
        said.contains("no output `mask`: its outputs are value, kind"),
        "{said}"
    );
    assert!(said.contains("`knd`: did you mean `kind`?"), "{said}");
    assert!(said.contains("`maee`"), "all faults at once: {said}");
}

#[test]
fn a_loss_is_forgotten_only_on_purpose() {
    let said = refusal(&mse().losses([("value", Some("mse"))]), 2);
    assert!(
        said.contains("`kind` is missing") && said.contains("kind = \"None\""),
        "{said}"
    );
    let none: [(&str, Option<&str>); 2] = [("value", None), ("kind", None)];
    assert!(refusal(&mse().losses(none), 2).contains("no output has a loss"));
    let mut short = mse();
    short.loss = PerOutput::InOrder(vec![Some(Object::named("mse"))]);
    assert!(refusal(&short, 2).contains("but 1 in `loss`"));
}

#[test]
fn targets_may_be_left_out_where_there_is_no_loss() {
    let options = mse().losses([("value", None), ("kind", Some("mse"))]);
    assert_eq!(logs(&options, 1), ["loss"]);
    assert_eq!(logs(&options, 2), ["loss"]);
    let mut measured = options.clone();
    measured.metrics = named(&[("value", &["mae"])]);
    assert_eq!(logs(&measured, 2), ["loss", "value_mae"]);
    let said = refusal(&measured, 1);
    assert!(
        said.contains("`value` has metrics, but no target"),
        "{said}"
    );
    assert!(refusal(&mse(), 1).contains("1 targets in the data"));
}

#[test]
fn a_metric_of_several_numbers_is_logged_by_place() {
    let mut options = mse();
    options.metrics =
        PerOutput::Named([("kind".to_string(), vec![Object::named("F1Score")])].into());
    let found = logs(&options, 2);
    let want = ["kind_F1Score[0]", "kind_F1Score[1]", "kind_F1Score[2]"];
    assert_eq!(found[..3], want);
}
