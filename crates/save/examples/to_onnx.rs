//! Reads a `.keras` file and writes its model as ONNX: `cargo run -p regimen-save --example to_onnx -- IN.keras OUT.onnx`.

#![allow(clippy::print_stderr)] // a program: this is its output

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use regimen_nn::model::InputInfo;
use regimen_save::keras::KerasFile;
use regimen_save::onnx;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (args.next(), args.next()) else {
        eprintln!("usage: to_onnx IN.keras OUT.onnx");
        return ExitCode::from(2);
    };
    match convert(&from, &to) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn convert(from: &Path, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let file = KerasFile::open(from)?;
    let model = file.model()?;
    let inputs: Vec<InputInfo> = model.declared_inputs().unwrap_or_default();
    let description = model.describe(&inputs)?;
    let saved = file.load(model, &description.weights)?;
    let weight = |path: &str| saved.weights.get(path).cloned();
    onnx::write(to, &saved.model, &inputs, &weight)?;
    Ok(())
}
