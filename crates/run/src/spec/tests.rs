//! Tests of the reader: good files, faults with their places, `set`, and round trips.

use serde_json::{Map, Value, json};

use super::*;

const GOOD: &str = r#"
seed = 7

[data]
sample = "digits"
scale = "min_max"
split = { train = 0.5, validation = 0.5 }

[[model.layers]]
class_name = "Dense"
units = 64
activation = "relu"
kernel_regularizer = { class_name = "L2", l2 = 0.01 }

[[model.layers]]
class_name = "Dropout"
config = { rate = 0.5 }

[compile]
optimizer = { class_name = "Adam", learning_rate = 1e-3 }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]

[fit]
epochs = 5
class_weight = { "0" = 1, spam = 2.5 }
"#;

fn good() -> (RunSpec, SpecMap) {
    RunSpec::from_toml(GOOD, "dir/digits.toml").expect("the good file reads")
}

fn faults(text: &str) -> Vec<String> {
    let errors = RunSpec::from_toml(text, "run.toml").expect_err("the file is faulty");
    errors.errors.iter().map(ToString::to_string).collect()
}

#[test]
fn three_spellings_become_one() {
    let (spec, map) = good();
    assert_eq!(spec.name, "digits");
    assert_eq!(spec.seed, 7);
    let ModelSpec::Layers(list) = &spec.model else {
        panic!("a list of layers")
    };
    let dense = serde_json::to_value(&list.layers[0]).expect("serializes");
    assert_eq!(
        dense,
        json!({"class_name": "Dense", "config": {"units": 64, "activation": "relu",
            "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}}})
    );
    assert_eq!(list.layers[1].object.config["rate"], json!(0.5));
    assert_eq!(spec.data.split.test, 0.0);
    assert_eq!(
        spec.compile.loss,
        PerOutput::All(Some(KerasObject {
            class_name: "sparse_categorical_crossentropy".into(),
            config: Map::new()
        }))
    );
    assert_eq!(map["model.layers[0].units"], (11, 9));
    assert_eq!(place(&map, "model.layers[0].config.units"), Some((11, 9)));
    assert_eq!(place(&map, "model.layers[1].rate"), Some((17, 19)));
    let l2 = "model.layers[0].config.kernel_regularizer.config.l2";
    assert_eq!(place(&map, l2), Some((13, 48)));
    let absent = place(&map, "fit.shuffle");
    assert_eq!(absent.map(|p| p.0), Some(24));
}

#[test]
fn every_fault_is_reported_with_its_place() {
    let found = faults(
        "[data]\nsample = \"digits\"\ncsv = \"a.csv\"\n[model]\nlayers = [{ class = \"Dense\" }]\n\
         [compile]\nloss = 3\n[fit]\nepoch = 5\nbatch_size = 0\nvalidation_split = 1.0\n",
    );
    let expected = expect_test::expect![[r#"
        run.toml line 3, column 1: `data`: 2 sources of data; expected exactly one of `sample`, `csv`, `parquet`, `npy`, `npz`, `idx`, `texts` or `images`
        run.toml line 5, column 13: `model.layers[0].class_name`: missing; write `class_name` instead of `class`
        run.toml line 7, column 8: `compile.loss`: found the number 3; expected a name such as "mse", or a table with `class_name`
        run.toml line 9, column 1: `fit.epoch`: unknown key `epoch`; did you mean `epochs`?
        run.toml line 10, column 14: `fit.batch_size`: found the number 0; expected a whole number, 1 or more
        run.toml line 11, column 20: `fit.validation_split`: found the number 1.0; expected a share from 0 to below 1"#]];
    expected.assert_eq(&found.join("\n"));
}

#[test]
fn missing_parts_and_bad_shares() {
    let found = faults("[data]\nsample=\"digits\"\nlabel=\"x\"\nsplit={train=0.9,test=0.2}\n");
    let expected = expect_test::expect![[r#"
        run.toml line 1, column 1: `model`: missing; write `[[model.layers]]` for each layer
        run.toml line 1, column 1: `compile`: missing; write `[compile]` with `loss`, `optimizer` and `metrics`
        run.toml line 3, column 1: `data.label`: `label` chooses columns of a table, but the data is `sample`; leave it out
        run.toml line 4, column 7: `data.split`: the shares sum to 1.1; expected 1 or less"#]];
    expected.assert_eq(&found.join("\n"));
}

#[test]
fn broken_syntax_names_the_line() {
    let found = faults("[data]\nsample = digits\n[fit\n");
    assert!(found.len() >= 2, "{found:?}");
    assert!(
        found[0].starts_with("run.toml line 2, column 10: "),
        "{found:?}"
    );
    let json = RunSpec::from_json("{\n \"data\": {,}\n}", "run.json").expect_err("bad JSON");
    assert_eq!(
        json.to_string(),
        "run.json line 2, column 11: a key in double quotes is missing (at ','); expected valid JSON"
    );
    for text in [
        "{\"a\":1,\"a\":2}",
        "[",
        "{\"a\":01}",
        "\"\\ud800\"",
        "nul",
        "1 2",
        "\"\u{1}\"",
    ] {
        assert!(RunSpec::from_json(text, "run.json").is_err(), "{text}");
    }
    let deep = "[".repeat(100_000);
    let error = RunSpec::from_json(&deep, "run.json").expect_err("too deep");
    assert!(error.to_string().contains("128 levels"), "{error}");
    assert!(RunSpec::from_toml(&format!("a = {deep}"), "run.toml").is_err());
    assert!(
        RunSpec::from_toml(" \n", "run.toml")
            .expect_err("empty")
            .to_string()
            .contains("empty")
    );
}

#[test]
fn files_that_are_none() {
    let dir = tempfile::tempdir().expect("a folder");
    let read = |name: &str| {
        let error = RunSpec::from_path(&dir.path().join(name)).expect_err("no run file");
        error.to_string()
    };
    std::fs::write(dir.path().join("digits.toml"), GOOD).expect("writes");
    std::fs::write(dir.path().join("latin.toml"), b"a = 1\nname = \"\xE4\"").expect("writes");
    std::fs::write(dir.path().join("empty.toml"), "").expect("writes");
    assert!(read("digit.toml").contains("no such file; expected a run file; did you mean"));
    assert!(
        read("latin.toml").contains("line 2"),
        "{}",
        read("latin.toml")
    );
    assert!(read("latin.toml").contains("not UTF-8"));
    assert!(read("empty.toml").contains("the file is empty"));
    assert!(read("").contains("found a folder"));
    let (spec, _) = RunSpec::from_path(&dir.path().join("digits.toml")).expect("reads");
    assert_eq!(spec.name, "digits");
}

#[test]
fn a_keras_model_is_embedded() {
    let dir = tempfile::tempdir().expect("a folder");
    let model = r#"{"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers":
        [{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4]}},
         {"class_name": "Dense", "config": {"units": 3}}]}, "registered_name": null}"#;
    std::fs::write(dir.path().join("model.json"), model).expect("writes");
    let run =
        "[data]\nsample = \"digits\"\n[model]\njson = \"model.json\"\n[compile]\nloss = \"mse\"\n";
    let path = dir.path().join("run.toml");
    std::fs::write(&path, run).expect("writes");
    let (spec, _) = RunSpec::from_path(&path).expect("reads");
    let ModelSpec::Keras(object) = &spec.model else {
        panic!("a Keras model")
    };
    assert_eq!(object.class_name, "Sequential");
    assert_eq!(
        object.config["layers"][0]["config"]["batch_shape"][0],
        Value::Null
    );
    assert_eq!(spec.compile.optimizer.class_name, "rmsprop");
    assert_eq!(
        RunSpec::from_toml(&spec.to_toml().expect("writes"), "run.toml")
            .expect("reads")
            .0,
        spec
    );
    std::fs::write(dir.path().join("model.json"), "{\n\"class_name\": 3}").expect("writes");
    let error = RunSpec::from_path(&path).expect_err("a bad model");
    assert!(
        error.to_string().contains("model.json line 2, column 15"),
        "{error}"
    );
    std::fs::remove_file(dir.path().join("model.json")).expect("removes");
    let error = RunSpec::from_path(&path).expect_err("no model");
    assert!(
        error
            .to_string()
            .contains("run.toml line 4, column 8: `model.json`: no such file"),
        "{error}"
    );
}

#[test]
fn validation_comes_from_one_place() {
    let text = GOOD
        .replace("split = { train = 0.5, validation = 0.5 }", "")
        .replace("epochs = 5", "validation_split = 0.25");
    let (spec, _) = RunSpec::from_toml(&text, "run.toml").expect("reads");
    assert_eq!(
        (spec.data.split.train, spec.data.split.validation),
        (0.8, 0.0)
    );
    let found = faults(&GOOD.replace("epochs = 5", "validation_split = 0.25"));
    assert!(
        found[0].contains("`fit.validation_split` cuts the validation part already"),
        "{found:?}"
    );
}

#[test]
fn set_reaches_into_objects_and_checks() {
    let (mut spec, _) = good();
    spec.set("compile.optimizer.learning_rate", "0.01")
        .expect("sets");
    assert_eq!(spec.compile.optimizer.config["learning_rate"], json!(0.01));
    spec.set("model.layers[0].kernel_regularizer.l2", "0.5")
        .expect("sets");
    spec.set("compile.optimizer", "adamw").expect("sets");
    assert_eq!(spec.compile.optimizer.class_name, "adamw");
    spec.set("callbacks", "[\"TerminateOnNaN\"]").expect("sets");
    assert_eq!(spec.callbacks.len(), 1);
    spec.set("data.scale", "None").expect("unsets");
    assert_eq!(spec.data.scale, None);
    spec.set_all(&[
        ("fit.validation_split", "0.1"),
        ("data.split.validation", "0"),
    ])
    .expect("sets");
    assert_eq!(spec.name, "digits");
    let before = spec.clone();
    let bad = |path: &str, value: &str| {
        before
            .clone()
            .set(path, value)
            .expect_err("bad")
            .to_string()
    };
    let all = [
        bad("fit.epoch", "3"),
        bad("fit.epochs", "many"),
        bad("model.layers[9].units", "3"),
        bad("model.layers.units", "3"),
        bad("fit.epochs.x", "3"),
        bad("fit..x", "3"),
        bad("data.balance", "upsample"),
    ];
    let expected = expect_test::expect![[r#"
        --set fit.epoch=3: `fit.epoch`: unknown key `epoch`; did you mean `epochs`?
        --set fit.epochs=many: `fit.epochs`: found the text "many"; expected a whole number, 0 or more
        --set model.layers[9].units=3: `model.layers[9]`: no item 9; expected an index from 0 to 1
        --set model.layers.units=3: `model.layers.units`: `units` inside a list of 2; expected an index such as `[0]` first
        --set fit.epochs.x=3: `fit.epochs.x`: no `x`: found the number 5; expected a table
        --set fit..x=3: `fit..x`: not a path; expected dotted names such as `fit.epochs` or `model.layers[0].units`
        --set data.balance=upsample: `data.balance`: `fit.validation_split` would cut repeated rows into both parts; write `split = { validation = 0.1 }` instead of it"#]];
    expected.assert_eq(&all.join("\n"));
}

#[test]
fn class_weights_by_class_or_balanced() {
    let (spec, _) = good();
    assert!(matches!(spec.fit.class_weight, Some(ClassWeight::PerClass(w)) if w["spam"] == 2.5));
    let balanced = GOOD.replace("{ \"0\" = 1, spam = 2.5 }", "\"balanced\"");
    let (spec, _) = RunSpec::from_toml(&balanced, "run.toml").unwrap_or_else(|e| panic!("{e}"));
    let rule = Some(ClassWeight::Rule(ClassWeightRule::Balanced));
    assert_eq!(spec.fit.class_weight, rule);
    let json = spec.to_json().expect("writes");
    let (again, _) =
        RunSpec::from_json(&json, "run.json").unwrap_or_else(|e| panic!("{e}\n{json}"));
    assert_eq!(again, spec);
    let found = faults(&balanced.replace("\"balanced\"", "\"balance\""));
    assert!(found[0].contains("did you mean `balanced`?"), "{found:?}");
    let found = faults(&balanced.replace("\"balanced\"", "3"));
    assert!(found[0].contains("\"balanced\", or a table"), "{found:?}");
}
