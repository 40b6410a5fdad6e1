//! The commands and their options.

mod using;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, RangedU64ValueParser};
use clap::{Arg, ArgAction, Command, value_parser};

use regimen::treat::Budget;

use crate::bench::NAMES;
use crate::list;

/// More threads than any machine of today has are a slip.
const MOST_THREADS: u64 = 1024;

/// The whole command line.
pub(crate) fn command() -> Command {
    Command::new("regimen")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Trains what Keras describes, fast, and says why it trains as it does.")
        .after_help(
            "Relative data paths are looked up beside the run file, then in the folder named by REGIMEN_DATA.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(false)
        .subcommand(train())
        .subcommand(treat())
        .subcommand(report())
        .subcommand(watch())
        .subcommand(diagnose())
        .subcommand(using::evaluate())
        .subcommand(using::predict())
        .subcommand(using::export())
        .subcommand(data())
        .subcommand(using::summary())
        .subcommand(list_names())
        .subcommand(explain())
        .subcommand(bench())
}

fn train() -> Command {
    Command::new("train")
        .about("Train what a run file describes; show progress, findings and the run folder")
        .arg(run_file())
        .arg(path(
            "out",
            "DIR",
            "The run folder [default: runs/NAME-N, the next free N]",
        ))
        .arg(number("epochs", "Epochs in all, instead of the run file's"))
        .arg(number("seed", "The seed, instead of the run file's"))
        .arg(threads())
        .arg(set(
            "Change a value of the run file, such as compile.optimizer.learning_rate=0.01",
        ))
        .arg(json(
            "Write events to standard output, one JSON object a line",
        ))
        .arg(
            Arg::new("resume")
                .long("resume")
                .action(ArgAction::SetTrue)
                .help("Go on with the run in the folder, from its last checkpoint"),
        )
}

fn treat() -> Command {
    Command::new("treat")
        .about("Try remedies on a run in paired trials: which helps, by how much, how sure that is")
        .arg(run_file())
        .arg(path(
            "out",
            "DIR",
            "The treatment's folder [default: runs/NAME-treatment-N, the next free N]",
        ))
        .arg(
            Arg::new("budget")
                .long("budget")
                .value_name("RUNS|TIME")
                .value_parser(clap::value_parser!(Budget))
                .help("Training runs (60), or time (90s, 10m, 2h) [default: 60]"),
        )
        .arg(
            Arg::new("remedy")
                .long("remedy")
                .value_name("ID")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .help("Remedies to try, one or several [default: those that the findings name]"),
        )
        .arg(
            Arg::new("margin")
                .long("margin")
                .value_name("X")
                .value_parser(margin)
                .help("A difference of the metric that does not matter [default: one deviation over seeds]"),
        )
        .arg(
            Arg::new("metric")
                .long("metric")
                .value_name("NAME")
                .help("What runs are judged by [default: the first metric, else the loss]"),
        )
        .arg(
            Arg::new("jobs")
                .long("jobs")
                .value_name("N")
                .value_parser(RangedU64ValueParser::<usize>::new().range(1..=MOST_THREADS))
                .help("Trials side by side; threads are shared among them [default: 1]"),
        )
        .arg(number("epochs", "Epochs in all, instead of the run file's"))
        .arg(number("seed", "The first seed, instead of the run file's"))
        .arg(threads())
        .arg(set(
            "Change a value of the run file, such as compile.optimizer.learning_rate=0.01",
        ))
        .arg(json(
            "Write trials and results to standard output, one JSON object a line",
        ))
        .arg(
            Arg::new("resume")
                .long("resume")
                .action(ArgAction::SetTrue)
                .help("Go on with the treatment in the folder; finished trials are not run again"),
        )
        .after_help("docs/treat.md explains the trials, the statistics and the verdicts.")
}

fn report() -> Command {
    Command::new("report")
        .about("Make a page of a run or a treatment: one HTML file with verdict, curves, evidence and trials")
        .arg(
            Arg::new("folder")
                .value_name("RUN|TREATMENT")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The folder of a run or of a treatment, finished or not"),
        )
        .arg(path(
            "out",
            "FILE",
            "Where the page goes, - for standard output [default: report.html in the folder]",
        ))
        .after_help("The page needs no network and no JavaScript; `train` and `treat` write it by themselves.")
}

fn watch() -> Command {
    Command::new("watch")
        .about("Show the runs in a folder in the browser, live: curves, findings, trials")
        .arg(
            Arg::new("dir")
                .value_name("DIR")
                .default_value("runs")
                .value_parser(value_parser!(PathBuf))
                .help("The folder; runs below it are found as they start"),
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDR[:PORT]")
                .help("Where to listen; beyond this machine a token is demanded [default: 127.0.0.1, the first free port from 7474 on]"),
        )
        .arg(
            Arg::new("token")
                .long("token")
                .value_name("TOKEN")
                .help("The token that is demanded, 16 characters or more [default: drawn, where one is needed]"),
        )
        .after_help("docs/watch.md explains the page, and what keeps strangers out.")
}

fn diagnose() -> Command {
    let rows = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("N")
            .value_parser(one_or_more)
            .help(help)
    };
    let shares = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("LIST")
            .value_parser(crate::diagnose::shares)
            .help(help)
    };
    Command::new("diagnose")
        .about("Say what is wrong with a run: before it, from its folder, or from another program's log")
        .after_help("docs/doctor.md tells the forms that are read; `regimen explain FINDING` what a finding means.")
        .arg(
            Arg::new("runs")
                .value_name("RUN")
                .required(true)
                .num_args(1..)
                .value_parser(value_parser!(PathBuf))
                .help(
                    "Run folders; before training run files, models of Keras (.keras, .h5, model.to_json()), specs; logs: what Keras printed, a CSVLogger file, a history as JSON, a folder of TensorBoard; - reads standard input",
                ),
        )
        .arg(rows("train-samples", "Training rows of a log that does not tell them"))
        .arg(rows("val-samples", "Validation rows of a log that does not tell them"))
        .arg(shares(
            "class-shares",
            "Shares or counts of the training rows by class, such as .16,.40,.44 or a=16%,b=40%,c=44%",
        ))
        .arg(shares("val-class-shares", "The same of the validation rows"))
        .arg(json("Print {\"findings\": [...]}, one line per RUN"))
}

/// A whole number that takes the place of the run file's.
fn number(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("N")
        .value_parser(value_parser!(u64))
        .help(help)
}

fn threads() -> Arg {
    Arg::new("threads")
        .long("threads")
        .value_name("N")
        .value_parser(RangedU64ValueParser::<usize>::new().range(1..=MOST_THREADS))
        .help("Threads; the numbers do not depend on it [default: those of this machine]")
}

fn data() -> Command {
    Command::new("data")
        .about("Show what the data of a run file look like, and what is likely wrong with them")
        .after_help(
            "Figures are those of the training part, in the units of the source; docs/data.md defines them and says when \
             each warning is told. Of the model only the names of its outputs count.",
        )
        .arg(run_file())
        .arg(set(
            "Change a value of the run file, such as data.split.by=stratified",
        ))
        .arg(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .help("Show every class, column and feature, however many there are"),
        )
        .arg(json("Print the profile as a JSON object"))
}

fn set(help: &'static str) -> Arg {
    Arg::new("set")
        .long("set")
        .value_name("PATH=VALUE")
        .action(ArgAction::Append)
        .value_parser(assignment)
        .help(help)
}

fn list_names() -> Command {
    Command::new("list")
        .about("Print every name that run files may use, or the options of one")
        .arg(
            Arg::new("what")
                .value_name("WHAT")
                .required(true)
                .value_parser(PossibleValuesParser::new(list::KINDS))
                .help("Kind of name"),
        )
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .help("Show this one with its options and defaults"),
        )
        .arg(json("Print a JSON list of names, or an object for NAME"))
}

fn explain() -> Command {
    Command::new("explain")
        .about("Explain a finding: what it means, when it is sure, what helps")
        .arg(
            Arg::new("finding")
                .value_name("FINDING")
                .required(true)
                .help("Its id, such as overfitting"),
        )
}

fn bench() -> Command {
    let count = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("N")
            .value_parser(one_or_more)
            .help(help)
    };
    Command::new("bench")
        .about("Train a workload of known shape and time its epochs")
        .after_help(
            "benches/compare runs this and other libraries in turn and prints the ratios. \
             Numbers count when each runs alone, on the same threads, within the same hour.",
        )
        .arg(
            Arg::new("workload")
                .value_name("WORKLOAD")
                .required(true)
                .value_parser(PossibleValuesParser::new(NAMES))
                .help("The workload; `list` describes them"),
        )
        .arg(path(
            "data",
            "DIR",
            "Folder of the arrays: WORKLOAD/x.npy and WORKLOAD/y.npy",
        ))
        .arg(count(
            "epochs",
            "Epochs; the first is told apart [default: 5]",
        ))
        .arg(count("samples", "Train on the first N rows [default: all]"))
        .arg(count("batch", "Rows a step [default: the workload's]"))
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("Seed of weights and order [default: 7]"),
        )
        .arg(threads())
        .arg(
            Arg::new("profile")
                .long("profile")
                .action(ArgAction::SetTrue)
                .help("Print every launch of a training step with its arithmetic, bytes and time"),
        )
        .arg(json("Print one JSON object on one line"))
}

fn run_file() -> Arg {
    Arg::new("file")
        .value_name("RUN.toml")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("The run file, TOML or JSON")
}

fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

fn json(help: &'static str) -> Arg {
    Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help(help)
}

fn one_or_more(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err("expected a whole number of 1 or more".to_owned()),
    }
}

fn margin(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() && x >= 0.0 => Ok(x),
        _ => Err("expected a number, 0 or more".to_owned()),
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() => {
            Ok((path.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("expected path=value, such as fit.batch_size=64".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn values_of_set_may_hold_equals_signs() {
        assert_eq!(assignment("a.b = x=y"), Ok(("a.b".into(), "x=y".into())));
        assert!(assignment("=1").is_err() && assignment("a").is_err());
    }

    #[test]
    fn absurd_numbers_are_refused() {
        for bad in [
            ["--threads", "0"],
            ["--threads", "99999"],
            ["--threads", "x"],
            ["--epochs", "1.5"],
            ["--epochs", "99999999999999999999"],
            ["--seed", "-1"],
        ] {
            let args = ["regimen", "train", "a.toml"].into_iter().chain(bad);
            let error = command().try_get_matches_from(args).expect_err(bad[1]);
            assert!(
                !error.to_string().contains("18446744073709551615"),
                "{error}"
            );
        }
    }

    #[test]
    fn no_epochs_are_as_good_here_as_in_a_run_file() {
        let args = ["regimen", "train", "a.toml", "--epochs", "0"];
        assert!(command().try_get_matches_from(args).is_ok());
    }
}
