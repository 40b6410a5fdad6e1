//! Ten thousand changed run files: what reads survives being written and read again, all else is an error, never a panic.

#[path = "../../save/tests/mutating/mod.rs"]
mod mutating;

use mutating::{Draws, MUTANTS, mutant};
use regimen_run::RunSpec;

const RUN: &str = r#"
seed = 7
data = { csv = "rows.csv", label = "kind", split = { validation = 0.2, test = 0.1 } }
compile = { optimizer = { class_name = "Adam", learning_rate = 0.01 }, loss = "sparse_categorical_crossentropy", metrics = ["accuracy"] }
fit = { epochs = 3, batch_size = 32 }
[[callbacks]]
class_name = "EarlyStopping"
patience = 2
[model]
layers = [
    { class_name = "Dense", units = 16, activation = "relu" },
    { class_name = "Dropout", rate = 0.5 },
    { class_name = "Dense", units = 3, activation = "softmax" },
]
"#;

#[test]
fn run_files() {
    let read = |text: &str| RunSpec::from_toml(text, "run.toml").ok();
    assert!(read(RUN).is_some(), "the sound file is read");
    let mut draws = Draws(9);
    for _ in 0..MUTANTS {
        let changed = mutant(RUN.as_bytes(), &mut draws);
        let Some((spec, _)) = read(&String::from_utf8_lossy(&changed)) else {
            continue;
        };
        let Ok(json) = spec.to_json() else { continue };
        let again = RunSpec::from_json(&json, "run.json");
        let (again, _) = again.expect("what was written reads");
        assert_eq!(again, spec);
    }
}
