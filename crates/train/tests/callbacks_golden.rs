//! Callbacks in whole runs against Keras: the moments that they see, and weights exchanged with their averages.

#[path = "../../nn/tests/golden/mod.rs"]
mod golden;
mod keras;

use std::sync::{Arc, Mutex};

use golden::{Golden, Report, file, needed, number, text};
use keras::{arrays, compile, list, model, tensor};
use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{Plain, Tensor};
use regimen_run::event::Logs;
use regimen_train::callbacks::{
    Context, Flow, LambdaCallback, Moment, Place, SwapEMAWeights, read,
};
use regimen_train::{Arrays, Callback, FitOptions, Trainer, ValidationFreq, Weights};
use serde_json::{Value as Json, json};

/// Values after several steps.
const STEPS: f64 = 1e-4;

fn engine() -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(1),
        ..CpuOptions::default()
    })
}

/// The model of a case with Keras's weights, and its rows.
fn prepared<'e>(engine: &'e CpuEngine, case: &Json) -> (Trainer<'e>, Arrays) {
    let model = model(&case["model"]);
    let options = compile(&case["compile"], &model);
    let data = arrays(&case["x"], &case["y"], &Json::Null);
    let mut trainer = Trainer::new(engine, model, &options, &data, 1).expect("compiles");
    let infos = trainer.weight_infos().to_vec();
    let stored = list(&case["initial_weights"]);
    assert_eq!(infos.len(), stored.len());
    let weights: Weights = infos
        .iter()
        .zip(&stored)
        .map(|(info, value)| (info.path.clone(), tensor(&needed(value))))
        .collect();
    trainer.set_weights(&weights).expect("shapes fit");
    (trainer, data)
}

fn fit_options(arguments: &Json) -> FitOptions {
    let whole = |key: &str| arguments[key].as_u64().map(|n| n as usize);
    FitOptions {
        epochs: whole("epochs").unwrap_or(1),
        batch_size: whole("batch_size").unwrap_or(2),
        initial_epoch: whole("initial_epoch").unwrap_or(0),
        validation_split: arguments["validation_split"].as_f64().unwrap_or(0.0),
        validation_batch_size: whole("validation_batch_size"),
        validation_steps: whole("validation_steps"),
        validation_freq: ValidationFreq::Every(whole("validation_freq").unwrap_or(1)),
        shuffle: false.into(),
        ..FitOptions::default()
    }
}

type Calls = Arc<Mutex<Vec<Json>>>;

/// A callback that notes every call, and says stop at one.
fn noting(calls: &Calls, stop_at: &Json) -> Box<dyn Callback> {
    let note = |name: &'static str, numbered: bool| {
        let (calls, stop_at) = (calls.clone(), stop_at.clone());
        move |index: usize, logs: &Logs| {
            let index = if numbered { json!(index) } else { Json::Null };
            let names: Vec<&String> = logs.keys().collect();
            let mut calls = calls.lock().expect("lock");
            calls.push(json!([name, index, names]));
            (json!([name, index]) == stop_at).then_some(Flow::Stop)
        }
    };
    let plain = |name: &'static str| {
        let note = note(name, false);
        move |logs: &Logs| note(0, logs)
    };
    LambdaCallback::new()
        .on_train_begin(plain("on_train_begin"))
        .on_train_end(plain("on_train_end"))
        .on_test_begin(plain("on_test_begin"))
        .on_test_end(plain("on_test_end"))
        .on_predict_begin(plain("on_predict_begin"))
        .on_predict_end(plain("on_predict_end"))
        .on_epoch_begin(note("on_epoch_begin", true))
        .on_epoch_end(note("on_epoch_end", true))
        .on_train_batch_begin(note("on_train_batch_begin", true))
        .on_train_batch_end(note("on_train_batch_end", true))
        .on_test_batch_begin(note("on_test_batch_begin", true))
        .on_test_batch_end(note("on_test_batch_end", true))
        .on_predict_batch_begin(note("on_predict_batch_begin", true))
        .on_predict_batch_end(note("on_predict_batch_end", true))
        .into()
}

#[test]
fn moments_come_as_in_keras() {
    let engine = engine();
    for case in list(&file("callbacks/moments.json")["cases"]) {
        let name = text(&case["name"]);
        let (mut trainer, data) = prepared(&engine, &case);
        let calls = Calls::default();
        let mut callbacks = [noting(&calls, &case["stop_at"])];
        let arguments = &case["arguments"];
        let batch = arguments["batch_size"].as_u64().expect("a size") as usize;
        let steps = arguments["steps"].as_u64().map(|n| n as usize);
        match case["act"].as_str() {
            Some("fit") => {
                let options = fit_options(arguments);
                trainer
                    .fit(&data, None, &options, &mut callbacks, &mut ())
                    .map(|_| ())
            }
            Some("evaluate") => trainer
                .evaluate_with(&data, batch, steps, &mut callbacks, &mut ())
                .map(|_| ()),
            _ => trainer
                .predict_with(&data, batch, steps, &mut callbacks, &mut ())
                .map(|_| ()),
        }
        .unwrap_or_else(|e| panic!("{name}: {e}"));
        let calls = calls.lock().expect("lock");
        assert_eq!(*calls, list(&case["calls"]), "{name}");
    }
}

/// Notes the weights at every moment but those of batches.
struct Look(Arc<Mutex<Vec<Seen>>>);

/// A moment, and the weights then.
type Seen = (&'static str, Vec<Tensor>);

impl Callback for Look {
    fn class_name(&self) -> &'static str {
        "Look"
    }
    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        let name = match moment {
            Moment::TrainBegin => "on_train_begin",
            Moment::EpochBegin { .. } => "on_epoch_begin",
            Moment::EpochEnd { .. } => "on_epoch_end",
            Moment::TestBegin { .. } => "on_test_begin",
            Moment::TestEnd { .. } => "on_test_end",
            _ => "on_train_end",
        };
        let trainer = cx.trainer.expect("a trainer");
        let infos = trainer.weight_infos().iter();
        let weights = infos.map(|w| trainer.weight(&w.path).expect("a weight"));
        self.0.lock().expect("lock").push((name, weights.collect()));
        Ok(vec![])
    }
}

fn plain(tensor: &Tensor) -> Plain {
    Plain::new(tensor.shape.clone(), tensor.to_f64())
}

fn scalar(x: f64) -> Golden {
    needed(&json!({"shape": [], "dtype": "float32", "data": [x]}))
}

#[test]
fn averages_stand_in_for_weights_as_in_keras() {
    let (engine, mut report) = (engine(), Report::default());
    for case in list(&file("callbacks/swap_ema_weights.json")["cases"]) {
        let name = text(&case["name"]);
        let (mut trainer, data) = prepared(&engine, &case);
        let seen = Arc::default();
        let config = keras::object(&json!({
            "class_name": "SwapEMAWeights", "config": case["config"],
        }));
        let swap = read(&config, "callbacks[0]", &Place::default()).expect("a callback");
        let mut callbacks: [Box<dyn Callback>; 2] = [swap, Box::new(Look(Arc::clone(&seen)))];
        let options = FitOptions {
            epochs: case["epochs"].as_u64().expect("a count") as usize,
            validation_split: 0.4,
            ..fit_options(&Json::Null)
        };
        let fitted = trainer.fit(&data, None, &options, &mut callbacks, &mut ());
        if case["error"].is_string() {
            let error = fitted.expect_err("refused").to_string();
            assert!(
                error.contains("SwapEMAWeights") && error.contains("use_ema"),
                "{error}"
            );
            continue;
        }
        let history = fitted.expect("trains").history;
        for (key, values) in case["history"].as_object().expect("logs") {
            for (epoch, want) in list(values).iter().enumerate() {
                let place = format!("{name}: {key} of epoch {epoch}");
                let found = Plain::new(vec![], vec![history[epoch][key]]);
                report.compare(&place, &found, &scalar(number(want)), STEPS);
            }
        }
        let seen = seen.lock().expect("lock");
        let wanted = list(&case["seen"]);
        assert_eq!(seen.len(), wanted.len(), "{name}");
        for (i, ((moment, weights), want)) in seen.iter().zip(&wanted).enumerate() {
            assert_eq!(*moment, text(&want["moment"]), "{name}");
            for (weight, want) in weights.iter().zip(list(&want["weights"])) {
                let place = format!("{name}: {moment} ({i})");
                report.compare(&place, &plain(weight), &needed(&want), STEPS);
            }
        }
        let mut swap: [Box<dyn Callback>; 1] = [SwapEMAWeights::new().into()];
        let evaluated = trainer
            .evaluate_with(&data, 5, None, &mut swap, &mut ())
            .expect("evaluates");
        for (key, want) in case["evaluated"].as_object().expect("logs") {
            let found = Plain::new(vec![], vec![evaluated[key]]);
            let place = format!("{name}: evaluated {key}");
            report.compare(&place, &found, &scalar(number(want)), STEPS);
        }
        for (info, want) in trainer
            .weight_infos()
            .iter()
            .zip(list(&case["weights_after"]))
        {
            let weight = trainer.weight(&info.path).expect("a weight");
            let place = format!("{name}: {} in the end", info.path);
            report.compare(&place, &plain(&weight), &needed(&want), STEPS);
        }
    }
    report.finish();
}
