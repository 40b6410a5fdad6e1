//! Legacy files there and back, and files of Keras 1 and 2 put together here.

use std::collections::BTreeMap;
use std::path::Path;

use regimen_graph::{Data, Tensor};
use regimen_nn::model::{Description, InputInfo};
use regimen_nn::{Model, WeightInfo};
use serde_json::{Value as Json, json};

use super::*;
use crate::hdf5::{Attribute, Element, H5Writer};
use crate::keras::put;
use crate::{FileConfig, LoadOptions, ModelFile, Saving, save};

fn described(model: &Model) -> Description {
    let inputs: Vec<InputInfo> = model.declared_inputs().expect("has an Input");
    model.describe(&inputs).expect("is sound")
}

fn counted(shape: &[usize], from: f32) -> Tensor {
    let count = shape.iter().product::<usize>();
    Tensor {
        shape: shape.to_vec(),
        data: Data::F32((0..count).map(|i| from + i as f32).collect()),
    }
}

fn weights(infos: &[WeightInfo]) -> BTreeMap<String, Tensor> {
    let each = infos.iter().enumerate();
    each.map(|(i, w)| (w.path.clone(), counted(&w.shape, 1000.0 * i as f32)))
        .collect()
}

/// A file with these attributes of the root, and layers with their arrays.
fn file(path: &Path, root: &[(&str, String)], layers: &[(&str, Vec<(&str, Tensor)>)]) {
    let mut file = H5Writer::new();
    for (name, text) in root {
        file.attribute("", name, Attribute::Text(text.clone()));
    }
    let names = layers.iter().map(|(name, _)| (*name).to_owned());
    file.attribute("", "layer_names", Attribute::Texts(names.collect()));
    let mut all = BTreeMap::new();
    for (layer, arrays) in layers {
        let names = arrays.iter().map(|(name, _)| (*name).to_owned());
        file.attribute(layer, "weight_names", Attribute::Texts(names.collect()));
        for (name, tensor) in arrays {
            let dataset = format!("{layer}/{name}");
            file.dataset(&dataset, Element::F32, &tensor.shape);
            all.insert(dataset, tensor.clone());
        }
    }
    let mut out = std::fs::File::create(path).expect("creates");
    file.write(&mut out, &mut |dataset, out| put(out, &all[dataset]))
        .expect("writes");
}

fn model(layers: Json, version: &str) -> Model {
    let config = json!({ "class_name": "Sequential", "config": layers });
    crate::model_file::of_config("test".as_ref(), config.clone(), Some(version), "")
        .expect("a model")
}

fn values(tensor: &Tensor) -> Vec<f64> {
    tensor.to_f64()
}

#[test]
fn there_and_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.h5");
    let layers = json!([
        { "class_name": "LSTM", "config": { "units": 2, "recurrent_activation": "sigmoid", "batch_input_shape": [null, 5, 3], "name": "a" } },
        { "class_name": "BatchNormalization", "config": { "name": "b" } },
        { "class_name": "Dense", "config": { "units": 2, "name": "c" } },
    ]);
    let model = model(layers, "2.2.4");
    let description = described(&model);
    let own = weights(&description.weights);
    let inputs = model.declared_inputs().expect("has an Input");
    let compile = json!({ "optimizer": { "class_name": "Adam", "config": { "learning_rate": 0.1 } }, "loss": "mse" });
    let saving = Saving {
        model: &model,
        inputs: &inputs,
        description: &description,
        weight: &|path: &str| own.get(path).cloned(),
        config: FileConfig::Own,
        compile: &compile,
        optimizer: ("", &[]),
        shard: crate::SHARD,
    };
    save(&path, &saving).expect("writes");
    let file = ModelFile::open(&path).expect("opens");
    assert_eq!(file.compile()["optimizer"]["class_name"], "Adam");
    let read = file.model().expect("a model");
    let infos = described(&read).weights;
    let loaded = file
        .load(&read, &infos, &LoadOptions::default())
        .expect("loads");
    assert_eq!(loaded.weights, own);
    assert_eq!(std::fs::read_dir(dir.path()).expect("lists").count(), 1);
}

#[test]
fn gates_of_keras_1() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("old.h5");
    let (inputs, units) = (3, 2);
    let names: Vec<String> = ["i", "c", "f", "o"]
        .iter()
        .flat_map(|gate| ["W", "U", "b"].map(|array| format!("lstm_1_{array}_{gate}:0")))
        .collect();
    let shapes = [vec![inputs, units], vec![units, units], vec![units]];
    let arrays: Vec<(&str, Tensor)> = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            (
                name.as_str(),
                counted(&shapes[i % 3], 100.0 * (i / 3) as f32),
            )
        })
        .collect();
    file(&path, &[], &[("lstm_1", arrays)]);
    let model = model(
        json!([{ "class_name": "LSTM", "config": { "output_dim": 2, "input_dim": 3, "input_length": 4, "name": "lstm_1" } }]),
        "1",
    );
    let infos = described(&model).weights;
    let opened = LegacyFile::open(&path).expect("opens");
    assert_eq!(opened.version, "1");
    let loaded = opened
        .load(&model, &infos, &LoadOptions::default())
        .expect("loads");
    let kernel = &loaded.weights[&infos[0].path];
    assert_eq!(kernel.shape, [3, 8]);
    // Gates i, f, c, o; the file has i, c, f, o.
    let first_row = [0.0, 1.0, 200.0, 201.0, 100.0, 101.0, 300.0, 301.0];
    assert_eq!(values(kernel)[..8], first_row);
    assert_eq!(values(&loaded.weights[&infos[2].path]), first_row);
}

#[test]
fn kernels_of_theano() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("th.h5");
    // (filters, inputs, rows, columns)
    let kernel = counted(&[2, 1, 2, 3], 0.0);
    let arrays = vec![("W", kernel), ("b", counted(&[2], 50.0))];
    file(&path, &[], &[("conv", arrays)]);
    let conv = json!([{ "class_name": "Convolution2D", "config": {
        "nb_filter": 2, "nb_row": 2, "nb_col": 3, "dim_ordering": "th", "batch_input_shape": [null, 1, 5, 5], "name": "conv" } }]);
    let model = model(conv, "1");
    let infos = described(&model).weights;
    let opened = LegacyFile::open(&path).expect("opens");
    let plain = opened
        .load(&model, &infos, &LoadOptions::default())
        .expect("loads");
    let kernel = &plain.weights[&infos[0].path];
    assert_eq!(kernel.shape, [2, 3, 1, 2]);
    assert_eq!(
        values(kernel),
        [0.0, 6.0, 1.0, 7.0, 2.0, 8.0, 3.0, 9.0, 4.0, 10.0, 5.0, 11.0]
    );
    let options = LoadOptions {
        backend: Some("theano".to_owned()),
        ..LoadOptions::default()
    };
    let turned = opened.load(&model, &infos, &options).expect("loads");
    assert_eq!(
        values(&turned.weights[&infos[0].path]),
        [5.0, 11.0, 4.0, 10.0, 3.0, 9.0, 2.0, 8.0, 1.0, 7.0, 0.0, 6.0]
    );
}

#[test]
fn one_dimensional_kernels_of_keras_1() {
    let dir = tempfile::tempdir().expect("a folder");
    let conv = json!([{ "class_name": "Convolution1D", "config": {
        "nb_filter": 2, "filter_length": 3, "input_dim": 1, "input_length": 6, "name": "conv" } }]);
    let model = model(conv, "1");
    let infos = described(&model).weights;
    let load = |kernel: Tensor| {
        let path = dir.path().join("one.h5");
        file(
            &path,
            &[],
            &[("conv", vec![("W", kernel), ("b", counted(&[2], 9.0))])],
        );
        let opened = LegacyFile::open(&path).expect("opens");
        let loaded = opened
            .load(&model, &infos, &LoadOptions::default())
            .expect("loads");
        values(&loaded.weights[&infos[0].path])
    };
    assert_eq!(
        load(counted(&[3, 1, 1, 2], 0.0)),
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    );
    // (filters, inputs, length, 1) before Keras 1.1.
    assert_eq!(
        load(counted(&[2, 1, 3, 1], 0.0)),
        [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]
    );
}

#[test]
fn cudnn_biases_are_added() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("cudnn.h5");
    let arrays = vec![
        ("kernel:0", counted(&[3, 4], 0.0)),
        ("recurrent_kernel:0", counted(&[1, 4], 0.0)),
        ("bias:0", counted(&[8], 0.0)),
    ];
    file(
        &path,
        &[("keras_version", "2.2.4".to_owned())],
        &[("lstm", arrays)],
    );
    let lstm = json!([{ "class_name": "CuDNNLSTM", "config": { "units": 1, "batch_input_shape": [null, 4, 3], "name": "lstm" } }]);
    let model = model(lstm, "2.2.4");
    let infos = described(&model).weights;
    let opened = LegacyFile::open(&path).expect("opens");
    let loaded = opened
        .load(&model, &infos, &LoadOptions::default())
        .expect("loads");
    assert_eq!(
        values(&loaded.weights[&infos[2].path]),
        [4.0, 6.0, 8.0, 10.0]
    );
    // With one unit a gate is a column, read and put down in the same order.
    assert_eq!(
        values(&loaded.weights[&infos[0].path]),
        values(&counted(&[3, 4], 0.0))
    );
}

#[test]
fn by_name_and_by_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("w.h5");
    let dense = |from: f32| {
        vec![
            ("kernel:0", counted(&[2, 2], from)),
            ("bias:0", counted(&[2], from)),
        ]
    };
    let saved = [("one", dense(0.0)), ("relu", vec![]), ("two", dense(10.0))];
    file(&path, &[("keras_version", "2.1.0".to_owned())], &saved);
    let layers = |names: [&str; 2], units: usize| {
        model(
            json!([
                { "class_name": "Dense", "config": { "units": units, "batch_input_shape": [null, 2], "name": names[0] } },
                { "class_name": "Dense", "config": { "units": 2, "name": names[1] } },
            ]),
            "2.1.0",
        )
    };
    let opened = LegacyFile::open(&path).expect("opens");
    let load = |model: &Model, options: &LoadOptions| {
        opened.load(model, &described(model).weights, options)
    };
    let renamed = layers(["x", "two"], 2);
    let by_order = load(&renamed, &LoadOptions::default()).expect("loads");
    assert_eq!(values(&by_order.weights["x/bias"]), [0.0, 1.0]);
    let options = LoadOptions {
        by_name: true,
        ..LoadOptions::default()
    };
    let by_name = load(&renamed, &options).expect("loads");
    assert_eq!(by_name.weights.len(), 2);
    assert_eq!(by_name.skipped, ["x: no layer of this name in the file"]);
    // Another width is an error, or weights that are left as they are.
    let wide = layers(["one", "two"], 3);
    let refused = load(&wide, &LoadOptions::default())
        .expect_err("other sizes")
        .to_string();
    assert!(
        refused.contains("has the shape [2, 2], expected [2, 3] for one/kernel"),
        "{refused}"
    );
    let options = LoadOptions {
        skip_mismatch: true,
        ..LoadOptions::default()
    };
    let skipped = load(&wide, &options).expect("loads");
    // Array by array: the bias of the second fits.
    assert_eq!(skipped.skipped.len(), 3, "{:?}", skipped.skipped);
    assert_eq!(values(&skipped.weights["two/bias"]).len(), 2);
    // A layer less.
    let one = model(
        json!([{ "class_name": "Dense", "config": { "units": 2, "batch_input_shape": [null, 2], "name": "one" } }]),
        "2.1.0",
    );
    let refused = load(&one, &LoadOptions::default())
        .expect_err("a layer less")
        .to_string();
    assert!(
        refused.contains("holds 2 layers with weights (one, two), the model has 1 (one)"),
        "{refused}"
    );
}

#[test]
fn layers_of_keras_0_are_numbered() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("zero.hdf5");
    let mut zero = H5Writer::new();
    let tensors = [
        ("layer_0/param_0", counted(&[2, 2], 0.0)),
        ("layer_0/param_1", counted(&[2], 7.0)),
    ];
    for (name, tensor) in &tensors {
        zero.dataset(name, Element::F32, &tensor.shape);
    }
    zero.group("layer_1");
    let all: BTreeMap<&str, Tensor> = tensors.into_iter().collect();
    let mut out = std::fs::File::create(&path).expect("creates");
    zero.write(&mut out, &mut |dataset, out| put(out, &all[dataset]))
        .expect("writes");
    let dense = model(
        json!([{ "class_name": "Dense", "config": { "output_dim": 2, "input_dim": 2, "name": "d" } }]),
        "1",
    );
    let opened = LegacyFile::open(&path).expect("opens");
    let loaded = opened.load(&dense, &described(&dense).weights, &LoadOptions::default());
    assert_eq!(
        values(&loaded.expect("loads").weights["d/bias"]),
        [7.0, 8.0]
    );
}

#[test]
fn what_is_no_legacy_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("x.h5");
    let refused = |path: &Path| LegacyFile::open(path).expect_err("refuses").to_string();
    std::fs::write(&path, b"not HDF5").expect("writes");
    let fault = refused(&path);
    assert!(fault.contains("x.h5"), "{fault}");
    let mut out = std::fs::File::create(&path).expect("creates");
    H5Writer::new()
        .write(&mut out, &mut |_, _| Ok(()))
        .expect("writes");
    assert!(
        refused(&path).contains("has no layers with weights in it"),
        "{}",
        refused(&path)
    );
    file(&path, &[("model_config", "{".to_owned())], &[]);
    assert!(
        refused(&path).contains("model_config: "),
        "{}",
        refused(&path)
    );
}
