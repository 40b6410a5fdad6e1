//! A small model with small data.
#![allow(dead_code)] // each test file uses a part

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::Tensor;
use regimen_nn::layers::Dense;
use regimen_nn::model::Sequential;
use regimen_nn::{Model, Object};
use regimen_train::{Arrays, CompileOptions, FitOptions, Outcome, Trainer};

pub fn engine() -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(1),
        ..CpuOptions::default()
    })
}

/// Rows of two features and one target, all different.
pub fn data(rows: usize) -> Arrays {
    let x = (0..rows * 2)
        .map(|i| ((i * 37 % 23) as f32 - 11.0) / 10.0)
        .collect();
    let y = (0..rows)
        .map(|i| ((i * 29 % 17) as f32 - 8.0) / 4.0)
        .collect();
    Arrays::new(
        Tensor::f32([rows, 2], x).expect("shape"),
        Tensor::f32([rows, 1], y).expect("shape"),
    )
}

pub fn model() -> Model {
    Sequential::new()
        .input([2])
        .add(Dense::new(3usize).activation("tanh"))
        .add(Dense::new(1usize))
        .build()
}

pub fn options() -> CompileOptions {
    CompileOptions::new(Object::named("sgd").with("learning_rate", 0.05), "mse")
}

/// A model that never changes: every epoch's loss is that of its rows.
pub fn frozen() -> CompileOptions {
    CompileOptions::new(Object::named("sgd").with("learning_rate", 0.0), "mse")
}

pub fn trainer<'e>(engine: &'e CpuEngine, compile: &CompileOptions, data: &Arrays) -> Trainer<'e> {
    Trainer::new(engine, model(), compile, data, 11).expect("compiles")
}

pub fn fit(trainer: &mut Trainer<'_>, data: &Arrays, options: &FitOptions) -> Outcome {
    trainer
        .fit(data, None, options, &mut [], &mut ())
        .expect("trains")
}

/// Mean squared errors row by row, from predictions.
pub fn row_losses(trainer: &mut Trainer<'_>, data: &Arrays) -> Vec<f64> {
    let predicted = trainer.predict(&data.x, 64).expect("predicts")[0].to_f64();
    predicted
        .iter()
        .zip(data.y[0].to_f64())
        .map(|(p, y)| (p - y) * (p - y))
        .collect()
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[track_caller]
pub fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-5 * b.abs().max(1e-3), "{a} is not {b}");
}
