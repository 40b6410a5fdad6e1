//! A sound run, and its twins with one fault each: the doctor names the fault, and nothing where there is none. The whole
//! suite, on more tables and seeds, is `cargo xtask doctor-injection`.

use serde_json::Value;

use crate::program::run;

const SOUND: &str = r#"seed = 3

[data]
sample = "digits"
scale = "min_max"

[[model.layers]]
class_name = "Dense"
units = 16
activation = "relu"

[[model.layers]]
class_name = "Dense"
units = 10
activation = "softmax"

[compile]
optimizer = { class_name = "Adam", learning_rate = 1e-3 }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]

[fit]
epochs = 40
batch_size = 32

[[callbacks]]
class_name = "EarlyStopping"
monitor = "val_loss"
patience = 3
restore_best_weights = true
"#;

/// Alarms, and everything that was told, for a run file.
fn told(file: &str) -> (Vec<String>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("run.toml"), file).unwrap();
    run(dir.path(), &["train", "run.toml", "--out", "run"]).with(0);
    let json = run(dir.path(), &["diagnose", "run", "--json"]).with(0);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    let found = json["findings"].as_array().unwrap();
    let id = |finding: &Value| finding["id"].as_str().unwrap().to_owned();
    let alarms = found.iter().filter(|finding| finding["severity"] != "info");
    (alarms.map(id).collect(), found.iter().map(id).collect())
}

#[test]
fn a_sound_run_raises_no_alarm() {
    let (alarms, _) = told(SOUND);
    assert_eq!(alarms, Vec::<String>::new());
}

#[test]
fn one_fault_is_named() {
    let relu = "activation = \"relu\"\n";
    let dead = format!("{relu}bias_initializer = {{ class_name = \"Constant\", value = -30.0 }}\n");
    let few = "scale = \"min_max\"\nsplit = { train = 0.03, validation = 0.4, test = 0.57 }";
    for (from, to, wanted) in [
        ("1e-3", "0.1", "lr_too_high"),
        ("1e-3", "1e-6", "lr_too_low"),
        ("softmax", "sigmoid", "wrong_activation_loss_pairing"),
        (relu, dead.as_str(), "dead_relu"),
        ("units = 10", "units = 7", "wrong_output_units"),
        ("scale = \"min_max\"", few, "too_little_data"),
    ] {
        let mut file = SOUND.replacen(from, to, 1);
        if wanted == "too_little_data" {
            file = file.replacen("1e-3", "1e-2", 1);
            file = file.replacen("epochs = 40", "epochs = 150", 1);
            file = file.replacen("units = 16", "units = 64", 1);
            file = file[..file.find("[[callbacks]]").unwrap()].to_owned();
        }
        if wanted == "wrong_output_units" {
            // Labels beyond the units are refused before training, which names the fault, too.
            let dir = tempfile::tempdir().unwrap();
            std::fs::write(dir.path().join("run.toml"), &file).unwrap();
            let refused = run(dir.path(), &["train", "run.toml"]).with(1);
            assert!(refused.err.contains("7"), "{}", refused.err);
            continue;
        }
        let (_, all) = told(&file);
        assert!(all.contains(&wanted.to_owned()), "{wanted} among {all:?}");
    }
}
