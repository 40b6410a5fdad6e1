//! The workloads: five reference models, a small image network, a small transformer.

use regimen::nn::Object;
use regimen::nn::model::Model;
use regimen::train::CompileOptions;
use regimen::view::aligned;
use serde_json::{Value, json};

use crate::bench::models;

/// A model, how it is compiled, and its batch size.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) batch: usize,
    pub(crate) model: fn() -> Model,
    pub(crate) compile: fn() -> CompileOptions,
}

/// Names in order, and `list`.
pub(crate) const NAMES: [&str; 8] = [
    "conv1d",
    "mlp5",
    "lstm",
    "mlp2",
    "mlpreg",
    "cnn",
    "transformer",
    "list",
];

pub(crate) const WORKLOADS: [Workload; 7] = [
    Workload {
        name: "conv1d",
        about: "Embedding 149,517x100, Conv1D 32x8, global max, 10, 5; Adam",
        batch: 50,
        model: models::conv1d,
        compile: || classifier("adam"),
    },
    Workload {
        name: "mlp5",
        about: "157-dropout-64-32-32-16-5 with max-norm; SGD with Nesterov's momentum",
        batch: 128,
        model: models::mlp5,
        compile: || {
            let sgd = Object::named("SGD").with("learning_rate", 0.01);
            classifier(sgd.with("momentum", 0.9).with("nesterov", true))
        },
    },
    Workload {
        name: "lstm",
        about: "Embedding 20,000x128, LSTM 128 with dropout .2 and .2, 1, length 80; Adam",
        batch: 32,
        model: models::lstm,
        compile: || CompileOptions::new("adam", "binary_crossentropy").metrics(["accuracy"]),
    },
    Workload {
        name: "mlp2",
        about: "64-16-16-1; Adam at 0.01",
        batch: 200,
        model: models::mlp2,
        compile: || {
            let adam = Object::named("Adam").with("learning_rate", 0.01);
            CompileOptions::new(adam, "binary_crossentropy").metrics(["accuracy"])
        },
    },
    Workload {
        name: "mlpreg",
        about: "100-64-64, mean squared error; Adam",
        batch: 32,
        model: models::mlpreg,
        compile: || CompileOptions::new("adam", "mean_squared_error"),
    },
    Workload {
        name: "cnn",
        about: "28x28x1, Conv2D 32, pool, Conv2D 64, pool, dropout, 10; Adam",
        batch: 128,
        model: models::cnn,
        compile: || classifier("adam"),
    },
    Workload {
        name: "transformer",
        about: "tokens and positions 20,000x32, length 200, 2 heads of 32, 32, 20, 2; Adam",
        batch: 32,
        model: models::transformer,
        compile: || classifier("adam"),
    },
];

fn classifier(optimizer: impl Into<Object>) -> CompileOptions {
    CompileOptions::new(optimizer, "sparse_categorical_crossentropy").metrics(["accuracy"])
}

/// The workload of this name.
pub(crate) fn find(name: &str) -> Option<&'static Workload> {
    static ALL: [Workload; 7] = WORKLOADS;
    ALL.iter().find(|w| w.name == name)
}

/// What `bench list` prints.
pub(crate) fn list() -> String {
    let row = |w: &Workload| vec![w.name.to_owned(), w.batch.to_string(), w.about.to_owned()];
    let header = ["workload", "batch", "model"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(header)
        .chain(WORKLOADS.iter().map(row))
        .collect();
    aligned(&rows, &[1])
}

/// The same for programs.
pub(crate) fn json() -> Value {
    let row = |w: &Workload| json!({ "workload": w.name, "batch": w.batch, "model": w.about });
    WORKLOADS.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen::nn::model::InputInfo;

    #[test]
    fn models_have_keras_parameter_counts() {
        let counts = [
            ("conv1d", 14_951_700 + 25_632 + 330 + 55),
            (
                "mlp5",
                157 * 64 + 64 + 64 * 32 + 32 + 32 * 33 + 32 * 16 + 16 + 16 * 5 + 5,
            ),
            ("lstm", 2_560_000 + 131_584 + 129),
            ("mlp2", 65 * 16 + 17 * 16 + 17),
            ("mlpreg", 101 * 64 + 65 * 64),
            ("cnn", 320 + 18_496 + 16_010),
            (
                "transformer",
                640_000 + 6_400 + 8_416 + 2 * 64 + 2 * 1_056 + 660 + 42,
            ),
        ];
        for (name, params) in counts {
            let workload = find(name).unwrap();
            let model = (workload.model)();
            let row: &[usize] = match name {
                "conv1d" => &[100],
                "mlp5" => &[157],
                "lstm" => &[80],
                "mlp2" => &[64],
                "mlpreg" => &[100],
                "cnn" => &[28, 28, 1],
                _ => &[200],
            };
            let ids = matches!(name, "conv1d" | "lstm" | "transformer");
            let dtype = match ids {
                true => regimen::graph::DType::I32,
                false => regimen::graph::DType::F32,
            };
            let shapes = model.describe(&[InputInfo::of(dtype, row)]).unwrap();
            let found: usize = shapes
                .weights
                .iter()
                .map(|w| w.shape.iter().product::<usize>())
                .sum();
            assert_eq!(found, params, "{name}");
        }
    }

    #[test]
    fn every_name_but_list_is_a_workload() {
        let known: Vec<&str> = WORKLOADS.iter().map(|w| w.name).collect();
        assert_eq!(known, NAMES[..7]);
        assert!(find("list").is_none() && list().contains("transformer"));
    }
}
