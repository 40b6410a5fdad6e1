//! What optimizers do in a run: schedules, averages, loss scales, several of them.

mod small;

use regimen_graph::Tensor;
use regimen_nn::Object;
use regimen_train::callbacks::{LearningRateScheduler, ReduceLROnPlateau};
use regimen_train::{Arrays, Callback, CompileOptions, FitOptions};
use serde_json::{Value as Json, json};
use small::*;

fn with(optimizer: Json) -> CompileOptions {
    let optimizer = Object::read(&optimizer).expect("an object");
    CompileOptions::new(optimizer, "mse")
}

fn sgd(more: Json) -> CompileOptions {
    let mut config = json!({ "learning_rate": 0.05 });
    for (key, value) in more.as_object().expect("options") {
        config[key] = value.clone();
    }
    with(json!({ "class_name": "SGD", "config": config }))
}

fn halving() -> CompileOptions {
    let decay = json!({ "initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5, "staircase": true });
    sgd(json!({ "learning_rate": { "class_name": "ExponentialDecay", "config": decay } }))
}

fn epochs(epochs: usize) -> FitOptions {
    FitOptions {
        epochs,
        batch_size: 5,
        ..FitOptions::default()
    }
}

#[test]
fn the_rate_shown_is_that_of_the_schedule_at_the_step() {
    let (engine, all) = (engine(), data(5));
    let mut t = trainer(&engine, &halving(), &all);
    for rate in [0.1, 0.1, 0.05, 0.05, 0.025] {
        near(t.learning_rate(), rate);
        t.train_on_batch(&all).expect("a step");
    }
    assert!(
        t.state()
            .keys()
            .all(|name| name != "optimizer/learning_rate")
    );
}

#[test]
fn a_rate_of_a_schedule_cannot_be_set() {
    let (engine, all) = (engine(), data(5));
    let mut t = trainer(&engine, &halving(), &all);
    let text = t.set_learning_rate(0.5).unwrap_err().to_string();
    assert!(text.contains("schedule ExponentialDecay"), "{text}");
    let callback: Box<dyn Callback> = LearningRateScheduler::from_fn(|_, rate| rate).into();
    let ended = t.fit(&all, None, &epochs(1), &mut [callback], &mut ());
    assert!(ended.unwrap_err().to_string().contains("cannot be set"));
}

#[test]
fn averages_are_exchanged_and_taken_at_the_end() {
    let (engine, all) = (engine(), data(20));
    let mut plain = trainer(&engine, &options(), &all);
    let text = plain.swap_ema().unwrap_err().to_string();
    assert!(text.contains("`use_ema`"), "{text}");
    let mut t = trainer(
        &engine,
        &sgd(json!({ "use_ema": true, "ema_momentum": 0.9 })),
        &all,
    );
    // Without a step there are no averages yet.
    let first = t.weights();
    fit(&mut t, &all, &epochs(0));
    assert_eq!(t.weights(), first);
    for _ in 0..3 {
        t.train_on_batch(&all).expect("a step");
    }
    let (weights, state) = (t.weights(), t.state());
    t.swap_ema().expect("averages");
    assert_ne!(t.weights(), weights);
    t.swap_ema().expect("averages");
    assert_eq!(t.state(), state);
    t.set_ema().expect("averages");
    t.swap_ema().expect("averages");
    assert_eq!(t.weights(), weights);
    // Weights that are trained take the averages at the end of fit, and so evaluation sees them.
    fit(&mut t, &all, &epochs(2));
    let state = t.state();
    for (path, weight) in t.weights() {
        assert!(
            state[&format!("optimizer/{path}/average")] == weight,
            "{path}"
        );
    }
}

#[test]
fn a_step_with_gradients_that_are_not_finite_changes_the_scale_alone() {
    let (engine, all) = (engine(), data(4));
    let compile = with(json!({ "class_name": "LossScaleOptimizer", "config": {
        "inner_optimizer": { "class_name": "Adam", "config": { "learning_rate": 0.1 } },
        "initial_scale": 8.0, "dynamic_growth_steps": 2 } }));
    let mut t = trainer(&engine, &compile, &all);
    let scale = |t: &regimen_train::Trainer<'_>| t.state()["optimizer/dynamic_scale"].to_f64()[0];
    let broken = Arrays {
        y: vec![Tensor::f32([4, 1], vec![f32::MAX; 4]).expect("shape")],
        ..all.clone()
    };
    let before = t.state();
    t.train_on_batch(&broken).expect("a step");
    let mut expected = before.clone();
    expected.insert("optimizer/dynamic_scale".to_string(), Tensor::scalar(4.0));
    expected.insert("random/step".to_string(), Tensor::scalar_i64(1));
    for (name, value) in &expected {
        assert!(t.state()[name] == *value, "{name}");
    }
    for (scales, steps) in [(4.0, 1), (8.0, 2), (8.0, 3), (16.0, 4)] {
        t.train_on_batch(&all).expect("a step");
        assert_eq!((scale(&t), t.step()), (scales, steps));
    }
    assert_ne!(t.weights()["dense/kernel"], before["dense/kernel"]);
}

#[test]
fn a_fixed_scale_and_summed_gradients_do_not_show_in_the_loss() {
    let (engine, all) = (engine(), data(6));
    let mut plain = trainer(&engine, &options(), &all);
    let mut scaled = trainer(&engine, &sgd(json!({ "loss_scale_factor": 16.0 })), &all);
    for _ in 0..3 {
        let (a, b) = (plain.train_on_batch(&all), scaled.train_on_batch(&all));
        near(b.expect("a step")["loss"], a.expect("a step")["loss"]);
    }
    // Two halves of a batch, summed, are the batch.
    let mut halves = trainer(
        &engine,
        &sgd(json!({ "gradient_accumulation_steps": 2 })),
        &all,
    );
    let mut whole = trainer(&engine, &options(), &all);
    whole.train_on_batch(&all).expect("a step");
    for part in [all.range(0, 3), all.range(3, 6)] {
        halves.train_on_batch(&part).expect("a step");
    }
    assert_eq!((whole.step(), halves.step()), (1, 2));
    for (path, weight) in whole.weights() {
        let other = halves.weights()[&path].to_f64();
        weight
            .to_f64()
            .iter()
            .zip(other)
            .for_each(|(a, b)| near(b, *a));
    }
}

#[test]
fn several_optimizers_have_rates_of_their_own() {
    let (engine, all) = (engine(), data(6));
    let map = |patterns: Json| {
        with(
            json!({ "class_name": "MultiOptimizer", "config": { "optimizer_map": {
            "class_name": "OptimizerMap", "config": { "default_optimizer": "sgd", "optimizer_map": patterns } } } }),
        )
    };
    let compile = map(
        json!({ "dense/.*": { "class_name": "Adam", "config": { "learning_rate": 0.5, "name": "first" } } }),
    );
    let mut t = trainer(&engine, &compile, &all);
    let rates: Vec<(String, f32)> = t
        .learning_rates()
        .into_iter()
        .map(|(n, r)| (n, r as f32))
        .collect();
    assert_eq!(
        rates,
        [("first".to_string(), 0.5), ("sgd".to_string(), 0.01)]
    );
    let text = t.set_learning_rate(0.1).unwrap_err().to_string();
    assert!(text.contains("first, sgd are apart"), "{text}");
    t.set_rate_of(1, 0.0).expect("a number");
    let before = t.weights();
    t.train_on_batch(&all).expect("a step");
    let moved: Vec<String> = t
        .weights()
        .into_iter()
        .filter(|(p, w)| before[p] != *w)
        .map(|(p, _)| p)
        .collect();
    assert_eq!(moved, ["dense/bias", "dense/kernel"]);
    let twice = map(json!({ "dense/.*": "adam", ".*/kernel": "lion" }));
    let refused =
        regimen_train::Trainer::new(&engine, model(), &twice, &all, 1).expect_err("a fault");
    let text = refused.to_string();
    assert!(
        text.contains("multiple optimizers for `dense/kernel`"),
        "{text}"
    );
}

#[test]
fn callbacks_set_the_rates_of_several_optimizers_one_by_one() {
    let (engine, all) = (engine(), data(10));
    let compile = with(
        json!({ "class_name": "MultiOptimizer", "config": { "optimizer_map": {
        "class_name": "OptimizerMap", "config": { "default_optimizer": "sgd", "optimizer_map": {
            "dense/.*": { "class_name": "Adam", "config": { "learning_rate": 0.5 } } } } } } }),
    );
    let mut t = trainer(&engine, &compile, &all);
    let halve: Box<dyn Callback> = LearningRateScheduler::from_fn(|_, rate| rate * 0.5).into();
    let lower = ReduceLROnPlateau::new()
        .monitor("loss")
        .patience(1usize)
        .min_delta(1e9)
        .factor(0.1);
    let mut callbacks = [halve, lower.into()];
    let outcome = t
        .fit(&all, None, &epochs(2), &mut callbacks, &mut ())
        .expect("trains");
    let rates = |name: &str| -> Vec<f64> {
        let logs = outcome.history.iter();
        logs.map(|logs| logs[&format!("learning_rate_{name}")])
            .collect()
    };
    // Logged before the second epoch's reduction, as in Keras.
    for (name, start) in [("adam", 0.5), ("sgd", 0.01)] {
        let got = rates(name);
        near(got[0], start * 0.5);
        near(got[1], start * 0.25);
    }
    assert!(
        outcome
            .history
            .iter()
            .all(|logs| !logs.contains_key("learning_rate"))
    );
    let after: Vec<f64> = t.learning_rates().into_iter().map(|r| r.1).collect();
    near(after[0], 0.5 * 0.25 * 0.1);
    near(after[1], 0.01 * 0.25 * 0.1);
}
