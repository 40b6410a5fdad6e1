//! Loads a file of a model and saves it again beside it, and tells how long each took and the most memory that was held:
//! `cargo run --release -p regimen-train --example file_speed -- MODEL.keras [TIMES]`. One line of JSON for each time;
//! `tests/keras_files/speed.py` sets them beside Keras's.

#![allow(clippy::print_stdout, clippy::print_stderr)] // a program: this is its output

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_train::run::{Saved, SavedOptions};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let Some(path) = args.next().map(PathBuf::from) else {
        eprintln!("usage: file_speed MODEL.keras [TIMES]");
        return ExitCode::from(2);
    };
    let times = args.next().and_then(|n| n.to_str()?.parse().ok());
    for _ in 0..times.unwrap_or(3) {
        if let Err(fault) = once(&path) {
            eprintln!("error: {fault}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn once(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let engine = CpuEngine::new(CpuOptions::default());
    let begun = Instant::now();
    let saved = Saved::open(path, &engine, &SavedOptions::default())?;
    let load = begun.elapsed().as_secs_f64();
    let loaded = peak_mib();
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push("-again.");
    name.push(path.extension().unwrap_or_default());
    let copy = path.with_file_name(name);
    let begun = Instant::now();
    saved.save(&copy)?;
    let save = begun.elapsed().as_secs_f64();
    std::fs::remove_file(&copy)?;
    let peak = peak_mib();
    println!(
        "{{\"load_s\": {load:.4}, \"save_s\": {save:.4}, \"peak_mib_loaded\": {loaded}, \"peak_mib\": {peak}}}"
    );
    Ok(())
}

/// The most that was held so far, where the system tells it.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) >> 10
}
