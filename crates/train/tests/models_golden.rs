//! Whole models against Keras: ten training steps on fixed batches, and runs of `fit`.

#[path = "../../nn/tests/golden/mod.rs"]
mod golden;
mod keras;

use std::path::PathBuf;

use golden::{Golden, Report, file, needed, number, text};
use keras::{arrays, compile, list, model, tensor};
use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{Plain, Tensor};
use regimen_nn::Object;
use regimen_train::{Arrays, FitOptions, Trainer, ValidationFreq, Weights};
use serde_json::{Value as Json, json};

const OUTPUTS: f64 = 1e-5;
const WEIGHTS: f64 = 1e-4;

/// Cases whose ten steps magnify rounding: with every number in f64 (`regimen_graph::Reference`) their last outputs are
/// already beyond the tolerance from Keras's float32. Ours have to be nearer to those of f64 than Keras's are.
const MAGNIFIED: [&str; 1] = ["masked_blocks_sgd"];

/// Relative error that a case allows, where its precision is low (making/adaptations.py says why).
fn allowed(case: &Json, usual: f64) -> f64 {
    case["tolerance"].as_f64().unwrap_or(usual)
}

/// Files of runs of `fit`; the others in the folder are ten steps each.
const FITS: [&str; 3] = ["fit.json", "fit_optimizers.json", "fit_outputs.json"];

fn engine() -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(2),
        ..CpuOptions::default()
    })
}

fn plain(tensor: &Tensor) -> Plain {
    Plain::new(tensor.shape.clone(), tensor.to_f64())
}

fn scalar(x: f64) -> Golden {
    needed(&json!({"shape": [], "dtype": "float32", "data": [x]}))
}

/// Sets Keras's weights by order, and checks that names, shapes and trainability are the same.
fn set_weights(trainer: &mut Trainer<'_>, stored: &Json) {
    let stored = list(stored);
    let infos = trainer.weight_infos().to_vec();
    assert_eq!(infos.len(), stored.len(), "number of weights");
    let mut weights = Weights::new();
    for (info, value) in infos.iter().zip(&stored) {
        let path = text(&value["path"]);
        assert_eq!(Json::from(info.trainable), value["trainable"], "{path}");
        let ends = |name: &str| info.path.rsplit('/').next() == name.rsplit('/').next();
        assert!(ends(&path), "{} is {path} in Keras", info.path);
        weights.insert(info.path.clone(), tensor(&needed(value)));
    }
    trainer.set_weights(&weights).expect("shapes fit");
}

fn compare_weights(
    report: &mut Report,
    name: &str,
    trainer: &Trainer<'_>,
    (stored, tolerance): (&Json, f64),
) {
    let now = trainer.weights();
    for (info, value) in trainer.weight_infos().iter().zip(&list(stored)) {
        let place = format!("{name}: {} after training", info.path);
        report.compare(&place, &plain(&now[&info.path]), &needed(value), tolerance);
    }
}

/// The optimizer's variables in Keras's order, less counters and rates.
fn compare_slots(report: &mut Report, case: &Json, trainer: &Trainer<'_>) {
    let state = trainer.state();
    let counts = |name: &str| name.ends_with("/iterations") || name.ends_with("/learning_rate");
    let variables = trainer.optimizer_variables();
    let ours: Vec<_> = variables.iter().filter(|v| !counts(&v.name)).collect();
    let theirs = list(&case["optimizer_after"]);
    // Keras's Adafactor has placeholders for what it does not keep of vectors; the product of momenta that its Nadam keeps
    // is a function of the step here.
    let class = text(&case["compile"]["optimizer"]["class_name"]);
    let more = ["Adafactor", "Nadam"].contains(&class.as_str());
    let placeholder = |s: &&Json| more && s["shape"] == json!([]);
    let theirs: Vec<&Json> = theirs.iter().filter(|s| !placeholder(s)).collect();
    assert_eq!(ours.len(), theirs.len(), "{}: {ours:?}", case["name"]);
    let trained = trainer.weight_infos().iter().filter(|info| info.trainable);
    let gradients: Vec<(String, Json)> = trained
        .map(|info| info.path.clone())
        .zip(list(&case["first_gradients"]))
        .collect();
    for (variable, want) in ours.into_iter().zip(theirs) {
        // Where the true gradient is zero, a slot holds rounding noise of the gradient's scale.
        let of = |path: &String| gradients.iter().find(|(p, _)| p == path);
        let noise = variable.weight.as_ref().and_then(of);
        let noise = noise.and_then(|(_, g)| g["scale"].as_f64()).unwrap_or(0.0);
        let squared = variable.name.ends_with("/velocity");
        let want = Golden {
            scale: if squared { noise * noise } else { noise },
            ..needed(want)
        };
        match state.get(&variable.name) {
            Some(value) => report.compare(
                &format!("{}: {}", case["name"], variable.name),
                &plain(value),
                &want,
                WEIGHTS,
            ),
            None => report.wrong(format!("{}: no state {}", case["name"], variable.name)),
        }
    }
}

fn strip_constraints(value: &mut Json) {
    match value {
        Json::Object(map) => {
            for (key, value) in map.iter_mut() {
                if key.ends_with("_constraint") {
                    *value = Json::Null
                } else {
                    strip_constraints(value)
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(strip_constraints),
        _ => {}
    }
}

/// The gradients of the first step, read off a step of plain SGD with a rate so large that nothing is lost.
fn compare_gradients(report: &mut Report, case: &Json) {
    const RATE: f64 = 4096.0;
    let engine = engine();
    let mut free = case["model"].clone();
    strip_constraints(&mut free);
    let model = model(&free);
    let mut options = compile(&case["compile"], &model);
    options.optimizer = Object::named("sgd").with("learning_rate", RATE);
    let first = &case["batches"][0];
    let batch = arrays(&first["x"], &first["y"], &first["sample_weight"]);
    let mut trainer = Trainer::new(&engine, model, &options, &batch, 1).expect("compiles");
    set_weights(&mut trainer, &case["initial_weights"]);
    let before = trainer.weights();
    trainer.train_on_batch(&batch).expect("a step");
    let after = trainer.weights();
    let trained = trainer.weight_infos().iter().filter(|w| w.trainable);
    for (info, want) in trained.zip(&list(&case["first_gradients"])) {
        let pairs = before[&info.path]
            .to_f64()
            .into_iter()
            .zip(after[&info.path].to_f64());
        let gradient = Plain::new(
            info.shape.clone(),
            pairs.map(|(a, b)| (a - b) / RATE).collect(),
        );
        let place = format!("{}: gradient of {}", case["name"], info.path);
        report.compare(&place, &gradient, &needed(want), allowed(case, WEIGHTS));
    }
}

fn compare_steps(report: &mut Report, case: &Json) {
    let engine = engine();
    let name = text(&case["name"]);
    let model = model(&case["model"]);
    let options = compile(&case["compile"], &model);
    let batch = |b: &Json| arrays(&b["x"], &b["y"], &b["sample_weight"]);
    let first = batch(&case["batches"][0]);
    let mut trainer = Trainer::new(&engine, model, &options, &first, 1).expect("compiles");
    set_weights(&mut trainer, &case["initial_weights"]);
    let outputs = |report: &mut Report, trainer: &mut Trainer<'_>, key: &str| {
        let found = trainer.predict(&first.x, first.rows()).expect("predicts");
        for (i, (found, want)) in found.iter().zip(&list(&case[key])).enumerate() {
            report.compare(
                &format!("{name}: {key} {i}"),
                &plain(found),
                &needed(want),
                allowed(case, OUTPUTS),
            );
        }
    };
    outputs(report, &mut trainer, "forward");
    for (i, b) in list(&case["batches"]).iter().enumerate() {
        let logs = trainer.train_on_batch(&batch(b)).expect("a step");
        let want = scalar(number(&case["losses"][i]));
        report.compare(
            &format!("{name}: loss of step {i}"),
            &Plain::new(vec![], vec![logs["loss"]]),
            &want,
            allowed(case, OUTPUTS),
        );
    }
    let after = (&case["weights_after"], allowed(case, WEIGHTS));
    compare_weights(report, &name, &trainer, after);
    compare_slots(report, case, &trainer);
    if MAGNIFIED.contains(&name.as_str()) {
        return compare_with_exact(report, case, &mut trainer);
    }
    outputs(report, &mut trainer, "predict_after");
}

/// Root mean square distance of two lists.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
    (squares.sum::<f64>() / a.len() as f64).sqrt()
}

/// The outputs after the steps beside those of the same steps in f64, which have to be beyond the tolerance from Keras's.
fn compare_with_exact(report: &mut Report, case: &Json, trainer: &mut Trainer<'_>) {
    let model = model(&case["model"]);
    let options = compile(&case["compile"], &model);
    let batch = |b: &Json| arrays(&b["x"], &b["y"], &b["sample_weight"]);
    let first = batch(&case["batches"][0]);
    let reference = regimen_graph::Reference;
    let mut exact = Trainer::new(&reference, model, &options, &first, 1).expect("compiles");
    set_weights(&mut exact, &case["initial_weights"]);
    for b in list(&case["batches"]) {
        exact.train_on_batch(&batch(&b)).expect("a step");
    }
    let of = |trainer: &mut Trainer<'_>| trainer.predict(&first.x, first.rows()).expect("predicts");
    let (ours, exact) = (of(trainer), of(&mut exact));
    for ((ours, exact), want) in ours.iter().zip(&exact).zip(&list(&case["predict_after"])) {
        let (want, exact) = (needed(want), plain(exact));
        let [near, far] = [&plain(ours).data, &want.data].map(|x| distance(x, &exact.data));
        if near >= far {
            report.wrong(format!(
                "{}: {near:e} from f64, Keras {far:e}",
                case["name"]
            ));
        }
        if golden::differences(&exact, &want, OUTPUTS).is_none() {
            report.wrong(format!("{} does not magnify rounding", case["name"]));
        }
    }
}

#[test]
fn ten_steps_of_every_model() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/models");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("a folder")
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .filter(|n| n.ends_with(".json") && !FITS.contains(&n.as_str()))
        .collect();
    names.sort();
    assert!(names.len() >= 13, "{names:?}");
    let mut report = Report::default();
    for name in names {
        let case = file(&format!("models/{name}"));
        compare_gradients(&mut report, &case);
        compare_steps(&mut report, &case);
    }
    report.finish();
}

fn fit_options(fit: &Json) -> FitOptions {
    let whole = |key: &str| fit[key].as_u64().map(|n| n as usize);
    let class_weight = fit["class_weight"].as_object().map(|weights| {
        let classes = weights.len();
        (0..classes)
            .map(|c| number(&weights[&c.to_string()]) as f32)
            .collect()
    });
    FitOptions {
        epochs: whole("epochs").expect("epochs"),
        batch_size: whole("batch_size").unwrap_or(32),
        validation_split: fit["validation_split"].as_f64().unwrap_or(0.0),
        validation_freq: ValidationFreq::Every(whole("validation_freq").unwrap_or(1)),
        validation_batch_size: whole("validation_batch_size"),
        initial_epoch: whole("initial_epoch").unwrap_or(0),
        steps_per_epoch: whole("steps_per_epoch"),
        shuffle: false.into(),
        class_weight,
        ..FitOptions::default()
    }
}

fn compare_fit(report: &mut Report, case: &Json) {
    let engine = engine();
    let name = text(&case["name"]);
    let model = model(&case["model"]);
    let options = compile(&case["compile"], &model);
    let fit = &case["fit"];
    let data = arrays(&case["x"], &case["y"], &fit["sample_weight"]);
    let validation = fit["validation_data"].as_array().map(|parts| {
        let weights = parts.get(2).unwrap_or(&Json::Null);
        arrays(&json!([parts[0]]), &json!([parts[1]]), weights)
    });
    let mut trainer = Trainer::new(&engine, model, &options, &data, 1).expect("compiles");
    set_weights(&mut trainer, &case["initial_weights"]);
    let outcome = trainer
        .fit(
            &data,
            validation.as_ref(),
            &fit_options(fit),
            &mut [],
            &mut (),
        )
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(
        trainer.step(),
        case["iterations"].as_u64().expect("a count"),
        "{name}: steps"
    );
    assert_eq!(
        outcome.history.len(),
        list(&case["epochs"]).len(),
        "{name}: epochs"
    );
    let history = case["history"].as_object().expect("a history");
    for (key, values) in history {
        let found: Vec<f64> = outcome
            .history
            .iter()
            .filter_map(|logs| logs.get(key).copied())
            .collect();
        let want = json!({"shape": [list(values).len()], "dtype": "float32", "data": values});
        report.compare(
            &format!("{name}: history of {key}"),
            &Plain::new(vec![found.len()], found),
            &needed(&want),
            OUTPUTS,
        );
    }
    for logs in &outcome.history {
        for key in logs.keys().filter(|k| !history.contains_key(*k)) {
            report.wrong(format!("{name}: Keras has no `{key}`"));
        }
    }
    compare_weights(report, &name, &trainer, (&case["weights_after"], WEIGHTS));
    let unweighted = Arrays {
        sample_weight: None,
        ..data.clone()
    };
    let evaluated = trainer.evaluate(&unweighted, 4).expect("evaluates");
    for (key, want) in case["evaluate_batch_4"].as_object().expect("logs") {
        let found = evaluated.get(key).copied().unwrap_or(f64::NAN);
        report.compare(
            &format!("{name}: evaluated {key}"),
            &Plain::new(vec![], vec![found]),
            &scalar(number(want)),
            OUTPUTS,
        );
    }
    let five = data.range(0, 5);
    let predicted = trainer.predict(&five.x, 2).expect("predicts");
    report.compare(
        &format!("{name}: predictions"),
        &plain(&predicted[0]),
        &needed(&case["predict_first_rows"][0]),
        OUTPUTS,
    );
}

#[test]
fn every_fit() {
    let mut report = Report::default();
    for name in FITS {
        for case in list(&file(&format!("models/{name}"))["cases"]) {
            compare_fit(&mut report, &case);
        }
    }
    report.finish();
}
