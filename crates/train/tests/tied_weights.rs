//! Weights of a layer that stands in several models inside of one: held, trained and saved as the one weight that they are.

use std::collections::BTreeMap;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{Engine, Tensor};
use regimen_nn::layers::Dense;
use regimen_nn::model::{Functional, Model};
use regimen_save::{LoadOptions, load_weights};
use regimen_train::{Arrays, CompileOptions, FitOptions, Trainer};

fn engine() -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(1),
        ..CpuOptions::default()
    })
}

fn shared() -> Dense {
    Dense::new(3usize).activation("tanh")
}

/// A model of the layer `shared` alone, as a layer.
fn around(name: &str) -> Model {
    let mut f = Functional::new().named(name);
    let x = f.input("x", [3]);
    let node = f.layer_boxed(Some("shared"), Box::new(shared()), true);
    let y = f.call(node, &[x]);
    f.build(&[x], &[y])
}

/// The layer twice, once in each of two models.
fn apart() -> Model {
    let mut f = Functional::new();
    let x = f.input("x", [3]);
    let mut called = |name: &str, from| {
        let node = f.layer_boxed(Some(name), Box::new(around(name)), true);
        f.call(node, &[from])
    };
    let first = called("a", x);
    let second = called("b", first);
    f.build(&[x], &[second])
}

/// One layer that is called twice.
fn together() -> Model {
    let mut f = Functional::new();
    let x = f.input("x", [3]);
    let node = f.layer_boxed(Some("shared"), Box::new(shared()), true);
    let first = f.call(node, &[x]);
    let second = f.call(node, &[first]);
    f.build(&[x], &[second])
}

fn data() -> Arrays {
    let numbers = |from: usize| {
        (0..24)
            .map(|i| ((i * 7 + from) % 11) as f32 / 11.0)
            .collect()
    };
    let tensor = |from| Tensor::f32([8, 3], numbers(from)).expect("8 rows of 3");
    Arrays::new(tensor(0), tensor(5))
}

fn losses(trainer: &mut Trainer<'_>) -> Vec<f64> {
    let options = FitOptions {
        epochs: 4,
        batch_size: 4,
        ..FitOptions::default()
    };
    let fitted = trainer.fit(&data(), None, &options, &mut [], &mut ());
    let epochs = fitted.expect("trains").history;
    epochs.iter().map(|logs| logs["loss"]).collect()
}

#[test]
fn tied_weights_are_trained_as_one() {
    let engine = engine();
    let options = CompileOptions::new("adam", "mse");
    let made = |model| {
        Trainer::new(&engine as &dyn Engine, model, &options, &data(), 3).expect("compiles")
    };
    let mut one = made(together());
    let mut model = apart();
    let layers: Vec<String> = model.layers.iter().map(|l| l.name.clone()).collect();
    let (a, b) = (&layers[1], &layers[2]);
    let path = |layer: &str, weight: &str| format!("{layer}/shared/{weight}");
    let pair = |weight: &str| (path(b, weight), path(a, weight));
    model.tied = BTreeMap::from([pair("kernel"), pair("bias")]);
    let mut tied = made(model);
    assert_eq!(tied.weight_infos().len(), 2);
    let weights = one.weights();
    let first = |weight: &str| {
        (
            path(a, weight),
            weights[&format!("shared/{weight}")].clone(),
        )
    };
    tied.set_weights(&BTreeMap::from([first("kernel"), first("bias")]))
        .expect("fits");
    assert_eq!(losses(&mut tied), losses(&mut one));

    // A file has the weight for each place, and gives it back.
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("tied.weights.h5");
    tied.save(&file).expect("saves");
    let untied = apart();
    let infos = untied.describe(&[]).expect("fits").weights;
    let read = load_weights(&file, &untied, &infos, &LoadOptions::default()).expect("loads");
    assert_eq!(read.weights.len(), 4);
    assert_eq!(
        read.weights[&path(a, "kernel")],
        read.weights[&path(b, "kernel")]
    );
    let before = tied.weights();
    tied.load_weights(&file, &LoadOptions::default())
        .expect("loads");
    assert_eq!(tied.weights(), before);
}
