//! `regimen export`: a run as a file of Keras.

use regimen::save::{LoadOptions, ModelFile};

use crate::program::{example, run};

#[test]
fn a_run_becomes_a_keras_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = example("digits.toml");
    run(dir.path(), &["train", &file, "--epochs", "1", "--out", "r"]).with(0);
    let ended = run(dir.path(), &["export", "r", "digits.keras"]).with(0);
    assert!(ended.out.contains("digits.keras"), "{}", ended.out);
    let saved = ModelFile::open(&dir.path().join("digits.keras")).expect("opens");
    let model = saved.model().expect("a model");
    let inputs = model.declared_inputs().expect("its inputs are stated");
    let infos = model.describe(&inputs).expect("is sound").weights;
    let options = LoadOptions::default();
    assert!(
        !saved
            .load(&model, &infos, &options)
            .expect("loads")
            .weights
            .is_empty()
    );
    // Iterations, the learning rate, and two slots of each weight.
    let slots = saved.optimizer(&infos).expect("loads");
    assert_eq!(slots.len(), 2 + 2 * infos.len());
    assert_eq!(saved.compile()["optimizer"]["class_name"], "Adam");
    let refused = run(dir.path(), &["export", "r", "digits.pkl"]).with(2);
    assert!(refused.err.contains("ends with .keras"), "{}", refused.err);
    let none = run(dir.path(), &["export", "nothing", "x.keras"]).with(1);
    assert!(none.err.contains("nothing"), "{}", none.err);
}

#[test]
fn a_file_of_keras_is_used_like_a_run() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = example("digits.toml");
    run(dir.path(), &["train", &file, "--epochs", "1", "--out", "r"]).with(0);
    let go = |args: &[&str]| run(dir.path(), args).with(0).out;
    go(&["export", "r", "a.h5"]);
    go(&["export", "a.h5", "b.keras"]);
    go(&["export", "b.keras", "c.h5"]);
    for name in ["d.weights.h5", "d.weights.json", "d.safetensors", "d.npz"] {
        assert!(go(&["export", "c.h5", name]).contains(name));
    }
    let summary = go(&["summary", "a.h5"]);
    assert!(summary.contains("Total params"), "{summary}");
    assert_eq!(summary, go(&["summary", "b.keras"]));
    let row: Vec<String> = (0..64).map(|i| (i % 17).to_string()).collect();
    let head: Vec<String> = (0..64).map(|i| format!("pixel{i}")).collect();
    let table = format!("{}\n{}\n", head.join(","), row.join(","));
    std::fs::write(dir.path().join("rows.csv"), table).expect("writes");
    let said = go(&["predict", "a.h5", "rows.csv"]);
    assert_eq!(said, go(&["predict", "c.h5", "rows.csv"]));
    assert!(said.lines().count() >= 2, "{said}");
    assert!(go(&["diagnose", "b.keras"]).starts_with("Diagnosis"));
    // What is wrong with rows or files is told by name.
    std::fs::write(dir.path().join("short.csv"), "a,b,c\n1,2,3\n").expect("writes");
    let short = run(dir.path(), &["predict", "a.h5", "short.csv"]).with(1);
    assert!(
        short.err.contains("short.csv: rows have the shape [3]"),
        "{}",
        short.err
    );
    std::fs::write(dir.path().join("words.csv"), "a,b\n1,x\n").expect("writes");
    let words = run(dir.path(), &["predict", "a.h5", "words.csv"]).with(1);
    assert!(
        words.err.contains("line 2: column `b` holds \"x\""),
        "{}",
        words.err
    );
    let weights = run(dir.path(), &["summary", "d.weights.h5"]).with(1);
    assert!(
        weights.err.contains("holds weights alone"),
        "{}",
        weights.err
    );
    let piped = run(dir.path(), &["predict", "a.h5", "-"]).with(2);
    assert!(piped.err.contains("come from a file"), "{}", piped.err);
}
