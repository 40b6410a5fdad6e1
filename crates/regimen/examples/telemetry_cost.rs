//! What the doctor's figures cost: trains a run file with and without them, in turn, and compares the shortest epochs.
//!
//!     cargo run --release -p regimen --example telemetry_cost -- RUN.toml [TIMES]
//!
//! Relative data paths are also looked up in the folder that REGIMEN_DATA names. On a machine with other work the shortest
//! epoch of several runs is the steadiest figure there is.
#![allow(clippy::print_stdout)] // a program: this is its output

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use regimen::cpu::{CpuEngine, CpuOptions};
use regimen::run::{Event, RunSpec};
use regimen::train::run::{RunOptions, train};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let times = args.get(1).map_or(Ok(3), |n| n.parse::<usize>());
    let (Some(file), Ok(times)) = (args.first(), times) else {
        println!("usage: telemetry_cost RUN.toml [TIMES]");
        return ExitCode::from(2);
    };
    match compare(Path::new(file), times.max(1)) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(file: &Path, times: usize) -> Result<String, String> {
    let mut shortest = [f64::INFINITY; 2];
    let mut all = [0.0; 2];
    for _ in 0..times {
        for (side, logs_alone) in [(0, true), (1, false)] {
            let seconds = epochs(file, logs_alone)?;
            all[side] += seconds.iter().sum::<f64>();
            let least = seconds.iter().copied().fold(f64::INFINITY, f64::min);
            shortest[side] = least.min(shortest[side]);
        }
    }
    Ok(format!(
        "{}: shortest epoch {:.4} s without, {:.4} s with: {:.4} times as long; all epochs {:.4} times as long ({times} runs of each)",
        file.display(),
        shortest[0],
        shortest[1],
        shortest[1] / shortest[0],
        all[1] / all[0],
    ))
}

/// Seconds of every epoch of a run.
fn epochs(file: &Path, logs_alone: bool) -> Result<Vec<f64>, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let name = file.display().to_string();
    let (spec, map) = RunSpec::from_toml(&text, &name).map_err(|e| e.to_string())?;
    let engine = CpuEngine::new(CpuOptions::default());
    let options = RunOptions {
        data_dir: std::env::var_os("REGIMEN_DATA").map(PathBuf::from),
        logs_alone,
        ..RunOptions::default()
    };
    let mut seconds = vec![];
    let mut watch = |event: &Event| {
        if let Event::EpochEnd { seconds: of, .. } = event {
            seconds.push(*of);
        }
    };
    train(&spec, &map, file, &engine, &options, &mut watch).map_err(|e| e.to_string())?;
    Ok(seconds)
}
