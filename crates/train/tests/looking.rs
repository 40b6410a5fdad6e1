//! The look inside of the network: what it measures, how often it is due, and that it changes no number.

mod small;

use regimen_graph::{Data, Tensor};
use regimen_nn::Model;
use regimen_nn::layers::Dense;
use regimen_nn::model::Sequential;
use regimen_run::Event;
use regimen_run::event::ProbeTelemetry;
use regimen_train::{Arrays, Collect, CompileOptions, FitOptions, Trainer, Weights};
use small::{data, engine, frozen, model};

/// A network with relu units, which biases can kill.
fn relu() -> Model {
    Sequential::new()
        .input([2])
        .add(Dense::new(4usize).activation("relu"))
        .add(Dense::new(1usize))
        .build()
}

fn train(
    model: Model,
    compile: &CompileOptions,
    data: &Arrays,
    options: &FitOptions,
    change: impl Fn(&mut Weights),
) -> (Vec<(usize, ProbeTelemetry)>, Weights) {
    let engine = engine();
    let mut trainer = Trainer::new(&engine, model, compile, data, 11).expect("compiles");
    let mut weights = trainer.weights();
    change(&mut weights);
    trainer.set_weights(&weights).expect("the same shapes");
    let mut seen = Collect::default();
    trainer
        .fit(data, None, options, &mut [], &mut seen)
        .expect("trains");
    let looks = seen.0.into_iter().filter_map(|event| match event {
        Event::EpochEnd {
            epoch, telemetry, ..
        } => Some((epoch, telemetry.probe?)),
        _ => None,
    });
    (looks.collect(), trainer.weights())
}

fn compile() -> CompileOptions {
    small::options()
}

fn options(epochs: usize) -> FitOptions {
    FitOptions {
        epochs,
        batch_size: 8,
        ..FitOptions::default()
    }
}

#[test]
fn it_changes_no_number() {
    let data = data(40);
    let without = FitOptions {
        probe: false,
        ..options(5)
    };
    let (looks, with) = train(model(), &compile(), &data, &options(5), |_| ());
    let (none, plain) = train(model(), &compile(), &data, &without, |_| ());
    assert!(!looks.is_empty() && none.is_empty());
    assert_eq!(with, plain);
}

#[test]
fn how_often_follows_from_the_rows() {
    let epochs = |rows: usize, n: usize| -> Vec<usize> {
        let (looks, _) = train(model(), &compile(), &data(rows), &options(n), |_| ());
        looks.into_iter().map(|(epoch, _)| epoch).collect()
    };
    // 16 rows of 200 are 8 % of an epoch: every eighth.
    assert_eq!(epochs(200, 17), [0, 8, 16]);
    assert_eq!(epochs(3200, 2), [0, 1]);
}

#[test]
fn figures_of_a_layer_whose_units_are_dead() {
    let data = data(40);
    let kill = |weights: &mut Weights| {
        for (path, value) in weights.iter_mut() {
            if path.ends_with("dense/bias") {
                *value = Tensor::f32([4], vec![-99.0, -99.0, -99.0, 99.0]).expect("shape");
            }
        }
    };
    let (looks, weights) = train(relu(), &frozen(), &data, &options(1), kill);
    let (_, look) = &looks[0];
    assert_eq!(look.rows, 16);
    let hidden = &look.layers[0];
    assert_eq!(hidden.path, "dense");
    assert!(
        (hidden.zeros.expect("a relu") - 0.75).abs() < 1e-6,
        "{hidden:?}"
    );
    assert!(
        (hidden.dead.expect("a relu") - 0.75).abs() < 1e-6,
        "{hidden:?}"
    );
    assert_eq!(hidden.saturated, None);
    let squares = |path: &str| -> (f64, usize) {
        let (_, value) = weights
            .iter()
            .find(|(name, _)| name.ends_with(path))
            .expect("a weight");
        let Data::F32(values) = &value.data else {
            panic!("floats")
        };
        (
            values.iter().map(|w| f64::from(*w).powi(2)).sum(),
            values.len(),
        )
    };
    let (kernel, n) = squares("dense/kernel");
    let (bias, m) = squares("dense/bias");
    let wanted = ((kernel + bias) / (n + m) as f64).sqrt();
    let got = hidden.weight.expect("weights");
    assert!((got / wanted - 1.0).abs() < 1e-5, "{got} {wanted}");
    assert!(look.loss.is_finite() && look.layers[1].gradient.is_some_and(|g| g > 0.0));
}

#[test]
fn saturation_of_a_tanh() {
    let large = |weights: &mut Weights| {
        for (path, value) in weights.iter_mut() {
            if path.ends_with("dense/bias") {
                *value = Tensor::f32([3], vec![50.0; 3]).expect("shape");
            }
        }
    };
    let (looks, _) = train(model(), &frozen(), &data(40), &options(1), large);
    assert_eq!(looks[0].1.layers[0].saturated, Some(1.0));
}
