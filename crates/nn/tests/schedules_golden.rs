//! Learning rate schedules against Keras: rates at many steps, in float64 and in float32; names and refusals.

mod golden;

use std::collections::BTreeMap;

use golden::{Report, cases, file, number, text};
use regimen_graph::{Builder, DType, Engine, InputKind, Reference, Tensor, Type};
use regimen_nn::optimizers::LearningRate;
use regimen_nn::schedules::{SCHEDULES, Schedule};
use regimen_nn::{Object, OptionValue};
use serde_json::{Value as Json, json};

/// Of the largest rate of the case: float32 in Keras, float64 or the reference engine's here.
const RATES: f64 = 1e-5;

fn all() -> Vec<Json> {
    let mut found = file("optimizers/schedules.json")["cases"]
        .as_array()
        .unwrap()
        .clone();
    for case in &mut found {
        case["steps"] = (0..case["rates"].as_array().unwrap().len())
            .collect::<Vec<_>>()
            .into();
    }
    found.extend(
        file("optimizers/schedules_all.json")["cases"]
            .as_array()
            .unwrap()
            .clone(),
    );
    found
}

fn schedule(case: &Json) -> Schedule {
    let object = json!({ "class_name": case["class_name"], "config": case["config"] });
    Schedule::read(&object).unwrap_or_else(|e| panic!("{case}: {e}"))
}

/// The rate as a training step evaluates it, from a count in float32.
fn in_a_step(schedule: &Schedule, step: f64) -> f64 {
    let builder = Builder::new();
    let count = builder.input("step", Type::new(DType::F32, vec![]), InputKind::State);
    let graph = builder
        .finish(&[("rate", schedule.rate(&count))], &[])
        .unwrap();
    let mut store = Reference.store();
    store.put("step", &Tensor::scalar(step as f32));
    let mut program = Reference.compile(&graph).unwrap();
    program.run(store.as_mut(), &[]).unwrap();
    program.scalar(0)
}

#[test]
fn schedules_are_those_of_keras() {
    let mut report = Report::default();
    for case in all() {
        let schedule = schedule(&case);
        let rates: Vec<f64> = case["rates"]
            .as_array()
            .unwrap()
            .iter()
            .map(number)
            .collect();
        let largest = rates.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        for (step, want) in case["steps"].as_array().unwrap().iter().zip(rates) {
            let step = step.as_f64().unwrap();
            for got in [schedule.at(step), in_a_step(&schedule, step)] {
                if (got - want).abs() > RATES * largest {
                    report.wrong(format!(
                        "{} at {step}: {got}, Keras has {want}",
                        case["name"]
                    ));
                }
            }
        }
    }
    report.finish();
}

#[test]
fn every_schedule_is_compared() {
    let classes: BTreeMap<String, usize> = all()
        .iter()
        .map(|case| (text(&case["class_name"]), 0))
        .collect();
    for def in SCHEDULES {
        assert!(
            classes.contains_key(def.class_name),
            "no golden case of {}",
            def.class_name
        );
    }
    assert!(!cases("optimizers/schedules_all.json").is_empty());
}

#[test]
fn a_learning_rate_is_a_number_or_a_schedule() {
    let decay = Object::named("cosine_decay")
        .with("initial_learning_rate", 0.5)
        .with("decay_steps", 10);
    let rate = LearningRate::from(Schedule(decay));
    assert!((rate.at(5) - 0.25).abs() < 1e-9 && rate.at(0) == 0.5);
    assert_eq!(
        LearningRate::read(&rate.write()).unwrap(),
        LearningRate::read(&rate.write()).unwrap()
    );
    assert_eq!(LearningRate::from(0.5).at(7), 0.5);
    assert!(Schedule::named("nothing").at(0.0).is_nan());
}

#[test]
fn bad_options_are_refused_with_the_reason() {
    let refused = |class: &str, config: Json| {
        Schedule::read(&json!({ "class_name": class, "config": config })).unwrap_err()
    };
    assert!(refused("CosineDecay", json!({})).contains("needs `initial_learning_rate`"));
    let steps = json!({ "initial_learning_rate": 0.1, "decay_steps": 0, "decay_rate": 0.5 });
    assert!(refused("ExponentialDecay", steps.clone()).contains("above 0"));
    assert!(refused("InverseTimeDecay", steps).contains("above 0"));
    let restarts = json!({ "initial_learning_rate": 0.1, "first_decay_steps": 4, "t_mul": 0 });
    assert!(refused("CosineDecayRestarts", restarts).contains("`t_mul`"));
    let pieces = |boundaries: Json, values: Json| {
        refused(
            "PiecewiseConstantDecay",
            json!({ "boundaries": boundaries, "values": values }),
        )
    };
    assert!(pieces(json!([1]), json!([1])).contains("one value more"));
    assert!(pieces(json!([]), json!([1])).contains("one value more"));
    assert!(pieces(json!([2, 1]), json!([1, 2, 3])).contains("rising order"));
    assert!(
        refused(
            "PolynomialDecay",
            json!({ "initial_learning_rate": 1, "decay_steps": 1, "cylce": true })
        )
        .contains("`cycle`")
    );
    assert!(refused("CosinDecay", json!({})).contains("did you mean `CosineDecay`?"));
}
