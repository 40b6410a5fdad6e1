//! Metrics against Keras: results after each update, states, names; and what is refused.

mod golden;

use std::collections::BTreeMap;

use golden::{Feed, Report, cases, file, needed, tensor, text};
use regimen_graph::{Builder, DType, InputKind, Plain, Type, Var};
use regimen_nn::Object;
use regimen_nn::metrics::{self, Direction, Metric};
use serde_json::{Value as Json, json};

const VALUES: f64 = 1e-5;

#[test]
fn metrics_are_those_of_keras() {
    let mut report = Report::default();
    for name in golden::files("metrics") {
        for case in cases(&name) {
            check(&case, &mut report);
        }
    }
    report.finish();
}

/// A new metric is proven by its golden file alone: here is what fails without one.
#[test]
fn every_metric_and_each_of_its_options_has_cases() {
    let missing = golden::options_without_cases(
        "metrics",
        metrics::METRICS
            .iter()
            .map(|d| (d.class_name, (d.options)())),
    );
    assert!(missing.is_empty(), "{missing:?}");
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
    let keras_name = text(&case["full_config"]["name"]);
    let bare = without_name(&object, case);
    match metrics::read(&bare, "metric", &shapes.0, &shapes.1) {
        // A bare word is what was typed, and `Accuracy` a wish.
        _ if bare.config.is_empty() => {}
        Ok(named) if named.name == keras_name => {}
        other => report.wrong(format!("{place}: {other:?}, Keras calls it {keras_name}")),
    }
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
        let mask = tensor(&update["mask"]).map(|m| feed.input("mask", &m));
        let mask = mask.filter(|_| metric.takes_mask());
        let weight = match (weight, mask.map(|m| m.cast(DType::F32))) {
            (Some(w), Some(m)) => Some(w * m),
            (w, m) => w.or(m),
        };
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

/// The object with the options that the case passed, but for a name.
fn without_name(object: &Object, case: &Json) -> Object {
    let mut config = case["config"].as_object().cloned().unwrap_or_default();
    config.remove("name");
    Object {
        config,
        ..object.clone()
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
        ("AUC", "AUC"),
        ("LogCoshError", "LogCoshError"),
    ] {
        assert_eq!(read(Object::named(typed)).name, name);
    }
    for (class, name) in [
        ("AUC", "auc"),
        ("KLDivergence", "kl_divergence"),
        ("LogCoshError", "logcosh"),
        (
            "SparseTopKCategoricalAccuracy",
            "sparse_top_k_categorical_accuracy",
        ),
    ] {
        let object = Object::named(class).with("dtype", "float32");
        assert_eq!(read(object).name, name);
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

#[test]
fn what_is_no_number_is_not_among_the_best() {
    let top = read(Object::named("SparseTopKCategoricalAccuracy").with("k", 2));
    let nan = f64::NAN;
    let found = value(
        top.metric.as_ref(),
        (&[2], &[0.0, 5.0]),
        (&[2, 3], &[nan, 1.0, 2.0, 3.0, 2.0, 1.0]),
    );
    assert_eq!(found, 0.0);
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
        ("F1Score", &[8], &[8, 3], "one-hot"),
        ("R2Score", &[8, 2], &[8, 3], "one column"),
        ("BinaryIoU", &[8, 2], &[8, 3], "sparse_y_pred"),
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
    assert!(with("TruePositives", "thresholds", json!(2)).contains("0 to 1"));
    assert!(refused(Object::named("PrecisionAtRecall")).contains("needs `recall`"));
    let rate = |value: f64| Object::named("PrecisionAtRecall").with("recall", value);
    assert!(refused(rate(1.5)).contains("`recall`: found 1.5"));
    assert!(refused(rate(0.5).with("num_thresholds", 0)).contains("expected 1 to "));
    assert!(refused(rate(0.5).with("class_id", -1)).contains("0 or more"));
    assert!(with("FBetaScore", "beta", json!(0)).contains("above 0"));
    assert!(with("F1Score", "threshold", json!(1.5)).contains("at most 1"));
    assert!(with("F1Score", "average", json!("makro")).contains("`macro`"));
    assert!(with("F1Score", "beta", json!(2.0)).contains("no option"));
    assert!(with("R2Score", "num_regressors", json!(-1)).contains("0 or more"));
    assert!(with("R2Score", "class_aggregation", json!("uniform")).contains("uniform_average"));
    let iou = |ids: Json| {
        Object::named("IoU")
            .with("num_classes", 3)
            .with("target_class_ids", ids)
    };
    assert!(refused(iou(json!([0, 3]))).contains("from 0 to 2"));
    assert!(refused(iou(json!([]))).contains("at least one"));
    assert!(refused(iou(json!([0])).with("dtype", "float16")).contains("int or float32"));
    assert!(refused(Object::named("MeanIoU").with("num_classes", 0)).contains("expected 1 to "));
    assert!(with("MeanMetricWrapper", "fn", json!("hubr")).contains("`Huber`"));
    assert!(with("huber", "delta", json!(0)).contains("above 0"));
}
