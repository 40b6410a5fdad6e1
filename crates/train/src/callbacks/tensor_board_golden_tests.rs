//! What TensorBoard is given in whole trainings, against Keras (tests/golden/callbacks/tensor_board.json).

use std::fs;
use std::path::Path;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::Tensor;
use regimen_nn::Object;
use regimen_nn::model::from_keras;
use serde_json::{Value as Json, json};

use crate::callbacks::golden_tests::number;
use crate::callbacks::{self, Place};
use crate::tensorboard::reader::{self, Summary};
use crate::{Arrays, CompileOptions, FitOptions, Trainer, Weights};

fn tensor(value: &Json) -> Tensor {
    let list = |key: &str| value[key].as_array().unwrap().iter();
    let shape: Vec<usize> = list("shape")
        .map(|n| n.as_u64().unwrap() as usize)
        .collect();
    Tensor::f32(shape, list("data").map(|x| number(x) as f32).collect()).unwrap()
}

/// Trains as Keras did, the callback's files in `folder`.
fn train(case: &Json, folder: &Path) {
    let model = from_keras(&Object::read(&case["model"]).unwrap(), "").unwrap();
    let optimizer = Object::read(&case["compile"]["optimizer"]).unwrap();
    let options = CompileOptions::new(optimizer, "mse").metrics(["mae"]);
    let data = Arrays::new(tensor(&case["x"][0]), tensor(&case["y"][0]));
    let engine = CpuEngine::new(CpuOptions {
        threads: Some(1),
        ..CpuOptions::default()
    });
    let mut trainer = Trainer::new(&engine, model, &options, &data, 1).unwrap();
    let stored = case["initial_weights"].as_array().unwrap();
    let infos = trainer.weight_infos().iter();
    let weights: Weights = infos
        .zip(stored)
        .map(|(info, value)| (info.path.clone(), tensor(value)))
        .collect();
    trainer.set_weights(&weights).unwrap();
    let object = Object {
        class_name: "TensorBoard".into(),
        config: case["config"].as_object().unwrap().clone(),
    };
    let place = Place {
        folder: Some(folder.to_path_buf()),
        ..Place::default()
    };
    let mut callbacks = [callbacks::read(&object, "callbacks[0]", &place).unwrap()];
    let fit = FitOptions {
        epochs: case["epochs"].as_u64().unwrap() as usize,
        batch_size: 2,
        validation_split: case["validation_split"].as_f64().unwrap(),
        shuffle: false.into(),
        ..FitOptions::default()
    };
    trainer
        .fit(&data, None, &fit, &mut callbacks, &mut ())
        .unwrap();
}

/// All that the files of a writer hold.
fn written(folder: &Path, writer: &str) -> Vec<Summary> {
    let files = fs::read_dir(folder.join("logs").join(writer)).into_iter();
    let files = files
        .flatten()
        .map(|f| fs::read(f.unwrap().path()).unwrap());
    files.flat_map(|bytes| reader::summaries(&bytes)).collect()
}

#[track_caller]
fn near(found: f64, want: f64, scale: f64, what: &str) {
    let tolerance = 1e-4 * want.abs().max(scale);
    assert!(
        (found - want).abs() <= tolerance,
        "{what}: {found} is not {want}"
    );
}

fn compare(found: &Summary, want: &Json, what: &str) {
    match want["kind"].as_str().unwrap() {
        "scalar" => {
            let bytes = found.elements(5)[0].clone();
            let x = f64::from(f32::from_le_bytes(bytes.try_into().unwrap()));
            match want["value"].is_null() {
                true => assert!(x > 0.0, "{what}: a speed of {x}"),
                false => near(x, number(&want["value"]), 1e-3, what),
            }
        }
        "histogram" => {
            let bytes = found.elements(6)[0].clone();
            let found: Vec<f64> = bytes
                .chunks(8)
                .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
                .collect();
            let want: Vec<f64> = want["value"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|b| b.as_array().unwrap())
                .map(number)
                .collect();
            assert_eq!(found.len(), want.len(), "{what}");
            let (mut moved, mut all) = (0.0, 0.0);
            for (i, (a, b)) in found.iter().zip(&want).enumerate() {
                if i % 3 == 2 {
                    (moved, all) = (moved + (a - b).abs(), all + a - b);
                } else {
                    near(*a, *b, 1e-2, what);
                }
            }
            // A weight on the edge of two buckets falls into either by the last bit.
            assert!(all == 0.0 && moved <= 2.0, "{what}: {found:?}");
        }
        _ => {
            let files = found.elements(8);
            let text = |i: usize| String::from_utf8(files[i].clone()).unwrap();
            let want = tensor(&want["value"]);
            let [_, height, width, channels] = want.shape[..] else {
                panic!("{what}: {:?}", want.shape);
            };
            assert_eq!((text(0), text(1)), (width.to_string(), height.to_string()));
            assert_eq!(found.shape(), [files.len() as u64]);
            let size = width * height * channels;
            let pictures: Vec<f64> = want.to_f64();
            assert_eq!(files.len() - 2, (pictures.len() / size).min(3), "{what}");
            for (file, want) in files[2..].iter().zip(pictures.chunks(size)) {
                let read = image::load_from_memory(file).expect("a PNG");
                for (byte, x) in read.as_bytes().iter().zip(want) {
                    let grey = (x * 255.5).clamp(0.0, 255.0);
                    assert!(
                        (f64::from(*byte) - grey).abs() <= 1.1,
                        "{what}: {byte}, {x}"
                    );
                }
            }
        }
    }
}

#[test]
fn files_hold_what_those_of_keras_hold() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/callbacks/tensor_board.json"
    );
    let file: Json = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    for case in file["cases"].as_array().unwrap() {
        let folder = tempfile::tempdir().unwrap();
        train(case, folder.path());
        // With a number of batches Keras forgets scalars of epochs whose batch is not due.
        let forgets = case["config"]["update_freq"].is_u64();
        for writer in ["train", "validation"] {
            let mut found = written(folder.path(), writer);
            let models = found.iter().filter(|s| s.plugin == "graph_keras_model");
            let models: Vec<Json> = models.map(|s| json!([writer, s.tag, s.step])).collect();
            let wanted = case["models"].as_array().unwrap().iter();
            let wanted: Vec<Json> = wanted.filter(|m| m[0] == writer).cloned().collect();
            assert_eq!(models, wanted, "{}", case["name"]);
            found.retain(|s| s.plugin != "graph_keras_model");
            let records = case["records"].as_array().unwrap().iter();
            for want in records.filter(|r| r["writer"] == writer) {
                // Keras has the name of the model before the paths of weights.
                let tag = want["tag"]
                    .as_str()
                    .unwrap()
                    .trim_start_matches("sequential/");
                let what = format!("{}: {writer} {tag} at {}", case["name"], want["step"]);
                let same = |s: &Summary| s.tag == tag && s.step == want["step"];
                let at = found.iter().position(same);
                let summary = found.remove(at.unwrap_or_else(|| panic!("{what} is missing")));
                let page = format!("{}s", want["kind"].as_str().unwrap());
                assert_eq!(summary.plugin, page, "{what}");
                compare(&summary, want, &what);
            }
            let of_epochs =
                |s: &Summary| s.tag.starts_with("epoch_") || s.tag.starts_with("evaluation_");
            for more in found {
                assert!(
                    forgets && of_epochs(&more),
                    "{}: {}",
                    case["name"],
                    more.tag
                );
            }
        }
    }
}
