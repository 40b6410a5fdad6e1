//! `regimen diagnose`: findings for the runs in run folders.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use regimen::doctor::{self, Facts};
use regimen::run::{Finding, RunFolder, console};

use crate::failure::Failure;
use crate::screen;

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let json = args.get_flag("json");
    let runs: Vec<&PathBuf> = args.get_many("runs").into_iter().flatten().collect();
    let mut text = String::new();
    let mut errors = Vec::new();
    for run in &runs {
        match findings(run) {
            Ok(found) if json => text += &format!("{}\n", doctor::to_json(&found.findings)),
            Ok(found) => {
                if runs.len() > 1 {
                    text += &format!("{}\n", run.display());
                }
                text += &in_words(&found.findings, found.epochs, screen::mode(false));
            }
            Err(error) => errors.push(error),
        }
    }
    screen::write(&text)?;
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Failure::Error(errors.join("\n"))),
    }
}

struct Found {
    findings: Vec<Finding>,
    epochs: usize,
}

fn findings(path: &Path) -> Result<Found, String> {
    // The events themselves stand for their folder.
    let inside = path.file_name().is_some_and(|name| name == "events.jsonl") && path.is_file();
    let folder = match (inside, path.parent()) {
        (true, Some(parent)) if parent != Path::new("") => parent,
        (true, _) => Path::new("."),
        (false, _) => path,
    };
    if folder.is_file() {
        let text = "not a run folder; `regimen diagnose` reads the folders that `regimen train` writes \
                    (with spec.json and events.jsonl inside), not yet other programs' logs or run files";
        return Err(format!("{}: {text}", path.display()));
    }
    let events = RunFolder::open(folder)
        .and_then(|run| run.events())
        .map_err(|e| e.to_string())?;
    let facts = Facts::from_events(&events);
    Ok(Found {
        findings: doctor::diagnose(&facts),
        epochs: facts.history.len(),
    })
}

/// All findings as blocks, or a sentence that there is none.
pub(crate) fn in_words(findings: &[Finding], epochs: usize, mode: console::Mode) -> String {
    if findings.is_empty() {
        return match epochs {
            0 => "Diagnosis: nothing found; no epoch has ended yet.\n".to_owned(),
            1 => "Diagnosis: nothing found in 1 epoch.\n".to_owned(),
            n => format!("Diagnosis: nothing found in {n} epochs.\n"),
        };
    }
    let count = match findings.len() {
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    let (width, color) = (screen::columns(mode), screen::colored(mode));
    let blocks = findings
        .iter()
        .map(|finding| console::finding(finding, width, color));
    format!("Diagnosis: {count}\n{}", blocks.collect::<String>())
}
