//! `cargo xtask doctor-injection`: clean runs and their twins with one fault put in; does the doctor name it, and only it?
//!
//! Tables of classes are read (the digits of the repository; with `--data DIR` also those of `tables`), and for each seed a
//! clean run file is written, and one for each fault of `faults`, which changes the rows or the run. All are trained by the
//! release build. A fault is found when one of its names is told, at any severity (at medium severity of the fault itself);
//! an alarm on a clean run is any warning or error that its own table does not explain.

pub mod faults;
pub mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Outcome, shell};
use faults::{FAULTS, Plan};

const SEEDS: usize = 10;
const CLEAN: &str = "alarms on the clean run";
/// What stands for a finding where `regimen train` refuses the run.
const REFUSED: &str = "refused";

/// Runs the suite: `[--seeds N] [--data DIR]`.
pub fn run(args: &[String]) -> Outcome {
    let (seeds, data) = options(args)?;
    shell::run(shell::cargo(&["build", "--release", "-p", "regimen-cli"]))?;
    let binary = shell::root().join("target/release/regimen");
    let folder = std::env::temp_dir().join(format!("regimen-injection-{}", std::process::id()));
    let mut counts: BTreeMap<&str, BTreeMap<&str, [usize; 2]>> = BTreeMap::new();
    let mut told_of_clean: BTreeMap<String, usize> = BTreeMap::new();
    let tables = tables::all(data.as_deref())?;
    for table in &tables {
        for seed in 0..seeds {
            let plan = Plan::clean(table, seed as u64);
            let told = diagnose(&binary, &folder, &plan)?;
            let alarms: BTreeSet<&String> = told
                .iter()
                .filter(|(_, alarm)| **alarm)
                .map(|(id, _)| id)
                .collect();
            let mut note = |what, hit: bool| {
                let count = counts
                    .entry(what)
                    .or_default()
                    .entry(table.name)
                    .or_default();
                count[0] += usize::from(hit);
                count[1] += 1;
            };
            note(CLEAN, !alarms.is_empty());
            for id in told.keys() {
                *told_of_clean.entry(id.clone()).or_default() += 1;
            }
            if !alarms.is_empty() {
                println!("clean {} seed {seed}: {alarms:?}", table.name);
            }
            for fault in FAULTS {
                let mut plan = Plan::clean(table, seed as u64);
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
                note(fault.what, found);
            }
        }
    }
    let _left = std::fs::remove_dir_all(&folder);
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    println!(
        "| fault | {} |\n|{}",
        names.join(" | "),
        " --- |".repeat(names.len() + 1)
    );
    for (what, of_table) in &counts {
        let cell = |name: &&str| {
            of_table
                .get(name)
                .map_or(String::new(), |[hits, of]| format!("{hits} of {of}"))
        };
        let cells: Vec<String> = names.iter().map(cell).collect();
        println!("| {what} | {} |", cells.join(" | "));
    }
    let each: Vec<String> = told_of_clean
        .iter()
        .map(|(id, count)| format!("{id} {count}"))
        .collect();
    println!(
        "told of the {} clean runs, at any severity: {}",
        tables.len() * seeds,
        each.join(", ")
    );
    Ok(())
}

/// `[--seeds N] [--data DIR]`.
pub fn options(args: &[String]) -> Result<(usize, Option<PathBuf>), String> {
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
    write(folder, plan)?;
    let fault = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut train = Command::new(binary);
    train
        .args(["train", "run.toml", "--out", "run", "--json"])
        .current_dir(folder);
    let trained = train.output().map_err(fault)?;
    if !trained.status.success() {
        // Told before training, with its reason: one class only, for instance.
        let reason = String::from_utf8_lossy(&trained.stderr);
        println!("refused: {}", reason.trim());
        return Ok(BTreeMap::from([(REFUSED.to_owned(), true)]));
    }
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

/// Writes a plan's table and run file into an empty folder.
pub fn write(folder: &Path, plan: &Plan) -> Outcome {
    let _old = std::fs::remove_dir_all(folder);
    let fault = |e: std::io::Error| format!("{}: {e}", folder.display());
    std::fs::create_dir_all(folder).map_err(fault)?;
    std::fs::write(folder.join("table.csv"), plan.csv()).map_err(fault)?;
    std::fs::write(folder.join("run.toml"), plan.toml()).map_err(fault)
}
