//! `regimen export`: a trained run, or the model of a file, as a file that other programs open.

use std::path::PathBuf;

use clap::ArgMatches;
use regimen::save::WeightsFormat;

use crate::evaluate::{engine, notes, open, saved};
use crate::failure::Failure;
use crate::screen;
use crate::train::required;

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let out: &PathBuf = required(args, "file")?;
    WeightsFormat::of(out)
        .map_err(|fault| Failure::Usage(format!("{}: {fault}", out.display())))?;
    let engine = engine(args);
    let from = match saved(args, &engine)? {
        Some(saved) => {
            saved.save(out).map_err(Failure::error)?;
            let kind = WeightsFormat::of(out);
            if kind == Ok(WeightsFormat::Legacy) && saved.has_optimizer_state() {
                let note = "the optimizer's state is left out: Keras does not train on after it has loaded one from a .h5; a .keras keeps it";
                notes(&[note.to_owned()]);
            }
            let run: &PathBuf = required(args, "run")?;
            run.display().to_string()
        }
        None => {
            let trained = open(args, &engine)?;
            trained.save(out).map_err(Failure::error)?;
            let keeps = out
                .extension()
                .is_some_and(|kind| kind.eq_ignore_ascii_case("keras"));
            if keeps && !trained.has_optimizer_state() {
                let note = "the optimizer's state is left out, and Keras begins anew: the weights' file has none, or Keras keeps other variables for this optimizer or model";
                notes(&[note.to_owned()]);
            }
            trained.weights_from().to_owned()
        }
    };
    Ok(screen::write(&format!(
        "Written: {} (weights of {from})\n",
        out.display()
    ))?)
}
