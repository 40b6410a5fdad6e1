//! `regimen data`: what the data of a run file look like, before anything is learnt from them.

mod report;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::ArgMatches;
use regimen::train::run::{self, RunOptions};
use serde_json::json;

use crate::failure::Failure;
use crate::{memory, screen, train};

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let file: &PathBuf = train::required(args, "file")?;
    let (spec, map) = train::read(file, args)?;
    let options = RunOptions {
        data_dir: train::data_dir(),
        max_memory: memory::available(),
        ..RunOptions::default()
    };
    let profile = run::data_profile(&spec, &map, file, &options).map_err(Failure::error)?;
    if args.get_flag("json") {
        screen::write(&format!("{}\n", json!(profile)))?;
        return Ok(());
    }
    let mode = screen::mode(false);
    let style = report::Style {
        width: screen::columns(mode),
        color: screen::colored(mode),
        all: args.get_flag("all"),
    };
    let title = format!("Data of {}", screen::plain(&file.display().to_string()));
    screen::write(&format!("{title}\n\n{}", report::text(&profile, style)))?;
    Ok(())
}
