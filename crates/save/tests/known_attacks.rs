//! The known attacks on programs that load models, each rebuilt as a harmless file: every one is a message.
//!
//! The HDF5 files in `hostile/` are written by tests/keras_files/hostile.py.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use regimen_nn::layers::Dense;
use regimen_nn::model::Sequential;
use regimen_save::hdf5::{Attribute, Element, H5Writer};
use regimen_save::{LoadOptions, ModelFile, load_weights};
use serde_json::{Value as Json, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A `.keras` file with this config.
fn keras(path: &Path, config: &Json) {
    let mut weights = vec![];
    H5Writer::new()
        .write(&mut weights, &mut |_, _| Ok(()))
        .expect("writes");
    keras_with(path, config, &[("model.weights.h5", &weights)]);
}

/// The same with these members beside config and metadata.
fn keras_with(path: &Path, config: &Json, more: &[(&str, &[u8])]) {
    let metadata = json!({ "keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00" });
    let (metadata, config) = (metadata.to_string(), config.to_string());
    let own = [
        ("metadata.json", metadata.as_bytes()),
        ("config.json", config.as_bytes()),
    ];
    let mut zip = ZipWriter::new(std::fs::File::create(path).expect("creates"));
    for (name, bytes) in own.iter().chain(more) {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("starts");
        zip.write_all(bytes).expect("writes");
    }
    zip.finish().expect("ends");
}

/// A model of these layers behind an Input of (3,).
fn sequential(layers: Vec<Json>) -> Json {
    let input = json!({ "module": "keras.layers", "class_name": "InputLayer",
        "config": { "batch_shape": [null, 3], "name": "x" }, "registered_name": null });
    let all: Vec<Json> = std::iter::once(input).chain(layers).collect();
    json!({ "module": "keras", "class_name": "Sequential", "config": { "name": "net", "layers": all }, "registered_name": null })
}

fn layer(class: &str, config: Json) -> Json {
    json!({ "module": "keras.layers", "class_name": class, "config": config, "registered_name": null })
}

/// What is said of a `.keras` file with these layers.
fn said(layers: Vec<Json>) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    keras(&path, &sequential(layers));
    let file = ModelFile::open(&path).expect("opens");
    file.model().expect_err("is refused").to_string()
}

/// Python bytecode and pickles that would make a file, if anything ran them.
const CODE: &str = "4wEAAAAAAAAAAAAAAAAAAAAAAAAA";
const PICKLE: &str = "gASVIAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAVlY2hvIJSFlFKULg==";

#[test]
fn cve_2024_3660_code_in_a_lambda() {
    let function = json!({ "class_name": "__lambda__", "config": { "code": CODE, "defaults": null, "closure": null } });
    let fault = said(vec![layer(
        "Lambda",
        json!({ "name": "l", "function": function }),
    )]);
    assert!(
        fault.contains("Lambda") && fault.contains("Python function"),
        "{fault}"
    );
}

#[test]
fn cve_2025_1550_functions_of_any_module() {
    let system = json!({ "module": "os", "class_name": "function", "config": "system", "registered_name": "system" });
    let fault = said(vec![layer(
        "Dense",
        json!({ "units": 2, "name": "d", "activation": system }),
    )]);
    assert!(fault.contains("activation"), "{fault}");
    let fault = said(vec![
        json!({ "module": "os", "class_name": "system", "config": { "command": "true" }, "registered_name": null }),
    ]);
    assert!(fault.contains("`system`"), "{fault}");
    let fault = said(vec![layer(
        "Dense",
        json!({ "units": 2, "name": "d", "kernel_initializer":
            { "module": "builtins", "class_name": "eval", "config": { "source": "1" }, "registered_name": null } }),
    )]);
    assert!(fault.contains("eval"), "{fault}");
}

#[test]
fn cve_2025_8747_gadgets_within_keras() {
    let get_file = json!({ "module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "get_file" });
    let fault = said(vec![layer(
        "Lambda",
        json!({ "name": "l", "function": get_file, "arguments": { "origin": "http://127.0.0.1:9/x", "fname": "x" } }),
    )]);
    assert!(fault.contains("Lambda"), "{fault}");
}

#[test]
fn cve_2025_9905_code_in_a_legacy_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.h5");
    let lambda = json!({ "class_name": "Lambda", "config": { "name": "l", "function": [CODE, null, null], "function_type": "lambda" } });
    let config =
        json!({ "class_name": "Sequential", "config": { "name": "net", "layers": [lambda] } });
    let mut file = H5Writer::new();
    file.attribute("", "model_config", Attribute::Text(config.to_string()));
    file.attribute("model_weights", "layer_names", Attribute::Texts(vec![]));
    let mut out = std::fs::File::create(&path).expect("creates");
    file.write(&mut out, &mut |_, _| Ok(())).expect("writes");
    let fault = ModelFile::open(&path).expect("opens").model();
    let fault = fault.expect_err("is refused").to_string();
    assert!(
        fault.contains("Lambda") && fault.contains("Python function"),
        "{fault}"
    );
}

#[test]
fn cve_2025_9906_a_config_that_turns_safety_off() {
    let unsafe_mode = json!({ "module": "keras.config", "class_name": "function",
        "config": "enable_unsafe_deserialization", "registered_name": "enable_unsafe_deserialization" });
    let function = json!({ "class_name": "__lambda__", "config": { "code": CODE, "defaults": null, "closure": null } });
    let fault = said(vec![
        layer(
            "Dense",
            json!({ "units": 2, "name": "d", "kernel_regularizer": unsafe_mode }),
        ),
        layer("Lambda", json!({ "name": "l", "function": function })),
    ]);
    assert!(
        fault.contains("Lambda") && fault.contains("kernel_regularizer"),
        "{fault}"
    );
}

#[test]
fn cve_2025_49655_pickled_torch_modules() {
    let fault = said(vec![layer(
        "TorchModuleWrapper",
        json!({ "name": "t", "module": PICKLE }),
    )]);
    assert!(fault.contains("TorchModuleWrapper"), "{fault}");
    let fault = said(vec![layer(
        "TFSMLayer",
        json!({ "name": "t", "filepath": "/tmp/x" }),
    )]);
    assert!(fault.contains("TFSMLayer"), "{fault}");
}

#[test]
fn cve_2025_12058_vocabularies_that_are_paths() {
    for place in ["/etc/passwd", "http://127.0.0.1:9/x"] {
        let config = json!({ "name": "s", "vocabulary": place, "max_tokens": null });
        for class in ["StringLookup", "IntegerLookup", "TextVectorization"] {
            let fault = said(vec![layer(class, config.clone())]);
            assert!(fault.contains("vocabulary"), "{class}: {fault}");
            assert!(!fault.contains("root:"), "{class}: {fault}");
        }
    }
}

#[test]
fn cve_2025_12060_members_with_paths_out_of_the_archive() {
    let dir = tempfile::tempdir().expect("a folder");
    for name in ["../../evil", "/etc/evil", "assets/..\\evil", "C:\\evil"] {
        let path = dir.path().join("net.keras");
        let mut zip = ZipWriter::new(std::fs::File::create(&path).expect("creates"));
        zip.start_file(name, SimpleFileOptions::default())
            .expect("starts");
        zip.finish().expect("ends");
        let fault = ModelFile::open(&path).expect_err("is refused").to_string();
        assert!(
            fault.contains("a path out of the archive"),
            "{name}: {fault}"
        );
    }
}

#[test]
fn names_that_stand_twice() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    keras(
        &path,
        &sequential(vec![layer("Dense", json!({ "units": 2 }))]),
    );
    // The library refuses to write a name twice: one of two equally long names is changed in the bytes.
    let mut zip = ZipWriter::new(std::fs::File::create(&path).expect("creates"));
    for name in ["config.json", "konfig.json", "metadata.json"] {
        zip.start_file(name, SimpleFileOptions::default())
            .expect("starts");
        zip.write_all(b"{}").expect("writes");
    }
    zip.finish().expect("ends");
    let mut bytes = std::fs::read(&path).expect("reads");
    let places: Vec<usize> = (0..bytes.len())
        .filter(|i| bytes[*i..].starts_with(b"konfig.json"))
        .collect();
    places.iter().for_each(|i| bytes[*i] = b'c');
    std::fs::write(&path, bytes).expect("writes");
    let fault = ModelFile::open(&path).expect_err("is refused").to_string();
    assert!(fault.contains("holds `config.json` twice"), "{fault}");
}

#[test]
fn json_that_unfolds_is_counted_before_it_is_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    let many: Vec<Json> = vec![json!({}); 300_000];
    keras(
        &path,
        &json!({ "class_name": "Sequential", "config": { "layers": many } }),
    );
    let fault = ModelFile::open(&path).expect_err("is refused").to_string();
    assert!(fault.contains("a model has at most"), "{fault}");
}

#[test]
fn layers_that_are_named_twice() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.h5");
    let mut file = H5Writer::new();
    file.attribute("", "model_config", Attribute::Text("{}".to_owned()));
    let names = vec!["a".to_owned(), "a".to_owned()];
    file.attribute("model_weights", "layer_names", Attribute::Texts(names));
    let mut out = std::fs::File::create(&path).expect("creates");
    file.write(&mut out, &mut |_, _| Ok(())).expect("writes");
    let fault = ModelFile::open(&path).expect_err("is refused").to_string();
    assert!(fault.contains("names the layer `a` twice"), "{fault}");
}

#[test]
fn an_adapted_layer_of_more_numbers_than_features() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    let net = sequential(vec![layer(
        "Normalization",
        json!({ "name": "n", "axis": -1, "mean": null, "variance": null }),
    )]);
    // The mean has two million numbers.
    let mut weights = H5Writer::new();
    for k in 0..2 {
        weights.dataset(
            &format!("layers/normalization/vars/{k}"),
            Element::F32,
            &[1 << 21],
        );
    }
    let mut bytes = vec![];
    weights
        .write(&mut bytes, &mut |_, out| out.write_all(&vec![0; 4 << 21]))
        .expect("writes");
    keras_with(&path, &net, &[("model.weights.h5", &bytes)]);
    let fault = ModelFile::open(&path).expect("opens").model();
    let fault = fault.expect_err("is refused").to_string();
    assert!(
        fault.contains("that a layer may learn from data"),
        "{fault}"
    );
}

#[test]
fn vocabularies_are_bounded_and_never_paths() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    let asset = "assets/layers/integer_lookup/vocabulary.txt";
    let mut weights = vec![];
    H5Writer::new()
        .write(&mut weights, &mut |_, _| Ok(()))
        .expect("writes");
    let said = |vocabulary: Json, text: &[u8]| {
        let options = json!({ "name": "n", "vocabulary": vocabulary, "vocabulary_dtype": "int64" });
        let net = sequential(vec![layer("IntegerLookup", options)]);
        keras_with(
            &path,
            &net,
            &[("model.weights.h5", &weights), (asset, text)],
        );
        let read = ModelFile::open(&path).expect("opens").model();
        read.map_err(|fault| fault.to_string())
    };
    let null = || Json::Null;
    assert_eq!(
        said(null(), b"-1\n5\n7\n").expect("is taken").unadapted(),
        [""; 0]
    );
    let cases: [(Json, Vec<u8>, &str); 5] = [
        (null(), b"\n".repeat(3_000_000), "more than 200000 tokens"),
        (null(), vec![b'1'; 20 << 20], "would take 20971520 bytes"),
        (
            null(),
            b"1\nfive\n".to_vec(),
            "line 2: \"five\", expected a whole number",
        ),
        (null(), vec![0xff, 0xfe], "no UTF-8"),
        // What Keras once read: a file of whoever opens the model, or an address.
        (json!("/etc/passwd"), b"5\n".to_vec(), "expected a list"),
    ];
    for (vocabulary, text, part) in cases {
        let fault = said(vocabulary, &text).expect_err("is refused");
        assert!(fault.contains(part), "{fault}");
    }
}

#[test]
fn absurd_models_are_refused_before_memory_is_asked_for() {
    let huge = said_or_described(json!({ "units": 4_000_000_000u64, "name": "d" }));
    assert!(!huge.is_empty());
    let overflow = said_or_described(json!({ "units": u64::MAX, "name": "d" }));
    assert!(overflow.contains("units"), "{overflow}");
}

/// What is said of a Dense layer with these options whose weights the file does not hold.
fn said_or_described(config: Json) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.keras");
    keras(&path, &sequential(vec![layer("Dense", config)]));
    let file = ModelFile::open(&path).expect("opens");
    let model = match file.model() {
        Ok(model) => model,
        Err(fault) => return fault.to_string(),
    };
    let inputs = model.declared_inputs().expect("has an Input");
    let weights = match model.describe(&inputs) {
        Ok(description) => description.weights,
        Err(faults) => return faults.to_string(),
    };
    let loaded = file.load(&model, &weights, &LoadOptions::default());
    loaded.expect_err("has no weights").to_string()
}

#[test]
fn links_bombs_and_cycles_of_hdf5() {
    let net = Sequential::new().input([3]);
    let model = net.add(Dense::new(2usize)).build();
    let weights = model.describe(&[]).expect("is sound").weights;
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "hostile"]
        .iter()
        .collect();
    let cases = [
        (
            "external_link",
            "links to other places and files are not followed",
        ),
        (
            "soft_link",
            "`layers/dense/vars`: a link or something damaged lies in it",
        ),
        (
            "external_storage",
            "has sizes, but no elements in this file",
        ),
        ("virtual", "is made of other files"),
        ("bomb", "has the shape [32768, 32768], expected [3, 2]"),
        ("absurd", "has the shape [1099511627776, 1048576]"),
        ("cycle", "lies 65 groups deep; a circle"),
        ("object", "holds no numbers that weights have"),
        ("compound", "holds no numbers that weights have"),
        (
            "overlap",
            "`layers/dense/vars/1`: its elements lie over those of `layers/dense/vars/0`",
        ),
        ("overlapping_chunks", "lie over those of"),
        ("tree_of_groups", "reading it has no end"),
        (
            "tree_of_chunks",
            "an index of chunks that leads to the same places again and again",
        ),
        ("float9", "holds no numbers that weights have"),
    ];
    for (name, expected) in cases {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join(format!("{name}.weights.h5"));
        std::fs::copy(folder.join(format!("{name}.h5")), &path).expect("copies");
        let begun = Instant::now();
        let fault = load_weights(&path, &model, &weights, &LoadOptions::default());
        let fault = fault.expect_err(name).to_string();
        println!("{name}: {fault}");
        assert!(fault.contains(expected), "{name}: {fault}");
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{name} took long"
        );
    }
}

#[test]
fn a_text_that_stands_for_many_is_not_read() {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "tests",
        "hostile",
        "one_text.h5",
    ]
    .iter()
    .collect();
    let fault = ModelFile::open(&path).expect_err("is refused").to_string();
    assert!(
        fault.contains("`/`: its attributes take more than 24 MiB"),
        "{fault}"
    );
}

#[test]
fn a_file_of_a_thousand_layers_is_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("deep.weights.h5");
    let mut net = Sequential::new().input([1]);
    for _ in 0..1000 {
        net = net.add(Dense::new(1usize));
    }
    let model = net.build();
    let weights = model.describe(&[]).expect("is sound").weights;
    let mut file = H5Writer::new();
    for k in 0..1000 {
        let group = match k {
            0 => "layers/dense/vars".to_owned(),
            k => format!("layers/dense_{k}/vars"),
        };
        file.dataset(&format!("{group}/0"), Element::F32, &[1, 1]);
        file.dataset(&format!("{group}/1"), Element::F32, &[1]);
    }
    let mut out = std::fs::File::create(&path).expect("creates");
    file.write(&mut out, &mut |_, out| out.write_all(&1f32.to_le_bytes()))
        .expect("writes");
    let loaded = load_weights(&path, &model, &weights, &LoadOptions::default());
    assert_eq!(loaded.expect("loads").weights.len(), 2000);
}

/// A functional model of one call of `inner`, or of two, one behind the other.
fn around(inner: Json, depth: usize, calls: usize) -> Json {
    let tensor = |layer: &str, call: usize| json!({ "class_name": "__keras_tensor__", "config": { "shape": [null, 3], "dtype": "float32", "keras_history": [layer, call, 0] } });
    let (entry, name) = (format!("x{depth}"), format!("m{depth}"));
    let mut held = inner;
    held["name"] = json!(name);
    held["config"]["name"] = json!(name);
    let call = |from: Json| json!({ "args": [from], "kwargs": {} });
    let mut nodes = vec![call(tensor(&entry, 0))];
    nodes.extend((1..calls).map(|i| call(tensor(&name, i - 1))));
    // The ends of a model count its own wiring as the first call of a model inside.
    let own = usize::from(held["class_name"] == "Functional");
    held["inbound_nodes"] = json!(nodes);
    let input = json!({ "module": "keras.layers", "class_name": "InputLayer", "name": entry,
        "config": { "batch_shape": [null, 3], "name": entry }, "registered_name": null, "inbound_nodes": [] });
    json!({ "module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional", "config": {
        "name": "net", "layers": [input, held], "input_layers": [[entry, 0, 0]], "output_layers": [[name, calls - 1 + own, 0]] } })
}

#[test]
fn calls_that_double_at_each_level_come_to_an_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let dense = layer("Dense", json!({ "units": 3, "name": "d" }));
    for (deep, sound) in [(6, true), (24, false)] {
        let model = (0..deep).fold(dense.clone(), |inner, depth| around(inner, depth, 2));
        let path = dir.path().join(format!("{deep}.keras"));
        keras(&path, &model);
        let begun = Instant::now();
        let read = ModelFile::open(&path).and_then(|file| file.model());
        let model = read.unwrap_or_else(|e| panic!("{e}"));
        let described = model.describe(&model.declared_inputs().expect("declares"));
        match sound {
            true => assert!(described.is_ok(), "{described:?}"),
            false => {
                let fault = described.expect_err("too many").to_string();
                assert!(fault.contains("at most in a file"), "{fault}");
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{deep}");
    }
}

#[test]
fn models_of_more_layers_than_anybody_trains_are_refused() {
    let dense = layer("Dense", json!({ "units": 1 }));
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("many.keras");
    keras(&path, &sequential(vec![dense; 5000]));
    let file = ModelFile::open(&path).expect("opens");
    let fault = file.model().expect_err("refused").to_string();
    assert!(fault.contains("found 5001 layers, 4096 at most"), "{fault}");
}

#[cfg(unix)]
#[test]
fn devices_are_no_files() {
    let fault = ModelFile::open(Path::new("/dev/null")).expect_err("refused");
    assert!(fault.to_string().contains("a pipe or a device"), "{fault}");
}
