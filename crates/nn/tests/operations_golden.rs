//! Operations of `keras.ops` between layers against real Keras, and what is refused.

mod golden;

use golden::{Feed, Report, file, needed, text};
use regimen_nn::model::{from_keras, to_keras};
use regimen_nn::{Mode, Object, Scope, Value};
use serde_json::{Value as Json, json};

#[test]
fn operations_are_those_of_keras() {
    let all = file("operations.json");
    let (x, y) = (needed(&all["x"]), needed(&all["y"]));
    let mut report = Report::default();
    for case in all["cases"].as_array().unwrap() {
        let name = text(&case["name"]);
        let object = Object::read(&case["model"]).unwrap();
        let model = match from_keras(&object, "") {
            Ok(model) => model,
            Err(errors) => {
                report.wrong(format!("{name}: {}", errors[0]));
                continue;
            }
        };
        let mut feed = Feed::default();
        let inputs: Vec<Value> = vec![feed.input("x", &x).into(), feed.input("y", &y).into()];
        let mut scope = Scope::new(&feed.builder, Mode::Inference);
        let outputs = model.apply(&mut scope, &inputs);
        let names: Vec<String> = (0..outputs.len()).map(|i| format!("out{i}")).collect();
        let named: Vec<(&str, _)> = names
            .iter()
            .map(String::as_str)
            .zip(outputs.into_iter().map(|v| v.x))
            .collect();
        let made = feed.run(&named);
        for (i, want) in case["outputs"].as_array().unwrap().iter().enumerate() {
            let want = needed(want);
            let place = format!("{name}[{i}]");
            let dtype = named[i].1.dtype();
            if dtype != want.dtype {
                report.wrong(format!("{place}: {dtype:?}, Keras has {:?}", want.dtype));
            }
            report.compare(&place, &made[&names[i]], &want, 1e-5);
        }
        let written = to_keras(&model);
        let again = from_keras(&Object::read(&written).unwrap(), "").unwrap();
        assert_eq!(to_keras(&again), written, "{name}");
        let nodes = |config: &Json| {
            let layers = config["config"]["layers"].as_array().unwrap().clone();
            let each = layers.iter().map(|layer| {
                let mut nodes = layer["inbound_nodes"].clone();
                without_shapes(&mut nodes);
                (
                    layer["class_name"].clone(),
                    layer["config"]["axis"].clone(),
                    nodes,
                )
            });
            each.collect::<Vec<_>>()
        };
        assert_eq!(nodes(&written), nodes(&case["model"]), "{name}");
    }
    report.finish();
}

/// Keras writes shape and type of a tensor beside where it comes from, and keywords that are null.
fn without_shapes(value: &mut Json) {
    match value {
        Json::Array(all) => all.iter_mut().for_each(without_shapes),
        Json::Object(map) => {
            if map.contains_key("keras_history") {
                map.retain(|key, _| key == "keras_history");
            }
            map.retain(|key, value| key != "constant_values" || !value.is_null());
            map.values_mut().for_each(without_shapes);
        }
        _ => {}
    }
}

/// A model of one operation on `x` of 4 rows of 6, and what is wrong with it.
fn faults(class: &str, config: Json, args: Json) -> String {
    let tensor =
        json!({"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}});
    let mut given = vec![tensor];
    given.extend(args.as_array().unwrap().iter().cloned());
    let input = json!({"module": "keras.layers", "class_name": "InputLayer", "name": "x", "inbound_nodes": [],
        "config": {"batch_shape": [null, 4, 6], "dtype": "float32", "name": "x"}});
    let operation = json!({"module": "keras.src.ops.numpy", "class_name": class, "name": "op", "config": config,
        "inbound_nodes": [{"args": given, "kwargs": {}}]});
    let model = json!({"class_name": "Functional", "config": {"name": "m", "layers": [input, operation],
        "input_layers": ["x", 0, 0], "output_layers": ["op", 0, 0]}});
    match from_keras(&Object::read(&model).unwrap(), "") {
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
        Ok(model) => match model.describe(&[]) {
            Err(faults) => faults.to_string(),
            Ok(_) => String::new(),
        },
    }
}

#[test]
fn what_an_operation_does_not_take_is_told() {
    let named = |config: Json| {
        let mut config = config;
        config["name"] = "op".into();
        config
    };
    let slice = |start: i64, step: i64| json!({"class_name": "__slice__", "config": {"start": start, "stop": null, "step": step}});
    for (class, config, args, told) in [
        (
            "Fft",
            json!({}),
            json!([]),
            "keras.ops.fft (Fft), which is not supported",
        ),
        ("Mean", json!({"axis": 3}), json!([]), "`axis` 3 of 3 axes"),
        ("Mean", json!({"ddof": 1}), json!([]), "no option `ddof`"),
        (
            "Reshape",
            json!({"newshape": [-1, 5]}),
            json!([]),
            "as many elements",
        ),
        (
            "Reshape",
            json!({"newshape": [-1, -1]}),
            json!([]),
            "as many elements",
        ),
        ("Transpose", json!({"axes": [0, 1, 1]}), json!([]), "`axes`"),
        ("Squeeze", json!({"axis": 1}), json!([]), "which is not 1"),
        ("Add", json!({}), json!([]), "1 arguments"),
        ("Add", json!({}), json!([[1, 2, 3, 4, 5]]), "broadcast"),
        ("Add", json!({}), json!(["two"]), "two"),
        (
            "GetItem",
            json!({}),
            json!([[slice(0, 1), 4]]),
            "an axis of 4",
        ),
        (
            "GetItem",
            json!({}),
            json!([[slice(0, -2)]]),
            "steps above 0",
        ),
        ("GetItem", json!({}), json!([[0, 0, 0, 0]]), "4 indices"),
        (
            "Split",
            json!({"indices_or_sections": 4, "axis": -1}),
            json!([]),
            "parts of 6",
        ),
        (
            "Cast",
            json!({"dtype": "complex64"}),
            json!([]),
            "complex64",
        ),
        (
            "Pad",
            json!({"pad_width": [[1, 1]], "mode": "reflect"}),
            json!([]),
            "reflect",
        ),
        ("Tile", json!({"repeats": [0]}), json!([]), "`repeats`"),
        ("Tile", json!({"repeats": [2, 1, 1]}), json!([]), "the rows"),
        (
            "Tile",
            json!({"repeats": [1, 1, 1u64 << 31]}),
            json!([]),
            "times the elements",
        ),
        (
            "Tile",
            json!({"repeats": vec![1; 5000]}),
            json!([]),
            "at most 32 axes",
        ),
        (
            "Repeat",
            json!({"repeats": 1u64 << 62, "axis": 1}),
            json!([]),
            "times the elements",
        ),
        (
            "Repeat",
            json!({"repeats": 2, "axis": 0}),
            json!([]),
            "number of rows",
        ),
        (
            "Pad",
            json!({"pad_width": [[0, 0], [0, u64::MAX], [0, 0]]}),
            json!([]),
            "times the elements",
        ),
        (
            "Reshape",
            json!({"newshape": [1u64 << 62, 4, -1]}),
            json!([]),
            "beyond all numbers",
        ),
        (
            "Reshape",
            json!({"newshape": [-5, 4]}),
            json!([]),
            "`newshape`",
        ),
        (
            "ExpandDims",
            json!({"axis": (1..40).collect::<Vec<_>>()}),
            json!([]),
            "at most 32 axes",
        ),
        (
            "GetItem",
            json!({}),
            json!([vec![Json::Null; 100_000]]),
            "at most 32 axes",
        ),
        (
            "Norm",
            json!({"ord": 2, "axis": [1, 2]}),
            json!([]),
            "over several axes",
        ),
        (
            "Add",
            json!({}),
            json!([{"class_name": "Variable", "config": {}}]),
            "an object `Variable`",
        ),
        (
            "Add",
            json!({}),
            json!([{"class_name": "__numpy__", "config": {"value": [300], "dtype": "uint8"}}]),
            "the number 300",
        ),
        ("Cast", json!({"dtype": "int16"}), json!([]), "int16"),
    ] {
        let found = faults(class, named(config.clone()), args);
        assert!(found.contains(told), "{class} {config}: {found:?}");
    }
}
