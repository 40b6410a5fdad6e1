//! `.keras` files there and back, and files that mean no good.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use regimen_graph::{Data, Tensor};
use regimen_nn::layers::{Bidirectional, Dense, LSTM, Normalization};
use regimen_nn::model::{Description, InputInfo, Sequential};
use regimen_nn::{Model, WeightInfo};
use serde_json::Value as Json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::LoadOptions;
use crate::hdf5::{Element, H5Writer};

fn model() -> Model {
    Sequential::new()
        .named("net")
        .input([5, 3])
        .add(Bidirectional::new(&LSTM::new(2usize)).expect("a layer"))
        .add_named("head", Dense::new(4usize))
        .add(Dense::new(2usize))
        .build()
}

fn described(model: &Model) -> Description {
    let inputs: Vec<InputInfo> = model.declared_inputs().expect("has an Input");
    model.describe(&inputs).expect("is sound")
}

/// Weights that differ in every place.
fn weights(infos: &[WeightInfo]) -> BTreeMap<String, Tensor> {
    let mut next = 0.0f32;
    let mut tensor = |info: &WeightInfo| {
        let count = info.shape.iter().product();
        let values: Vec<f32> = (0..count)
            .map(|_| {
                next += 0.5;
                next
            })
            .collect();
        Tensor {
            shape: info.shape.clone(),
            data: Data::F32(values),
        }
    };
    infos
        .iter()
        .map(|info| (info.path.clone(), tensor(info)))
        .collect()
}

fn write(path: &Path, model: &Model) -> BTreeMap<String, Tensor> {
    let description = described(model);
    let own = weights(&description.weights);
    let weight = |path: &str| own.get(path).cloned();
    let inputs = model.declared_inputs().expect("has an Input");
    KerasFile::write(
        path,
        model,
        (&inputs, &description, crate::FileConfig::Own),
        &weight,
        (&Json::Null, ("", &[])),
    )
    .expect("writes");
    own
}

/// Weights, written and read again for another model.
fn weights_for(from: &Model, to: &Model) -> Result<crate::Loaded, ModelFileError> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("own.weights.h5");
    let infos = described(from).weights;
    let own = weights(&infos);
    write_weights_file(&path, from, &infos, &|path: &str| own.get(path).cloned()).expect("writes");
    let infos = described(to).weights;
    WeightsFile::open(&path, &infos)?.load(to, &infos, &LoadOptions::default())
}

#[test]
fn variables_that_the_model_does_not_have_are_not_taken_for_others() {
    let with = |bias: bool| {
        Sequential::new()
            .input([3])
            .add(Dense::new(2usize).use_bias(bias))
    };
    assert!(weights_for(&with(true).build(), &with(true).build()).is_ok());
    let told = weights_for(&with(true).build(), &with(false).build()).unwrap_err();
    let told = told.to_string();
    assert!(
        told.contains("`layers/dense/vars`: has 2 variables, `dense` of the model 1"),
        "{told}"
    );
}

#[test]
fn a_flipped_bit_of_the_weights_is_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    let own = write(&path, &model());
    let first = own["head/kernel"].as_f32().expect("numbers")[0].to_le_bytes();
    let mut bytes = std::fs::read(&path).expect("reads");
    let at = bytes
        .windows(4)
        .position(|four| four == first)
        .expect("is there");
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).expect("writes");
    let file = KerasFile::open(&path).expect("opens");
    let told = file.weights(&described(&model()).weights).unwrap_err();
    assert!(told.to_string().contains("the file is damaged"), "{told}");
}

#[test]
fn lora_is_summed_into_the_kernel() {
    use regimen_nn::model::from_keras;
    let config = serde_json::json!({ "class_name": "Sequential", "config": { "name": "net", "layers": [
        { "class_name": "InputLayer", "config": { "batch_shape": [null, 2], "name": "in" } },
        { "class_name": "Dense", "config": { "units": 3, "name": "d", "lora_rank": 1, "lora_alpha": 2.0, "use_bias": false } },
    ] } });
    let object = regimen_nn::Object::read(&config).expect("an object");
    let model = from_keras(&object, "").expect("a model");
    let infos = described(&model).weights;
    let numbers: BTreeMap<&str, (Vec<usize>, Vec<f32>)> = BTreeMap::from([
        ("d/kernel", (vec![2, 3], vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0])),
        ("d/lora_kernel_a", (vec![2, 1], vec![1.0, 10.0])),
        ("d/lora_kernel_b", (vec![1, 3], vec![1.0, 2.0, 3.0])),
    ]);
    let weight = |path: &str| {
        let (shape, data) = numbers.get(path)?.clone();
        Tensor::f32(shape, data)
    };
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("lora.weights.h5");
    let inputs = model.declared_inputs().expect("has an Input");
    let description = described(&model);
    let saving = crate::Saving {
        model: &model,
        inputs: &inputs,
        description: &description,
        weight: &weight,
        config: crate::FileConfig::Own,
        compile: &Json::Null,
        optimizer: ("", &[]),
        shard: crate::SHARD,
    };
    crate::save(&path, &saving).expect("writes");
    let read = crate::load_weights(&path, &model, &infos, &LoadOptions::default());
    let read = read.expect("reads").weights;
    assert_eq!(
        read["d/kernel"].as_f32(),
        Some(&[3.0, 4.0, 6.0, 20.0, 41.0, 60.0][..])
    );
    assert_eq!(read["d/lora_kernel_b"].as_f32(), Some(&[0.0; 3][..]));
}

#[test]
fn there_and_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    let own = write(&path, &model());
    let file = KerasFile::open(&path).expect("opens");
    assert_eq!(file.version, "3.15.1");
    let read = file.model().expect("a model");
    let infos = described(&read).weights;
    let weights = file.weights(&infos).expect("opens");
    let loaded = weights.load(&read, &infos, &LoadOptions::default());
    assert_eq!(loaded.expect("loads").weights, own);
    assert_eq!(read.name, "net");
    // No draft is left behind.
    assert_eq!(std::fs::read_dir(dir.path()).expect("lists").count(), 1);
}

#[test]
fn places_are_those_of_keras() {
    let model = model();
    let all = places(&model, &described(&model).weights);
    let datasets: Vec<String> = all
        .iter()
        .map(|p| format!("{} {}", p.dataset(), p.weight))
        .collect();
    let lstm = "layers/bidirectional/forward_layer/cell/vars";
    assert_eq!(
        datasets[0],
        format!("{lstm}/0 bidirectional/forward_lstm/lstm_cell/kernel")
    );
    assert_eq!(
        datasets[2],
        format!("{lstm}/2 bidirectional/forward_lstm/lstm_cell/bias")
    );
    assert!(datasets[3].starts_with("layers/bidirectional/backward_layer/cell/vars/0"));
    assert_eq!(datasets[6], "layers/dense/vars/0 head/kernel");
    assert_eq!(datasets[9], "layers/dense_1/vars/1 dense/bias");
}

/// A zip of these members.
fn archive(path: &Path, members: &[(&str, &[u8])], method: CompressionMethod) {
    let mut zip = ZipWriter::new(std::fs::File::create(path).expect("creates"));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).expect("starts");
        zip.write_all(bytes).expect("writes");
    }
    zip.finish().expect("ends");
}

/// The members of a sound file.
fn members(path: &Path) -> BTreeMap<String, Vec<u8>> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).expect("opens")).expect("a zip");
    let mut all = BTreeMap::new();
    for i in 0..zip.len() {
        let mut member = zip.by_index(i).expect("a member");
        let mut bytes = vec![];
        member.read_to_end(&mut bytes).expect("reads");
        all.insert(member.name().expect("a name").to_string(), bytes);
    }
    all
}

/// What is said of a file, as far as loading gets.
fn fault(path: &Path) -> String {
    let load = || {
        let file = KerasFile::open(path)?;
        let model = file.model()?;
        let infos = described(&model).weights;
        let weights = file.weights(&infos)?;
        weights.load(&model, &infos, &LoadOptions::default())
    };
    match load() {
        Ok(loaded) => panic!("was read: {:?}", loaded.weights.keys()),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn deflated_weights_are_read_and_bombs_are_not() {
    let dir = tempfile::tempdir().expect("a folder");
    let (sound, path) = (
        dir.path().join("sound.keras"),
        dir.path().join("packed.keras"),
    );
    let own = write(&sound, &model());
    let mut all = members(&sound);
    let pack = |all: &BTreeMap<String, Vec<u8>>| {
        let list: Vec<(&str, &[u8])> = all
            .iter()
            .map(|(n, b)| (n.as_str(), b.as_slice()))
            .collect();
        archive(&path, &list, CompressionMethod::Deflated);
    };
    pack(&all);
    let file = KerasFile::open(&path).expect("opens");
    let read = file.model().expect("a model");
    let infos = described(&read).weights;
    let weights = file.weights(&infos).expect("opens");
    let loaded = weights.load(&read, &infos, &LoadOptions::default());
    assert_eq!(loaded.expect("loads").weights, own);
    // 200 MB of zeros in some 200 KB.
    all.insert("model.weights.h5".to_owned(), vec![0; 200 << 20]);
    pack(&all);
    let fault = fault(&path);
    assert!(
        fault.contains("200 MiB would have to be unpacked out of a file of 0 MiB"),
        "{fault}"
    );
}

#[test]
fn what_is_none_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let (sound, path) = (dir.path().join("sound.keras"), dir.path().join("bad.keras"));
    write(&sound, &model());
    std::fs::write(&path, "no zip").expect("writes");
    assert!(fault(&path).contains("not a .keras file"));
    let with = |name: &str, bytes: &[u8]| {
        let mut all = members(&sound);
        all.insert(name.to_owned(), bytes.to_vec());
        let list: Vec<(&str, &[u8])> = all
            .iter()
            .map(|(n, b)| (n.as_str(), b.as_slice()))
            .collect();
        archive(&path, &list, CompressionMethod::Stored);
        fault(&path)
    };
    let config = String::from_utf8(members(&sound)["config.json"].clone()).expect("text");
    let lambda = config.replacen("\"class_name\":\"Dense\"", "\"class_name\":\"Lambda\"", 1);
    assert!(with("config.json", lambda.as_bytes()).contains("Python function"));
    let custom = config.replacen("\"class_name\":\"Dense\"", "\"class_name\":\"MyLayer\"", 1);
    assert!(with("config.json", custom.as_bytes()).contains("MyLayer"));
    let wider = config.replacen("\"units\":4", "\"units\":5", 1);
    let told = with("config.json", wider.as_bytes());
    assert!(
        told.contains("`layers/dense/vars/0`: has the shape [4, 4], expected [4, 5]"),
        "{told}"
    );
    assert!(with("config.json", b"{").contains("config.json"));
    assert!(with("model.weights.h5", b"\x89HDF\r\n\x1a\n").contains("not a sound HDF5 file"));
    let mut cut = members(&sound)["model.weights.h5"].clone();
    cut.truncate(cut.len() - 8);
    assert!(
        with("model.weights.h5", &cut).contains("its end is missing"),
        "cut short"
    );
}

#[test]
fn every_cut_and_every_changed_byte_of_the_weights_ends_in_numbers_or_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    write(&path, &model());
    let whole = members(&path)["model.weights.h5"].clone();
    let model = model();
    let infos = described(&model).weights;
    let mut state = 7u64;
    for _ in 0..3000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let mut bytes = whole.clone();
        let at = (state >> 33) as usize % bytes.len();
        match state >> 20 & 3 {
            0 => bytes.truncate(at),
            _ => bytes[at] ^= 1 << (state >> 28 & 7),
        }
        if let Ok(file) = crate::hdf5::H5File::from_bytes(bytes, Default::default()) {
            // Elements have no checksum: what counts is that nothing panics.
            let _read = read_weights(&file, &model, &infos, &LoadOptions::default());
        }
    }
}

#[test]
fn adapted_normalization_is_read_from_the_weights() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, adapted) = (dir.path().join("a.keras"), dir.path().join("b.keras"));
    let model = Sequential::new()
        .input([2])
        .add(Normalization::new())
        .add_named("n2", Normalization::new())
        .build();
    write(&path, &model);
    let mut file = H5Writer::new();
    for (i, layer) in ["normalization", "normalization_1"].into_iter().enumerate() {
        for j in 0..2 {
            file.dataset(&format!("layers/{layer}/vars/{j}"), Element::F32, &[2 - i]);
        }
    }
    let mut bytes = vec![];
    let mut fill = |path: &str, out: &mut dyn Write| {
        let count = if path.contains("_1") { 1 } else { 2 };
        let value = if path.ends_with('0') { 1.5f32 } else { 4.0 };
        out.write_all(&value.to_le_bytes().repeat(count))
    };
    file.write(&mut bytes, &mut fill).expect("writes");
    let mut all = members(&path);
    all.insert("model.weights.h5".to_owned(), bytes);
    let list: Vec<(&str, &[u8])> = all
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    archive(&adapted, &list, CompressionMethod::Stored);
    let read = KerasFile::open(&adapted)
        .expect("opens")
        .model()
        .expect("a model");
    let config = read.layer("n2").expect("is there").layer.config();
    assert_eq!(config["mean"]["learnt"], serde_json::json!([1.5]));
    let config = read
        .layer("normalization")
        .expect("is there")
        .layer
        .config();
    assert_eq!(config["variance"]["learnt"], serde_json::json!([4.0, 4.0]));
}
