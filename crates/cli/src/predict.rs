//! `regimen predict`: what a trained run, or the model of a file, says of new rows.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use regimen::cpu::CpuEngine;
use regimen::train::run::{NewRows, Predictions};

use crate::failure::Failure;
use crate::{evaluate, screen, train, whole_file};

/// Where predictions go.
enum Target {
    Screen,
    Csv(PathBuf),
    Npy(PathBuf),
}

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let out: &PathBuf = train::required(args, "out")?;
    let target = target(out)?;
    let data: &PathBuf = train::required(args, "data")?;
    check_places(out, data)?;
    let engine = evaluate::engine(args);
    let (rows, predictions) = match evaluate::saved(args, &engine)? {
        Some(_) if evaluate::piped(data) => {
            let text = "rows for a model of a file come from a file: .csv, .npy or .npz";
            return Err(Failure::Usage(text.to_owned()));
        }
        Some(mut saved) => {
            let rows = saved.read(data).map_err(Failure::error)?;
            let predictions = saved.predict(&rows).map_err(Failure::error)?;
            (rows, predictions)
        }
        None => of_run(args, &engine, data)?,
    };
    match target {
        Target::Screen => screen::write(&predictions.to_csv())?,
        Target::Csv(file) => whole_file::write(&file, predictions.to_csv().as_bytes())?,
        Target::Npy(file) => {
            let bytes = predictions.to_npy().map_err(Failure::error)?;
            whole_file::write(&file, &bytes)?;
        }
    }
    evaluate::notes(&notes(&rows, &predictions, out));
    Ok(())
}

/// Rows and what a run makes of them.
fn of_run(
    args: &ArgMatches,
    engine: &CpuEngine,
    data: &Path,
) -> Result<(NewRows, Predictions), Failure> {
    let mut trained = evaluate::open(args, engine)?;
    let rows = match evaluate::piped(data) {
        true => trained.read_piped(&mut std::io::stdin().lock(), false),
        false => trained.read(data),
    };
    let rows = rows.map_err(Failure::error)?;
    let predictions = trained.predict(&rows).map_err(Failure::error)?;
    Ok((rows, predictions))
}

/// Refuses to read devices, which never end, and to write over what is read.
fn check_places(out: &Path, data: &Path) -> Result<(), Failure> {
    let (shown, Ok(told)) = (data.display(), std::fs::metadata(data)) else {
        return Ok(()); // what is not there is told of where it is read
    };
    if !told.is_file() && !told.is_dir() && !evaluate::piped(data) {
        return Err(Failure::error(format!(
            "{shown}: is no file but a pipe or a device; name a file, or - for rows from standard input"
        )));
    }
    let same = out.canonicalize().ok().zip(data.canonicalize().ok());
    match same.is_some_and(|(out, data)| out == data) {
        true => Err(Failure::Usage(format!(
            "--out {shown}: holds the rows that are read; name another file"
        ))),
        false => Ok(()),
    }
}

/// By the file's name, so that a slip is told before any work is done.
fn target(out: &Path) -> Result<Target, Failure> {
    let extension = out.extension().and_then(|e| e.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        _ if out == Path::new("-") => Ok(Target::Screen),
        Some("csv") => Ok(Target::Csv(out.to_path_buf())),
        Some("npy") => Ok(Target::Npy(out.to_path_buf())),
        _ => Err(Failure::Usage(format!(
            "--out {}: predictions are written as .csv or .npy, or with - as CSV to standard output",
            out.display()
        ))),
    }
}

fn notes(rows: &NewRows, predictions: &Predictions, out: &Path) -> Vec<String> {
    let mut notes = rows.notes.clone();
    match predictions.not_finite() {
        0 => {}
        n => notes.push(format!(
            "{n} of {} rows gave a result that is not finite: their numbers lie far outside what the model learned from, or a text has no words",
            predictions.rows()
        )),
    }
    if out != Path::new("-") {
        notes.push(format!(
            "{} rows written to {}",
            predictions.rows(),
            out.display()
        ));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_says_its_format() {
        assert!(matches!(target(Path::new("-")), Ok(Target::Screen)));
        assert!(matches!(target(Path::new("a/B.CSV")), Ok(Target::Csv(_))));
        assert!(matches!(target(Path::new("b.npy")), Ok(Target::Npy(_))));
        for bad in ["a.txt", "csv", "a.csv.gz"] {
            assert!(
                matches!(target(Path::new(bad)), Err(Failure::Usage(_))),
                "{bad}"
            );
        }
    }
}
