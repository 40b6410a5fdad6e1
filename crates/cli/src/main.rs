//! The `regimen` command: arguments in, text and exit codes out. Everything else is the library's.
//!
//! Exit codes: 0 done, 1 an error, 2 wrong usage, 130 interrupted.

mod arguments;
mod bench;
mod data;
mod diagnose;
mod evaluate;
mod explain;
mod export;
mod failure;
mod interrupt;
mod list;
mod memory;
mod predict;
mod report;
mod run_folder;
mod screen;
mod summary;
mod train;
mod treat;
mod watch;
mod whole_file;

use std::process::ExitCode;

use clap::ArgMatches;
use failure::Failure;

#[global_allocator]
static MEMORY: regimen::cpu::LargePages = regimen::cpu::LargePages;

fn main() -> ExitCode {
    let matches = match arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version come this way too; a closed pipe is no reason to complain.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    interrupt::survive_file_limits();
    match dispatch(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn dispatch(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("train", args)) => train::run(args),
        Some(("treat", args)) => treat::run(args),
        Some(("report", args)) => report::run(args),
        Some(("watch", args)) => watch::run(args),
        Some(("diagnose", args)) => diagnose::run(args),
        Some(("evaluate", args)) => evaluate::run(args),
        Some(("export", args)) => export::run(args),
        Some(("predict", args)) => predict::run(args),
        Some(("data", args)) => data::run(args),
        Some(("summary", args)) => summary::run(args),
        Some(("list", args)) => list::run(args),
        Some(("bench", args)) => bench::run(args),
        Some(("explain", args)) => explain::run(args),
        // The parser asks for one of the commands above.
        _ => Err(Failure::Usage(
            "no command; `regimen --help` lists them".to_owned(),
        )),
    }
}
