//! The look inside of the network: what it measures, how often it is due, and that it changes no number.

mod small;

use regimen_graph::{Data, Tensor};
use regimen_nn::Model;
use regimen_nn::layers::Dense;
use regimen_nn::model::Sequential;
use regimen_run::Event;
use regimen_run::event::{ProbeTelemetry, ValidationTelemetry};
use regimen_train::{Arrays, Collect, CompileOptions, FitOptions, Trainer, Weights};
use small::{data, engine, frozen, model, near};

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

/// SGD moves weights by the learning rate times their gradients.
#[test]
fn updates_beside_weights() {
    let (looks, _) = train(relu(), &compile(), &data(40), &options(1), |_| ());
    for layer in &looks[0].1.layers {
        let (gradient, weight) = (layer.gradient.expect("one"), layer.weight.expect("one"));
        near(layer.update.expect("one"), 0.05 * gradient / weight);
    }
}

/// Rows one by one: sums, pairs of epochs, and the event at the end.
#[test]
fn validation_rows() {
    let rows = data(40);
    let engine = engine();
    let mut trainer = small::trainer(&engine, &compile(), &rows);
    let (mut seen, mut losses) = (Collect::default(), vec![]);
    for epochs in 1..=3 {
        let one = FitOptions {
            initial_epoch: epochs - 1,
            ..options(epochs)
        };
        trainer
            .fit(&rows, Some(&rows), &one, &mut [], &mut seen)
            .expect("trains");
        losses.push(small::row_losses(&mut trainer, &rows));
    }
    let told: Vec<ValidationTelemetry> = seen
        .0
        .iter()
        .filter_map(|event| match event {
            Event::EpochEnd { telemetry, .. } => telemetry.validation.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 3);
    for (told, losses) in told.iter().zip(&losses) {
        near(told.loss, small::mean(losses));
        near(told.squares, losses.iter().map(|x| x * x).sum());
        assert_eq!((told.rows, told.right), (40, None));
    }
    let pair = told[2].previous.as_ref().expect("an epoch before");
    let changes: Vec<f64> = losses[2]
        .iter()
        .zip(&losses[1])
        .map(|(a, b)| a - b)
        .collect();
    assert_eq!((pair.epoch, pair.gained), (1, None));
    near(pair.change, small::mean(&changes));
    let spread = |x: &f64| (x - small::mean(&changes)).powi(2);
    near(
        pair.error,
        (changes.iter().map(spread).sum::<f64>() / 39.0 / 40.0).sqrt(),
    );
    let last = seen.0.iter().rev().find_map(|event| match event {
        Event::ValidationRows(rows) => Some(rows),
        _ => None,
    });
    let last = last.expect("at the end");
    assert_eq!(last.epochs.last().map(|of| of.epoch), Some(2));
    let own: Vec<f64> = last.epochs[last.epochs.len() - 1]
        .loss
        .iter()
        .map(|x| f64::from(*x))
        .collect();
    own.iter().zip(&losses[2]).for_each(|(a, b)| near(*a, *b));
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
