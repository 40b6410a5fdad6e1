//! Optimizers against Keras: twenty steps under prescribed gradients; and what is refused.

mod golden;

use std::collections::BTreeMap;

use golden::{Feed, Golden, Report, file, needed, text};
use regimen_graph::{DType, InputKind, Plain, Tensor, Type};
use regimen_nn::constraints::Constraint;
use regimen_nn::optimizers::{
    self, OPTIMIZERS, Optimizer, Parameter, Variable, Weight, apply, variables,
};
use regimen_nn::{Object, OptionValue};
use serde_json::{Map, Value as Json, json};

const WEIGHTS: f64 = 1e-4;

/// Names and values of parameters, gradients step by step.
struct Sequence {
    names: Vec<String>,
    start: Vec<Golden>,
    gradients: Vec<Vec<Golden>>,
}

impl Sequence {
    fn of(golden: &Json) -> Sequence {
        let all = |value: &Json| -> Vec<Golden> {
            value.as_array().unwrap().iter().map(needed).collect()
        };
        let listed = golden["variables"].as_array().unwrap();
        Sequence {
            names: listed.iter().map(|v| text(&v["name"])).collect(),
            start: all(&golden["variables"]),
            gradients: golden["gradients"]
                .as_array()
                .unwrap()
                .iter()
                .map(all)
                .collect(),
        }
    }

    fn weights(&self) -> Vec<Weight> {
        let weight = |(name, value): (&String, &Golden)| Weight {
            path: name.clone(),
            model: None,
            shape: value.shape.clone(),
        };
        self.names.iter().zip(&self.start).map(weight).collect()
    }
}

/// Values of weights (by name) and of the optimizer's variables after each step.
fn run(
    optimizer: &dyn Optimizer,
    sequence: &Sequence,
    constraint: Option<&Constraint>,
    infinite: &[usize],
) -> Vec<BTreeMap<String, Plain>> {
    let weights = sequence.weights();
    let mut held: BTreeMap<String, Plain> = BTreeMap::new();
    for (name, value) in sequence.names.iter().zip(&sequence.start) {
        held.insert(name.clone(), golden::plain(value));
    }
    for variable in variables(optimizer, &weights) {
        // What a variable that begins with the weight holds before the first step must not count.
        let first = variable.first(|_| {
            Some(Tensor::from_f64(
                DType::F32,
                variable.shape.clone(),
                &vec![7.0; variable.shape.iter().product()],
            ))
        });
        held.insert(variable.name.clone(), Plain::of(&first));
    }
    let mut history = vec![];
    for (step, gradients) in sequence.gradients.iter().enumerate() {
        let mut feed = Feed {
            values: held.clone(),
            ..Feed::default()
        };
        let builder = feed.builder.clone();
        let state = |v: &Variable| {
            let ty = Type::new(v.dtype, v.shape.clone());
            builder.input(&v.name, ty, InputKind::State)
        };
        let mut parameters = vec![];
        for (i, (weight, gradient)) in weights.iter().zip(gradients).enumerate() {
            let mut gradient = gradient.clone();
            if i == 0 && infinite.contains(&step) {
                gradient.data[0] = f64::INFINITY;
            }
            let value = Type::new(DType::F32, weight.shape.clone());
            parameters.push(Parameter {
                weight: weight.clone(),
                value: builder.input(&weight.path, value, InputKind::State),
                grad: Some(feed.input(&format!("gradient {}", weight.path), &gradient)),
                constraint: constraint.filter(|_| i == 0).cloned(),
            });
        }
        let applied = apply(optimizer, &parameters, &state);
        let outputs = weights.iter().zip(applied.weights);
        let outputs: Vec<(String, _)> = outputs
            .map(|(weight, next)| (weight.path.clone(), next.expect("the loss reaches it")))
            .collect();
        let named: Vec<(&str, _)> = outputs
            .iter()
            .map(|(n, v)| (n.as_str(), v.clone()))
            .collect();
        let graph = builder
            .finish(&named, &applied.state)
            .unwrap_or_else(|faults| panic!("{faults}"));
        let results = regimen_graph::evaluate(&graph, &feed.values).unwrap();
        // Keras holds float32 between steps.
        let rounded = |p: &Plain| {
            let data = p.data.iter().map(|&v| f64::from(v as f32)).collect();
            Plain::new(p.shape.clone(), data)
        };
        for (name, value) in &results {
            held.insert(name.clone(), rounded(value));
        }
        history.push(held.clone());
    }
    history
}

/// Files of one class, or of one way of wrapping.
fn files() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/optimizers");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .filter(|n| n.ends_with(".json") && !n.starts_with("schedules") && n != "sequence.json")
        .collect();
    names.sort();
    names
}

#[test]
fn optimizers_are_those_of_keras() {
    let mut report = Report::default();
    let shared = Sequence::of(&file("optimizers/sequence.json"));
    for name in files() {
        let golden = file(&format!("optimizers/{name}"));
        let own = golden["gradients"]
            .is_array()
            .then(|| Sequence::of(&golden));
        for case in golden::cases(&format!("optimizers/{name}")) {
            check(&case, own.as_ref().unwrap_or(&shared), &mut report);
        }
    }
    report.finish();
}

#[test]
fn every_optimizer_is_compared() {
    let classes: Vec<String> = files()
        .iter()
        .flat_map(|name| golden::cases(&format!("optimizers/{name}")))
        .map(|case| text(&case["class_name"]))
        .collect();
    for def in OPTIMIZERS {
        assert!(
            classes.iter().any(|c| c == def.class_name),
            "no golden case of {}",
            def.class_name
        );
    }
}

/// Our config of a case. What Keras sets by a method is an option here.
fn config(case: &Json) -> Map<String, Json> {
    let given = [&case["full_config"], &case["config"]];
    let given = given.into_iter().find(|c| c.is_object());
    let mut config = given.and_then(Json::as_object).cloned().unwrap_or_default();
    if case["exclude_from_weight_decay"].is_array() {
        let names = case["exclude_from_weight_decay"].clone();
        config.insert("exclude_from_weight_decay".to_string(), names);
    }
    config
}

fn check(case: &Json, sequence: &Sequence, report: &mut Report) {
    let place = format!("{} {}", text(&case["class_name"]), text(&case["name"]));
    let object = Object {
        class_name: text(&case["class_name"]),
        config: config(case),
    };
    let made = match optimizers::read(&object, "compile.optimizer") {
        Ok(made) => made,
        Err(errors) => return report.wrong(format!("{place}: {errors:?}")),
    };
    let constraint = case
        .get("kernel_constraint")
        .map(|c| Constraint::read(c).unwrap());
    let infinite: Vec<usize> = case["infinite_steps"].as_array().map_or(vec![], |steps| {
        steps.iter().map(|s| s.as_u64().unwrap() as usize).collect()
    });
    let history = run(made.as_ref(), sequence, constraint.as_ref(), &infinite);
    for (i, after) in case["after_every_5"].as_array().unwrap().iter().enumerate() {
        for (name, want) in sequence.names.iter().zip(after.as_array().unwrap()) {
            let step = 5 * i + 5;
            let place = format!("{place} {name} after {step}");
            report.compare(&place, &history[step - 1][name], &needed(want), WEIGHTS);
        }
    }
    // In Keras's order. Nadam's product of momenta is a function of the step here; Keras's Adafactor has placeholders.
    let kept = case["state"].as_array().unwrap().iter();
    let adafactor = object.class_name == "Adafactor";
    let placeholder = |s: &&Json| {
        text(&s["name"]).starts_with("variable") || (adafactor && s["shape"] == json!([]))
    };
    let kept: Vec<&Json> = kept.filter(|s| !placeholder(s)).collect();
    let ours = variables(made.as_ref(), &sequence.weights());
    let counters =
        |v: &&Variable| !v.name.ends_with("/iterations") && !v.name.ends_with("/learning_rate");
    let ours: Vec<&Variable> = ours.iter().filter(counters).collect();
    let last = &history[history.len() - 1];
    if ours.len() != kept.len() {
        let names: Vec<String> = kept.iter().map(|s| text(&s["name"])).collect();
        return report.wrong(format!("{place}: {ours:?}, Keras has {names:?}"));
    }
    for (ours, want) in ours.iter().zip(kept) {
        let place = format!("{place} {}", want["name"]);
        report.compare(&place, &last[&ours.name], &needed(want), WEIGHTS);
    }
}

#[test]
fn a_parameter_that_the_loss_does_not_reach_stays() {
    let feed = Feed::default();
    let w = feed.builder.scalar(1.0);
    let optimizer = optimizers::read(&Object::named("adam"), "o").unwrap();
    let parameter = Parameter {
        weight: Weight {
            path: "w".to_string(),
            model: None,
            shape: vec![],
        },
        value: w.clone(),
        grad: None,
        constraint: None,
    };
    let zero = |v: &Variable| {
        feed.builder
            .constant(Tensor::from_f64(v.dtype, v.shape.clone(), &[0.0]))
    };
    assert!(apply(optimizer.as_ref(), &[parameter], &zero).weights[0].is_none());
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
    let sgd = Object::named("sgd").with("global_clipnorm", 1.0);
    let optimizer = optimizers::read(&sgd, "o").unwrap();
    let after = run(optimizer.as_ref(), &sequence, None, &[]);
    assert!(after[0]["w"].data.iter().all(|v| v.is_nan()));
}

fn refused(object: Object) -> String {
    let errors = optimizers::read(&object, "compile.optimizer").unwrap_err();
    errors.iter().map(|e| format!("{e}\n")).collect()
}

fn refused_with(name: &str, key: &str, value: Json) -> String {
    refused(Object::named(name).with(key, value))
}

#[test]
fn bad_options_are_refused_with_their_place() {
    let with = refused_with;
    assert!(
        with("adam", "learning_rate", json!(-1)).starts_with("compile.optimizer.learning_rate: ")
    );
    assert!(with("adam", "learning_rate", json!("fast")).contains("a finite number"));
    assert!(with("adam", "beta_1", json!(1)).contains("below 1"));
    assert!(with("adam", "epsilon", json!(-1e-7)).contains("0 or more"));
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
fn bad_options_of_averages_sums_scales_and_schedules_are_refused() {
    let with = refused_with;
    let average = Object::named("adam").with("use_ema", true);
    assert!(refused(average.clone().with("ema_momentum", 1.5)).contains("0 to 1"));
    assert!(refused(average.with("ema_overwrite_frequency", -1)).contains("1 or more"));
    assert!(with("adam", "gradient_accumulation_steps", json!(1)).contains("2 or more"));
    assert!(with("adam", "gradient_accumulation_steps", json!(2.5)).contains("whole number"));
    assert!(with("adam", "loss_scale_factor", json!(0)).contains("above 0"));
    assert!(with("adam", "exclude_from_weight_decay", json!(["("])).contains("regular expression"));
    let schedule = json!({ "class_name": "CosineDecay", "config": {} });
    let text = with("adam", "learning_rate", schedule);
    assert!(
        text.contains("CosineDecay needs `initial_learning_rate`"),
        "{text}"
    );
    let schedule = json!({ "class_name": "CosinDecay", "config": {} });
    assert!(with("adam", "learning_rate", schedule).contains("did you mean `CosineDecay`?"));
    assert!(with("ftrl", "learning_rate_power", json!(0.5)).contains("0 or less"));
    assert!(with("adafactor", "clip_threshold", json!(0)).contains("above 0"));
    assert!(with("muon", "exclude_layers", json!(["["])).contains("regular expression"));
    assert!(with("ScheduleFreeAdamW", "beta_1", json!(0)).contains("divides"));
}

#[test]
fn bad_optimizers_inside_others_are_refused() {
    let scaled = |inner: Json| refused_with("LossScaleOptimizer", "inner_optimizer", inner);
    assert!(refused(Object::named("LossScaleOptimizer")).contains("needs `inner_optimizer`"));
    assert!(scaled(json!("adma")).contains("did you mean `Adam`?"));
    let wrong = json!({ "class_name": "Adam", "config": { "beta_1": 2, "foo": 1 } });
    let text = scaled(wrong);
    assert!(
        text.contains("inner_optimizer.beta_1") && text.contains("no option `foo`"),
        "{text}"
    );
    let twice =
        json!({ "class_name": "LossScaleOptimizer", "config": { "inner_optimizer": "adam" } });
    assert!(scaled(twice.clone()).contains("not scaled yet"));
    let own = Object::named("LossScaleOptimizer").with("inner_optimizer", "adam");
    assert!(refused(own.clone().with("clipnorm", 1.0)).contains("set it on the `inner_optimizer`"));
    assert!(refused(own.clone().with("dynamic", false)).contains("loss_scale_factor"));
    assert!(refused(own.clone().with("initial_scale", 0)).contains("above 0"));
    assert!(refused(own.with("dynamic_growth_steps", 0)).contains("1 or more"));
    let map = |map: Json| refused_with("MultiOptimizer", "optimizer_map", map);
    assert!(map(json!("sgd")).contains("expected an OptimizerMap"));
    let of = |entries: Json| json!({ "class_name": "OptimizerMap", "config": { "default_optimizer": "sgd", "optimizer_map": entries } });
    assert!(map(of(json!({ "(": "adam" }))).contains("regular expression"));
    assert!(map(of(json!({ "a": "adma" }))).contains("optimizer_map.a"));
    assert!(map(of(json!({ "a": twice }))).contains("plain optimizers"));
}

#[test]
fn a_weight_of_two_patterns_is_a_fault_and_a_whole_path_goes_first() {
    let map = json!({ "class_name": "OptimizerMap", "config": {
        "default_optimizer": "sgd",
        "optimizer_map": { "dense/.*": "adam", ".*/bias": "lion", "stack/dense/bias": "adagrad" } } });
    let made = optimizers::read(
        &Object::named("MultiOptimizer").with("optimizer_map", map),
        "o",
    )
    .unwrap();
    let weight = |path: &str, model: Option<&str>| Weight {
        path: path.to_string(),
        model: model.map(str::to_string),
        shape: vec![],
    };
    assert_eq!(made.names(), ["adam", "lion", "adagrad", "sgd"]);
    assert_eq!(made.rule_of(&weight("dense/kernel", Some("stack"))), Ok(0));
    assert_eq!(made.rule_of(&weight("other/bias", None)), Ok(1));
    assert_eq!(made.rule_of(&weight("dense/bias", Some("stack"))), Ok(2));
    assert_eq!(made.rule_of(&weight("other/kernel", None)), Ok(3));
    let both = made.rule_of(&weight("dense/bias", None)).unwrap_err();
    assert!(
        both.contains("`dense/.*` and `.*/bias` both match"),
        "{both}"
    );
}

#[test]
fn names_numbers_and_defaults_are_those_of_keras() {
    let rate = |name: &str| {
        let made = optimizers::read(&Object::named(name), "o").unwrap();
        made.rules()[0].common().learning_rate.at(0)
    };
    assert_eq!(rate("SGD"), 0.01);
    for name in [
        "Adam",
        "adam",
        "AdamW",
        "rmsprop",
        "RMSprop",
        "adagrad",
        "Adadelta",
        "Adamax",
        "nadam",
        "lion",
        "adafactor",
        "ftrl",
        "Lamb",
        "muon",
    ] {
        assert_eq!(rate(name), 0.001, "{name}");
    }
    assert_eq!(rate("schedulefreeadamw"), 0.0025);
    let whole = optimizers::read(&Object::named("sgd").with("learning_rate", 1), "o").unwrap();
    assert_eq!(whole.rules()[0].common().learning_rate, 1.0);
    let keras = json!({ "name": "adam", "use_ema": false, "ema_momentum": 0.99, "ema_overwrite_frequency": null,
        "loss_scale_factor": null, "gradient_accumulation_steps": null, "clipnorm": null, "weight_decay": null });
    let config = keras.as_object().cloned().unwrap();
    let class_name = "Adam".to_string();
    assert!(optimizers::read(&Object { class_name, config }, "o").is_ok());
}
