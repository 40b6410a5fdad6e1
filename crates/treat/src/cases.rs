//! Small runs for the tests, and what is known of their data.

use regimen_run::profile::{ClassProfile, ColumnProfile, Figures, InputProfile, TextProfile};
use regimen_run::{Profile, RunSpec};

use crate::{Change, Patient};

fn read(text: &str) -> RunSpec {
    match RunSpec::from_toml(text, "run.toml") {
        Ok((spec, _)) => spec,
        Err(errors) => panic!("no run file: {errors}\n{text}"),
    }
}

/// Digits with these layers, written as a list.
pub(crate) fn with_layers(layers: &str) -> RunSpec {
    read(&format!(
        "[data]\nsample = \"digits\"\n[model]\nlayers = [{layers}]\n[compile]\nloss = \"mse\"\n"
    ))
}

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
    Patient {
        spec: read(text),
        findings: vec![],
        profile: Profile::default(),
        rate: Some(0.01),
        range_rate: None,
        epochs: 3,
    }
}

/// A run on rows of a shape, with so many classes.
fn of(text: &str, shape: &[usize], classes: usize) -> Patient {
    let class = |i: usize| ClassProfile {
        name: i.to_string(),
        rows: [100 + 10 * i, 20, 20],
        shares: [1.0 / classes as f64; 3],
    };
    let mut profile = Profile {
        rows: [1000, 200, 200],
        ..Profile::default()
    };
    profile.label.encoding = "index".to_owned();
    profile.label.classes = (0..classes).map(class).collect();
    profile.inputs = vec![InputProfile {
        shape: shape.to_vec(),
        features: shape.iter().product(),
        figures: Some(figures(0.0, 1.0)),
        ..InputProfile::default()
    }];
    Patient {
        range_rate: None,
        spec: read(text),
        findings: vec![],
        profile,
        rate: Some(0.001),
        epochs: 10,
    }
}

/// Figures of numbers about evenly distributed.
pub(crate) fn figures(min: f64, max: f64) -> Figures {
    Figures {
        min,
        mean: (min + max) / 2.0,
        max,
        deviation: (max - min) / 3.0,
    }
}

/// [`patient`] with ten classes known.
pub(crate) fn digits() -> Patient {
    let known = of(
        "[data]\nsample = \"digits\"\n[model]\nlayers = [\"Flatten\"]\n[compile]\nloss = \"mse\"\n",
        &[64],
        10,
    );
    Patient {
        range_rate: None,
        profile: known.profile,
        ..patient()
    }
}

const TEXT: &str = r#"
label = "topic"
[data.split]
by = "time"
column = "day"
[[data.inputs]]
kind = "text"
column = "review"
length = 20
vocabulary = 500
"#;

/// Reviews of three topics: Embedding, Conv1D, GlobalMaxPooling1D, Dense, Dense.
pub(crate) fn text() -> Patient {
    let run = format!(
        r#"
[data]
csv = "reviews.csv"
{TEXT}
[model]
layers = [
    {{ class_name = "Embedding", input_dim = 400, output_dim = 32 }},
    {{ class_name = "Conv1D", filters = 16, kernel_size = 3, activation = "relu", kernel_regularizer = {{ class_name = "L2", l2 = 0.1 }} }},
    "GlobalMaxPooling1D",
    {{ class_name = "Dense", units = 16, activation = "sigmoid" }},
    {{ class_name = "Dense", units = 3 }},
]
[compile]
optimizer = {{ class_name = "SGD", learning_rate = 0.001 }}
loss = {{ class_name = "SparseCategoricalCrossentropy", from_logits = true }}
metrics = ["accuracy"]
[fit]
epochs = 10
"#
    );
    words(of(&run, &[20], 3))
}

/// Reviews, good or bad: Embedding, LSTM, Dense.
pub(crate) fn sequence() -> Patient {
    let run = format!(
        r#"
[data]
csv = "reviews.csv"
stream = true
balance = "downsample"
{TEXT}
[model]
layers = [
    {{ class_name = "Embedding", input_dim = 500, output_dim = 8 }},
    {{ class_name = "LSTM", units = 8 }},
    {{ class_name = "Dense", units = 1, activation = "relu" }},
]
[compile]
optimizer = "adam"
loss = "binary_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 10
[[callbacks]]
class_name = "EarlyStopping"
patience = 2
"#
    );
    words(of(&run, &[20], 2))
}

fn words(mut patient: Patient) -> Patient {
    let input = &mut patient.profile.inputs[0];
    input.features = 0;
    input.figures = None;
    input.text = Some(TextProfile {
        column: "review".to_owned(),
        vocabulary: 500,
        length: 20,
        ..TextProfile::default()
    });
    patient
}

/// Images of four classes: Conv2D, MaxPooling2D, Conv2D, Flatten, Dense, Dense.
pub(crate) fn image() -> Patient {
    let run = r#"
[data]
images = { path = "images", size = [16, 16] }
[model]
layers = [
    { class_name = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
    "MaxPooling2D",
    { class_name = "Conv2D", filters = 16, kernel_size = 3, activation = "relu" },
    "Flatten",
    { class_name = "Dense", units = 32, activation = "relu" },
    { class_name = "Dense", units = 4, activation = "softmax" },
]
[compile]
optimizer = "adam"
loss = "categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 10
"#;
    let mut patient = of(run, &[16, 16, 3], 4);
    patient.profile.label.encoding = "one_hot".to_owned();
    patient.profile.inputs[0].figures = Some(figures(0.0, 255.0));
    patient
}

/// Prices from a table of three columns: Dense, BatchNormalization, Dense.
pub(crate) fn table() -> Patient {
    let run = r#"
[data]
csv = "houses.csv"
label = "price"
[model]
layers = [
    { class_name = "Dense", units = 32, activation = "relu" },
    "BatchNormalization",
    { class_name = "Dense", units = 1 },
]
[compile]
optimizer = { class_name = "SGD", learning_rate = 0.01 }
loss = "mse"
metrics = ["mae"]
[fit]
epochs = 10
"#;
    let mut patient = of(run, &[3], 0);
    patient.rate = Some(0.01);
    let label = &mut patient.profile.label;
    label.encoding = "number".to_owned();
    label.columns = vec!["price".to_owned()];
    label.numbers = [None; 3]
        .map(|_: Option<()>| Some(figures(1000.0, 4000.0)))
        .to_vec();
    let column = |name: &str| ColumnProfile {
        name: name.to_owned(),
        kind: "numeric".to_owned(),
        missing: Some(0),
        categories: None,
    };
    patient.profile.columns = ["rooms", "area", "tax"].map(column).to_vec();
    patient
}

/// [`digits`] with two equal hidden layers.
pub(crate) fn deep() -> Patient {
    let mut patient = digits();
    patient.spec = edits(&crate::remedies::deeper_network::DEF, &patient)
        .remove(0)
        .spec;
    patient
}

/// The varied ones.
pub(crate) fn all() -> [Patient; 6] {
    [digits(), deep(), text(), sequence(), image(), table()]
}

/// Classes of the layers.
pub(crate) fn classes(change: &Change) -> Vec<&str> {
    let list = crate::network::answer::list(&change.spec).expect("a list");
    let layers = list.layers.iter();
    layers.map(|l| l.object.class_name.as_str()).collect()
}

/// An option of a layer of the edited run.
pub(crate) fn option(change: &Change, place: usize, key: &str) -> serde_json::Value {
    let list = crate::network::answer::list(&change.spec).expect("a list");
    let value = list.layers[place].object.config.get(key);
    value.cloned().unwrap_or(serde_json::Value::Null)
}

/// The edits of a remedy on a patient that it fits.
pub(crate) fn edits(remedy: &crate::RemedyDef, patient: &Patient) -> Vec<Change> {
    match (remedy.changes)(patient) {
        Ok(changes) => changes,
        Err(reason) => panic!("{}: {reason}", remedy.id),
    }
}

/// Why a remedy does not fit a patient.
pub(crate) fn refusal(remedy: &crate::RemedyDef, patient: &Patient) -> String {
    (remedy.changes)(patient).expect_err("not for this one")
}
