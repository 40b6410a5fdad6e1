//! Writes every case of every op as ONNX, with its inputs and what the oracle makes of them, into a folder:
//! `cargo run -p regimen-save --example onnx_cases -- FOLDER`. tests/keras_files/onnx_cases.py runs them.

#![allow(clippy::print_stderr)] // a program: this is its output

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use regimen_graph::check::{Case, all_cases};
use regimen_graph::{Plain, evaluate};
use regimen_save::onnx;
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: onnx_cases FOLDER");
        return ExitCode::from(2);
    };
    for (i, case) in all_cases().iter().enumerate() {
        if let Err(fault) = put(&folder, i, case) {
            eprintln!("error: {}: {fault}", case.name);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
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
