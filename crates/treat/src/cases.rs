//! A small run for the tests.

use regimen_run::{Profile, RunSpec};

use crate::Patient;

/// Digits with one hidden layer of 16 units in front of three (which is one class too few for nothing but edits).
pub(crate) fn patient() -> Patient {
    let text = r#"
seed = 1
[data]
sample = "digits"
scale = "min_max"
split = { train = 0.1, validation = 0.3, test = 0.6 }
[[model.layers]]
class_name = "Dense"
units = 16
activation = "relu"
[[model.layers]]
class_name = "Dense"
units = 3
activation = "softmax"
[compile]
optimizer = { class_name = "Adam", learning_rate = 0.01 }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 3
"#;
    let (spec, _) = RunSpec::from_toml(text, "run.toml").expect("a run file");
    Patient {
        spec,
        findings: vec![],
        profile: Profile::default(),
        rate: Some(0.01),
        range_rate: None,
        epochs: 3,
    }
}
