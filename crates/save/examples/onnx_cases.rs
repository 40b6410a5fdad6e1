//! Writes every case of every op as ONNX, and of layers without weights that Keras cannot put into a model, with its
//! inputs and what the oracle makes of them, into a folder:
//! `cargo run -p regimen-save --example onnx_cases -- FOLDER`. tests/keras_files/onnx_cases.py runs them.

#![allow(clippy::print_stderr)] // a program: this is its output

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use regimen_graph::check::{Case, all_cases, floats, ids, within};
use regimen_graph::{Plain, evaluate};
use regimen_nn::host::OutputMode;
use regimen_nn::layers::{Equalization, IntegerLookup, ThresholdedReLU};
use regimen_nn::{Call, Layer, Mode, Scope};
use regimen_save::onnx;
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: onnx_cases FOLDER");
        return ExitCode::from(2);
    };
    if let Err(fault) = std::fs::create_dir_all(&folder) {
        eprintln!("error: {}: {fault}", folder.display());
        return ExitCode::FAILURE;
    }
    for (i, case) in all_cases().iter().chain(&layers()).enumerate() {
        if let Err(fault) = put(&folder, i, case) {
            eprintln!("error: {}: {fault}", case.name);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// A layer in inference.
fn layer(name: &str, feed: regimen_graph::check::Feed, layer: impl Layer + 'static) -> Case {
    Case::many(format!("layer/{name}"), vec![feed], move |builder, x| {
        let mut scope = Scope::new(builder, Mode::Inference);
        let outputs = layer.forward(&mut scope, &Call::of(x[0].clone().into()));
        outputs.into_iter().map(|value| value.x).collect()
    })
}

fn layers() -> Vec<Case> {
    let lookup = || IntegerLookup::new().vocabulary(vec![3i64, 1, 6, 4]);
    let modes = [
        ("one_hot", OutputMode::OneHot),
        ("multi_hot", OutputMode::MultiHot),
        ("count", OutputMode::Count),
    ];
    let mut all = vec![
        layer("integer_lookup", ids(&[5, 3], 9), lookup()),
        layer(
            "integer_lookup, mask and two others",
            ids(&[5, 3], 9),
            lookup().mask_token(0i64).num_oov_indices(2usize),
        ),
        layer(
            "integer_lookup, inverted",
            ids(&[5, 3], 5),
            lookup().invert(true),
        ),
        layer(
            "equalization",
            within(&[2, 5, 4, 3], 0.0, 255.0),
            Equalization::new(),
        ),
        layer(
            "thresholded_relu",
            floats(&[4, 5]),
            ThresholdedReLU::new().theta(0.4),
        ),
    ];
    all.extend(modes.map(|(name, mode)| {
        let name = format!("integer_lookup, {name}");
        layer(&name, ids(&[5, 1], 9), lookup().output_mode(mode))
    }));
    all
}

fn put(folder: &Path, i: usize, case: &Case) -> Result<(), Box<dyn std::error::Error>> {
    let graph = case.graph();
    let written = onnx::write_graph(&folder.join(format!("{i}.onnx")), &graph, &|_| None);
    let outputs = evaluate(&graph, &case.plain_inputs())?;
    let array = |plain: &Plain| json!({ "shape": plain.shape, "data": numbers(&plain.data) });
    let all = |plains: &BTreeMap<String, Plain>| -> Map<String, Value> {
        plains.iter().map(|(n, p)| (n.clone(), array(p))).collect()
    };
    let told = json!({
        "name": case.name,
        "refused": written.err().map(|fault| fault.to_string()),
        "inputs": all(&case.plain_inputs()),
        "outputs": all(&outputs),
    });
    std::fs::write(folder.join(format!("{i}.json")), told.to_string())?;
    Ok(())
}

/// Numbers, with texts for those that JSON has none for.
fn numbers(data: &[f64]) -> Vec<Value> {
    let number = |x: &f64| match x.is_finite() {
        true => json!(x),
        false => json!(x.to_string()),
    };
    data.iter().map(number).collect()
}
