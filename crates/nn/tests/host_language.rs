//! Objects of a host language: configs name them by number, and whoever installed the language gives them.

use regimen_graph::{Builder, DType, InputKind, Type, Var};
use regimen_nn::constraints::Constrain;
use regimen_nn::foreign::{Foreign, install};
use regimen_nn::losses::Loss;
use regimen_nn::metrics::Metric;
use regimen_nn::regularizers::Regularize;
use regimen_nn::schedules::LearningRateSchedule;
use regimen_nn::{Call, Layer, Mode, Object, Scope, Value, layers, losses};
use serde_json::{Map, Value as Json};

#[derive(Debug)]
struct Twice;

impl Layer for Twice {
    fn class_name(&self) -> &'static str {
        "Twice"
    }

    fn config(&self) -> Map<String, Json> {
        Map::new()
    }

    fn forward(&self, _: &mut Scope, call: &Call) -> Vec<Value> {
        vec![(&call.inputs[0].x * 2.0).into()]
    }
}

/// A language with one layer, number 1.
struct Language;

impl Foreign for Language {
    fn layer(&self, id: u64) -> Option<Box<dyn Layer>> {
        (id == 1).then(|| Box::new(Twice) as Box<dyn Layer>)
    }

    fn loss(&self, _: u64) -> Option<Box<dyn Loss>> {
        None
    }

    fn metric(&self, _: u64) -> Option<Box<dyn Metric>> {
        None
    }

    fn regularizer(&self, _: u64) -> Option<Box<dyn Regularize>> {
        None
    }

    fn constraint(&self, _: u64) -> Option<Box<dyn Constrain>> {
        None
    }

    fn schedule(&self, _: u64) -> Option<Box<dyn LearningRateSchedule>> {
        None
    }

    fn activation(&self, _: u64, _: &Var) -> Option<Var> {
        None
    }
}

fn told(name: &str) -> String {
    let read = layers::read(&Object::named(name), "model.layers[0]");
    let errors = read.expect_err("is not there");
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn objects_come_from_the_language_that_was_installed_first() {
    assert!(told("python>1").contains("python>1"), "no language yet");
    assert!(install(Box::new(Language)));
    assert!(!install(Box::new(Language)), "there is one");

    let layer = layers::read(&Object::named("python>1"), "").expect("the layer");
    let builder = Builder::new();
    let x = builder.input("x", Type::new(DType::F32, vec![4, 3]), InputKind::Feed);
    let mut scope = Scope::new(&builder, Mode::Inference);
    let outputs = layer.forward(&mut scope, &Call::of(x.into()));
    assert_eq!(
        (layer.class_name(), outputs[0].x.shape()),
        ("Twice", vec![4, 3])
    );

    for unknown in ["python>2", "python>one", "python>", "python>-1"] {
        assert!(told(unknown).contains(unknown), "{}", told(unknown));
    }
    assert!(
        losses::read(&Object::named("python>1"), "").is_err(),
        "no loss of this number"
    );
}
