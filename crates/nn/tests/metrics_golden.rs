//! Metrics against Keras: results after each update, states, names; and what is refused.

mod golden;

use std::collections::BTreeMap;

use golden::{Feed, Report, cases, file, needed, tensor, text};
use regimen_graph::{Builder, DType, InputKind, Plain, Type, Var};
use regimen_nn::Object;
use regimen_nn::metrics::{self, Direction, Metric};
use serde_json::{Value as Json, json};

const VALUES: f64 = 1e-5;

const FILES: [&str; 12] = [
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "mean_squared_error",
    "mean_absolute_error",
    "mean",
    "precision",
    "recall",
    "auc",
];

#[test]
fn metrics_are_those_of_keras() {
    let mut report = Report::default();
    for name in FILES {
        for case in cases(&format!("metrics/{name}.json")) {
            check(&case, &mut report);
        }
    }
    report.finish();
}

fn check(case: &Json, report: &mut Report) {
    let place = format!("{} {}", text(&case["class_name"]), text(&case["name"]));
    let config = case["full_config"].as_object().cloned().unwrap_or_default();
    let object = Object {
        class_name: text(&case["class_name"]),
        config,
    };
    let updates = case["updates"].as_array().unwrap();
    let values = |update: &Json, key: &str| needed(update.get(key).unwrap_or(&update["values"]));
    let shapes = (
        values(&updates[0], "y_true").shape,
        values(&updates[0], "y_pred").shape,
    );
    let metric = match metrics::read(&object, "metric", &shapes.0, &shapes.1) {
        Ok(named) => named.metric,
        Err(errors) => return report.wrong(format!("{place}: {errors:?}")),
    };
    let infos = metric.states(&shapes.0, &shapes.1);
    let mut held: BTreeMap<String, Plain> = infos
        .iter()
        .map(|s| (s.name.clone(), Plain::full(&s.shape, 0.0)))
        .collect();
    for (i, update) in updates.iter().enumerate() {
        let mut feed = Feed::default();
        let states: Vec<Var> = infos
            .iter()
            .map(|s| {
                feed.builder.input(
                    &s.name,
                    Type::new(DType::F32, s.shape.clone()),
                    InputKind::State,
                )
            })
            .collect();
        feed.values.extend(held.clone());
        let y_true = feed.input("y_true", &values(update, "y_true"));
        let y_pred = feed.input("y_pred", &values(update, "y_pred"));
        let weight = tensor(&update["sample_weight"]).map(|w| feed.input("weight", &w));
        let next = metric.update(&states, &y_true, &y_pred, weight.as_ref());
        let result = metric.result(&next);
        if !feed.builder.faults().is_empty() {
            return report.wrong(format!("{place}: {:?}", feed.builder.faults()));
        }
        let mut outputs: Vec<(&str, Var)> =
            infos.iter().map(|s| s.name.as_str()).zip(next).collect();
        outputs.push(("result", result));
        let mut results = feed.run(&outputs);
        report.compare(
            &format!("{place} update {i}"),
            &results["result"],
            &needed(&update["result"]),
            VALUES,
        );
        results.remove("result");
        held = results;
    }
    for want in case["state"].as_array().into_iter().flatten() {
        let name = text(&want["name"]);
        match held.get(&name) {
            Some(got) => report.compare(&format!("{place} {name}"), got, &needed(want), VALUES),
            None => report.wrong(format!("{place}: no state {name}")),
        }
    }
    let keras_states = case["state"].as_array().map_or(infos.len(), Vec::len);
    if keras_states != infos.len() {
        report.wrong(format!(
            "{place}: {} states, Keras has {keras_states}",
            infos.len()
        ));
    }
}

fn shape(value: &Json) -> Vec<usize> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_u64().unwrap() as usize)
        .collect()
}

#[test]
fn accuracy_is_chosen_by_shapes() {
    for case in file("metrics/accuracy_by_shapes.json")["cases"]
        .as_array()
        .unwrap()
    {
        for (typed, key) in [("accuracy", "name"), ("acc", "acc_name")] {
            let named = metrics::read(
                &Object::named(typed),
                "m",
                &shape(&case["y_true"]),
                &shape(&case["y_pred"]),
            )
            .unwrap();
            assert_eq!(named.metric.class_name(), text(&case["becomes"]), "{case}");
            assert_eq!(named.name, text(&case[key]), "{case}");
        }
    }
    let class = Object::named("Accuracy").with("name", "accuracy");
    assert_eq!(
        metrics::read(&class, "m", &[4], &[4, 3])
            .unwrap()
            .metric
            .class_name(),
        "Accuracy"
    );
    let chosen = |y_true: &[usize], y_pred: &[usize]| {
        metrics::read(&Object::named("ce"), "m", y_true, y_pred)
            .unwrap()
            .metric
            .class_name()
    };
    assert_eq!(chosen(&[4], &[4, 3]), "SparseCategoricalCrossentropy");
    assert_eq!(chosen(&[4, 3], &[4, 3]), "CategoricalCrossentropy");
    assert_eq!(chosen(&[4], &[4, 1]), "BinaryCrossentropy");
}

fn read(object: Object) -> metrics::NamedMetric {
    metrics::read(&object, "compile.metrics[0]", &[4, 3], &[4, 3]).unwrap()
}

#[test]
fn names_in_logs_are_those_of_keras() {
    for (typed, name) in [
        ("mse", "mse"),
        ("mean_squared_error", "mean_squared_error"),
        ("AUC", "auc"),
        ("Precision", "precision"),
        ("KLDivergence", "kl_divergence"),
        ("LogCoshError", "logcosh"),
        (
            "SparseTopKCategoricalAccuracy",
            "sparse_top_k_categorical_accuracy",
        ),
    ] {
        assert_eq!(read(Object::named(typed)).name, name);
    }
    assert_eq!(read(Object::named("AUC").with("name", "area")).name, "area");
}

#[test]
fn directions_are_known() {
    for (name, direction) in [
        ("mse", Direction::Down),
        ("AUC", Direction::Up),
        ("accuracy", Direction::Up),
        ("Mean", Direction::Unknown),
    ] {
        assert_eq!(
            read(Object::named(name)).metric.direction(),
            direction,
            "{name}"
        );
    }
}

fn value(metric: &dyn Metric, y_true: (&[usize], &[f64]), y_pred: (&[usize], &[f64])) -> f64 {
    let golden = |(shape, data): (&[usize], &[f64])| golden::Golden {
        shape: shape.to_vec(),
        dtype: DType::F32,
        data: data.to_vec(),
        scale: 0.0,
    };
    let mut feed = Feed::default();
    let (t, p) = (
        feed.input("t", &golden(y_true)),
        feed.input("p", &golden(y_pred)),
    );
    let zero = |shape: Vec<usize>| feed.builder.scalar(0.0).broadcast_to(&shape);
    let states: Vec<Var> = metric
        .states(y_true.0, y_pred.0)
        .into_iter()
        .map(|s| zero(s.shape))
        .collect();
    feed.run(&[("m", metric.result(&metric.update(&states, &t, &p, None)))])["m"].data[0]
}

/// The metrics without a file of numbers, worked by hand.
#[test]
fn further_metrics_follow_their_formulas() {
    let one = |name: &str, t: &[f64], p: &[f64]| {
        value(
            read(Object::named(name)).metric.as_ref(),
            (&[1, t.len()], t),
            (&[1, p.len()], p),
        )
    };
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-5, "{a} {b}");
    near(one("cosine_similarity", &[3.0, 4.0], &[4.0, 3.0]), 0.96);
    near(
        one("bce", &[1.0, 0.0], &[0.5, 0.75]),
        (2.0f64.ln() + 4.0f64.ln()) / 2.0,
    );
    near(one("cce", &[0.0, 1.0], &[0.5, 0.5]), 2.0f64.ln());
    near(one("logcosh", &[0.0], &[1.0]), 1.0f64.cosh().ln());
    near(one("mape", &[2.0, -4.0], &[1.0, -5.0]), 37.5);
    near(
        one("RootMeanSquaredError", &[0.0, 0.0], &[3.0, 4.0]),
        12.5f64.sqrt(),
    );
    near(one("squared_hinge", &[1.0, -1.0], &[0.5, 0.5]), 1.25);
    let sparse = read(Object::named("scce").with("ignore_class", 2));
    let p = [0.5, 0.25, 0.25, 0.25, 0.25, 0.5];
    // Without weights the ignored sample still counts, as in Keras.
    near(
        value(sparse.metric.as_ref(), (&[2], &[0.0, 2.0]), (&[2, 3], &p)),
        2.0f64.ln() / 2.0,
    );
    let sorted = read(
        Object::named("SparseTopKCategoricalAccuracy")
            .with("from_sorted_ids", true)
            .with("k", 2),
    );
    near(
        value(
            sorted.metric.as_ref(),
            (&[2], &[1.0, 7.0]),
            (&[2, 3], &[4.0, 1.0, 2.0, 1.0, 2.0, 7.0]),
        ),
        0.5,
    );
    let top = read(Object::named("SparseTopKCategoricalAccuracy").with("k", 2));
    let nan = f64::NAN;
    near(
        value(
            top.metric.as_ref(),
            (&[2], &[0.0, 5.0]),
            (&[2, 3], &[nan, 1.0, 2.0, 3.0, 2.0, 1.0]),
        ),
        0.0,
    );
}

#[test]
fn gain_curve_of_a_perfect_order_has_area_one() {
    let metric = read(Object::named("AUC").with("curve", "PRGAIN")).metric;
    let (t, p) = ([0.0, 0.0, 1.0, 1.0], [0.1, 0.2, 0.8, 0.9]);
    assert!((value(metric.as_ref(), (&[4, 1], &t), (&[4, 1], &p)) - 1.0).abs() < 1e-6);
}

#[test]
fn targets_that_do_not_fit_are_named_with_the_mend() {
    let refusal = |name: &str, y_true: &[usize], y_pred: &[usize]| {
        let builder = Builder::new();
        let input = |name: &str, shape: &[usize]| {
            builder.input(name, Type::new(DType::F32, shape), InputKind::Feed)
        };
        let metric = metrics::read(&Object::named(name), "m", y_true, y_pred)
            .unwrap()
            .metric;
        let states: Vec<Var> = metric
            .states(y_true, y_pred)
            .iter()
            .map(|s| input(&s.name, &s.shape))
            .collect();
        metric.result(&metric.update(&states, &input("t", y_true), &input("p", y_pred), None));
        let faults = builder.faults();
        assert!(faults.len() <= 1, "one mistake, one fault: {faults:?}");
        faults.first().map(ToString::to_string).unwrap_or_default()
    };
    for (name, y_true, y_pred, mend) in [
        (
            "CategoricalAccuracy",
            &[8][..],
            &[8, 10][..],
            "use sparse_categorical_accuracy",
        ),
        (
            "SparseCategoricalAccuracy",
            &[8, 10],
            &[8, 10],
            "use categorical_accuracy",
        ),
        (
            "SparseTopKCategoricalAccuracy",
            &[8, 10],
            &[8, 10],
            "use top_k_categorical_accuracy",
        ),
        (
            "BinaryAccuracy",
            &[8],
            &[8, 3],
            "found targets of shape [8]",
        ),
        ("mse", &[8, 3], &[8, 2], "3 units"),
        ("AUC", &[8], &[8, 3], "one-hot"),
        (
            "Precision",
            &[8, 4],
            &[8, 3],
            "found targets of shape [8, 4]",
        ),
    ] {
        let said = refusal(name, y_true, y_pred);
        assert!(said.contains(mend), "{name}: {said}");
    }
    assert_eq!(refusal("accuracy", &[8, 1], &[8, 10]), "");
}

#[test]
fn bad_options_are_refused_with_their_place() {
    let refused = |object: Object| {
        metrics::read(&object, "compile.metrics[1]", &[4], &[4])
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect::<String>()
    };
    let with = |name: &str, key: &str, value: Json| refused(Object::named(name).with(key, value));
    assert!(refused(Object::named("acuracy")).contains("did you mean"));
    assert!(
        with("AUC", "num_thresholds", json!(1)).starts_with("compile.metrics[1].num_thresholds: ")
    );
    assert!(with("AUC", "curve", json!("ROK")).contains("PRGAIN"));
    assert!(with("AUC", "thresholds", json!([0.5, 2])).contains("0 to 1"));
    assert!(with("AUC", "num_labels", json!(3)).contains("multi_label"));
    assert!(with("Precision", "thresholds", json!([-0.1])).contains("0 to 1"));
    assert!(with("Recall", "top_k", json!(0)).contains("1 or more"));
    assert!(with("TopKCategoricalAccuracy", "k", json!(0)).contains("1 or more"));
    assert!(with("BinaryAccuracy", "threshold", json!(1.5)).contains("between 0 and 1"));
    assert!(with("Precision", "treshold", json!(0.5)).contains("`thresholds`"));
}
