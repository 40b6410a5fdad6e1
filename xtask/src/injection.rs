//! `cargo xtask doctor-injection`: clean runs and their twins with one fault put in; does the doctor name it, and only it?
//!
//! Tables of classes are read (the digits of the repository; with `--data DIR` also those of `tables`), and for each seed a
//! clean run file is written, and one for each fault of `faults`, which changes the rows or the run. All are trained by the
//! release build. A fault is found when one of its names is told, at any severity (at medium severity of the fault itself);
//! an alarm on a clean run is any warning or error that its own table does not explain.

mod faults;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Outcome, shell};
use faults::{FAULTS, Plan};
use tables::Table;

const SEEDS: usize = 10;

/// Runs the suite: `[--seeds N] [--data DIR]`.
pub fn run(args: &[String]) -> Outcome {
    let (seeds, data) = options(args)?;
    shell::run(shell::cargo(&["build", "--release", "-p", "regimen-cli"]))?;
    let binary = shell::root().join("target/release/regimen");
    let folder = std::env::temp_dir().join(format!("regimen-injection-{}", std::process::id()));
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut clean = [0usize; 2];
    for table in tables::all(data.as_deref())? {
        for seed in 0..seeds {
            let plan = Plan::clean(&table, seed as u64);
            let told = diagnose(&binary, &folder, &plan)?;
            let alarms: BTreeSet<&String> = told
                .iter()
                .filter(|(_, alarm)| **alarm)
                .map(|(id, _)| id)
                .collect();
            clean[0] += usize::from(!alarms.is_empty());
            clean[1] += 1;
            if !alarms.is_empty() {
                println!("clean {} seed {seed}: {alarms:?}", table.name);
            }
            for fault in FAULTS {
                let mut plan = Plan::clean(&table, seed as u64);
                (fault.inject)(&mut plan);
                let told = diagnose(&binary, &folder, &plan)?;
                let found = fault.names.iter().any(|name| told.contains_key(*name));
                if !found {
                    let ids: Vec<&String> = told.keys().collect();
                    println!(
                        "missed {} in {} seed {seed}: {ids:?}",
                        fault.what, table.name
                    );
                }
                let count = counts.entry(fault.what).or_default();
                count[0] += usize::from(found);
                count[1] += 1;
            }
        }
    }
    let _left = std::fs::remove_dir_all(&folder);
    println!("| fault | named | of |\n| --- | --- | --- |");
    for (what, [found, of]) in &counts {
        println!("| {what} | {found} | {of} |");
    }
    println!("| alarms on clean runs | {} | {} |", clean[0], clean[1]);
    Ok(())
}

fn options(args: &[String]) -> Result<(usize, Option<PathBuf>), String> {
    let (mut seeds, mut data) = (SEEDS, None);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--seeds" => {
                seeds = value
                    .parse()
                    .map_err(|_| format!("--seeds: a number is expected, not {value}"))?
            }
            "--data" => data = Some(PathBuf::from(value)),
            other => return Err(format!("no option `{other}`: --seeds N, --data DIR")),
        }
    }
    Ok((seeds, data))
}

/// Trains a plan and gives what the doctor says at its end: findings, and whether they are alarms.
fn diagnose(binary: &Path, folder: &Path, plan: &Plan) -> Result<BTreeMap<String, bool>, String> {
    let _old = std::fs::remove_dir_all(folder);
    let fault = |e: std::io::Error| format!("{}: {e}", folder.display());
    std::fs::create_dir_all(folder).map_err(fault)?;
    std::fs::write(folder.join("table.csv"), plan.csv()).map_err(fault)?;
    std::fs::write(folder.join("run.toml"), plan.toml()).map_err(fault)?;
    let mut train = Command::new(binary);
    train
        .args(["train", "run.toml", "--out", "run", "--json"])
        .current_dir(folder);
    shell::output(train)?;
    let mut look = Command::new(binary);
    look.args(["diagnose", "run", "--json"]).current_dir(folder);
    let json: Value = serde_json::from_str(&shell::output(look)?).map_err(|e| e.to_string())?;
    let findings = json["findings"].as_array().into_iter().flatten();
    let one = |finding: &Value| {
        let id = finding["id"].as_str()?.to_owned();
        Some((id, finding["severity"] != "info"))
    };
    Ok(findings.filter_map(one).collect())
}
