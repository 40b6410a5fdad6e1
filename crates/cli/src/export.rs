//! `regimen export`: a trained run as a file that other programs open.

use std::path::PathBuf;

use clap::ArgMatches;

use crate::evaluate::{engine, open};
use crate::failure::Failure;
use crate::screen;
use crate::train::required;

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let out: &PathBuf = required(args, "file")?;
    if out.extension().is_none_or(|kind| kind != "keras") {
        return Err(Failure::Usage(format!(
            "{}: expected a name that ends in .keras",
            out.display()
        )));
    }
    let engine = engine(args);
    let trained = open(args, &engine)?;
    trained.save_keras(out).map_err(Failure::error)?;
    Ok(screen::write(&format!(
        "Written: {} (weights of {})\n",
        out.display(),
        trained.weights_from()
    ))?)
}
