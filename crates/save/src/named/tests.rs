//! Weights by name there and back, and files that mean no good.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use regimen_graph::{Data, Tensor};
use regimen_nn::Model;
use regimen_nn::WeightInfo;
use regimen_nn::layers::Dense;
use regimen_nn::model::Sequential;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::keras::write_sharded;
use crate::load_weights;

fn model() -> (Model, Vec<WeightInfo>) {
    let net = Sequential::new().named("net").input([3]);
    let model = net.add(Dense::new(4usize)).add(Dense::new(2usize)).build();
    let weights = model.describe(&[]).expect("is sound").weights;
    (model, weights)
}

fn own(infos: &[WeightInfo]) -> BTreeMap<String, Tensor> {
    let tensor = |w: &WeightInfo| {
        let count = w.shape.iter().product::<usize>();
        let values = (0..count).map(|i| w.path.len() as f32 + i as f32 / 3.0);
        Tensor {
            shape: w.shape.clone(),
            data: Data::F32(values.collect()),
        }
    };
    infos.iter().map(|w| (w.path.clone(), tensor(w))).collect()
}

fn load(path: &Path, options: &LoadOptions) -> Result<Loaded, String> {
    let (model, infos) = model();
    load_weights(path, &model, &infos, options).map_err(|e| e.to_string())
}

#[test]
fn there_and_back() {
    let (model, infos) = model();
    let own = own(&infos);
    let weight = |path: &str| own.get(path).cloned();
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    safetensors::write(&path("w.safetensors"), &infos, &weight).expect("writes");
    npz::write(&path("w.npz"), &infos, &weight).expect("writes");
    // 4 x 3 numbers of 4 bytes are the largest.
    write_sharded(&path("w.weights.json"), &model, &infos, &weight, 56).expect("writes");
    for name in ["w.safetensors", "w.npz", "w.weights.json"] {
        let loaded = load(&path(name), &LoadOptions::default()).expect("loads");
        assert_eq!(loaded.weights, own, "{name}");
        assert_eq!(loaded.skipped, Vec::<String>::new());
    }
    assert!(path("w_00001.weights.h5").exists());
    let small = write_sharded(&path("s.weights.json"), &model, &infos, &weight, 40);
    let refused = small.expect_err("a weight larger than a shard").to_string();
    assert!(
        refused.contains("dense/kernel has 48 bytes, more than a shard's 40"),
        "{refused}"
    );
}

#[test]
fn a_weight_that_there_is_not_leaves_no_file() {
    let (_, infos) = model();
    let dir = tempfile::tempdir().expect("a folder");
    let none = |_: &str| None;
    for name in ["w.safetensors", "w.npz"] {
        let path = dir.path().join(name);
        let written = match name {
            "w.npz" => npz::write(&path, &infos, &none),
            _ => safetensors::write(&path, &infos, &none),
        };
        let refused = written.expect_err("no weights").to_string();
        assert!(
            refused.contains("dense/kernel: no such weight"),
            "{refused}"
        );
    }
    assert_eq!(std::fs::read_dir(dir.path()).expect("lists").count(), 0);
}

/// A zip of `.npy` members.
fn zip_of(path: &Path, members: &[(&str, Vec<u8>)]) {
    let mut zip = ZipWriter::new(std::fs::File::create(path).expect("creates"));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("starts");
        zip.write_all(bytes).expect("writes");
    }
    zip.finish().expect("finishes");
}

fn array(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let dict = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((dict.len() as u16).to_le_bytes());
    bytes.extend(dict.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn arrays_without_names_stand_in_the_order_of_the_weights() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("w.npz");
    let doubles =
        |values: &[f64]| -> Vec<u8> { values.iter().flat_map(|v| v.to_be_bytes()).collect() };
    let numbers: Vec<f64> = (0..12).map(f64::from).collect();
    let members = [
        (
            "arr_0.npy",
            array(">f8", "True", "(3, 4)", &doubles(&numbers)),
        ),
        (
            "arr_1.npy",
            array("<i4", "False", "(4,)", &[1, 0, 0, 0].repeat(4)),
        ),
        ("arr_2.npy", array("|i1", "False", "(4, 2)", &[255; 8])),
        (
            "arr_3.npy",
            array("<f2", "False", "(2,)", &[0, 0x3c, 0, 0xc0]),
        ),
    ];
    zip_of(&path, &members);
    let loaded = load(&path, &LoadOptions::default()).expect("loads");
    let first = loaded.weights["dense/kernel"].to_f64();
    assert_eq!(first[..4], [0.0, 3.0, 6.0, 9.0]);
    assert_eq!(loaded.weights["dense/bias"].to_f64(), [1.0; 4]);
    assert_eq!(loaded.weights["dense_1/kernel"].to_f64(), [-1.0; 8]);
    assert_eq!(loaded.weights["dense_1/bias"].to_f64(), [1.0, -2.0]);
    zip_of(&path, &members[..3]);
    let refused = load(&path, &LoadOptions::default()).expect_err("an array less");
    assert!(
        refused.contains("holds 3 arrays without names (arr_0, ...), the model has 4 weights"),
        "{refused}"
    );
    let mut gap = members.clone();
    gap[3].0 = "arr_10.npy";
    zip_of(&path, &gap);
    let refused = load(&path, &LoadOptions::default()).expect_err("a gap");
    assert!(refused.contains("has no array `arr_3`"), "{refused}");
}

#[test]
fn hostile_npz_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("w.npz");
    let cases = [
        (
            array("|O", "False", "(3, 4)", b"\x80\x04."),
            "pickled Python objects, which are never read",
        ),
        (
            array("<f4", "False", "(1000000000, 1000000000)", &[0; 8]),
            "which its",
        ),
        (
            array("<f4", "False", "(18446744073709551615, 2)", &[0; 8]),
            "which its",
        ),
        (
            array("<f4", "Maybe", "(3, 4)", &[0; 48]),
            "neither True nor False",
        ),
        (array("<f4", "False", "3", &[0; 48]), "no tuple of sizes"),
        (
            array("<c8", "False", "(3, 4)", &[0; 96]),
            "\"<c8\", which no weight has",
        ),
        (b"PK".to_vec(), "dense/kernel: "),
        (b"\x93NUMPY\x01\x00\xff\xff".to_vec(), "dense/kernel: "),
    ];
    for (bytes, expected) in cases {
        zip_of(&path, &[("dense/kernel.npy", bytes)]);
        let refused = load(&path, &LoadOptions::default()).expect_err(expected);
        assert!(refused.contains(expected), "{refused}");
    }
    zip_of(&path, &[("../evil.npy", vec![])]);
    let refused = load(&path, &LoadOptions::default()).expect_err("a path");
    assert!(refused.contains("a path out of the archive"), "{refused}");
}

#[test]
fn hostile_safetensors_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("w.safetensors");
    let header = |json: &str, data: usize| {
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend(json.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    };
    let overlapping = r#"{"dense/kernel":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]},"dense/bias":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#;
    let absurd = r#"{"dense/kernel":{"dtype":"F32","shape":[18446744073709551615,4],"data_offsets":[0,48]}}"#;
    let cases = [
        (vec![1, 2, 3], "fewer than 8 bytes"),
        (u64::MAX.to_le_bytes().to_vec(), "declares a header of"),
        (header(overlapping, 48), "header: "),
        (header(absurd, 48), "header: "),
        (
            header("{}", 8),
            "declares 0 bytes of tensors, the file has 8",
        ),
        (header("[", 0), "header: "),
        (
            header(
                r#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
                4,
            ),
            "dense/kernel: is not in the file; it holds x",
        ),
        (
            header(
                r#"{"dense/kernel":{"dtype":"F32","shape":[4,3],"data_offsets":[0,48]}}"#,
                48,
            ),
            "dense/kernel: has the shape [4, 3], expected [3, 4]",
        ),
    ];
    for (bytes, expected) in cases {
        std::fs::write(&path, bytes).expect("writes");
        let refused = load(&path, &LoadOptions::default()).expect_err(expected);
        assert!(refused.contains(expected), "{refused}");
    }
    // What may be skipped is told of.
    let options = LoadOptions {
        skip_mismatch: true,
        ..LoadOptions::default()
    };
    let skipped = load(&path, &options).expect("loads").skipped;
    assert_eq!(skipped.len(), 4, "{skipped:?}");
}

#[test]
fn shards_lie_beside_their_map() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("w.weights.json");
    for (map, expected) in [
        (
            r#"{"weight_map": {"/layers/dense/vars": "../other.weights.h5"}}"#,
            "names a shard \"../other.weights.h5\"",
        ),
        (
            r#"{"weight_map": {"/layers/dense/vars": 3}}"#,
            "names a shard 3",
        ),
        (
            r#"{"weight_map": {"/layers/dense/vars": "missing.weights.h5"}}"#,
            "missing.weights.h5",
        ),
        (r#"{}"#, "has no `weight_map`"),
        ("[", "w.weights.json: "),
    ] {
        std::fs::write(&path, map).expect("writes");
        let refused = load(&path, &LoadOptions::default()).expect_err(expected);
        assert!(refused.contains(expected), "{refused}");
    }
}

#[test]
fn only_legacy_files_are_matched_by_name() {
    let options = LoadOptions {
        by_name: true,
        ..LoadOptions::default()
    };
    let refused = load("w.npz".as_ref(), &options).expect_err("by name");
    assert!(
        refused.contains("only .h5 files of the legacy format"),
        "{refused}"
    );
    let refused = load("w.pkl".as_ref(), &LoadOptions::default()).expect_err("a pickle");
    assert!(
        refused.contains("no kind of file that models or weights lie in"),
        "{refused}"
    );
}
