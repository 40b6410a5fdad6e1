//! Stateful layers in training: against Keras, over evaluation and prediction, reset, and with wrong batches.

#[path = "../../nn/tests/golden/mod.rs"]
mod golden;
mod keras;

use golden::{Report, file, needed, number, text};
use keras::{arrays, compile, list, model, tensor};
use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{Plain, Tensor};
use regimen_nn::layers::{Dense, LSTM};
use regimen_nn::model::Sequential;
use regimen_train::{Arrays, CompileOptions, FitOptions, Trainer, Weights};
use serde_json::{Value as Json, json};

fn engine() -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(2),
        ..CpuOptions::default()
    })
}

fn plain(tensor: &Tensor) -> Plain {
    Plain::new(tensor.shape.clone(), tensor.to_f64())
}

fn scalar(report: &mut Report, place: &str, got: f64, want: &Json) {
    let want = json!({"shape": [], "dtype": "float32", "data": [number(want)]});
    report.compare(place, &Plain::new(vec![], vec![got]), &needed(&want), 1e-5);
}

#[test]
fn ten_steps_of_a_stateful_model_with_predictions_between() {
    let case = file("recurrent/stateful_model.json");
    let engine = engine();
    let model = model(&case["model"]);
    let options = compile(&case["compile"], &model);
    let batch = |b: &Json| arrays(&b["x"], &b["y"], &Json::Null);
    let batches = list(&case["batches"]);
    let mut trainer =
        Trainer::new(&engine, model, &options, &batch(&batches[0]), 1).expect("compiles");
    let infos = trainer.weight_infos().to_vec();
    let stored = list(&case["initial_weights"]);
    assert_eq!(infos.len(), stored.len());
    let pairs = infos.iter().zip(&stored);
    let weights: Weights = pairs
        .map(|(info, value)| (info.path.clone(), tensor(&needed(value))))
        .collect();
    trainer.set_weights(&weights).expect("shapes fit");
    let mut report = Report::default();
    for (i, b) in batches.iter().enumerate() {
        let logs = trainer.train_on_batch(&batch(b)).expect("a step");
        scalar(
            &mut report,
            &format!("loss {i}"),
            logs["loss"],
            &case["losses"][i],
        );
        for p in list(&case["predictions"]) {
            if p["after_step"] != i {
                continue;
            }
            let x = batch(b).x;
            let found = trainer.predict(&x, 2).expect("predicts");
            report.compare("prediction", &plain(&found[0]), &needed(&p["output"]), 1e-4);
            let state = trainer.state();
            for (name, want) in ["carries/rnn_state", "carries/rnn_state_1"]
                .iter()
                .zip(&list(&p["states"]))
            {
                report.compare(name, &plain(&state[*name]), &needed(want), 1e-4);
            }
        }
    }
    let now = trainer.weights();
    for (info, want) in infos.iter().zip(&list(&case["weights_after"])) {
        let place = format!("{} is {}", info.path, text(&want["path"]));
        report.compare(&place, &plain(&now[&info.path]), &needed(want), 1e-4);
    }
    trainer.reset_states();
    let logs = trainer.test_on_batch(&batch(&batches[0])).expect("a batch");
    scalar(
        &mut report,
        "after the reset",
        logs["loss"],
        &case["loss_after_reset"],
    );
    report.finish();
}

fn data(rows: usize) -> Arrays {
    let x = (0..rows * 6).map(|i| (i as f32 * 0.7).sin()).collect();
    let y = (0..rows).map(|i| (i as f32 * 0.3).cos()).collect();
    Arrays::new(
        Tensor::f32([rows, 3, 2], x).unwrap(),
        Tensor::f32([rows, 1], y).unwrap(),
    )
}

fn stateful(engine: &CpuEngine) -> Trainer<'_> {
    let model = Sequential::new()
        .batch_input(2, [3, 2])
        .add(LSTM::new(3usize).stateful(true))
        .add(Dense::new(1usize))
        .build();
    let options = CompileOptions::new("sgd", "mse");
    Trainer::new(engine, model, &options, &data(4), 1).unwrap()
}

#[test]
fn evaluation_carries_states_until_they_are_reset() {
    let engine = engine();
    let mut trainer = stateful(&engine);
    let first = trainer.evaluate(&data(4), 2).unwrap()["loss"];
    let second = trainer.evaluate(&data(4), 2).unwrap()["loss"];
    assert_ne!(first, second);
    trainer.reset_states();
    assert_eq!(trainer.evaluate(&data(4), 2).unwrap()["loss"], first);
}

#[test]
fn states_are_part_of_what_is_saved() {
    let engine = engine();
    let mut trainer = stateful(&engine);
    trainer.evaluate(&data(4), 2).unwrap();
    let saved = trainer.state();
    let after = trainer.evaluate(&data(4), 2).unwrap()["loss"];
    let mut other = stateful(&engine);
    other.set_state(&saved);
    assert_eq!(other.evaluate(&data(4), 2).unwrap()["loss"], after);
}

#[test]
fn batches_that_do_not_fit_are_refused_before_the_first() {
    let engine = engine();
    let mut trainer = stateful(&engine);
    let smaller = trainer.evaluate(&data(5), 2).unwrap_err().to_string();
    assert!(smaller.contains("a multiple of it"), "{smaller}");
    let other = trainer.predict(&data(4).x, 4).unwrap_err().to_string();
    assert!(other.contains("batch_size be that of the Input"), "{other}");
    let fit = FitOptions {
        batch_size: 2,
        ..FitOptions::default()
    };
    let error = trainer.fit(&data(5), None, &fit, &mut [], &mut ()).err();
    assert!(error.unwrap().to_string().contains("2 rows a batch"));
    let step = trainer.train_on_batch(&data(3)).unwrap_err().to_string();
    assert!(step.contains("3 rows"), "{step}");
    let odd = trainer.fit(&data(4), Some(&data(3)), &fit, &mut [], &mut ());
    assert!(odd.is_err());
    assert_eq!(trainer.step(), 0);
    trainer
        .fit(&data(4), Some(&data(2)), &fit, &mut [], &mut ())
        .unwrap();
}

#[test]
fn a_batch_of_any_size_is_refused() {
    let engine = engine();
    let model = Sequential::new()
        .input([3, 2])
        .add(LSTM::new(3usize).stateful(true))
        .build();
    let options = CompileOptions::new("sgd", "mse");
    let error = Trainer::new(&engine, model, &options, &data(4), 1).err();
    let text = error.unwrap().to_string();
    assert!(
        text.contains("a fixed batch size") && text.contains("batch_size=32"),
        "{text}"
    );
}
