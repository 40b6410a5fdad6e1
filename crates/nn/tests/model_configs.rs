//! Configs of models: read, written and read again; faulty ones are refused with all their errors.

mod golden;
#[path = "golden/models.rs"]
mod models;

use models::{configs, described, read, shown};
use regimen_nn::Object;
use regimen_nn::dialect::{Version, detect};
use regimen_nn::model::{LayerEntry, from_entries, to_keras};
use serde_json::{Value as Json, json};

#[test]
fn configs_survive_a_round_trip() {
    for (name, config) in configs() {
        let model = read(&config).unwrap_or_else(|e| panic!("{name}: {}", shown(&e)));
        let written = to_keras(&model);
        let again = read(&written).unwrap_or_else(|e| panic!("{name}: {}", shown(&e)));
        assert_eq!(described(&model), described(&again), "{name}");
        assert_eq!(written, to_keras(&again), "{name}: written twice");
        assert_eq!(model.input_names(), again.input_names(), "{name}");
        assert_eq!(model.output_names(), again.output_names(), "{name}");
    }
}

/// What is written says nothing that only an old Keras says.
#[test]
fn what_is_written_is_of_today() {
    for (name, config) in configs() {
        let model = read(&config).unwrap_or_else(|e| panic!("{name}: {}", shown(&e)));
        let written = Object::read(&to_keras(&model)).expect("an object");
        assert_eq!(detect(&[written], None, &[], &[]), Version::TODAY, "{name}");
    }
    let table = json!({"class_name": "Embedding", "config": {"input_dim": 5, "output_dim": 2}});
    let model = read(&sequential(json!([table]))).unwrap_or_else(|e| panic!("{}", shown(&e)));
    let written = Object::read(&to_keras(&model)).expect("an object");
    assert_eq!(detect(&[written], None, &[], &[]), Version::TODAY);
}

/// A functional model of one Dense layer, as a layer.
fn inner(name: &str) -> Json {
    let layers = json!([input("i"), fed(dense("w", json!({})), &[tensor("i", 0, 0)])]);
    let mut model = functional(layers, json!([["i", 0, 0]]), json!([["w", 0, 0]]));
    model["config"]["name"] = name.into();
    model
}

#[test]
fn a_nested_model_can_be_the_output() {
    // As Keras 3.15.1 writes it: the ends count the node that a functional model starts with, inbound nodes do not.
    let mut shared = fed(inner("inner"), &[]);
    let call = |from: &str| json!({"args": [tensor(from, 0, 0)], "kwargs": {}});
    shared["inbound_nodes"] = json!([call("a"), call("b")]);
    let behind = fed(dense("last", json!({})), &[tensor("inner", 1, 0)]);
    let mut behind = behind;
    behind["config"]["units"] = 2.into();
    let layers = json!([input("a"), input("b"), shared, behind]);
    let ends = json!([["inner", 1, 0], ["inner", 2, 0], ["last", 0, 0]]);
    let config = functional(layers, json!([["a", 0, 0], ["b", 0, 0]]), ends.clone());
    let model = read(&config).unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!((model.outputs[0].call, model.outputs[1].call), (0, 1));
    let sizes: Vec<_> = described(&model).expect("fits").outputs;
    assert_eq!(sizes, [[None, Some(3)], [None, Some(3)], [None, Some(2)]]);
    let written = to_keras(&model);
    assert_eq!(written["config"]["output_layers"], ends);
    let again = read(&written).unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(again.outputs, model.outputs);
}

#[test]
fn nested_models_of_keras_2_count_their_own_node() {
    let mut nested = inner("inner");
    nested["name"] = "inner".into();
    nested["inbound_nodes"] = json!([[["a", 0, 0, {}]]]);
    let mut last = dense("last", json!({}));
    last["name"] = "last".into();
    last["inbound_nodes"] = json!([[["inner", 1, 0, {}]]]);
    let layers = json!([input("a"), nested, last]);
    let config = functional(
        layers,
        json!([["a", 0, 0]]),
        json!([["last", 0, 0], ["inner", 1, 0]]),
    );
    let model = read(&config).unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(model.outputs[1].call, 0);
    assert!(described(&model).is_ok());
}

#[test]
fn outputs_in_a_table_are_called_by_their_keys() {
    let layers = json!([
        input("a"),
        fed(dense("kk", json!({})), &[tensor("a", 0, 0)]),
        fed(dense("pp", json!({})), &[tensor("a", 0, 0)]),
    ]);
    let ends = json!({"k": ["kk", 0, 0], "p": ["pp", 0, 0]});
    let config = functional(layers, json!([["a", 0, 0]]), ends.clone());
    let model = read(&config).unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(model.output_names(), ["k", "p"]);
    assert_eq!(to_keras(&model)["config"]["output_layers"], ends);
}

#[test]
fn inputs_and_outputs_keep_their_form() {
    let layers = json!([
        input("b"),
        input("a"),
        fed(dense("p", json!({})), &[tensor("a", 0, 0)]),
        fed(dense("q", json!({})), &[tensor("b", 0, 0)]),
    ]);
    for (inputs, outputs) in [
        (
            json!({"b": ["b", 0, 0], "a": ["a", 0, 0]}),
            json!([["p", 0, 0], [["q", 0, 0]]]),
        ),
        (
            json!([["a", 0, 0], [["b", 0, 0]]]),
            json!({"one": [["q", 0, 0]], "two": ["p", 0, 0]}),
        ),
        (
            json!([["b", 0, 0], ["a", 0, 0]]),
            json!([["p", 0, 0], ["q", 0, 0]]),
        ),
    ] {
        let config = functional(layers.clone(), inputs.clone(), outputs.clone());
        let model = read(&config).unwrap_or_else(|e| panic!("{}", shown(&e)));
        // Dicts are in the order of their keys.
        let first = if inputs.is_array() && inputs[0][0] == "b" {
            "b"
        } else {
            "a"
        };
        assert_eq!(model.input_names()[0], first);
        let written = to_keras(&model);
        assert_eq!(written["config"]["input_layers"], inputs);
        assert_eq!(written["config"]["output_layers"], outputs);
    }
}

#[test]
fn a_mask_keeps_its_place_among_others() {
    let sum = |masks: Json| {
        json!({"class_name": "Concatenate", "config": {"name": "c"}, "name": "c", "inbound_nodes":
            [{"args": [[tensor("a", 0, 0), tensor("b", 0, 0)]], "kwargs": {"mask": masks}}]})
    };
    let layer = sum(json!([null, tensor("b", 0, 0)]));
    let layers = json!([input("a"), input("b"), layer.clone()]);
    let ends = json!([["a", 0, 0], ["b", 0, 0]]);
    let model = read(&functional(layers, ends, json!([["c", 0, 0]])));
    let model = model.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(model.layers[2].calls[0].tensors[0].0, "mask.1");
    let written = to_keras(&model);
    assert_eq!(
        written["config"]["layers"][2]["inbound_nodes"],
        layer["inbound_nodes"]
    );
}

#[test]
fn a_model_is_called_in_the_form_of_its_inputs() {
    let mut nested = inner("inner");
    nested["config"]["input_layers"] = json!({"i": ["i", 0, 0]});
    let called = json!([{"args": [{"i": tensor("a", 0, 0)}], "kwargs": {}}]);
    nested["name"] = "inner".into();
    nested["inbound_nodes"] = called.clone();
    let one = json!({"class_name": "Concatenate", "config": {"name": "c"}, "name": "c", "inbound_nodes":
        [{"args": [[tensor("inner", 0, 0)]], "kwargs": {}}]});
    let layers = json!([input("a"), nested, one.clone()]);
    let model = read(&functional(
        layers,
        json!([["a", 0, 0]]),
        json!([["c", 0, 0]]),
    ));
    let written = to_keras(&model.unwrap_or_else(|e| panic!("{}", shown(&e))));
    let layers = &written["config"]["layers"];
    assert_eq!(layers[1]["inbound_nodes"], called);
    assert_eq!(layers[2]["inbound_nodes"], one["inbound_nodes"]);
}

/// Whatever Keras wrote is there again: every key with its value, less what no reader needs.
#[test]
fn what_keras_wrote_is_written() {
    for (name, config) in configs() {
        let written = to_keras(&read(&config).unwrap_or_else(|e| panic!("{name}: {}", shown(&e))));
        let mut lost = vec![];
        missing(&config, &written, "", &mut lost);
        assert!(lost.is_empty(), "{name}\n{}", lost.join("\n"));
    }
}

fn missing(want: &Json, got: &Json, path: &str, lost: &mut Vec<String>) {
    // Shapes, and options that are read only to be refused when they are not what they are by default.
    const SKIPPED: [&str; 15] = [
        "output_axes",
        "synchronized",
        "sparse",
        "renorm",
        "renorm_clipping",
        "renorm_momentum",
        "build_config",
        "build_input_shape",
        "compile_config",
        "quantization_config",
        "module",
        "registered_name",
        "shape",
        "dtype",
        "input_axes",
    ];
    match (want, got) {
        (Json::Object(a), Json::Object(b)) => {
            for (key, value) in a.iter().filter(|(k, _)| !SKIPPED.contains(&k.as_str())) {
                match b.get(key) {
                    Some(found) => missing(value, found, &format!("{path}.{key}"), lost),
                    None if value.is_null() => {}
                    None => lost.push(format!("{path}.{key} = {value} is missing")),
                }
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            a.iter()
                .zip(b)
                .enumerate()
                .for_each(|(i, (x, y))| missing(x, y, &format!("{path}[{i}]"), lost));
        }
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => {}
        _ if want == got => {}
        _ => lost.push(format!("{path}: {got}, Keras has {want}")),
    }
}

fn dense(name: &str, more: Json) -> Json {
    let mut config = json!({"name": name, "units": 3});
    if let (Some(config), Some(more)) = (config.as_object_mut(), more.as_object()) {
        config.extend(more.clone());
    }
    json!({"class_name": "Dense", "config": config})
}

fn input(name: &str) -> Json {
    json!({"class_name": "InputLayer", "config": {"name": name, "batch_shape": [null, 4], "dtype": "float32"},
           "name": name, "inbound_nodes": []})
}

fn tensor(layer: &str, call: u64, tensor: u64) -> Json {
    json!({"class_name": "__keras_tensor__", "config": {"keras_history": [layer, call, tensor]}})
}

fn fed(mut layer: Json, from: &[Json]) -> Json {
    layer["name"] = layer["config"]["name"].clone();
    layer["inbound_nodes"] = json!([{"args": from, "kwargs": {}}]);
    layer
}

fn functional(layers: Json, inputs: Json, outputs: Json) -> Json {
    json!({"class_name": "Functional",
           "config": {"name": "f", "layers": layers, "input_layers": inputs, "output_layers": outputs}})
}

fn sequential(layers: Json) -> Json {
    json!({"class_name": "Sequential", "config": {"name": "s", "layers": layers}})
}

/// Errors of a config, whether its reader or its graph finds them.
fn faults(config: &Json) -> String {
    match read(config) {
        Err(errors) => shown(&errors),
        Ok(model) => described(&model).err().unwrap_or_default(),
    }
}

#[test]
fn every_error_is_told_with_its_path() {
    let bad = sequential(json!([
        {"class_name": "InputLayer", "config": {"batch_shape": [null, 4]}},
        {"class_name": "Dens", "config": {"units": 3}},
        {"class_name": "Dense", "config": {"units": -1, "activation": "reluu"}},
        {"config": {"units": 3}},
        {"class_name": "Dropout", "config": {"rat": 0.5}},
        7,
    ]));
    let text = faults(&bad);
    for part in [
        "model.config.layers[1]",
        "did you mean `Dense`",
        "layers[2].units",
        "layers[2].activation",
        "Did you mean `relu`",
        "layers[3]",
        "class_name",
        "layers[4].rat",
        "layers[5]",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn weights_do_not_depend_on_what_is_open() {
    let open = sequential(json!([
        {"class_name": "InputLayer", "config": {"batch_shape": [null, 3, null]}},
        {"class_name": "Dense", "config": {"units": 2, "name": "dense"}},
    ]));
    let model = read(&open).expect("reads");
    let inputs = model.declared_inputs().expect("has an Input");
    let faults = model.describe(&inputs).expect_err("the kernel has no size");
    assert_eq!(
        faults.to_string(),
        "dense/kernel (weight): found the shape (None, 2), expected sizes that are all known. Give the Input the sizes that its layers' weights depend on: Input(shape=...)."
    );
}

#[test]
fn wrong_wiring_is_refused() {
    let a = || input("a");
    let f = |layers: Json| functional(layers, json!([["a", 0, 0]]), json!([["out", 0, 0]]));
    let cases = [
        (
            f(json!([
                a(),
                fed(dense("out", json!({})), &[tensor("b", 0, 0)])
            ])),
            "no layer called `b`",
        ),
        (
            f(json!([
                a(),
                fed(dense("out", json!({})), &[tensor("a", 1, 0)])
            ])),
            "circle, or from nowhere",
        ),
        (
            // As many calls as there are are asked for, and one of them is not there.
            f(json!([
                a(),
                fed(dense("x", json!({})), &[tensor("a", 1, 0)]),
                fed(dense("out", json!({})), &[tensor("x", 1, 0)])
            ])),
            "circle, or from nowhere, at `x`",
        ),
        (
            f(json!([
                a(),
                fed(dense("out", json!({})), &[tensor("a", 0, 3)])
            ])),
            "output 3 of `a`",
        ),
        (
            f(json!([a(), fed(dense("out", json!({})), &[])])),
            "0 inputs",
        ),
        (
            f(json!([
                a(),
                fed(
                    dense("out", json!({})),
                    &[tensor("a", 0, 0), tensor("a", 0, 0)]
                )
            ])),
            "2 inputs",
        ),
        (
            f(json!([
                a(),
                fed(dense("x", json!({})), &[tensor("out", 0, 0)]),
                fed(dense("out", json!({})), &[tensor("x", 0, 0)])
            ])),
            "circle",
        ),
        (
            f(json!([
                a(),
                a(),
                fed(dense("out", json!({})), &[tensor("a", 0, 0)])
            ])),
            "two layers are called `a`",
        ),
        (
            f(json!([
                a(),
                fed(dense("outs", json!({})), &[tensor("a", 0, 0)])
            ])),
            "did you mean `outs`",
        ),
        (
            functional(json!([a()]), json!([["a", 0, 0]]), json!([])),
            "needs `output_layers`",
        ),
        (
            functional(json!([a()]), json!("a"), json!([["a", 0, 0]])),
            "config.input_layers",
        ),
        (
            functional(json!([a()]), json!([["a", 0, 0]]), json!([["a", 5, 0]])),
            "call 5 of `a`",
        ),
        (
            functional(json!([a()]), json!([["a", 9, 0]]), json!([["a", 0, 0]])),
            "call 9 of `a`",
        ),
        (sequential(json!([])), "at least one layer"),
        (
            sequential(json!([dense("d", json!({})), dense("d", json!({}))])),
            "two layers are called `d`",
        ),
        (
            sequential(json!([dense("d", json!({})), input("late")])),
            "an Input stands first",
        ),
        (sequential(json!("layers")), "needs `layers`"),
        (
            json!({"class_name": "Sequental", "config": {"layers": []}}),
            "did you mean `Sequential`",
        ),
        (json!([1, 2]), "class_name"),
        (json!({"config": {}}), "class_name"),
        (json!({"class_name": "Sequential", "config": 3}), "config"),
    ];
    for (config, part) in cases {
        let text = faults(&config);
        assert!(
            text.contains(part),
            "`{part}` is not in `{text}` for {config}"
        );
    }
}

/// An operation of `keras.ops` as Keras writes it.
fn operation(module: &str, class_name: &str, args: Json) -> Json {
    json!({"module": module, "class_name": class_name, "config": {"name": "op"}, "registered_name": class_name,
           "name": "op", "inbound_nodes": [{"args": args, "kwargs": {}}]})
}

#[test]
fn unknown_operations_are_refused_by_name() {
    for (module, class_name, function) in [
        ("keras.src.ops.numpy", "Einsum", "keras.ops.einsum"),
        ("keras.src.ops.nn", "AveragePool", "keras.ops.average_pool"),
    ] {
        let args = json!([tensor("a", 0, 0)]);
        let layers = json!([input("a"), operation(module, class_name, args)]);
        let text = faults(&functional(
            layers,
            json!([["a", 0, 0]]),
            json!([["op", 0, 0]]),
        ));
        for part in ["model.config.layers[1]", function, class_name, "GetItem"] {
            assert!(text.contains(part), "`{part}` is not in `{text}`");
        }
    }
}

#[test]
fn operators_between_tensors_are_read_and_written() {
    let a = json!({ "class_name": "__keras_tensor__", "config": { "keras_history": ["a", 0, 0] } });
    let op = operation("keras.src.ops.numpy", "TrueDivide", json!([a, 2]));
    let config = functional(
        json!([input("a"), op]),
        json!([["a", 0, 0]]),
        json!([["op", 0, 0]]),
    );
    let model = read(&config).unwrap_or_else(|e| panic!("{}", shown(&e)));
    let written = to_keras(&model);
    let op = &written["config"]["layers"][1];
    assert_eq!(op["module"], "keras.src.ops.numpy");
    assert_eq!(op["inbound_nodes"][0]["args"][1], 2);
    let again = read(&written).unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(again.layers.len(), 2);
}

/// Without modules, as in `.h5` files, an operation is told from a layer by how it is called; what a layer would leave
/// out is refused.
#[test]
fn numbers_beside_tensors_are_computed_or_refused() {
    let a = json!({ "class_name": "__keras_tensor__", "config": { "keras_history": ["a", 0, 0] } });
    let without_module = |class: &str, args: Json| {
        json!({ "class_name": class, "config": { "name": "op" }, "name": "op",
            "inbound_nodes": [{ "args": args, "kwargs": {} }] })
    };
    let of = |op: Json| {
        functional(
            json!([input("a"), op]),
            json!([["a", 0, 0]]),
            json!([["op", 0, 0]]),
        )
    };
    let doubled = of(without_module("Multiply", json!([a, 2.0])));
    let model = read(&doubled).unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(model.layers[1].layer.module(), "keras.src.ops.numpy");
    let dropped = faults(&of(without_module("Flatten", json!([a, 2.0]))));
    assert!(dropped.contains("a number beside its tensors"), "{dropped}");
}

#[test]
fn operations_with_wrong_arguments_are_faults() {
    let numpy = "keras.src.ops.numpy";
    let made = |op: Json| {
        let layers = json!([input("a"), op]);
        faults(&functional(
            layers,
            json!([["a", 0, 0]]),
            json!([["op", 0, 0]]),
        ))
    };
    let not_equal = |args: Json| made(operation(numpy, "NotEqual", args));
    assert_eq!(not_equal(json!([tensor("a", 0, 0), 0])), "");
    assert_eq!(not_equal(json!([0, tensor("a", 0, 0)])), "");
    assert!(not_equal(json!([tensor("a", 0, 0)])).contains("1 arguments"));
    assert!(not_equal(json!([0, 0])).contains("0 inputs"));
    let mut any = operation(numpy, "Any", json!([tensor("a", 0, 0)]));
    any["config"]["axis"] = json!(5);
    assert!(made(any.clone()).contains("`axis` 5 of"));
    any["config"]["axis"] = json!("last");
    assert!(made(any).contains("`axis` \"last\" of"));
}

/// An entry of a run file: class, name, what feeds it.
fn entry(class_name: &str, name: &str, inbound: &[&str]) -> LayerEntry {
    let object = Object::named(class_name).with("name", name);
    let object = match class_name {
        "Dense" => object.with("units", 2),
        "Input" => object.with("shape", json!([4])),
        _ => object,
    };
    LayerEntry {
        object,
        inbound: inbound.iter().map(|s| s.to_string()).collect(),
    }
}

#[test]
fn run_files_wire_by_names() {
    let names = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
    let model = |entries: &[LayerEntry], outputs: &[&str]| {
        from_entries("m", entries, &names(outputs), "model.layers")
    };
    let side = entry("Dense", "side", &["in"]);
    let both = [
        entry("Input", "in", &[]),
        entry("Dense", "main", &[]),
        side,
        entry("Add", "sum", &["main", "side"]),
    ];
    let made = model(&both, &[]).unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(
        (made.input_names(), made.output_names()),
        (vec!["in"], vec!["sum"])
    );
    let description = described(&made).expect("shapes fit");
    assert_eq!(description.outputs, [vec![None, Some(2)]]);
    let again = described(&read(&to_keras(&made)).expect("reads")).expect("shapes fit");
    assert_eq!(again.shapes, description.shapes);
    let two = model(&both, &["sum", "side"]).unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(two.output_names(), ["sum", "side"]);

    let refused: [(&[LayerEntry], &[&str], &str); 6] = [
        (&[], &[], "at least one layer"),
        (&both[..2], &["maine"], "did you mean `main`"),
        (
            &[
                entry("Input", "in", &[]),
                entry("Dense", "a", &["b"]),
                entry("Dense", "b", &["a"]),
            ],
            &[],
            "circle",
        ),
        (
            &[entry("Input", "in", &[]), entry("Dense", "a", &["a"])],
            &[],
            "[1].inbound",
        ),
        (
            &[entry("Input", "in", &[]), entry("Dense", "in", &["in"])],
            &[],
            "two layers are called `in`",
        ),
        (
            &[entry("Dens", "a", &[]), entry("Dropot", "b", &[])],
            &[],
            "did you mean `Dropout`",
        ),
    ];
    for (entries, outputs, part) in refused {
        let text = shown(&model(entries, outputs).err().unwrap_or_default());
        assert!(text.contains(part), "`{part}` is not in `{text}`");
    }
}

/// A call is written as its own layer takes it, also where another layer is called with the same tensors.
#[test]
fn lists_and_single_tensors_of_the_same_inputs() {
    let positional = json!({ "module": "keras.layers", "class_name": "MultiHeadAttention", "name": "mha",
        "config": { "name": "mha", "num_heads": 2, "key_dim": 2 },
        "inbound_nodes": [{ "args": [tensor("a", 0, 0), tensor("b", 0, 0)], "kwargs": {} }] });
    let listed = json!({ "module": "keras.layers", "class_name": "Add", "name": "sum", "config": { "name": "sum" },
        "inbound_nodes": [{ "args": [[tensor("a", 0, 0), tensor("b", 0, 0)]], "kwargs": {} }] });
    for order in [[&positional, &listed], [&listed, &positional]] {
        let layers = json!([input("a"), input("b"), order[0], order[1]]);
        let ends = json!([["mha", 0, 0], ["sum", 0, 0]]);
        let config = functional(layers, json!([["a", 0, 0], ["b", 0, 0]]), ends);
        let model = read(&config).unwrap_or_else(|e| panic!("{}", shown(&e)));
        let written = to_keras(&model);
        for layer in written["config"]["layers"].as_array().expect("layers") {
            let args = &layer["inbound_nodes"][0]["args"];
            match layer["class_name"].as_str() {
                Some("MultiHeadAttention") => assert_eq!(args.as_array().map(Vec::len), Some(2)),
                Some("Add") => assert!(args[0].is_array(), "{args}"),
                _ => {}
            }
        }
    }
}
