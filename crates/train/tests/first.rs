//! A small model learns on the reference engine.

use regimen_graph::{Reference, Tensor};
use regimen_nn::{layers::Dense, model::Sequential};
use regimen_train::{Arrays, Collect, CompileOptions, FitOptions, Trainer};

#[test]
fn a_line_is_learned() {
    let xs: Vec<f32> = (0..20).map(|i| i as f32 / 10.0 - 1.0).collect();
    let ys: Vec<f32> = xs.iter().map(|x| 3.0 * x + 0.5).collect();
    let data = Arrays::new(
        Tensor::f32([20, 1], xs).expect("shape"),
        Tensor::f32([20, 1], ys).expect("shape"),
    );
    let model = Sequential::new().input([1]).add(Dense::new(1usize)).build();
    let options = CompileOptions::new("sgd", "mse").metrics(["mse"]);
    let mut trainer = Trainer::new(&Reference, model, &options, &data, 1).expect("compiles");
    trainer.set_learning_rate(0.1).expect("a number");
    let mut seen = Collect::default();
    let fit = FitOptions {
        epochs: 30,
        batch_size: 6,
        validation_split: 0.2,
        ..FitOptions::default()
    };
    let outcome = trainer
        .fit(&data, None, &fit, &mut [], &mut seen)
        .expect("trains");
    let (first, last) = (&outcome.history[0], &outcome.history[29]);
    assert!(last["loss"] < first["loss"] / 100.0, "{first:?} {last:?}");
    assert!((last["loss"] - last["mse"]).abs() < 1e-9);
    assert!(last.contains_key("val_mse"));
}
