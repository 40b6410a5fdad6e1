//! Reads a file of a model and writes it again, in any of the formats:
//! `cargo run -p regimen-save --example resave -- IN.keras OUT.h5`.

#![allow(clippy::print_stderr)] // a program: this is its output

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use regimen_nn::model::InputInfo;
use regimen_save::{FileConfig, LoadOptions, ModelFile, OptimizerVariable, Saving, save};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (args.next(), args.next()) else {
        eprintln!(
            "usage: resave IN.keras|.h5|.json OUT.keras|.h5|.weights.h5|.weights.json|.safetensors|.npz|.onnx"
        );
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
    let file = ModelFile::open(from)?;
    let model = file.model()?;
    let inputs: Vec<InputInfo> = model.declared_inputs().unwrap_or_default();
    let description = model.describe(&inputs)?;
    let loaded = file.load(&model, &description.weights, &LoadOptions::default())?;
    let slots = file.optimizer(&description.weights)?;
    let slots: Vec<_> = slots.into_iter().map(OptimizerVariable::Value).collect();
    let saving = Saving {
        model: &model,
        inputs: &inputs,
        description: &description,
        weight: &|path: &str| loaded.weights.get(path).cloned(),
        config: FileConfig::Own,
        compile: &file.compile(),
        optimizer: ("optimizer", &slots),
        shard: regimen_save::SHARD,
    };
    Ok(save(to, &saving)?)
}
