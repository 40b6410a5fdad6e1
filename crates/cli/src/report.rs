//! `regimen report`: a page of a run or a treatment. `train` and `treat` write it at their end.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use regimen::doctor::{self, Facts};
use regimen::run::treatment::{BASELINE_FOLDER, Settings};
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
            let data = data_prefix(folder, run.spec.as_ref());
            let command = format!(
                "{data}regimen train {} --out NEW_FOLDER",
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
    let spec = folder.spec().ok();
    // What is told beside trials and results may be damaged: the page says so.
    let mut faults = vec![];
    let progress = folder.progress().unwrap_or_else(|e| {
        faults.push(e.to_string());
        None
    });
    let settings = folder.settings().unwrap_or_else(|e| {
        faults.push(e.to_string());
        None
    });
    let baseline = match folder.baseline().map(|run| Read::of(&run)) {
        Some(Ok(read)) => Some(read),
        Some(Err(fault)) => {
            faults.push(fault.text());
            None
        }
        None => None,
    };
    let place = quoted(&folder.dir().join("spec.json"));
    let data = data_prefix(&folder.dir().join(BASELINE_FOLDER), spec.as_ref());
    let options = settings.as_ref().map(options).unwrap_or_default();
    let command = format!("{data}regimen treat {place}{options} --out NEW_FOLDER");
    let resume = format!(
        "{data}regimen treat {place} --out {} --resume",
        quoted(folder.dir())
    );
    let train = format!("{data}regimen train {place} --out NEW_FOLDER");
    Ok(treatment_page(&TreatmentPage {
        spec: spec.as_ref(),
        treatment: results.as_ref(),
        trials: &trials,
        progress: progress.as_ref(),
        baseline: baseline.as_ref().map(|read| read.page(&train)),
        command: &command,
        resume: &resume,
        faults: &faults,
    }))
}

/// The options of a treatment as words of its command.
fn options(settings: &Settings) -> String {
    let mut text = format!(" --budget {}", word(&settings.budget));
    if let Some(metric) = &settings.metric {
        text += &format!(" --metric {}", word(metric));
    }
    if let Some(margin) = settings.margin {
        text += &format!(" --margin {margin}");
    }
    if !settings.remedies.is_empty() {
        text += &format!(" --remedy {}", word(&settings.remedies.join(",")));
    }
    text
}

/// What stands before a command for a copy of a run file whose data lie beside the original: where they are. A run folder
/// knows the place.
fn data_prefix(run: &Path, spec: Option<&RunSpec>) -> String {
    let read = |path: PathBuf| {
        let json: serde_json::Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        Some(PathBuf::from(json["base"].as_str()?))
    };
    let (Some(base), Some(spec)) = (read(run.join("preprocessing.json")), spec) else {
        return String::new();
    };
    let mut data = spec.data.clone();
    let mut paths = data.paths_mut();
    let beside = paths.iter_mut().any(|path| {
        let path = Path::new(path.as_str());
        path.is_relative() && base.join(path).exists()
    });
    match beside {
        true => format!("REGIMEN_DATA={} ", quoted(&base)),
        false => String::new(),
    }
}

/// A path as a word of a shell.
pub(crate) fn quoted(path: &Path) -> String {
    word(&path.display().to_string())
}

/// A text as a word of a shell.
pub(crate) fn word(text: &str) -> String {
    let text = text.to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,=:".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}
