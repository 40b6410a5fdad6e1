//! `cargo xtask treat-injection`: runs with one fault put in; does `regimen treat` rank a remedy that fits the fault first?
//!
//! The faults and tables are those of `doctor-injection`. A remedy fits a fault where docs/treat.md lists it beside one of
//! the fault's findings. Ranked first is what the treatment puts first of what it confirmed, the control apart; where
//! nothing was, what did best in screening. Faults whose cure lowers the score (a leak, copied rows) or leaves
//! the network as it is (faults of the split and of the validation rows alone) have nothing that could be ranked by a score, and are left out.
//! The controls of all treatments are counted, too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::injection::faults::{FAULTS, Fault, Plan};
use crate::injection::{options, tables, write};
use crate::{Outcome, shell};

/// Faults that no score tells of.
const NO_SCORE: &[&str] = &[
    "rows sorted by class before the split",
    "shifted class shares (a fifth of the classes thinned to a quarter)",
    "a fifth of the validation rows copied from training",
    "a column that leaks the class",
    "a feature moved by two deviations in the validation rows",
    "validation rows on another scale",
];
/// Trainings of a treatment.
const BUDGET: &str = "100";

/// Runs the suite: `[--binary FILE] [--table NAME] [--seeds N] [--data DIR]`; without a binary the release build is made.
pub fn run(args: &[String]) -> Outcome {
    let (binary, rest) = match args {
        [option, file, rest @ ..] if option == "--binary" => (PathBuf::from(file), rest),
        _ => {
            shell::run(shell::cargo(&["build", "--release", "-p", "regimen-cli"]))?;
            (shell::root().join("target/release/regimen"), args)
        }
    };
    let (only, rest) = match rest {
        [option, name, rest @ ..] if option == "--table" => (Some(name.as_str()), rest),
        _ => (None, rest),
    };
    let (seeds, data) = options(rest)?;
    let folder = std::env::temp_dir().join(format!("regimen-treating-{}", std::process::id()));
    let remedies = remedies_of_findings()?;
    let (mut first, mut tried) = (0, 0);
    let (mut controls, mut helpful) = (0, 0);
    let mut by_fault: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let all = tables::all(data.as_deref())?;
    for table in all
        .iter()
        .filter(|t| only.is_none_or(|name| t.name == name))
    {
        for seed in 0..seeds {
            for fault in FAULTS
                .iter()
                .filter(|fault| !NO_SCORE.contains(&fault.what))
            {
                let mut plan = Plan::clean(table, seed as u64);
                (fault.inject)(&mut plan);
                let Some(results) = treat(&binary, &folder, &plan)? else {
                    println!("{}, {}: refused", table.name, fault.what);
                    continue;
                };
                let null = results
                    .iter()
                    .find(|r| r["id"] == "null" && !r["effect"].is_null());
                controls += usize::from(null.is_some());
                helpful += usize::from(null.is_some_and(|r| r["verdict"] == "helps"));
                let fitting = fitting(fault, &remedies);
                let best = ranked_first(&results);
                let hit = best.as_ref().is_some_and(|id| fits(id, &fitting));
                (first, tried) = (first + usize::from(hit), tried + 1);
                let count = by_fault.entry(fault.what).or_default();
                *count = [count[0] + usize::from(hit), count[1] + 1];
                let word = if hit { "first" } else { "NOT first" };
                let best = best.unwrap_or_else(|| "nothing".to_owned());
                println!(
                    "{} seed {seed}, {}: {best} ({word})",
                    table.name, fault.what
                );
                if !hit {
                    print!("{}", fate(&results, &fitting));
                }
            }
        }
    }
    let _left = std::fs::remove_dir_all(&folder);
    println!("| fault | a fitting remedy is first |\n| --- | --- |");
    for (what, [hits, of]) in &by_fault {
        println!("| {what} | {hits} of {of} |");
    }
    println!("in all {first} of {tried}; controls found to help: {helpful} of {controls}");
    Ok(())
}

/// Finding to remedies, as docs/treat.md has it: the table's last cell names the findings.
fn remedies_of_findings() -> Result<BTreeMap<String, Vec<String>>, String> {
    let path = shell::root().join("docs/treat.md");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let (Some(remedy), Some(findings)) = (cells.first(), cells.last()) else {
            continue;
        };
        for finding in findings.split(',') {
            let finding = finding.trim().trim_matches('`').to_owned();
            known
                .entry(finding)
                .or_default()
                .push(remedy.trim_matches('`').to_owned());
        }
    }
    match known.contains_key("overfitting") {
        true => Ok(known),
        false => Err(format!("{}: has no table of remedies", path.display())),
    }
}

fn fitting<'a>(fault: &Fault, remedies: &'a BTreeMap<String, Vec<String>>) -> Vec<&'a String> {
    let of = fault.names.iter().filter_map(|name| remedies.get(*name));
    of.flatten().collect()
}

/// Whether a remedy, or one of two together, is among those.
fn fits(id: &str, fitting: &[&String]) -> bool {
    id.split('+')
        .any(|id| fitting.iter().any(|known| *known == id))
}

/// What became of the remedies that fit, a line each.
fn fate(results: &[Value], fitting: &[&String]) -> String {
    let known = results.iter().filter(|r| {
        let id = r["id"].as_str();
        id.is_some_and(|id| fits(id, fitting))
    });
    let line = |r: &Value| {
        format!(
            "    {}: {}, effect {}, in screening {}, {}\n",
            r["id"], r["verdict"], r["effect"], r["screened"], r["reason"]
        )
    };
    known.map(line).collect()
}

/// The first of the confirmed remedies; else the best one of screening.
fn ranked_first(results: &[Value]) -> Option<String> {
    let remedies = || {
        results
            .iter()
            .filter(|r| r["id"] != "null" && r["id"] != "more_data")
    };
    let id = |r: &Value| r["id"].as_str().map(str::to_owned);
    let confirmed = remedies().find(|r| !r["p"].is_null()).and_then(id);
    let screened = remedies().filter_map(|r| Some((id(r)?, r["screened"].as_f64()?)));
    let screened = screened.max_by(|a, b| a.1.total_cmp(&b.1));
    confirmed.or(screened.map(|best| best.0))
}

/// Treats a plan and gives its remedies; `None` where the run is refused.
fn treat(binary: &Path, folder: &Path, plan: &Plan) -> Result<Option<Vec<Value>>, String> {
    write(folder, plan)?;
    let mut command = Command::new(binary);
    command
        .args([
            "treat", "run.toml", "--out", "t", "--budget", BUDGET, "--json",
        ])
        .current_dir(folder);
    let ended = command
        .output()
        .map_err(|e| format!("{}: {e}", binary.display()))?;
    if !ended.status.success() {
        return Ok(None);
    }
    let results: PathBuf = folder.join("t/treatment.json");
    let text =
        std::fs::read_to_string(&results).map_err(|e| format!("{}: {e}", results.display()))?;
    let json: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let findings = json["findings"].as_array().into_iter().flatten();
    let ids: Vec<&str> = findings.filter_map(|f| f["id"].as_str()).collect();
    println!("    findings: {}", ids.join(", "));
    Ok(json["remedies"].as_array().cloned())
}
