//! How the weights of every layer begin: constants as Keras has them, random ones in the same distribution.

mod golden;

use std::collections::BTreeSet;

use golden::{Report, file, number, text};
use regimen_graph::{Builder, DType, InputKind, Type};
use regimen_nn::{Call, Mode, Object, Scope, layers};
use serde_json::Value as Json;

fn list(value: &Json) -> &[Json] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn sizes(value: &Json) -> Vec<usize> {
    list(value).iter().map(|n| number(n) as usize).collect()
}

/// A weight: path, whether it trains, shape, values.
type Begun = (String, bool, Vec<usize>, Vec<f64>);

/// Values of the weights of a case's layer, with their paths below the layer and whether they train.
fn begun(case: &Json) -> Result<Vec<Begun>, String> {
    let object = Object {
        class_name: text(&case["class_name"]),
        config: case["config"].as_object().cloned().unwrap_or_default(),
    };
    let layer = layers::read(&object, "").map_err(|e| format!("{e:?}"))?;
    let builder = Builder::default();
    let mut scope = Scope::new(&builder, Mode::Inference);
    let dtype = match layer.class_name() {
        "Embedding" => DType::I32,
        _ => DType::F32,
    };
    let mut call = Call::default();
    for (i, shape) in list(&case["inputs"]).iter().enumerate() {
        let ty = Type::new(dtype, sizes(shape));
        let x = builder.input(&format!("x{i}"), ty, InputKind::Feed);
        call.inputs.push(x.into());
    }
    scope.within("layer", true, |s| layer.forward(s, &call));
    if let Some(fault) = builder.faults().first() {
        return Err(fault.to_string());
    }
    let value = |w: &regimen_nn::WeightInfo| {
        let values = w.initializer.sample(&w.shape, 11, &w.path)?.to_f64();
        let path = w.path.trim_start_matches("layer/").to_string();
        Ok((path, w.trainable, w.shape.clone(), values))
    };
    scope.weights().iter().map(value).collect()
}

/// Mean, standard deviation, and largest magnitude.
fn facts(values: &[f64]) -> [f64; 3] {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    let largest = values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    [mean, variance.sqrt(), largest]
}

/// What differs from Keras, in words.
fn differs(values: &[f64], want: &Json) -> Option<String> {
    if let Some(runs) = want["runs"].as_array() {
        let run = |run: &Json| vec![number(&run[0]); number(&run[1]) as usize];
        let same = runs.iter().flat_map(run).collect::<Vec<f64>>() == values;
        return (!same).then(|| format!("other constants than {}", want["runs"]));
    }
    let [mean, std, largest] = facts(values);
    let [keras_mean, keras_std, keras_largest] =
        ["mean", "std", "largest"].map(|key| number(&want[key]));
    let root = (values.len() as f64).sqrt();
    // Two draws of n numbers: means differ by stddev · √(2 / n), stddevs of normal numbers by half of that.
    let near =
        (mean - keras_mean).abs() < 6.0 * std / root && (std / keras_std - 1.0).abs() < 5.0 / root;
    // The ends of uniform and cut distributions are met closely, those of normal ones are not.
    let ends = match keras_largest / keras_std {
        r if r < 1.8 => 8.0 / values.len() as f64,
        r if r < 2.35 => 0.05,
        _ => 0.5,
    };
    if near && (largest / keras_largest - 1.0).abs() < ends {
        return None;
    }
    Some(format!(
        "mean {mean:.4}, stddev {std:.4}, largest {largest:.4}; Keras has {want}"
    ))
}

/// The weight's path without the layer's own name.
fn inner(path: &str) -> String {
    path.split_once('/')
        .map_or(path, |(_, rest)| rest)
        .to_string()
}

fn check(case: &Json, report: &mut Report) {
    let name = format!("{} {}", text(&case["class_name"]), text(&case["name"]));
    let ours = match begun(case) {
        Ok(ours) => ours,
        Err(message) => return report.wrong(format!("{name}: {message}")),
    };
    let wanted = list(&case["weights"]);
    if ours.len() != wanted.len() {
        return report.wrong(format!(
            "{name}: {} weights, Keras has {}",
            ours.len(),
            wanted.len()
        ));
    }
    let mut earlier: Vec<(String, Vec<usize>, Vec<f64>)> = vec![];
    for ((path, trainable, shape, own), want) in ours.into_iter().zip(wanted) {
        let place = format!("{name}: {path}");
        if inner(&text(&want["path"])) != path
            || want["trainable"] != trainable
            || sizes(&want["shape"]) != shape
        {
            report.wrong(format!("{place} {shape:?} {trainable}, Keras has {want}"));
        }
        if let Some(message) = differs(&own, want) {
            report.wrong(format!("{place}: {message}"));
        }
        let same = |(_, s, v): &&(String, Vec<usize>, Vec<f64>)| *s == shape && *v == own;
        let twin = earlier.iter().find(same).filter(|_| want["runs"].is_null());
        let twin = twin.map(|(path, ..)| path.clone());
        let keras = list(&want["equals"]).first().map(|p| inner(&text(p)));
        if twin != keras {
            report.wrong(format!("{place} equals {twin:?}, in Keras {keras:?}"));
        }
        earlier.push((path, shape, own));
    }
}

/// The cases of `functions/initial.json` and of every `functions/initial_*.json`.
fn all_cases() -> Vec<Json> {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/functions");
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = names
        .filter(|n| n == "initial.json" || n.starts_with("initial_"))
        .collect();
    files.sort();
    let cases = |name: &String| list(&file(&format!("functions/{name}"))["cases"]).to_vec();
    files.iter().flat_map(cases).collect()
}

/// Classes that a case names, those of layers inside among them.
fn names(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::Object(map) => {
            found.extend(map.get("class_name").map(text));
            map.values().for_each(|v| names(v, found));
        }
        Json::Array(items) => items.iter().for_each(|v| names(v, found)),
        _ => {}
    }
}

#[test]
fn weights_begin_as_in_keras() {
    let mut report = Report::default();
    for case in all_cases() {
        check(&case, &mut report);
    }
    report.finish();
}

/// Every class whose golden cases have weights is among those checked here.
#[test]
fn every_layer_with_weights_is_checked() {
    let mut checked = BTreeSet::new();
    for case in all_cases() {
        names(&case, &mut checked);
    }
    let initialized = |def: &&regimen_nn::LayerDef| {
        let options = (def.options)();
        options.iter().any(|o| o.name.ends_with("_initializer"))
    };
    for def in layers::LAYERS.iter().filter(initialized) {
        assert!(checked.contains(def.class_name), "{}", def.class_name);
    }
}
