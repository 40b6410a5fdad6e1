//! `regimen export`: a run as a file of Keras.

use regimen::save::keras::KerasFile;

use crate::program::{example, run};

#[test]
fn a_run_becomes_a_keras_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = example("digits.toml");
    run(dir.path(), &["train", &file, "--epochs", "1", "--out", "r"]).with(0);
    let ended = run(dir.path(), &["export", "r", "digits.keras"]).with(0);
    assert!(ended.out.contains("digits.keras"), "{}", ended.out);
    let saved = KerasFile::open(&dir.path().join("digits.keras")).expect("opens");
    let model = saved.model().expect("a model");
    let inputs = model.declared_inputs().unwrap_or_else(|| {
        let rows = regimen::nn::model::InputInfo::of(regimen::graph::DType::F32, &[64]);
        vec![rows]
    });
    let infos = model.describe(&inputs).expect("is sound").weights;
    assert!(!saved.load(model, &infos).expect("loads").weights.is_empty());
    let refused = run(dir.path(), &["export", "r", "digits.h5"]).with(2);
    assert!(refused.err.contains("ends in .keras"), "{}", refused.err);
    let none = run(dir.path(), &["export", "nothing", "x.keras"]).with(1);
    assert!(none.err.contains("nothing"), "{}", none.err);
}
