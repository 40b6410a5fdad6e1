//! Losses against Keras: values, reductions, weights, masks, gradients; and what is refused.

mod golden;

use golden::{Feed, Report, cases, file, needed, tensor, text};
use regimen_graph::{Builder, DType, InputKind, Type, grad};
use regimen_nn::losses::{self, Reduction};
use regimen_nn::{Object, object::snake_case};
use serde_json::{Value as Json, json};

const VALUES: f64 = 1e-5;
const GRADIENTS: f64 = 1e-4;

#[test]
fn losses_are_those_of_keras() {
    let mut report = Report::default();
    for name in golden::files("losses") {
        for case in cases(&name) {
            // Weights (B,) for values (B, T) are weights of rows here. Keras refuses them, but for T = B, where it
            // takes them for weights of columns.
            if case["name"] != "rank3_square_row_weights" {
                check(&case, &mut report);
            }
        }
    }
    report.finish();
}

/// A new loss is proven by its golden file alone: here is what fails without one.
#[test]
fn every_loss_and_each_of_its_options_has_cases() {
    let missing = golden::options_without_cases(
        "losses",
        losses::LOSSES.iter().map(|d| (d.class_name, (d.options)())),
    );
    assert!(missing.is_empty(), "{missing:?}");
}

fn check(case: &Json, report: &mut Report) {
    let place = format!("{} {}", text(&case["class_name"]), text(&case["name"]));
    let config = case["full_config"].as_object().cloned().unwrap_or_default();
    let loss = match losses::read(
        &Object {
            class_name: text(&case["class_name"]),
            config,
        },
        "loss",
    ) {
        Ok(loss) => loss,
        Err(errors) => return report.wrong(format!("{place}: {errors:?}")),
    };
    let mut feed = Feed::default();
    let (y_true, y_pred) = (
        feed.input("y_true", &needed(&case["y_true"])),
        feed.input("y_pred", &needed(&case["y_pred"])),
    );
    let weight = tensor(&case["sample_weight"]).map(|w| feed.input("weight", &w));
    let mask = tensor(&case["mask"]).map(|m| feed.input("mask", &m));
    let values = loss.values(&y_true, &y_pred);
    let mask = match (mask, loss.valid(&y_true, &values)) {
        (Some(a), Some(b)) => Some(a.and(&b)),
        (a, b) => a.or(b),
    };
    let value = match loss.reduction() {
        Reduction::None => {
            losses::weigh(&values, weight.as_ref(), mask.as_ref(), Reduction::None).0
        }
        reduction => losses::reduce(&values, weight.as_ref(), mask.as_ref(), reduction),
    };
    let weighting = feed.input("weighting", &needed(&case["weighting"]));
    let dy = match grad(
        &(&value * weighting).sum_all(),
        std::slice::from_ref(&y_pred),
    ) {
        Ok(mut list) => list.swap_remove(0),
        Err(error) => return report.wrong(format!("{place}: {error}")),
    };
    if !feed.builder.faults().is_empty() {
        return report.wrong(format!("{place}: {:?}", feed.builder.faults()));
    }
    let results = feed.run(&[("value", value), ("dy", dy.unwrap_or(y_pred.zeros_like()))]);
    report.compare(&place, &results["value"], &needed(&case["value"]), VALUES);
    report.compare(
        &format!("d {place}"),
        &results["dy"],
        &needed(&case["grad"]),
        GRADIENTS,
    );
}

#[test]
fn crossentropy_is_chosen_by_shapes() {
    let shape = |value: &Json| -> Vec<usize> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap() as usize)
            .collect()
    };
    for case in file("losses/crossentropy_by_shapes.json")["cases"]
        .as_array()
        .unwrap()
    {
        let found = losses::by_shapes(
            "crossentropy",
            &shape(&case["y_true"]),
            &shape(&case["y_pred"]),
        );
        assert_eq!(found, case["becomes"].as_str(), "{case}");
    }
    assert_eq!(losses::by_shapes("mse", &[1], &[1]), None);
}

/// What a loss says about targets and predictions of these shapes; empty when it takes them.
fn refusal(name: &str, y_true: (DType, &[usize]), y_pred: &[usize]) -> String {
    let builder = Builder::new();
    let t = builder.input("t", Type::new(y_true.0, y_true.1), InputKind::Feed);
    let p = builder.input("p", Type::new(DType::F32, y_pred), InputKind::Feed);
    let values = losses::read(&Object::named(name), "loss")
        .unwrap()
        .values(&t, &p);
    let loss = losses::reduce(&values, None, None, Reduction::SumOverBatchSize);
    let faults = builder.faults();
    assert!(faults.len() <= 1, "one mistake, one fault: {faults:?}");
    assert!(loss.shape().is_empty());
    faults.first().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn targets_that_do_not_fit_are_named_with_the_mend() {
    let (f, i) = (DType::F32, DType::I32);
    let cases = [
        (
            "sparse_categorical_crossentropy",
            (f, &[8, 10][..]),
            &[8, 10][..],
            "use categorical_crossentropy",
        ),
        (
            "sparse_categorical_crossentropy",
            (f, &[8, 10]),
            &[8, 3],
            "one-hot rows of 10 classes",
        ),
        (
            "sparse_categorical_crossentropy",
            (i, &[8]),
            &[8, 20, 3],
            "return_sequences=False",
        ),
        (
            "categorical_crossentropy",
            (i, &[8]),
            &[8, 10],
            "sparse_categorical_crossentropy",
        ),
        (
            "categorical_crossentropy",
            (i, &[8]),
            &[8, 10],
            "to_categorical(y, 10)",
        ),
        (
            "categorical_crossentropy",
            (i, &[8, 1]),
            &[8, 10],
            "sparse_categorical_crossentropy",
        ),
        (
            "categorical_crossentropy",
            (f, &[8, 5]),
            &[8, 10],
            "Give the last layer 5 units",
        ),
        (
            "categorical_crossentropy",
            (f, &[8, 5]),
            &[8, 1],
            "Give the last layer 5 units",
        ),
        (
            "binary_crossentropy",
            (i, &[8]),
            &[8, 2],
            "found targets of shape [8]",
        ),
        ("mse", (f, &[8, 3]), &[8, 2], "Give the last layer 3 units"),
        ("mse", (f, &[8]), &[8, 20, 1], "return_sequences=False"),
        ("mae", (f, &[8, 1]), &[8, 3], "give the last layer 1 unit"),
        (
            "categorical_focal_crossentropy",
            (i, &[8]),
            &[8, 10],
            "to_categorical(y, 10)",
        ),
        (
            "categorical_generalized_cross_entropy",
            (f, &[8, 10]),
            &[8, 10],
            "give integer labels",
        ),
        ("dice", (f, &[8, 3]), &[8, 2], "Give the last layer 3 units"),
        ("circle", (i, &[7]), &[8, 4], "one label for each"),
        ("ctc", (i, &[8]), &[8, 20, 5], "pad labels with 0"),
        ("ctc", (i, &[8, 4]), &[8, 5], "logits for each step"),
    ];
    for (name, y_true, y_pred, mend) in cases {
        let said = refusal(name, y_true, y_pred);
        assert!(said.contains(mend), "{name} {y_true:?} {y_pred:?}: {said}");
        assert!(said.contains("found targets of shape"), "{said}");
    }
    for (name, y_true, y_pred) in [
        ("mse", (f, &[8][..]), &[8, 1][..]),
        ("binary_crossentropy", (i, &[8]), &[8, 1]),
        ("sparse_categorical_crossentropy", (i, &[8, 1]), &[8, 3]),
        (
            "sparse_categorical_crossentropy",
            (i, &[8, 4, 1]),
            &[8, 4, 3],
        ),
        ("mse", (i, &[8]), &[8]),
    ] {
        assert_eq!(refusal(name, y_true, y_pred), "");
    }
}

#[test]
fn weights_that_do_not_fit_are_a_fault() {
    let builder = Builder::new();
    let input = |name: &str, shape: &[usize]| {
        builder.input(name, Type::new(DType::F32, shape), InputKind::Feed)
    };
    losses::reduce(
        &input("values", &[8]),
        Some(&input("w", &[8, 3])),
        None,
        Reduction::Sum,
    );
    assert!(
        builder.faults()[0]
            .fault
            .mend
            .contains("one weight for each sample"),
        "{:?}",
        builder.faults()
    );
}

#[test]
fn bad_options_are_refused_with_their_place() {
    let refused =
        |object: Object| losses::read(&object, "compile.loss").unwrap_err()[0].to_string();
    let with = |name: &str, key: &str, value: Json| refused(Object::named(name).with(key, value));
    assert!(refused(Object::named("mean_squard_error")).contains("`mean_squared_error`"));
    assert!(with("cce", "label_smoothing", json!(2)).starts_with("compile.loss.label_smoothing: "));
    assert!(with("bce", "label_smoothing", json!(-0.1)).contains("0 to 1"));
    assert!(with("huber", "delta", json!(0)).contains("above 0"));
    assert!(with("CategoricalGeneralizedCrossEntropy", "q", json!(1)).contains("between 0 and 1"));
    assert!(with("binary_focal_crossentropy", "label_smoothing", json!(2)).contains("0 to 1"));
    assert!(with("mse", "dtype", json!("float16")).contains("float32"));
    assert!(with("mse", "reduction", json!("avg")).contains("sum_over_batch_size"));
    assert!(with("mse", "from_logit", json!(true)).contains("no option"));
    assert!(with("bce", "from_logits", json!("yes")).contains("true or false"));
    let axis = losses::read(&Object::named("cce").with("axis", 5), "loss").unwrap();
    let builder = Builder::new();
    let p = builder.input("p", Type::new(DType::F32, vec![2, 3]), InputKind::Feed);
    axis.values(&p, &p);
    assert!(builder.faults()[0].fault.mend.contains("-1"));
    let dice = losses::read(&Object::named("dice").with("axis", vec![1, 4]), "loss").unwrap();
    dice.values(&p, &p);
    assert!(builder.faults()[1].fault.found.contains("[1, 4]"));
}

#[test]
fn names_are_those_of_keras() {
    for name in [
        "mse",
        "MSE",
        "mae",
        "mape",
        "msle",
        "bce",
        "kld",
        "KLD",
        "kullback_leibler_divergence",
        "cosine_proximity",
        "logcosh",
        "Huber",
        "MeanSquaredError",
        "hinge",
    ] {
        assert!(losses::find(name).is_some(), "{name}");
    }
    for def in losses::LOSSES {
        let loss = losses::read(&Object::named(def.class_name), "loss").unwrap();
        let function = json!({"class_name": "function", "config": snake_case(def.class_name)});
        let wrapped = Object::named("LossFunctionWrapper").with("fn", function);
        assert_eq!(
            losses::read(&wrapped.with("name", "own"), "loss")
                .unwrap()
                .class_name(),
            def.class_name
        );
        assert_eq!(losses::log_name(loss.as_ref()), snake_case(def.class_name));
        assert!(losses::find(&snake_case(def.class_name)).is_some());
    }
}
