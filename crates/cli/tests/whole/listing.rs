//! `list`, `explain`, help, version, and wrong usage.

use std::path::Path;
use std::time::{Duration, Instant};

use expect_test::expect;
use serde_json::Value;

use crate::program::{example, run};

fn here(args: &[&str]) -> crate::program::Ended {
    run(Path::new("."), args)
}

#[test]
fn help_is_quick() {
    let time = |_| {
        let began = Instant::now();
        here(&["--help"]).with(0);
        began.elapsed()
    };
    // The least of some: other tests run beside this one.
    let least = (0..10).map(time).min().unwrap();
    assert!(least < Duration::from_millis(20), "{least:?}");
}

#[test]
fn help_and_version() {
    let help = here(&["--help"]).with(0);
    for command in ["train", "diagnose", "summary", "list", "explain", "help"] {
        assert!(
            help.out.contains(&format!("\n  {command} ")),
            "{}",
            help.out
        );
    }
    assert!(here(&["help", "train"]).with(0).out.contains("--resume"));
    assert_eq!(
        here(&["--version"]).with(0).out,
        format!("regimen {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn wrong_usage_is_code_two_with_a_hint() {
    assert!(here(&[]).with(2).err.contains("Usage"));
    let slip = here(&["trian", "a.toml"]).with(2);
    assert!(slip.err.contains("'train'"), "{}", slip.err);
    let slip = here(&["train", "a.toml", "--epoch", "3"]).with(2);
    assert!(slip.err.contains("--epochs"), "{}", slip.err);
    for bad in ["0", "-2", "99999", "many"] {
        let refused = here(&["train", "a.toml", &format!("--threads={bad}")]).with(2);
        assert!(refused.err.contains("--threads"), "{}", refused.err);
    }
    let slip = here(&["list", "layer"]).with(2);
    assert!(slip.err.contains("layers"), "{}", slip.err);
}

#[test]
fn lists_hold_names_and_aliases() {
    let wanted = [
        ("layers", vec!["Dense", "Conv1D", "Embedding", "LSTM"]),
        (
            "losses",
            vec!["MeanSquaredError", "mse", "sparse_categorical_crossentropy"],
        ),
        ("metrics", vec!["accuracy", "acc", "AUC"]),
        ("optimizers", vec!["Adam", "SGD", "RMSprop"]),
        ("callbacks", vec!["EarlyStopping", "CSVLogger"]),
        ("initializers", vec!["GlorotUniform", "glorot_uniform"]),
        ("regularizers", vec!["L2"]),
        ("constraints", vec!["MaxNorm"]),
        ("activations", vec!["relu", "swish"]),
        ("schedules", vec!["ExponentialDecay", "CosineDecay"]),
        ("findings", vec!["overfitting", "nan_loss"]),
    ];
    for (kind, names) in wanted {
        let listed: Vec<String> =
            serde_json::from_str(&here(&["list", kind, "--json"]).with(0).out).unwrap();
        let text = here(&["list", kind]).with(0).out;
        assert!(text.contains(names[0]), "{kind}: {text}");
        for name in names {
            assert!(
                listed.iter().any(|n| n == name),
                "{name} among {kind}: {listed:?}"
            );
        }
    }
}

#[test]
fn one_name_shows_its_options() {
    let text = here(&["list", "layers", "dense"]).with(0).out;
    assert!(
        text.contains("units") && text.contains("required"),
        "{text}"
    );
    let json: Value =
        serde_json::from_str(&here(&["list", "optimizers", "Adam", "--json"]).with(0).out).unwrap();
    let rate = json["options"]
        .as_array()
        .unwrap()
        .iter()
        .find(|o| o["name"] == "learning_rate")
        .unwrap();
    assert_eq!(rate["default"], 0.001);
    let slip = here(&["list", "layers", "Dence"]).with(1);
    assert!(slip.err.contains("did you mean `Dense`?"), "{}", slip.err);
}

#[test]
fn a_layer_shows_its_shapes_and_options() {
    let text = here(&["list", "layers", "LSTM"]).with(0).out;
    let head: Vec<&str> = text.lines().take(3).collect();
    expect![[r#"
        LSTM: long short-term memory over a sequence
            x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences
            i, f, o = sigmoid, g = tanh of x_t · W + b + h_{t-1} · R, gates in the order i, f, g, o"#]].assert_eq(&head.join("\n"));
    let dense = here(&["list", "layers", "Dense"]).with(0).out;
    expect![[r#"
        Dense: linear map of the last axis, then an activation
            x (B, ..., D) -> y (B, ..., U);  y = act(x · W + b), W (D, U)
          units                 integer           required
          activation            activation        default "linear"
          use_bias              true or false     default true
          kernel_initializer    initializer       default "GlorotUniform"
          bias_initializer      initializer       default "Zeros"
          kernel_regularizer    regularizer       default null
          bias_regularizer      regularizer       default null
          activity_regularizer  regularizer       default null
          kernel_constraint     constraint        default null
          bias_constraint       constraint        default null
          name                  text              default null
          trainable             true or false     default true
          dtype                 precision policy  default "float32"
          lora_rank             integer           default null
          lora_alpha            integer           default null
        Names to choose from: `regimen list initializers`, `regimen list regularizers`, `regimen list constraints`, `regimen list activations`
    "#]].assert_eq(&dense);
    let json: Value =
        serde_json::from_str(&here(&["list", "layers", "lstm", "--json"]).with(0).out).unwrap();
    assert_eq!(
        json["shapes"].as_str().and_then(|s| s.lines().next()),
        Some("x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences")
    );
}

#[test]
fn a_name_of_another_kind_is_sent_there() {
    let slip = here(&["list", "layers", "adam"]).with(1);
    expect![[r#"
        error: `adam` is not among the layers: it is one of the optimizers; see `regimen list optimizers adam`
    "#]].assert_eq(&slip.err);
    let slip = here(&["list", "metrics", "nonsense"]).with(1);
    expect![[r#"
        error: `nonsense` is not among the metrics: `regimen list metrics` prints all
    "#]]
    .assert_eq(&slip.err);
}

#[test]
fn findings_are_explained() {
    assert!(
        here(&["explain", "overfitting"])
            .with(0)
            .out
            .contains("by heart")
    );
    let slip = here(&["explain", "overfiting"]).with(1);
    assert_eq!(
        slip.err,
        "error: there is no finding or remedy `overfiting`: did you mean `overfitting`?\n"
    );
}

#[test]
fn what_cannot_be_diagnosed_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("log.csv", "epoch,loss\n1,2\n2\n3,1\n");
    write("prose.txt", "It did not work.\nWhy?\n");
    write("model.json", "{\"layers\": [{\"config\": {}}]}");
    let given = [
        "diagnose",
        "log.csv",
        "nowhere",
        ".",
        "prose.txt",
        "model.json",
    ];
    let refused = run(dir.path(), &given).with(1);
    let lines: Vec<&str> = refused.err.lines().collect();
    let begins = [
        "error: log.csv: line 3: 1 fields where the first line names 2",
        "error: nowhere: ",
        "error: .: not a run folder",
        "error: prose.txt: line 2: the text ends and has told of no epoch",
        "error: model.json: line 1: layers[0]: `class_name` is missing",
    ];
    assert_eq!(lines.len(), begins.len());
    for (line, begin) in lines.iter().zip(begins) {
        assert!(line.starts_with(begin), "{line}");
    }
    let wrong = run(
        dir.path(),
        &["diagnose", "log.csv", "--class-shares", "a,b"],
    )
    .with(2);
    assert!(wrong.err.contains("`a` is no share"), "{}", wrong.err);
}

#[test]
fn what_is_told_before_training() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let ids = |name: &str| -> Vec<String> {
        let json = run(dir.path(), &["diagnose", name, "--json"]).with(0);
        let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        let found = json["findings"].as_array().unwrap().iter();
        found
            .map(|f| f["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let layers = r#""layers": [{"class_name": "LSTM", "config": {"units": 4, "input_shape": [9, 2]}},
        {"class_name": "LSTM", "config": {"units": 4}}, {"class_name": "Dense", "config": {"units": "k"}}]"#;
    write("spec.json", &format!("{{{layers}}}"));
    assert_eq!(ids("spec.json"), ["wrong_return_sequences"]);
    write(
        "keras.json",
        &format!(r#"{{"class_name": "Sequential", "config": {{"name": "m", {layers}}}}}"#),
    );
    assert_eq!(ids("keras.json"), ["wrong_return_sequences"]);
    let digits = std::fs::read_to_string(example("digits.toml")).unwrap();
    write("sound.toml", &digits);
    let words = run(dir.path(), &["diagnose", "sound.toml"]).with(0);
    assert_eq!(words.out, "Diagnosis: nothing found before training.\n");
    write("run.toml", &digits.replacen("softmax", "sigmoid", 1));
    assert_eq!(ids("run.toml"), ["wrong_activation_loss_pairing"]);
    // A run that cannot begin: what its layers tell, and why the rest was not looked at.
    let odd = digits
        .replacen(
            "sample = \"digits\"",
            "csv = \"gone.csv\"\nlabel = \"y\"",
            1,
        )
        .replacen("scale = \"min_max\"", "", 1)
        .replacen("softmax", "sigmoid", 1);
    write("gone.toml", &odd);
    let ended = run(dir.path(), &["diagnose", "gone.toml"]).with(1);
    assert!(
        ended.out.contains("wrong_activation_loss_pairing"),
        "{}",
        ended.out
    );
    assert!(ended.err.starts_with("error: "), "{}", ended.err);
}

#[test]
fn tensorboard_folders_are_diagnosed() {
    let dir = tempfile::tempdir().unwrap();
    let digits = std::fs::read_to_string(example("digits.toml")).unwrap();
    let callback = "\n[[callbacks]]\nclass_name = \"TensorBoard\"\nlog_dir = \"logs\"\n";
    std::fs::write(dir.path().join("run.toml"), digits + callback).unwrap();
    run(dir.path(), &["train", "run.toml", "--out", "run"]).with(0);
    let found = |path: &str| {
        let json = run(dir.path(), &["diagnose", path, "--json"]).with(0);
        let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        let first = &json["findings"][0];
        (first["id"].clone(), first["from_epoch"].as_u64())
    };
    let (id, from) = found("run");
    assert_eq!(id, "epochs_too_many");
    // The callback counts epochs from 0.
    let (again, counted) = found("run/logs");
    assert_eq!((again, counted), (id, from.map(|epoch| epoch - 1)));
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    std::fs::write(dir.path().join("empty/events.out.tfevents.1"), "no").unwrap();
    let refused = run(dir.path(), &["diagnose", "empty"]).with(1);
    assert!(
        refused.err.contains("not an event file of TensorBoard"),
        "{}",
        refused.err
    );
}

#[test]
fn logs_of_keras_are_diagnosed() {
    let dir = tempfile::tempdir().unwrap();
    let losses = [
        (0.9452, 0.8440),
        (0.7707, 0.8234),
        (0.5807, 0.9144),
        (0.3736, 1.1982),
        (0.2285, 1.5770),
    ];
    let epoch = |(i, (loss, val)): (usize, &(f64, f64))| {
        format!(
            "Epoch {}/5\n - 90s - loss: {loss} - acc: 0.{} - val_loss: {val} - val_acc: 0.{}\n",
            i + 1,
            50 + 9 * i,
            65 - 3 * i,
        )
    };
    let text: String = losses.iter().enumerate().map(epoch).collect();
    std::fs::write(dir.path().join("one.txt"), &text).unwrap();
    std::fs::write(dir.path().join("two.txt"), text.repeat(2)).unwrap();
    let words = run(
        dir.path(),
        &["diagnose", "one.txt", "--val-samples", "69472"],
    )
    .with(0);
    assert!(
        words.out.contains("Overfitting from epoch 3"),
        "{}",
        words.out
    );
    let words = run(dir.path(), &["diagnose", "two.txt"]).with(0);
    assert!(
        words
            .out
            .contains("two.txt, run 2 of 2\nDiagnosis: 1 finding"),
        "{}",
        words.out
    );
    let json = run(dir.path(), &["diagnose", "two.txt", "--json"]).with(0);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["findings"][0]["from_epoch"], 3);
    assert_eq!(json["runs"].as_array().map(Vec::len), Some(2));
}
