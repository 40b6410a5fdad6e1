//! All faults of an object come at once, and sizes that no machine could hold are refused when they are read.

use regimen_nn::model::{LayerEntry, draft_entries, from_entries, from_keras};
use regimen_nn::{Object, OptionError, layers, metrics, optimizers};
use serde_json::{Value as Json, json};

fn object(class_name: &str, config: Json) -> Object {
    Object {
        class_name: class_name.to_string(),
        config: config.as_object().cloned().unwrap_or_default(),
    }
}

/// The options with a fault, sorted.
fn places(errors: Vec<OptionError>, path: &str) -> Vec<String> {
    let place = |e: &OptionError| e.path.trim_start_matches(path).to_string();
    let mut places: Vec<String> = errors.iter().map(place).collect();
    places.sort();
    places
}

fn layer(class_name: &str, config: Json) -> Vec<String> {
    let entry = LayerEntry {
        object: object(class_name, config),
        inbound: vec![],
    };
    match from_entries("m", &[entry], &[], "layers") {
        Ok(_) => vec![],
        Err(errors) => places(errors, "layers[0]."),
    }
}

#[test]
fn what_cannot_be_read_hides_no_limit() {
    let lstm =
        json!({"units": 0, "dropout": 3, "recurrent_dropout": -1, "activation": "foo", "bogus": 1});
    let want = [
        "activation",
        "bogus",
        "dropout",
        "recurrent_dropout",
        "units",
    ];
    assert_eq!(layer("LSTM", lstm), want);
    let attention = json!({"num_heads": 0, "key_dim": -1});
    assert_eq!(
        layer("MultiHeadAttention", attention),
        ["key_dim", "num_heads"]
    );
    let texts = json!({"split": "bar", "ngrams": 0, "max_tokens": 0});
    assert_eq!(
        layer("TextVectorization", texts),
        ["max_tokens", "ngrams", "split"]
    );
    let adam = json!({
        "learning_rate": -1, "beta_1": 1.5, "epsilon": -1, "clipnorm": -1, "use_ema": true, "ema_momentum": 3, "weight_decay": "x", "foo": 1,
    });
    let errors = optimizers::read(&object("Adam", adam), "o")
        .map(|_| ())
        .unwrap_err();
    assert_eq!(errors.len(), 7, "{errors:?}");
    let auc = json!({"num_thresholds": 0, "curve": "x"});
    let errors = metrics::read(&object("AUC", auc), "m", &[2], &[2]).unwrap_err();
    assert_eq!(places(errors, "m."), ["curve", "num_thresholds"]);
}

#[test]
fn a_fault_of_an_inner_object_stands_at_its_own_place() {
    let config = json!({"units": 2, "kernel_regularizer": {"class_name": "L1L2", "l1": -1, "l2": "x", "l3": 2}});
    let want = [
        "kernel_regularizer.l1",
        "kernel_regularizer.l2",
        "kernel_regularizer.l3",
    ];
    assert_eq!(layer("Dense", config), want);
}

#[test]
fn names_and_trainable_are_what_they_are_in_keras() {
    for (key, value) in [
        ("trainable", json!(0)),
        ("trainable", json!("no")),
        ("trainable", json!(null)),
        ("name", json!(3)),
        ("name", json!("")),
        ("name", json!("a/b")),
    ] {
        assert_eq!(layer("Dense", json!({"units": 2, key: value})), [key]);
    }
    let both = json!({"units": 0, "name": 3, "trainable": 0, "lora_alpha": 2});
    assert_eq!(
        layer("Dense", both),
        ["lora_alpha", "name", "trainable", "units"]
    );
    assert!(
        layer(
            "Dense",
            json!({"units": 2, "name": null, "trainable": false})
        )
        .is_empty()
    );
}

#[test]
fn sizes_that_no_machine_holds_are_refused() {
    for (class_name, config, option) in [
        (
            "CategoryEncoding",
            json!({"num_tokens": 1_000_000_000}),
            "num_tokens",
        ),
        (
            "Hashing",
            json!({"num_bins": 1e13, "output_mode": "multi_hot"}),
            "num_bins",
        ),
        ("Hashing", json!({"num_bins": 1e13}), "num_bins"),
        (
            "IntegerLookup",
            json!({"num_oov_indices": 9_007_199_254_740_992_u64}),
            "num_oov_indices",
        ),
        ("Discretization", json!({"num_bins": 1e12}), "num_bins"),
    ] {
        assert_eq!(layer(class_name, config), [option], "{class_name}");
    }
    for (class_name, option) in [("AUC", "num_thresholds"), ("MeanIoU", "num_classes")] {
        let errors = metrics::read(&object(class_name, json!({option: 1e10})), "m", &[2], &[2]);
        assert_eq!(places(errors.unwrap_err(), "m."), [option]);
    }
    let muon = optimizers::read(&object("Muon", json!({"ns_steps": 1e7})), "o").map(|_| ());
    assert_eq!(places(muon.unwrap_err(), "o."), ["ns_steps"]);
    let bins = layers::read(&object("Hashing", json!({"num_bins": 1_000_000})), "l");
    assert!(bins.is_ok());
}

#[test]
fn a_layer_that_feeds_no_output_is_refused() {
    let entry = |name: &str, inbound: &[&str]| LayerEntry {
        object: object("Dense", json!({"units": 2, "name": name})),
        inbound: inbound.iter().map(ToString::to_string).collect(),
    };
    let input = LayerEntry {
        object: object("InputLayer", json!({"shape": [3], "name": "x"})),
        inbound: vec![],
    };
    let list = [input, entry("a", &["x"]), entry("b", &["x"])];
    let errors = from_entries("m", &list, &["a".to_string()], "layers").unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].path, "layers[2]");
    assert!(
        errors[0].message.contains("no output depends on `b`"),
        "{errors:?}"
    );
}

#[test]
fn a_merging_layer_in_a_stack_is_refused() {
    for class in ["Add", "Concatenate", "Maximum"] {
        assert_eq!(layer(class, json!({})).len(), 1, "{class}");
    }
    assert!(layer("Identity", json!({})).is_empty());
}

#[test]
fn faults_of_layers_hide_no_faults_of_the_wiring() {
    let entry = |class: &str, config: Json, inbound: &[&str]| LayerEntry {
        object: object(class, config),
        inbound: inbound.iter().map(ToString::to_string).collect(),
    };
    let list = [
        entry("Input", json!({"name": "x", "shape": "wide"}), &[]),
        entry("Dense", json!({"name": "a", "unit": 3}), &["y"]),
        entry("Desne", json!({"units": 3}), &["x"]),
        entry("Dense", json!({"name": "a", "units": 3}), &["dense"]),
        entry(
            "Add",
            json!({"name": "sum", "inbund": ["x"]}),
            &["a", "nothing"],
        ),
    ];
    let draft = draft_entries("m", &list, &[], "model.layers");
    assert_eq!(draft.output_names(), Some(vec!["sum"]));
    let found = places(draft.finish().unwrap_err(), "model.layers");
    let want = [
        "[0].shape",
        "[1]",
        "[1].inbound[0]",
        "[1].unit",
        "[2]",
        "[3].name",
        "[4].inbound[1]",
        "[4].inbund",
    ];
    assert_eq!(found, want);
    let draft = draft_entries(
        "m",
        &list,
        &["a".to_string(), "summ".to_string()],
        "m.layers",
    );
    assert_eq!(draft.output_names(), None);
    let errors = draft.finish().unwrap_err();
    let told = |path: &str| {
        errors
            .iter()
            .find(|e| e.path == path)
            .map(|e| e.message.as_str())
    };
    assert_eq!(
        told("m.outputs[1]"),
        Some("there is no layer called `summ`: did you mean `sum`?")
    );
    assert_eq!(
        told("m.layers[4].inbund"),
        Some("Add has no option `inbund`: did you mean `inbound`?")
    );
    assert!(told("m.layers[3].name").is_some(), "{errors:?}");
}

#[test]
fn a_config_of_keras_tells_them_together_too() {
    let layer = |class: &str, name: &str, config: Json, from: &str| json!({"class_name": class, "name": name, "config": config, "inbound_nodes": [[[from, 0, 0, {}]]]});
    let config = json!({
        "layers": [
            {"class_name": "InputLayer", "name": "x", "config": {"batch_shape": [null, 3]}, "inbound_nodes": []},
            layer("Dense", "a", json!({"units": 0}), "z"),
            3,
            layer("Dense", "b", json!({"units": 2}), "a"),
        ],
        "input_layers": [["x", 0, 0]],
        "output_layers": [["b", 0, 0], ["c", 0, 0]],
    });
    let errors = from_keras(&object("Functional", config), "").unwrap_err();
    let want = [
        "layers[1].inbound_nodes",
        "layers[1].units",
        "layers[2]",
        "output_layers",
    ];
    assert_eq!(places(errors, "config."), want);
}
