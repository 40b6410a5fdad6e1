//! Reads a `.keras` file and writes it again: `cargo run -p regimen-save --example resave -- IN.keras OUT.keras`.

#![allow(clippy::print_stderr)] // a program: this is its output

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use regimen_nn::model::InputInfo;
use regimen_save::keras::KerasFile;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (args.next(), args.next()) else {
        eprintln!("usage: resave IN.keras OUT.keras");
        return ExitCode::from(2);
    };
    match resave(&from, &to) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn resave(from: &Path, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let file = KerasFile::open(from)?;
    let model = file.model()?;
    let inputs: Vec<InputInfo> = model.declared_inputs().unwrap_or_default();
    let description = model.describe(&inputs)?;
    let saved = file.load(model, &description.weights)?;
    let weight = |path: &str| saved.weights.get(path).cloned();
    KerasFile::write(
        to,
        &saved.model,
        (&inputs, &description),
        &weight,
        (&saved.compile, ("", &[])),
    )?;
    Ok(())
}
