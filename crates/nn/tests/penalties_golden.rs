//! Regularizers and constraints against Keras.

mod golden;

use golden::{Feed, Golden, Report, cases, file, needed, number, text};
use regimen_graph::{DType, grad};
use regimen_nn::constraints::Constraint;
use regimen_nn::regularizers::Regularizer;
use regimen_nn::{Object, OptionValue};
use serde_json::{Value as Json, json};

fn object(case: &Json) -> Object {
    Object {
        class_name: text(&case["class_name"]),
        config: case["full_config"].as_object().cloned().unwrap_or_default(),
    }
}

fn golden(shape: &[usize], data: &[f64]) -> Golden {
    Golden {
        shape: shape.to_vec(),
        dtype: DType::F32,
        data: data.to_vec(),
        scale: 0.0,
    }
}

/// The cases of both files of a kind.
fn both(kind: &str) -> Vec<Json> {
    let files = [
        format!("functions/{kind}.json"),
        format!("functions/{kind}_all.json"),
    ];
    files.iter().flat_map(|file| cases(file)).collect()
}

#[test]
fn every_regularizer_and_constraint_is_compared() {
    let compared = |kind: &str, name: &str| {
        let found = both(kind)
            .iter()
            .any(|case| text(&case["class_name"]) == name);
        assert!(found, "no golden case of {name}");
    };
    for def in regimen_nn::regularizers::REGULARIZERS {
        compared("regularizers", def.class_name);
    }
    for def in regimen_nn::constraints::CONSTRAINTS {
        compared("constraints", def.class_name);
    }
}

#[test]
fn regularizers_are_those_of_keras() {
    let mut report = Report::default();
    for case in both("regularizers") {
        let mut feed = Feed::default();
        let x = feed.input("x", &needed(&case["input"]));
        let penalty = Regularizer(object(&case)).penalty(&feed.builder, &x);
        let dx = grad(&penalty, std::slice::from_ref(&x))
            .unwrap()
            .swap_remove(0)
            .unwrap_or(x.zeros_like());
        let results = feed.run(&[("penalty", penalty), ("dx", dx)]);
        let place = text(&case["name"]);
        report.compare(
            &place,
            &results["penalty"],
            &golden(&[], &[number(&case["value"])]),
            1e-5,
        );
        report.compare(
            &format!("d {place}"),
            &results["dx"],
            &needed(&case["grad"]),
            1e-4,
        );
    }
    report.finish();
}

#[test]
fn orthogonal_regularizer_is_the_mean_of_cosines() {
    let mut feed = Feed::default();
    let x = feed.input("x", &golden(&[3, 2], &[1.0, 0.0, 0.0, 2.0, 3.0, 4.0]));
    let of = |mode: &str| {
        let object = Object::named("OrthogonalRegularizer")
            .with("factor", 0.1)
            .with("mode", mode);
        Regularizer(object).penalty(&feed.builder, &x)
    };
    let results = feed.run(&[("rows", of("rows")), ("columns", of("columns"))]);
    // Rows: cosines 0, 0.6 and 0.8. Both orders are summed, half is taken, over three pairs.
    assert!((results["rows"].data[0] - 0.1 * 1.4 / 3.0).abs() < 1e-7);
    let cosine = 12.0 / (10.0f64 * 20.0).sqrt();
    assert!((results["columns"].data[0] - 0.1 * cosine).abs() < 1e-7);
    Regularizer::named("OrthogonalRegularizer").penalty(&feed.builder, &x.reshape(&[6]));
    assert!(feed.builder.faults()[0].to_string().contains("a matrix"));
}

#[test]
fn constraints_are_those_of_keras() {
    let mut report = Report::default();
    for case in both("constraints") {
        let mut feed = Feed::default();
        let w = feed.input("w", &needed(&case["input"]));
        let results = feed.run(&[("w", Constraint(object(&case)).project(&feed.builder, &w))]);
        report.compare(
            &text(&case["name"]),
            &results["w"],
            &needed(&case["output"]),
            1e-5,
        );
    }
    report.finish();
}

#[test]
fn min_max_norm_draws_lengths_into_their_bounds() {
    let mut feed = Feed::default();
    let w = feed.input("w", &golden(&[2, 3], &[3.0, 0.3, 0.6, 4.0, 0.4, 0.8]));
    let of = |rate: f64| {
        let object = Object::named("MinMaxNorm")
            .with("min_value", 1)
            .with("max_value", 2)
            .with("rate", rate);
        Constraint(object).project(&feed.builder, &w)
    };
    let results = feed.run(&[("full", of(1.0)), ("half", of(0.5))]);
    let near =
        |a: &[f64], b: &[f64]| assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5), "{a:?}");
    near(&results["full"].data, &[1.2, 0.6, 0.6, 1.6, 0.8, 0.8]);
    near(&results["half"].data, &[2.1, 0.45, 0.6, 2.8, 0.6, 0.8]);
}

#[test]
fn names_are_those_of_keras() {
    for row in file("functions/regularizers.json")["strings"]
        .as_array()
        .unwrap()
    {
        // Keras refuses `l1_l2` as a string though it exports the function of that name; here it is L1L2.
        let made = Regularizer::read(&row["string"]).unwrap().write();
        assert_eq!(
            made["class_name"],
            row.get("class_name").cloned().unwrap_or(json!("L1L2")),
            "{row}"
        );
    }
    for row in file("functions/constraints.json")["strings"]
        .as_array()
        .unwrap()
    {
        assert_eq!(
            Constraint::read(&row["string"]).unwrap().write()["class_name"],
            row["class_name"],
            "{row}"
        );
    }
    for name in ["maxnorm", "unitnorm", "nonneg", "min_max_norm"] {
        assert!(Constraint::read(&name.into()).is_ok(), "{name}");
    }
}

#[test]
fn bad_options_are_refused_with_the_reason() {
    let regularizer = |name: &str, config: Json| {
        Regularizer::read(&json!({ "class_name": name, "config": config })).unwrap_err()
    };
    assert!(regularizer("l2", json!({ "l2": -0.1 })).contains("0 or more"));
    assert!(regularizer("L1L2", json!({ "l1": -1.0 })).contains("`l1`"));
    assert!(regularizer("l1", json!({ "l2": 0.1 })).contains("no option `l2`"));
    assert!(regularizer("OrthogonalRegularizer", json!({ "mode": "row" })).contains("columns"));
    assert!(regularizer("l3", json!({})).contains("did you mean"));
    let constraint = |name: &str, config: Json| {
        Constraint::read(&json!({ "class_name": name, "config": config })).unwrap_err()
    };
    assert!(constraint("max_norm", json!({ "max_value": -1 })).contains("never negative"));
    assert!(
        constraint("MinMaxNorm", json!({ "min_value": 2, "max_value": 1 }))
            .contains("at most `max_value`")
    );
    assert!(constraint("MinMaxNorm", json!({ "rate": 2 })).contains("0 to 1"));
    assert!(constraint("maxnorn", json!({})).contains("`MaxNorm`"));
    let mut feed = Feed::default();
    let w = feed.input("w", &golden(&[4], &[0.0; 4]));
    Constraint(Object::named("UnitNorm").with("axis", 1)).project(&feed.builder, &w);
    assert!(
        feed.builder.faults()[0]
            .to_string()
            .contains("axis 1 for a weight of shape [4]")
    );
}
