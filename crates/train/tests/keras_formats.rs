//! Files in Keras's formats that a run writes: by ModelCheckpoint while it trains, and by export; layers on words and
//! categories among the model's. What is read back predicts alike.

use std::path::Path;

use regimen_data::{Array, Values, write_npy};
use regimen_graph::{Reference, Tensor};
use regimen_run::{Event, RunSpec};
use regimen_save::LoadOptions;
use regimen_train::run::{
    RunOptions, Saved, SavedOptions, Trained, TrainedOptions, summary_of_file, train,
};

const MODEL: &str = r#"
seed = 5
[data]
csv = "reviews.csv"
label = "mood"
[[data.inputs]]
kind = "raw"
name = "review"
columns = ["review"]
[[data.inputs]]
kind = "raw"
name = "city"
columns = ["city"]
[[data.inputs]]
kind = "numeric"
name = "numbers"
columns = ["stars", "length"]
[model]
layers = [
    { class_name = "InputLayer", name = "review", shape = [1], dtype = "string" },
    { class_name = "InputLayer", name = "city", shape = [1], dtype = "string" },
    { class_name = "InputLayer", name = "numbers", shape = [2] },
    { class_name = "TextVectorization", name = "words", output_mode = "tf_idf", inbound = ["review"] },
    { class_name = "Flatten", name = "flat", inbound = ["words"] },
    { class_name = "StringLookup", name = "cities", output_mode = "one_hot", inbound = ["city"] },
    { class_name = "Normalization", name = "scaled", inbound = ["numbers"] },
    { class_name = "Concatenate", name = "all", inbound = ["flat", "cities", "scaled"] },
    { class_name = "Dense", name = "answer", units = 2, activation = "softmax", inbound = ["all"] },
]
outputs = ["answer"]
[compile]
optimizer = { class_name = "Adam", learning_rate = 0.1 }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 2
batch_size = 8
[[callbacks]]
class_name = "ModelCheckpoint"
filepath = "after-{epoch:02d}.keras"
[[callbacks]]
class_name = "ModelCheckpoint"
filepath = "last.h5"
[[callbacks]]
class_name = "ModelCheckpoint"
filepath = "weights/last.weights.h5"
save_weights_only = true
"#;

/// A run of this model in `run/`, and its rows without labels in `new.csv`.
fn trained(dir: &Path) -> Vec<Event> {
    let (mut csv, mut new) = (
        String::from("review,city,stars,length,mood\n"),
        String::from("review,city,stars,length\n"),
    );
    for i in 0..40 {
        let good = i % 3 != 0;
        let word = if good { "good film" } else { "bad film" };
        let city = if good { "Bonn" } else { "Ulm" };
        let mood = if good { "happy" } else { "sad" };
        let row = format!("{word} w{},{city},{},{}", i % 4, 1 + i % 5, 10 * i + 5);
        csv += &format!("{row},{mood}\n");
        new += &format!("{row}\n");
    }
    new += "unheard of,Köln,3,70\n";
    std::fs::write(dir.join("reviews.csv"), csv).unwrap();
    std::fs::write(dir.join("new.csv"), new).unwrap();
    let (spec, lines) = RunSpec::from_toml(MODEL, "run.toml").unwrap();
    let options = RunOptions {
        folder: Some(dir.join("run")),
        ..RunOptions::default()
    };
    let mut events = vec![];
    let mut watch = |event: &Event| events.push(event.clone());
    let file = dir.join("run.toml");
    train(&spec, &lines, &file, &Reference, &options, &mut watch).unwrap();
    events
}

fn by_run(dir: &Path, checkpoint: Option<&str>) -> Tensor {
    let options = TrainedOptions {
        checkpoint: checkpoint.map(Into::into),
        ..TrainedOptions::default()
    };
    let mut run = Trained::open(&dir.join("run"), &Reference, &options).unwrap();
    let rows = run.read(&dir.join("new.csv")).unwrap();
    run.predict(&rows).unwrap().outputs.remove(0).values
}

fn by_file(dir: &Path, file: &Path, options: &SavedOptions) -> Tensor {
    let mut saved = Saved::open(file, &Reference, options).unwrap();
    assert_eq!(saved.notes(), [] as [&str; 0]);
    let rows = saved.read(&dir.join("new.csv")).unwrap();
    saved.predict(&rows).unwrap().outputs.remove(0).values
}

#[test]
fn models_with_words_are_saved_and_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let events = trained(dir.path());
    let begin = events.iter().find_map(|event| match event {
        Event::RunBegin { data, .. } => Some(data),
        _ => None,
    });
    // Stars and length; the texts are no numbers.
    assert_eq!(begin.unwrap().feature_range, Some((1.0, 395.0)));
    let expected = by_run(dir.path(), None);
    let run = dir.path().join("run");
    for name in ["after-02.keras", "last.h5", "weights/last.weights.h5"] {
        assert_eq!(by_run(dir.path(), Some(name)), expected, "{name}");
    }
    assert_ne!(by_run(dir.path(), Some("after-01.keras")), expected);
    for name in ["after-02.keras", "last.h5"] {
        let read = by_file(dir.path(), &run.join(name), &SavedOptions::default());
        assert_eq!(read, expected, "{name}");
    }
    // Again and again.
    let (once, twice) = (dir.path().join("once.h5"), dir.path().join("twice.keras"));
    let trained = Trained::open(&run, &Reference, &TrainedOptions::default()).unwrap();
    trained.save(&once).unwrap();
    let saved = Saved::open(&once, &Reference, &SavedOptions::default()).unwrap();
    saved.save(&twice).unwrap();
    assert_eq!(
        by_file(dir.path(), &twice, &SavedOptions::default()),
        expected
    );
    assert!(
        summary_of_file(&twice, None)
            .unwrap()
            .contains("TextVectorization")
    );
}

#[test]
fn weights_of_another_file_take_the_place_of_the_models_own() {
    let dir = tempfile::tempdir().unwrap();
    let _events = trained(dir.path());
    let run = dir.path().join("run");
    let first = run.join("after-01.keras");
    let of = |weights: &Path| SavedOptions {
        weights: Some(weights.to_path_buf()),
        ..SavedOptions::default()
    };
    let expected = by_run(dir.path(), None);
    for name in ["weights/last.weights.h5", "last.h5", "after-02.keras"] {
        let read = by_file(dir.path(), &first, &of(&run.join(name)));
        assert_eq!(read, expected, "{name}");
    }
    // Weights that do not fit are refused, or left and told of.
    let other = dir.path().join("other.npz");
    std::fs::write(&other, []).unwrap();
    let refused = Saved::open(&first, &Reference, &of(&other)).unwrap_err();
    assert!(refused.to_string().contains("other.npz"), "{refused}");
    let options = SavedOptions {
        load: LoadOptions {
            by_name: true,
            ..LoadOptions::default()
        },
        ..of(&run.join("weights/last.weights.h5"))
    };
    let refused = Saved::open(&first, &Reference, &options).unwrap_err();
    assert!(refused.to_string().contains("matched by name"), "{refused}");
}

#[test]
fn rows_of_several_inputs_come_by_name_or_in_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let _events = trained(dir.path());
    let file = dir.path().join("run/after-02.keras");
    let saved = Saved::open(&file, &Reference, &SavedOptions::default()).unwrap();
    let told = |text: &str| {
        let table = dir.path().join("rows.csv");
        std::fs::write(&table, text).unwrap();
        saved
            .read(&table)
            .map(|rows| rows.arrays.rows())
            .map_err(|e| e.to_string())
    };
    assert_eq!(told("a,b,c,d\nx y,z,1,2\n"), Ok(1));
    let few = told("a,b,c\nx y,z,1\n").unwrap_err();
    assert!(
        few.contains("has 3 columns (a, b, c)") && few.contains("`numbers`: 2"),
        "{few}"
    );
    let no_number = told("a,b,c,d\nx y,z,1,two\n").unwrap_err();
    assert!(
        no_number.contains("line 2: column `d` holds \"two\""),
        "{no_number}"
    );
}

/// The JSON of a model, and rows for it in `x.npy`.
fn json_model(dir: &Path, layers: &serde_json::Value, rows: &Array) -> std::path::PathBuf {
    let config = serde_json::json!({ "class_name": "Sequential", "keras_version": "3.15.1",
        "config": { "name": "net", "layers": layers } });
    std::fs::write(dir.join("net.json"), config.to_string()).unwrap();
    std::fs::write(dir.join("x.npy"), write_npy(rows)).unwrap();
    dir.join("net.json")
}

#[test]
fn open_sizes_are_those_of_the_data_and_axes_keep_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let layers = serde_json::json!([
        { "class_name": "InputLayer", "config": { "batch_shape": [null, null, 2] } },
        { "class_name": "GlobalMaxPooling1D", "config": {} }
    ]);
    let numbers: Vec<f32> = (0..12).map(|n| n as f32).collect();
    let rows = |shape: &[usize]| Array {
        shape: shape.to_vec(),
        data: Values::F32(numbers.clone()),
    };
    let file = json_model(dir.path(), &layers, &rows(&[2, 3, 2]));
    let weights = dir.path().join("w.npz");
    std::fs::write(&weights, EMPTY_ZIP).unwrap();
    let options = SavedOptions {
        weights: Some(weights),
        ..SavedOptions::default()
    };
    let mut saved = Saved::open(&file, &Reference, &options).unwrap();
    let read = saved.read(&dir.path().join("x.npy")).unwrap();
    let made = saved.predict(&read).unwrap().outputs.remove(0).values;
    assert_eq!(made.to_f64(), [4.0, 5.0, 10.0, 11.0]);
    // (2, 3) is no (3, 2), though it has as many numbers.
    std::fs::write(dir.path().join("turned.npy"), write_npy(&rows(&[2, 2, 3]))).unwrap();
    let refused = saved
        .read(&dir.path().join("turned.npy"))
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("rows have the shape [2, 3], the input"),
        "{refused}"
    );
}

/// A zip with nothing in it.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
