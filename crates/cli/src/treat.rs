//! `regimen treat`: which remedy makes a run better, by how much, and how sure that is.

mod board;

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use regimen::cpu::{CpuEngine, CpuOptions};
use regimen::graph::Engine;
use regimen::run::treatment::Settings;
use regimen::treat::{self, Budget, Folder, Told, TreatError, TreatOptions, Treated};
use regimen::view::treatment_text;

use serde_json::json;

use crate::failure::Failure;
use crate::report::{self, quoted, word};
use crate::train::{data_dir, read, required};
use crate::{interrupt, memory, run_folder, screen};

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let file: &PathBuf = required(args, "file")?;
    let (spec, map) = read(file, args)?;
    let as_json = args.get_flag("json");
    let jobs = args.get_one::<usize>("jobs").copied().unwrap_or(1);
    let threads = args.get_one::<usize>("threads").copied();
    let threads =
        threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, Into::into));
    let max_memory = memory::available().map(|bytes| bytes / jobs.max(1) as u64);
    let engine = |_| -> Box<dyn Engine> {
        Box::new(CpuEngine::new(CpuOptions {
            threads: Some((threads / jobs.max(1)).max(1)),
            memory_limit: max_memory,
            ..CpuOptions::default()
        }))
    };
    let engines: Vec<Box<dyn Engine>> = (0..jobs.max(1)).map(engine).collect();
    let given = Settings {
        budget: args
            .get_one::<Budget>("budget")
            .map(Budget::to_string)
            .unwrap_or_default(),
        margin: args.get_one::<f64>("margin").copied(),
        metric: args.get_one::<String>("metric").cloned(),
        remedies: args
            .get_many::<String>("remedy")
            .into_iter()
            .flatten()
            .map(|id| id.trim().to_owned())
            .collect(),
        finished: 0,
    };
    let interrupt = interrupt::install()?;
    let resume = args.get_flag("resume");
    let chosen = run_folder::choose(
        args.get_one("out"),
        resume,
        &format!("{}-treatment", spec.name),
    )?;
    let made = Folder::open(&chosen.path, &spec, resume).and_then(|folder| {
        let settings = folder.settle(&given).inspect_err(|_| folder.abandon())?;
        let options = TreatOptions {
            budget: settings.budget.parse().map_err(TreatError::Options)?,
            margin: settings.margin,
            metric: settings.metric,
            remedies: settings.remedies,
            seed: None,
            finished: settings.finished,
            data_dir: data_dir(),
            max_memory,
            interrupt,
        };
        let mut board = board::Board::new(screen::mode(as_json), engines.len());
        let mut tell = |told: &Told<'_>| board.tell(told);
        let treated = treat::treat(
            &spec,
            &map,
            file,
            &engines,
            folder.path(),
            &options,
            &mut tell,
        );
        board.end();
        let treated = treated.inspect_err(|_| folder.abandon())?;
        let improved = folder.finish(&treated, file)?;
        Ok((treated, improved))
    });
    let (Treated { treatment, .. }, improved) = match made {
        Ok(made) => made,
        Err(TreatError::Interrupted) => {
            let go_on = resume_command(args, file, &chosen.path);
            screen::write(&match as_json {
                true => format!(
                    "{}\n",
                    json!({"event": "interrupted", "folder": chosen.path, "resume": go_on})
                ),
                false => format!("Go on with: {go_on}\n"),
            })?;
            return Err(Failure::Interrupted);
        }
        Err(error) => {
            chosen.discard();
            return Err(Failure::error(error));
        }
    };
    let page = report::write(&chosen.path)?;
    let text = match as_json {
        true => {
            let mut line = serde_json::to_value(&treatment).map_err(Failure::error)?;
            let places = [
                ("event", "treatment".to_owned()),
                ("folder", chosen.path.display().to_string()),
                ("report", page.display().to_string()),
            ];
            if let Some(path) = &improved {
                line["improved"] = path.display().to_string().into();
            }
            for (name, value) in places {
                line[name] = value.into();
            }
            format!("{line}\n")
        }
        false => {
            let mut text = treatment_text(&treatment);
            text += &format!("Treatment folder: {}\n", chosen.path.display());
            text += &format!("Report: {}\n", page.display());
            if let Some(path) = improved {
                text += &format!("Improved run file: {}\n", path.display());
            }
            text
        }
    };
    screen::write(&text)?;
    Ok(())
}

/// The command that goes on with this treatment; the folder knows its other options.
fn resume_command(args: &ArgMatches, file: &Path, folder: &Path) -> String {
    let mut command = format!("regimen treat {}", quoted(file));
    let changes = args.get_many::<(String, String)>("set");
    for (place, value) in changes.into_iter().flatten() {
        command += &format!(" --set {}", word(&format!("{place}={value}")));
    }
    for option in ["epochs", "seed"] {
        if let Some(number) = args.get_one::<u64>(option) {
            command += &format!(" --{option} {number}");
        }
    }
    command += &format!(" --out {} --resume", quoted(folder));
    command
}
