//! Dicts and keywords of Keras's functional models: Keras flattens them by their keys in order, in whichever order a config has
//! them, and counts layers and weights by that.

use regimen_nn::Object;
use regimen_nn::model::{Model, from_keras};
use serde_json::{Value as Json, json};

fn tensor(layer: &str) -> Json {
    json!({ "class_name": "__keras_tensor__", "config": { "shape": [null, 4], "dtype": "float32", "keras_history": [layer, 0, 0] } })
}

fn dense(name: &str, from: &str) -> Json {
    json!({ "module": "keras.layers", "class_name": "Dense", "name": name, "config": { "name": name, "units": 4 },
        "inbound_nodes": [{ "args": [tensor(from)], "kwargs": {} }] })
}

fn model(layers: &[Json], outputs: Json) -> Model {
    let input = json!({ "module": "keras.layers", "class_name": "InputLayer", "name": "x",
        "config": { "name": "x", "batch_shape": [null, 3, 4] }, "inbound_nodes": [] });
    let all: Vec<Json> = std::iter::once(input)
        .chain(layers.iter().cloned())
        .collect();
    let config = json!({ "name": "net", "layers": all, "input_layers": [["x", 0, 0]], "output_layers": outputs });
    let object =
        Object::read(&json!({ "class_name": "Functional", "config": config })).expect("an object");
    from_keras(&object, "").unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn order(model: &Model) -> Vec<&str> {
    let names = model
        .keras_order()
        .into_iter()
        .map(|i| model.layers[i].name.as_str());
    names.collect()
}

#[test]
fn outputs_in_a_dict_stand_by_their_keys() {
    let layers = [dense("late", "x"), dense("early", "x")];
    let net = model(
        &layers,
        json!({ "zz": ["late", 0, 0], "aa": ["early", 0, 0] }),
    );
    assert_eq!(net.output_names(), ["aa", "zz"]);
    assert_eq!(order(&net), ["x", "early", "late"]);
}

#[test]
fn keywords_count_by_their_names() {
    let attention = json!({ "module": "keras.layers", "class_name": "MultiHeadAttention", "name": "mha",
        "config": { "name": "mha", "num_heads": 2, "key_dim": 2 },
        "inbound_nodes": [{ "args": [], "kwargs": { "query": tensor("q"), "value": tensor("v"), "key": tensor("k") } }] });
    let layers = [dense("q", "x"), dense("v", "x"), dense("k", "x"), attention];
    let net = model(&layers, json!([["mha", 0, 0]]));
    assert_eq!(order(&net), ["x", "k", "q", "v", "mha"]);
}
