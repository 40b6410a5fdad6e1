//! `training` of a call goes before the mode of the whole in models of Keras 1 and 2; in those of Keras 3 `fit` and `predict` decide.

use regimen_graph::{Builder, DType, InputKind, Type};
use regimen_nn::model::{Model, from_keras, to_keras};
use regimen_nn::{Call, Layer, Mode, Object, Scope};
use serde_json::{Value as Json, json};

/// A model of one BatchNormalization, called as `inbound` says.
fn model(inbound: Json) -> Model {
    let layers = json!([
        { "class_name": "InputLayer", "name": "x", "config": { "name": "x", "batch_shape": [null, 3] }, "inbound_nodes": [] },
        { "class_name": "BatchNormalization", "name": "norm", "config": { "name": "norm" }, "inbound_nodes": inbound },
    ]);
    let config = json!({ "name": "net", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["norm", 0, 0]] });
    let object =
        Object::read(&json!({ "class_name": "Functional", "config": config })).expect("an object");
    from_keras(&object, "").unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// Whether a step moves its averages: what BatchNormalization does in training.
fn moves(model: &Model, mode: Mode) -> bool {
    let builder = Builder::new();
    let x = builder.input("x", Type::new(DType::F32, vec![4, 3]), InputKind::Feed);
    let mut scope = Scope::new(&builder, mode);
    model.forward(&mut scope, &Call::of(x.into()));
    !scope.updates().is_empty()
}

#[test]
fn it_counts_in_calls_of_keras_2() {
    for (training, expected) in [
        (json!(false), false),
        (json!(true), true),
        (json!(null), true),
    ] {
        let net = model(json!([[["x", 0, 0, { "training": training }]]]));
        assert_eq!(moves(&net, Mode::Training), expected, "{training}");
    }
    let net = model(json!([[["x", 0, 0, { "training": true }]]]));
    assert!(moves(&net, Mode::Inference));
    assert_eq!(
        to_keras(&net)["config"]["layers"][1]["inbound_nodes"][0]["kwargs"],
        json!({ "training": true })
    );
}

#[test]
fn it_does_not_count_in_calls_of_keras_3() {
    let history = json!({ "class_name": "__keras_tensor__", "config": { "shape": [null, 3], "dtype": "float32", "keras_history": ["x", 0, 0] } });
    let net = model(json!([{ "args": [history], "kwargs": { "training": false } }]));
    assert!(moves(&net, Mode::Training) && !moves(&net, Mode::Inference));
}
