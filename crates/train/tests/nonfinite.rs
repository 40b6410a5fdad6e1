//! Where numbers stop being finite: the event names the layer and the step.

mod small;

use regimen_graph::Tensor;
use regimen_nn::layers::Dense;
use regimen_nn::model::Sequential;
use regimen_nn::{Call, Layer, Object, Scope, Value};
use regimen_run::Event;
use regimen_train::{Arrays, Collect, CompileOptions, FitOptions, Trainer};
use serde_json::{Map, Value as Json};
use small::*;

/// (epoch, step, layer) of every event about numbers that are not finite.
fn found(seen: &Collect) -> Vec<(usize, u64, String)> {
    let one = |e: &Event| match e {
        Event::NonFinite { epoch, step, layer } => Some((*epoch, *step, layer.clone())),
        _ => None,
    };
    seen.0.iter().filter_map(one).collect()
}

fn train(
    model: regimen_nn::Model,
    compile: &CompileOptions,
    data: &Arrays,
    options: &FitOptions,
) -> (Vec<(usize, u64, String)>, usize) {
    let engine = engine();
    let mut trainer = Trainer::new(&engine, model, compile, data, 11).expect("compiles");
    let mut seen = Collect::default();
    let outcome = trainer
        .fit(data, None, options, &mut [], &mut seen)
        .expect("training goes on");
    (found(&seen), outcome.history.len())
}

fn plain(epochs: usize, batch_size: usize) -> FitOptions {
    FitOptions {
        epochs,
        batch_size,
        shuffle: false.into(),
        ..FitOptions::default()
    }
}

#[test]
fn an_exploding_rate_is_told_once() {
    let data = data(20);
    let compile = CompileOptions::new(Object::named("sgd").with("learning_rate", 1e25), "mse");
    let (events, epochs) = train(model(), &compile, &data, &plain(3, 5));
    let [(epoch, step, layer)] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((*epoch, epochs), (0, 3), "training itself goes on");
    assert!(
        (1..4).contains(step),
        "step {step}: the first one has finite weights"
    );
    assert!(layer.starts_with("dense") || layer == "loss", "{layer}");
}

#[test]
fn a_bad_number_in_the_data_is_told_with_its_step() {
    let mut data = data(20);
    let mut x = data.x[0].to_f64();
    x[2 * 13] = f64::NAN;
    data.x[0] = Tensor::f32([20, 2], x.iter().map(|v| *v as f32).collect()).expect("shape");
    let (events, _) = train(model(), &options(), &data, &plain(2, 4));
    assert_eq!(events, [(0, 3, "input_layer".to_string())]);
}

/// ln(x) of what the layer before gives.
#[derive(Debug)]
struct Logarithm;

impl Layer for Logarithm {
    fn class_name(&self) -> &'static str {
        "Logarithm"
    }
    fn config(&self) -> Map<String, Json> {
        Map::new()
    }
    fn forward(&self, _: &mut Scope, call: &Call) -> Vec<Value> {
        vec![call.inputs[0].x.log().into()]
    }
}

#[test]
fn a_layer_outside_its_domain_is_named() {
    let model = Sequential::new()
        .input([2])
        .add_named("first", Dense::new(8usize))
        .add_named("logarithm", Logarithm)
        .add_named("last", Dense::new(1usize))
        .build();
    let (events, _) = train(model, &options(), &data(12), &plain(1, 4));
    assert_eq!(events, [(0, 0, "logarithm".to_string())]);
}

/// The square root of 0: the value is finite, its gradient is not.
#[derive(Debug)]
struct Root;

impl Layer for Root {
    fn class_name(&self) -> &'static str {
        "Root"
    }
    fn config(&self) -> Map<String, Json> {
        Map::new()
    }
    fn forward(&self, _: &mut Scope, call: &Call) -> Vec<Value> {
        let x = &call.inputs[0].x;
        vec![(x * 0.0).sqrt().into()]
    }
}

#[test]
fn a_bad_gradient_is_found_in_the_step_before() {
    let model = Sequential::new()
        .input([2])
        .add_named("first", Dense::new(4usize))
        .add_named("root", Root)
        .add_named("last", Dense::new(1usize))
        .build();
    let (events, _) = train(model, &options(), &data(12), &plain(1, 4));
    let [(0, 0, layer)] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert!(
        layer.starts_with("first") && layer.ends_with("gradient"),
        "{layer}"
    );
}

#[test]
fn bad_validation_is_told_too() {
    let all = data(12);
    let mut bad = data(4);
    bad.y[0] = Tensor::f32([4, 1], vec![f32::INFINITY; 4]).expect("shape");
    let engine = engine();
    let mut t = trainer(&engine, &options(), &all);
    let mut seen = Collect::default();
    t.fit(&all, Some(&bad), &plain(2, 4), &mut [], &mut seen)
        .expect("training goes on");
    let events = found(&seen);
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].0, 0);
}

#[test]
fn finite_runs_say_nothing() {
    let (events, _) = train(model(), &options(), &data(20), &plain(3, 5));
    assert!(events.is_empty(), "{events:?}");
}
