//! The same seed gives the same bits for any number of threads, on every example model.

use std::path::Path;

use crate::program::{data_dir, example, finish, record, regimen, tensors};

fn same_for_all(dir: &Path, file: &str, more: &[&str], data: &Path) {
    for threads in ["1", "2", "3"] {
        let args = ["train", file, "--out", threads, "--threads", threads];
        finish(regimen(dir, &[&args[..], more].concat()).env("REGIMEN_DATA", data)).with(0);
    }
    let (weights, told) = (tensors(&dir.join("1")), record(&dir.join("1")));
    for threads in ["2", "3"] {
        assert_eq!(record(&dir.join(threads)), told, "{threads} threads");
        assert!(
            tensors(&dir.join(threads)) == weights,
            "{threads} threads: other weights"
        );
    }
}

#[test]
fn digits() {
    let dir = tempfile::tempdir().unwrap();
    same_for_all(
        dir.path(),
        &example("digits.toml"),
        &["--epochs", "5"],
        Path::new(""),
    );
}

#[test]
fn reviews() {
    let Some(data) = data_dir() else {
        eprintln!("skipped: no published data (set REGIMEN_DATA)");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let few = ["--epochs", "2", "--set", "fit.steps_per_epoch=6"];
    same_for_all(dir.path(), &example("reviews.toml"), &few, &data);
}

/// The models of this test have every kind of layer whose sums are cut into parts.
#[test]
fn images_and_sequences() {
    let dir = tempfile::tempdir().unwrap();
    let head = r#"
        seed = 2
        data = { sample = "digits", scale = "min_max", split = { train = 0.2, validation = 0.1, test = 0.1 } }
        compile = { optimizer = "rmsprop", loss = "sparse_categorical_crossentropy", metrics = ["accuracy"] }
        fit = { epochs = 1, batch_size = 30 }
        [[model.layers]]
        class_name = "Reshape"
    "#;
    let images = r#"
        target_shape = [8, 8, 1]
        [[model.layers]]
        class_name = "Conv2D"
        filters = 6
        kernel_size = 3
        padding = "same"
        [[model.layers]]
        class_name = "BatchNormalization"
        [[model.layers]]
        class_name = "Activation"
        activation = "relu"
        [[model.layers]]
        class_name = "MaxPooling2D"
        [[model.layers]]
        class_name = "Flatten"
        [[model.layers]]
        class_name = "Dropout"
        rate = 0.2
        [[model.layers]]
        class_name = "Dense"
        units = 10
        activation = "softmax"
    "#;
    let sequences = r#"
        target_shape = [8, 8]
        [[model.layers]]
        class_name = "LSTM"
        units = 12
        dropout = 0.1
        recurrent_dropout = 0.1
        return_sequences = true
        [[model.layers]]
        class_name = "LayerNormalization"
        [[model.layers]]
        class_name = "GlobalAveragePooling1D"
        [[model.layers]]
        class_name = "Dense"
        units = 10
        activation = "softmax"
    "#;
    for (name, rest) in [("images", images), ("sequences", sequences)] {
        let folder = dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("run.toml");
        std::fs::write(&file, format!("{head}{rest}")).unwrap();
        same_for_all(&folder, &file.display().to_string(), &[], Path::new(""));
    }
}
