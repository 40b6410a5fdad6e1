//! `regimen evaluate`: how well a trained run does, on its own held-out part or on other labelled rows.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use regimen::cpu::{CpuEngine, CpuOptions};
use regimen::save::{LoadOptions, ModelFile};
use regimen::train::run::{
    ClassReport, Evaluation, Interval, OutputReport, Saved, SavedOptions, Trained, TrainedOptions,
};
use regimen::view::aligned;
use serde_json::json;

use crate::failure::Failure;
use crate::{memory, screen, train};

/// A confusion matrix of more classes than this is told by `--json` alone.
const MOST_CLASSES: usize = 20;

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let engine = engine(args);
    let mut trained = open(args, &engine)?;
    let labels: Option<&PathBuf> = args.get_one("labels");
    let rows = match args.get_one::<PathBuf>("data") {
        Some(data) if piped(data) && labels.is_some() => {
            let text = "--labels belongs to an array; a table has its labels in a column";
            return Err(Failure::Usage(text.to_owned()));
        }
        Some(data) if piped(data) => trained.read_piped(&mut std::io::stdin().lock(), true),
        Some(data) => trained.read_labelled(data, labels.map(PathBuf::as_path)),
        None if labels.is_some() => {
            let text = "--labels belongs to DATA; the run's own part has its labels";
            return Err(Failure::Usage(text.to_owned()));
        }
        None => trained.held_out(),
    };
    let rows = rows.map_err(Failure::error)?;
    let found = trained.evaluate(&rows).map_err(Failure::error)?;
    notes(&rows.notes);
    let weights = trained.weights_from();
    if args.get_flag("json") {
        let mut all = found.to_json();
        all["details"]["data"] = json!(rows.name);
        all["details"]["weights"] = json!(weights);
        screen::write(&format!("{all}\n"))?;
    } else {
        screen::write(&in_words(&found, &rows.name, weights))?;
    }
    Ok(())
}

/// The engine of commands that use a trained run.
pub(crate) fn engine(args: &ArgMatches) -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: args.get_one::<usize>("threads").copied(),
        memory_limit: memory::available(),
        ..CpuOptions::default()
    })
}

/// Whether DATA is what comes through a pipe.
pub(crate) fn piped(data: &Path) -> bool {
    data == Path::new("-")
}

/// The run that the command line names.
pub(crate) fn open<'e>(args: &ArgMatches, engine: &'e CpuEngine) -> Result<Trained<'e>, Failure> {
    let folder: &PathBuf = train::required(args, "run")?;
    if folder.is_file() && args.contains_id("checkpoint") {
        let text = "RUN is a checkpoint already; leave out --checkpoint, or give the run folder";
        return Err(Failure::Usage(text.to_owned()));
    }
    let options = TrainedOptions {
        checkpoint: args.get_one::<PathBuf>("checkpoint").cloned(),
        data_dir: train::data_dir(),
        max_memory: memory::available(),
    };
    Trained::open(folder, engine, &options).map_err(Failure::error)
}

/// The model, where the command line names a file of Keras's instead of a run.
pub(crate) fn saved<'e>(
    args: &ArgMatches,
    engine: &'e CpuEngine,
) -> Result<Option<Saved<'e>>, Failure> {
    let file: &PathBuf = train::required(args, "run")?;
    let weights = args.get_one::<PathBuf>("weights");
    if !ModelFile::is_meant(file) {
        return match weights {
            None => Ok(None),
            Some(_) => {
                let text = "--weights belongs to a model in a file; a run has its own, or those of --checkpoint FILE";
                Err(Failure::Usage(text.to_owned()))
            }
        };
    }
    if args.contains_id("checkpoint") {
        let text = "--checkpoint belongs to a run folder; a model in a file has its weights in it, or takes those of --weights FILE";
        return Err(Failure::Usage(text.to_owned()));
    }
    let options = SavedOptions {
        weights: weights.cloned(),
        load: LoadOptions {
            by_name: args.get_flag("by-name"),
            skip_mismatch: args.get_flag("skip-mismatch"),
            backend: args.get_one::<String>("backend").cloned(),
        },
        max_memory: memory::available(),
    };
    let opened = Saved::open(file, engine, &options).map_err(Failure::error)?;
    notes(opened.notes());
    Ok(Some(opened))
}

/// Lines for people, beside what standard output carries.
pub(crate) fn notes(notes: &[String]) {
    let text: String = notes
        .iter()
        .map(|note| format!("note: {}\n", screen::plain(note)))
        .collect();
    // Where stderr is closed there is nobody to tell.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn in_words(found: &Evaluation, name: &str, weights: &str) -> String {
    let rows = match found.rows {
        1 => "1 row".to_owned(),
        n => format!("{n} rows"),
    };
    let mut text = format!("Evaluated {name}: {rows}\nWeights: {weights}\n\n");
    let mut table = vec![
        ["metric", "value", "95 % interval"]
            .map(String::from)
            .to_vec(),
    ];
    for m in &found.metrics {
        table.push(vec![m.name.clone(), number(m.value), interval(m.interval)]);
    }
    text += &aligned(&table, &[1, 2]);
    for output in &found.outputs {
        if found.outputs.len() > 1 && !output.classes.is_empty() {
            text += &format!("\nOutput `{}`\n", screen::plain(&output.name));
        }
        if !output.classes.is_empty() {
            text += &format!("\n{}", classes(&output.classes));
        }
        if !output.confusion.is_empty() {
            text += &format!("\n{}", confusion(output));
        }
    }
    text
}

fn classes(classes: &[ClassReport]) -> String {
    let header = ["class", "precision", "recall", "f1", "support"];
    let mut table = vec![header.map(String::from).to_vec()];
    for c in classes {
        let support = c.support.to_string();
        table.push(vec![
            screen::plain(&c.name),
            number(c.precision),
            number(c.recall),
            number(c.f1),
            support,
        ]);
    }
    aligned(&table, &[1, 2, 3, 4])
}

fn confusion(found: &OutputReport) -> String {
    let n = found.classes.len();
    if n > MOST_CLASSES {
        return format!("Confusion matrix: {n} by {n}; --json prints it\n");
    }
    let names = found.classes.iter().map(|c| screen::plain(&c.name));
    let mut table = vec![
        std::iter::once("true \\ predicted".to_owned())
            .chain(names.clone())
            .collect(),
    ];
    for (name, row) in names.zip(&found.confusion) {
        let cells = row.iter().map(usize::to_string);
        table.push(std::iter::once(name).chain(cells).collect::<Vec<String>>());
    }
    let right: Vec<usize> = (1..=n).collect();
    aligned(&table, &right)
}

fn number(x: f64) -> String {
    match x.abs() {
        size if size == 0.0 || (1e-3..1e5).contains(&size) => format!("{x:.4}"),
        _ => format!("{x:.4e}"),
    }
}

fn interval(interval: Option<Interval>) -> String {
    interval.map_or("-".to_owned(), |(low, high)| {
        format!("{} to {}", number(low), number(high))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_sizes() {
        assert_eq!(number(0.5), "0.5000");
        assert_eq!(number(0.0), "0.0000");
        assert_eq!(number(1.5e7), "1.5000e7");
        assert_eq!(interval(None), "-");
        assert_eq!(interval(Some((0.0, 1.0))), "0.0000 to 1.0000");
    }
}
