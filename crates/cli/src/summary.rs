//! `regimen summary`: the model of a run file, or of a file of Keras's, as Keras's `summary()` prints it.

use std::path::PathBuf;

use clap::ArgMatches;
use regimen::run::RunSpec;
use regimen::run::console::Mode;
use regimen::save::ModelFile;
use regimen::train::run::{self, RunOptions};

use crate::failure::Failure;
use crate::{memory, screen, train};

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let file: &PathBuf = train::required(args, "file")?;
    let options = RunOptions {
        data_dir: train::data_dir(),
        max_memory: memory::available(),
        ..RunOptions::default()
    };
    let width = match screen::mode(false) {
        Mode::Terminal { width, .. } => Some(width),
        Mode::Plain | Mode::Json => None,
    };
    let text = match ModelFile::is_meant(file) {
        true => run::summary_of_file(file, width),
        false => {
            let (spec, map) = RunSpec::from_path(file).map_err(Failure::error)?;
            run::summary(&spec, &map, file, &options, width)
        }
    };
    let text = text.map_err(Failure::error)?;
    screen::write(&screen::plain_lines(text.trim_end()))?;
    Ok(())
}
