//! Policies and LoRA laid over layers: what is rounded, what is frozen, what is refused.

use std::collections::BTreeMap;

use regimen_graph::{Builder, DType, InputKind, Plain, Type, bf16_to_f32, evaluate, f32_to_bf16};
use regimen_nn::model::{Model, from_keras, to_keras};
use regimen_nn::{Mode, Object, Scope, Value};
use serde_json::{Value as Json, json};

fn model(layers: Json) -> Model {
    let object = Object::named("Sequential").with("layers", layers);
    from_keras(&object, "model").unwrap_or_else(|e| panic!("{e:?}"))
}

fn refused(layer: Json) -> String {
    let object = Object::named("Sequential").with("layers", json!([layer]));
    match from_keras(&object, "model") {
        Ok(_) => panic!("{layer} is accepted"),
        Err(errors) => errors.iter().map(|e| format!("{e}\n")).collect(),
    }
}

fn bf16(x: f64) -> f64 {
    f64::from(bf16_to_f32(f32_to_bf16(x as f32)))
}

/// The model's output for one row, each weight filled with 0.1, 0.2, ... times `step`.
fn output(model: &Model, x: &[f64]) -> Plain {
    let builder = Builder::new();
    let mut scope = Scope::new(&builder, Mode::Inference);
    let row = Type::new(DType::F32, vec![1, x.len()]);
    let input = Value::from(builder.input("x", row, InputKind::Feed));
    let y = model.apply(&mut scope, &[input]).remove(0).x;
    assert_eq!(y.dtype(), DType::F32, "callers read float32");
    let mut values = BTreeMap::from([("x".to_string(), Plain::new(vec![1, x.len()], x.to_vec()))]);
    for weight in scope.weights() {
        let n = regimen_graph::elements(&weight.shape);
        let data = (1..=n).map(|i| i as f64 * 0.1003).collect();
        values.insert(weight.path.clone(), Plain::new(weight.shape.clone(), data));
    }
    let graph = builder.finish(&[("y", y)], &[]).expect("no faults");
    evaluate(&graph, &values)
        .expect("values")
        .remove("y")
        .expect("an output")
}

#[test]
fn inputs_weights_and_outputs_are_rounded() {
    let dense =
        |dtype: &str| json!([{"class_name": "Dense", "config": {"units": 1, "dtype": dtype}}]);
    let x = [0.3337, -1.2345];
    let found = output(&model(dense("mixed_bfloat16")), &x).data[0];
    let products: f64 = x
        .iter()
        .zip([0.1003, 0.2006])
        .map(|(x, w)| bf16(*x) * bf16(w))
        .sum();
    assert_eq!(found, bf16(products + bf16(0.1003)));
    let plain = output(&model(dense("float32")), &x).data[0];
    assert!(found != plain && (found - plain).abs() < 0.01);
}

#[test]
fn a_float32_layer_behind_reads_what_was_rounded() {
    let layers = json!([
        {"class_name": "Dense", "config": {"units": 2, "dtype": "mixed_bfloat16"}},
        {"class_name": "Rescaling", "config": {"scale": 1.001}}]);
    let found = output(&model(layers), &[0.7, 0.9]).data;
    assert!(
        found.iter().all(|y| bf16(*y) != *y),
        "the last layer's result is whole"
    );
}

#[test]
fn normalizations_and_tables_read_whole_weights() {
    let layers =
        json!([{"class_name": "LayerNormalization", "config": {"dtype": "mixed_bfloat16"}}]);
    let found = output(&model(layers), &[1.0, -1.0]).data;
    // gamma = beta = (0.1003, 0.2006); the input is its own normalized form but for epsilon.
    let scale = 1.0 / (1.0f64 + 1e-3).sqrt();
    assert_eq!(
        found,
        [
            bf16(0.1003 * scale + 0.1003),
            bf16(-0.2006 * scale + 0.2006)
        ]
    );
}

#[test]
fn configs_keep_policy_and_lora() {
    let layers = json!([{"class_name": "Dense", "config":
        {"units": 2, "dtype": "mixed_bfloat16", "lora_rank": 3, "lora_alpha": 1.5}}]);
    let written = to_keras(&model(layers));
    let config = &written["config"]["layers"][0]["config"];
    assert_eq!(config["dtype"]["config"]["name"], "mixed_bfloat16");
    assert_eq!(
        (&config["lora_rank"], &config["lora_alpha"]),
        (&json!(3), &json!(1.5))
    );
    let again = from_keras(&Object::read(&written).expect("an object"), "").expect("reads its own");
    assert_eq!(to_keras(&again), written);
}

#[test]
fn lora_freezes_the_kernel_and_learns_the_factors() {
    let layers = json!([
        {"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "dtype": "float32"}},
        {"class_name": "Dense", "config": {"units": 2, "lora_rank": 3, "name": "d"}}]);
    let description = model(layers).describe(&[]).expect("shapes");
    let weights: Vec<(&str, bool, &[usize])> = description
        .weights
        .iter()
        .map(|w| (w.path.as_str(), w.trainable, w.shape.as_slice()))
        .collect();
    let want: [(&str, bool, &[usize]); 4] = [
        ("d/kernel", false, &[4, 2]),
        ("d/bias", true, &[2]),
        ("d/lora_kernel_a", true, &[4, 3]),
        ("d/lora_kernel_b", true, &[3, 2]),
    ];
    assert_eq!(weights, want);
}

#[test]
fn what_cannot_be_is_told() {
    let dense = |key: &str, value: Json| {
        let mut config = json!({"units": 2});
        config[key] = value;
        refused(json!({"class_name": "Dense", "config": config}))
    };
    assert!(dense("dtype", json!("mixed_float16")).contains("use \"mixed_bfloat16\""));
    assert!(dense("dtype", json!("mixed_bflot16")).contains("did you mean `mixed_bfloat16`?"));
    assert!(dense("lora_rank", json!(0)).contains("1 or more"));
    assert!(dense("lora_rank", json!("two")).contains("layers[0].lora_rank"));
    assert!(dense("quantization_config", json!({"class_name": "Int8"})).contains("not supported"));
    let text = refused(json!({"class_name": "Dense", "config":
        {"units": 2, "lora_rank": 2, "kernel_constraint": {"class_name": "NonNeg", "config": {}}}}));
    assert!(text.contains("exclude each other"), "{text}");
    let text = refused(json!({"class_name": "Flatten", "config": {"lora_rank": 2}}));
    assert!(text.contains("no option `lora_rank`"), "{text}");
}
