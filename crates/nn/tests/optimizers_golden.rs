//! Optimizers against Keras: twenty steps under prescribed gradients; and what is refused.

mod golden;

use std::collections::BTreeMap;

use golden::{Feed, Golden, Report, file, needed, text};
use regimen_graph::{DType, InputKind, Plain, Type};
use regimen_nn::constraints::Constraint;
use regimen_nn::optimizers::{self, Optimizer, Parameter, apply};
use regimen_nn::{Object, OptionValue};
use serde_json::{Map, Value as Json, json};

const WEIGHTS: f64 = 1e-4;

/// Names and values of parameters, gradients step by step.
struct Sequence {
    names: Vec<String>,
    start: Vec<Golden>,
    gradients: Vec<Vec<Golden>>,
}

/// Values and slots after each step, by `parameter` and `parameter_slot`.
fn run(
    optimizers: &[Box<dyn Optimizer>],
    sequence: &Sequence,
    constraint: Option<&Constraint>,
) -> Vec<BTreeMap<String, Plain>> {
    let mut held: BTreeMap<String, Plain> = BTreeMap::new();
    for (name, value) in sequence.names.iter().zip(&sequence.start) {
        held.insert(name.clone(), golden::plain(value));
        for slot in optimizers[0].slots() {
            held.insert(format!("{name}_{slot}"), Plain::full(&value.shape, 0.0));
        }
    }
    let mut history = vec![];
    for (step, gradients) in sequence.gradients.iter().enumerate() {
        let mut feed = Feed {
            values: held.clone(),
            ..Feed::default()
        };
        let state = |feed: &Feed, name: &str, shape: &[usize]| {
            feed.builder
                .input(name, Type::new(DType::F32, shape), InputKind::State)
        };
        let mut parameters = vec![];
        for (i, (name, gradient)) in sequence.names.iter().zip(gradients).enumerate() {
            let slots = optimizers[0].slots();
            parameters.push(Parameter {
                value: state(&feed, name, &gradient.shape),
                grad: Some(feed.input(&format!("gradient {name}"), gradient)),
                slots: slots
                    .iter()
                    .map(|s| state(&feed, &format!("{name}_{s}"), &gradient.shape))
                    .collect(),
                constraint: constraint.filter(|_| i == 0).cloned(),
            });
        }
        let lr = feed.builder.scalar(optimizers[0].common().learning_rate);
        let iterations = feed.builder.scalar(step as f64);
        let mut outputs = vec![];
        for (i, name) in sequence.names.iter().enumerate() {
            let optimizer = &optimizers[i.min(optimizers.len() - 1)];
            let applied = apply(optimizer.as_ref(), &parameters, &lr, &iterations).swap_remove(i);
            let (value, slots) = applied.expect("the loss reaches it");
            outputs.push((name.clone(), value));
            outputs.extend(
                optimizer
                    .slots()
                    .iter()
                    .map(|s| format!("{name}_{s}"))
                    .zip(slots),
            );
        }
        let outputs: Vec<(&str, _)> = outputs
            .iter()
            .map(|(n, v)| (n.as_str(), v.clone()))
            .collect();
        let results = feed.run(&outputs);
        // Keras holds float32 between steps.
        let rounded = |p: &Plain| {
            Plain::new(
                p.shape.clone(),
                p.data.iter().map(|&v| f64::from(v as f32)).collect(),
            )
        };
        held = results
            .iter()
            .map(|(name, value)| (name.clone(), rounded(value)))
            .collect();
        history.push(held.clone());
    }
    history
}

#[test]
fn optimizers_are_those_of_keras() {
    let mut report = Report::default();
    for name in ["sgd", "adam", "adamw", "rmsprop"] {
        let golden = file(&format!("optimizers/{name}.json"));
        let list = |value: &Json| -> Vec<Golden> {
            value.as_array().unwrap().iter().map(needed).collect()
        };
        let sequence = Sequence {
            names: golden["variables"]
                .as_array()
                .unwrap()
                .iter()
                .map(|v| text(&v["name"]))
                .collect(),
            start: list(&golden["variables"]),
            gradients: golden["gradients"]
                .as_array()
                .unwrap()
                .iter()
                .map(list)
                .collect(),
        };
        for case in golden["cases"].as_array().unwrap() {
            check(case, &sequence, &mut report);
        }
    }
    report.finish();
}

/// The full config where the file has it; Keras's defaults are ours too.
fn config(case: &Json) -> Map<String, Json> {
    let given = if case["full_config"].is_object() {
        &case["full_config"]
    } else {
        &case["config"]
    };
    let mut config = given.as_object().cloned().unwrap_or_default();
    if case["name"] == "legacy_decay_as_schedule" {
        // InverseTimeDecay(0.05, 1, 0.1) is what Keras 2 called decay = 0.1.
        config.insert("learning_rate".to_string(), json!(0.05));
        config.insert("decay".to_string(), json!(0.1));
    }
    config
}

fn check(case: &Json, sequence: &Sequence, report: &mut Report) {
    let place = format!("{} {}", text(&case["class_name"]), text(&case["name"]));
    let read = |config: Map<String, Json>| {
        optimizers::read(
            &Object {
                class_name: text(&case["class_name"]),
                config,
            },
            "compile.optimizer",
        )
    };
    if case["name"] == "ema" {
        let errors = read(config(case)).unwrap_err();
        assert!(
            errors[0].to_string().contains("not supported yet"),
            "{errors:?}"
        );
        return;
    }
    let mut made = match read(config(case)) {
        Ok(made) => vec![made],
        Err(errors) => return report.wrong(format!("{place}: {errors:?}")),
    };
    if case["exclude_from_weight_decay"].is_array() {
        // Of the three parameters the bias, which is the second, does not decay: so much for its own optimizer.
        let mut without = config(case);
        without.insert(
            "weight_decay".to_string(),
            if made[0].class_name() == "AdamW" {
                json!(0)
            } else {
                Json::Null
            },
        );
        let same = read(config(case)).unwrap();
        made.extend([read(without).unwrap(), same]);
    }
    let constraint = case
        .get("kernel_constraint")
        .map(|c| Constraint::read(c).unwrap());
    let history = run(&made, sequence, constraint.as_ref());
    for (i, after) in case["after_every_5"].as_array().unwrap().iter().enumerate() {
        for (name, want) in sequence.names.iter().zip(after.as_array().unwrap()) {
            let step = 5 * i + 5;
            report.compare(
                &format!("{place} {name} after {step}"),
                &history[step - 1][name],
                &needed(want),
                WEIGHTS,
            );
        }
    }
    let last = &history[history.len() - 1];
    let states = case["state"].as_array().unwrap();
    for want in states {
        match last.get(&text(&want["name"])) {
            Some(got) => report.compare(
                &format!("{place} {}", want["name"]),
                got,
                &needed(want),
                WEIGHTS,
            ),
            None => report.wrong(format!("{place}: no slot {}", want["name"])),
        }
    }
    if last.len() != states.len() + sequence.names.len() {
        report.wrong(format!(
            "{place}: {:?}, Keras has {} slots",
            last.keys(),
            states.len()
        ));
    }
}

/// One parameter under three gradients.
fn trace(object: Object) -> Vec<f64> {
    let golden = |data: &[f64]| Golden {
        shape: vec![1],
        dtype: DType::F32,
        data: data.to_vec(),
        scale: 0.0,
    };
    let sequence = Sequence {
        names: vec!["w".to_string()],
        start: vec![golden(&[1.0])],
        gradients: [0.5, -1.0, 2.0].map(|g| vec![golden(&[g])]).to_vec(),
    };
    run(&[optimizers::read(&object, "o").unwrap()], &sequence, None)
        .iter()
        .map(|step| step["w"].data[0])
        .collect()
}

/// The optimizers without a file of numbers, worked by hand.
#[test]
fn further_optimizers_follow_their_formulas() {
    let near = |name: &str, got: Vec<f64>, want: Vec<f64>| {
        assert!(
            got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-6),
            "{name}: {got:?} {want:?}"
        );
    };
    let gradients = [0.5, -1.0, 2.0];
    let with_rate = |name: &str| Object::named(name).with("learning_rate", 0.1);
    let hand = |step: &mut dyn FnMut(f64, f64) -> f64| -> Vec<f64> {
        let mut w = 1.0;
        gradients
            .iter()
            .enumerate()
            .map(|(i, &g)| {
                w += step(g, i as f64 + 1.0);
                w
            })
            .collect()
    };
    let mut a = 0.1;
    near(
        "adagrad",
        trace(with_rate("Adagrad")),
        hand(&mut |g, _| {
            a += g * g;
            -0.1 * g / (a + 1e-7f64).sqrt()
        }),
    );
    let (mut a, mut d) = (0.0, 0.0);
    near(
        "adadelta",
        trace(with_rate("Adadelta")),
        hand(&mut |g, _| {
            a = 0.95 * a + 0.05 * g * g;
            let delta = -(d + 1e-7f64).sqrt() / (a + 1e-7f64).sqrt() * g;
            d = 0.95 * d + 0.05 * delta * delta;
            0.1 * delta
        }),
    );
    let (mut m, mut u) = (0.0, 0.0f64);
    near(
        "adamax",
        trace(with_rate("Adamax")),
        hand(&mut |g, t| {
            m += (g - m) * 0.1;
            u = (0.999 * u).max(g.abs());
            -0.1 * m / ((1.0 - 0.9f64.powf(t)) * (u + 1e-7))
        }),
    );
    let mut m = 0.0f64;
    near(
        "lion",
        trace(with_rate("Lion")),
        hand(&mut |g, _| {
            let step = -0.1 * (0.9 * m + 0.1 * g).signum();
            m = 0.99 * m + 0.01 * g;
            step
        }),
    );
    let (mut m, mut v, mut product) = (0.0, 0.0, 1.0);
    near(
        "nadam",
        trace(with_rate("Nadam")),
        hand(&mut |g, t| {
            let u = |t: f64| 0.9 * (1.0 - 0.5 * 0.96f64.powf(t));
            product *= u(t);
            m += (g - m) * 0.1;
            v += (g * g - v) * 0.001;
            let mean =
                u(t + 1.0) * m / (1.0 - product * u(t + 1.0)) + (1.0 - u(t)) * g / (1.0 - product);
            -0.1 * mean / ((v / (1.0 - 0.999f64.powf(t))).sqrt() + 1e-7)
        }),
    );
}

#[test]
fn a_parameter_that_the_loss_does_not_reach_stays() {
    let feed = Feed::default();
    let w = feed.builder.scalar(1.0);
    let optimizer = optimizers::read(&Object::named("adam"), "o").unwrap();
    let parameter = Parameter {
        value: w.clone(),
        grad: None,
        slots: vec![w.clone(), w.clone()],
        constraint: None,
    };
    assert!(apply(optimizer.as_ref(), &[parameter], &w, &w)[0].is_none());
}

#[test]
fn gradients_that_are_not_finite_are_not_hidden_by_clipping() {
    let golden = |data: &[f64]| Golden {
        shape: vec![2],
        dtype: DType::F32,
        data: data.to_vec(),
        scale: 0.0,
    };
    let sequence = Sequence {
        names: vec!["w".to_string()],
        start: vec![golden(&[1.0, 1.0])],
        gradients: vec![vec![golden(&[f64::INFINITY, 1.0])]],
    };
    let optimizer =
        optimizers::read(&Object::named("sgd").with("global_clipnorm", 1.0), "o").unwrap();
    assert!(
        run(&[optimizer], &sequence, None)[0]["w"]
            .data
            .iter()
            .all(|v| v.is_nan())
    );
}

#[test]
fn bad_options_are_refused_with_their_place() {
    let refused = |object: Object| -> String {
        let errors = optimizers::read(&object, "compile.optimizer").unwrap_err();
        errors.iter().map(|e| format!("{e}\n")).collect()
    };
    let with = |name: &str, key: &str, value: Json| refused(Object::named(name).with(key, value));
    assert!(
        with("adam", "learning_rate", json!(-1)).starts_with("compile.optimizer.learning_rate: ")
    );
    assert!(with("adam", "learning_rate", json!("fast")).contains("a finite number"));
    let schedule = json!({ "class_name": "CosineDecay", "config": {} });
    assert!(with("adam", "learning_rate", schedule).contains("schedules are not supported yet"));
    assert!(with("adam", "beta_1", json!(1)).contains("below 1"));
    assert!(with("adam", "epsilon", json!(-1e-7)).contains("0 or more"));
    assert!(with("adam", "use_ema", json!(true)).contains("not supported yet"));
    assert!(with("adam", "gradient_accumulation_steps", json!(4)).contains("not supported yet"));
    assert!(with("adam", "loss_scale_factor", json!(2.0)).contains("not supported yet"));
    assert!(with("adam", "clipnorm", json!(-1)).contains("0 or more"));
    assert!(with("adam", "weight_decay", json!(-1)).contains("0 or more"));
    assert!(with("adam", "momentum", json!(0.9)).contains("no option `momentum`"));
    assert!(with("adam", "learning_rat", json!(0.1)).contains("`learning_rate`"));
    assert!(with("adamw", "weight_decay", Json::Null).contains("use Adam"));
    assert!(with("sgd", "momentum", json!(1.5)).contains("0 to 1"));
    assert!(with("lion", "beta_1", json!(0)).contains("above 0"));
    assert!(refused(Object::named("adma")).contains("`Adam`"));
    let both = refused(
        Object::named("sgd")
            .with("clipnorm", 1.0)
            .with("clipvalue", 1.0),
    );
    assert!(
        both.contains("`clipnorm` and `clipvalue`") && both.contains("only one"),
        "{both}"
    );
    // Every fault at once, and each once.
    let all = refused(
        Object::named("rmsprop")
            .with("rho", 2)
            .with("momentum", -1)
            .with("foo", 1),
    );
    assert_eq!(all.lines().count(), 3, "{all}");
}

#[test]
fn names_numbers_and_defaults_are_those_of_keras() {
    let rate = |name: &str| {
        optimizers::read(&Object::named(name), "o")
            .unwrap()
            .common()
            .learning_rate
    };
    assert_eq!(rate("SGD"), 0.01);
    for name in [
        "Adam", "adam", "AdamW", "rmsprop", "RMSprop", "adagrad", "Adadelta", "Adamax", "nadam",
        "lion",
    ] {
        assert_eq!(rate(name), 0.001, "{name}");
    }
    let whole = optimizers::read(&Object::named("sgd").with("learning_rate", 1), "o").unwrap();
    assert_eq!(whole.common().learning_rate, 1.0);
    let keras = json!({ "name": "adam", "use_ema": false, "ema_momentum": 0.99, "ema_overwrite_frequency": null,
        "loss_scale_factor": null, "gradient_accumulation_steps": null, "clipnorm": null, "weight_decay": null });
    let config = keras.as_object().cloned().unwrap();
    assert!(
        optimizers::read(
            &Object {
                class_name: "Adam".to_string(),
                config
            },
            "o"
        )
        .is_ok()
    );
}
