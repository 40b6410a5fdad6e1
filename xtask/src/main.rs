//! Developer commands: `cargo xtask test`, `check`, `tidy`, `codegen`, `golden`, `doctor-injection`,
//! `treat-injection`.
//!
//! `check` is what CI runs. It reads the crate table of ARCHITECTURE.md, so that the table in the
//! book and the edges in the build cannot drift apart.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod check;
mod codegen;
mod edges;
mod golden;
mod injection;
mod lex;
mod shell;
mod suite;
mod tidy;
mod treating;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test [ARGS]            all tests of the workspace, doctests included; ARGS go to cargo test
cargo xtask check [--skip-tests]   formatting, crate table, house rules, clippy, tests, docs, licences,
                                   generated lists: what CI runs
cargo xtask tidy                   the part of check that takes seconds: formatting, table, rules, lists
cargo xtask codegen [--check]      write the generated lists (layers, losses, findings, ...)
cargo xtask golden                 how the stored numbers of Keras are made again
cargo xtask doctor-injection [--seeds N] [--data DIR]
                                   faults put into sound runs: which of them the doctor names (minutes)
cargo xtask treat-injection [--binary FILE] [--seeds N] [--data DIR]
                                   the same faults: whether a remedy that fits is ranked first (an hour)";

/// What a command answers: nothing, or the sentence that says why it failed.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match args.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match command {
        "test" => suite::run(rest),
        "check" => only(rest, "--skip-tests").and_then(check::run),
        "tidy" => check::quick(),
        "codegen" => only(rest, "--check").and_then(codegen::run),
        "golden" => golden::run(),
        "doctor-injection" => injection::run(rest),
        "treat-injection" => treating::run(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("no command `{other}`.\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask {command}: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the one option that a command knows was given.
fn only(args: &[String], option: &str) -> Result<bool, String> {
    match args {
        [] => Ok(false),
        [one] if one == option => Ok(true),
        _ => Err(format!(
            "expected nothing or {option}, found `{}`",
            args.join(" ")
        )),
    }
}
