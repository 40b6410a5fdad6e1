//! `regimen report`: a page of a run or a treatment. `train` and `treat` write it at their end.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use regimen::doctor::{self, Facts};
use regimen::run::{Event, Finding, RunFolder, RunSpec, TreatmentFolder};
use regimen::view::{RunPage, TreatmentPage, run_page, treatment_page};

use crate::failure::Failure;
use crate::train::required;
use crate::{screen, whole_file};

/// File of the page in a folder.
const PAGE: &str = "report.html";

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let folder: &PathBuf = required(args, "folder")?;
    let html = page(folder)?;
    let out = args.get_one::<PathBuf>("out");
    if out.is_some_and(|out| out.as_os_str() == "-") {
        return Ok(screen::write(&html)?);
    }
    let file = out.cloned().unwrap_or_else(|| folder.join(PAGE));
    whole_file::write(&file, html.as_bytes())?;
    Ok(screen::write(&format!("Report: {}\n", file.display()))?)
}

/// Writes the page of a folder into it: whole or not at all.
pub(crate) fn write(folder: &Path) -> Result<PathBuf, Failure> {
    let file = folder.join(PAGE);
    whole_file::write(&file, page(folder)?.as_bytes())?;
    Ok(file)
}

/// The page of a run or a treatment.
pub(crate) fn page(folder: &Path) -> Result<String, Failure> {
    match TreatmentFolder::open(folder) {
        Some(treatment) => of_treatment(&treatment),
        None => {
            let run = Read::of(&RunFolder::open(folder).map_err(Failure::error)?)?;
            let command = format!(
                "regimen train {} --out NEW_FOLDER",
                quoted(&folder.join("spec.json"))
            );
            Ok(run_page(&run.page(&command)))
        }
    }
}

/// A run folder that was read.
struct Read {
    spec: Option<RunSpec>,
    events: Vec<Event>,
    findings: Vec<Finding>,
}

impl Read {
    fn of(folder: &RunFolder) -> Result<Read, Failure> {
        let events = folder.events().map_err(Failure::error)?;
        let findings = doctor::diagnose(&Facts::from_events(&events));
        Ok(Read {
            // A folder that has lost its spec still tells of its run.
            spec: folder.spec().ok(),
            events,
            findings,
        })
    }

    fn page<'a>(&'a self, command: &'a str) -> RunPage<'a> {
        RunPage {
            spec: self.spec.as_ref(),
            events: &self.events,
            findings: &self.findings,
            command,
        }
    }
}

fn of_treatment(folder: &TreatmentFolder) -> Result<String, Failure> {
    let (trials, _) = folder.trials().map_err(Failure::error)?;
    let results = folder.results().map_err(Failure::error)?;
    let progress = folder.progress().map_err(Failure::error)?;
    let spec = folder.spec().ok();
    let baseline = folder.baseline().map(|run| Read::of(&run)).transpose()?;
    let place = quoted(&folder.dir().join("spec.json"));
    let budget = progress.as_ref().map_or("40", |p| p.budget.as_str());
    let command = format!("regimen treat {place} --budget {budget} --out NEW_FOLDER");
    let train = format!("regimen train {place} --out NEW_FOLDER");
    Ok(treatment_page(&TreatmentPage {
        spec: spec.as_ref(),
        treatment: results.as_ref(),
        trials: &trials,
        progress: progress.as_ref(),
        baseline: baseline.as_ref().map(|read| read.page(&train)),
        command: &command,
    }))
}

/// A path as a word of a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    match text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}
