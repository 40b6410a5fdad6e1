//! `regimen train`: a run file from its text to a run folder and a diagnosis.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::ArgMatches;
use regimen::cpu::{CpuEngine, CpuOptions};
use regimen::run::console::Mode;
use regimen::run::spec::SpecMap;
use regimen::run::{Console, Event, RunFolder, RunSpec};
use regimen::train::run::{self, RunOptions, RunReport};
use regimen::view;
use serde_json::json;

use crate::failure::Failure;
use crate::{diagnose, interrupt, memory, report, run_folder, screen, whole_file};

/// File of the picture in the run folder.
const CURVES: &str = "curves.svg";

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let file: &PathBuf = required(args, "file")?;
    let (spec, map) = read(file, args)?;
    let max_memory = memory::available();
    let engine = CpuEngine::new(CpuOptions {
        threads: args.get_one::<usize>("threads").copied(),
        memory_limit: max_memory,
        ..CpuOptions::default()
    });
    let interrupt = interrupt::install()?;
    let resume = args.get_flag("resume");
    let chosen = run_folder::choose(args.get_one("out"), resume, &spec.name)?;
    let options = RunOptions {
        folder: Some(chosen.path.clone()),
        resume,
        data_dir: data_dir(),
        interrupt: interrupt.clone(),
        max_memory,
        ..RunOptions::default()
    };
    let mode = screen::mode(args.get_flag("json"));
    let mut show = Show::new(mode, &interrupt);
    let report = run::train(&spec, &map, file, &engine, &options, &mut |event| {
        show.event(event)
    });
    let report = report.map_err(|error| {
        chosen.discard();
        Failure::error(error)
    })?;
    let ending = Ending {
        report: &report,
        folder: &chosen.path,
        curves: curves(&chosen.path)?,
        page: report::write(&chosen.path)?,
        file,
    };
    show.write(&if mode == Mode::Json {
        ending.json()
    } else {
        ending.words(mode)
    });
    match show.fault {
        Some(fault) if fault.kind() != std::io::ErrorKind::BrokenPipe => Err(fault.into()),
        _ if report.ended == "interrupted" => Err(Failure::Interrupted),
        _ => Ok(()),
    }
}

/// The run file with the changes of the command line.
pub(crate) fn read(file: &Path, args: &ArgMatches) -> Result<(RunSpec, SpecMap), Failure> {
    let (mut spec, mut map) = RunSpec::from_path(file).map_err(Failure::error)?;
    let mut changes: Vec<(String, String)> = args
        .get_many("set")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    for (name, path) in [("epochs", "fit.epochs"), ("seed", "seed")] {
        // Not every command has them.
        if let Ok(Some(value)) = args.try_get_one::<u64>(name) {
            changes.push((path.to_owned(), value.to_string()));
        }
    }
    if !changes.is_empty() {
        let pairs: Vec<(&str, &str)> = changes
            .iter()
            .map(|(path, value)| (path.as_str(), value.as_str()))
            .collect();
        spec.set_all(&pairs).map_err(Failure::error)?;
        // A fault of a value given here must not point at the line it took the place of.
        map.retain(|path, _| {
            !changes
                .iter()
                .any(|(changed, _)| path.starts_with(changed.as_str()))
        });
    }
    Ok((spec, map))
}

/// The second place of relative data paths.
pub(crate) fn data_dir() -> Option<PathBuf> {
    std::env::var_os("REGIMEN_DATA")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from)
}

/// An argument that the parser makes sure of.
pub(crate) fn required<'a, T: Clone + Send + Sync + 'static>(
    args: &'a ArgMatches,
    name: &str,
) -> Result<&'a T, Failure> {
    args.get_one(name)
        .ok_or_else(|| Failure::Usage(format!("{name} is missing")))
}

/// Shows events as they happen. When nobody reads any more, or the output's disk is full, the run ends after its step
/// with everything written.
struct Show<'a> {
    console: Console,
    began: Instant,
    interrupt: &'a AtomicBool,
    fault: Option<std::io::Error>,
}

impl Show<'_> {
    fn new(mode: Mode, interrupt: &AtomicBool) -> Show<'_> {
        Show {
            console: Console::new(mode),
            began: Instant::now(),
            interrupt,
            fault: None,
        }
    }

    fn event(&mut self, event: &Event) {
        let text = self
            .console
            .event(event, self.began.elapsed().as_secs_f64());
        self.write(&text);
    }

    fn write(&mut self, text: &str) {
        if text.is_empty() || self.fault.is_some() {
            return;
        }
        if let Err(error) = screen::write(text) {
            self.fault = Some(error);
            self.interrupt.store(true, Ordering::SeqCst);
        }
    }
}

/// Draws the run's curves into its folder: whole or not at all.
fn curves(folder: &Path) -> Result<PathBuf, Failure> {
    let events = RunFolder::open(folder)
        .and_then(|run| run.events())
        .map_err(Failure::error)?;
    let file = folder.join(CURVES);
    whole_file::write(&file, view::curves_svg(&events).as_bytes())?;
    Ok(file)
}

/// What is said after the run.
struct Ending<'a> {
    report: &'a RunReport,
    folder: &'a Path,
    curves: PathBuf,
    page: PathBuf,
    file: &'a Path,
}

impl Ending<'_> {
    fn words(&self, mode: Mode) -> String {
        let epochs = self.report.history.len();
        let mut text = String::new();
        if self.report.ended == "already done" {
            text += &format!(
                "This run is finished already ({epochs} epochs); nothing to do. A larger --epochs goes on with it.\n"
            );
        }
        text += &diagnose::in_words(&self.report.findings, epochs, mode);
        text += &format!(
            "Run folder: {}\nCurves: {}\nReport: {}\n",
            self.folder.display(),
            self.curves.display(),
            self.page.display()
        );
        if self.report.ended == "interrupted" {
            let (file, folder) = (self.file.display(), self.folder.display());
            text += &format!("Go on with: regimen train {file} --out {folder} --resume\n");
        }
        text
    }

    /// The last line of `--json`.
    fn json(&self) -> String {
        let line = json!({
            "event": "report",
            "ended": self.report.ended,
            "epochs": self.report.history.len(),
            "findings": self.report.findings,
            "folder": self.folder.display().to_string(),
            "curves": self.curves.display().to_string(),
            "report": self.page.display().to_string(),
        });
        format!("{line}\n")
    }
}
