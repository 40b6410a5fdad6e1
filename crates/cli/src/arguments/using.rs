//! The options of commands that use what was trained.

use std::path::PathBuf;

use clap::{Arg, Command, value_parser};

use super::{json, path, run_file, threads};

pub(super) fn evaluate() -> Command {
    Command::new("evaluate")
        .about("Say how well a trained run does on rows that it did not learn from")
        .after_help(
            "The weights are those of the run's last state, and with a callback that restores the best weights those. \
             Intervals are of 95 %: Wilson's for shares of rows, DeLong's for AUC, the bootstrap or the spread of 20 groups of rows \
             for the others; - where the rows cannot tell it. Without DATA the run's data must be what it learned from.",
        )
        .arg(run_folder())
        .arg(
            Arg::new("data")
                .value_name("DATA")
                .value_parser(value_parser!(PathBuf))
                .help(
                    "A table with the run's columns, an array (.npy, .npz, IDX), a folder or archive of texts or images with a folder per class, or - for CSV on standard input [default: the run's test part, else its validation part]",
                ),
        )
        .arg(path("labels", "FILE.npy", "Labels of an array, .npy or IDX"))
        .arg(checkpoint())
        .arg(threads())
        .arg(json(
            "Print a JSON object of metric names to values, with intervals and classes under `details`",
        ))
}

pub(super) fn export() -> Command {
    Command::new("export")
        .about("Write a trained run, or the model of a file, in another format")
        .after_help(
            "The name says the format. .keras and .h5 hold the model, and what it was compiled with; .keras the optimizer's state, too; \
             .weights.h5, .weights.json (with its shards), .safetensors and .npz the weights alone; .onnx what the model computes in inference. What the run file \
             does to rows before the model (data.inputs, data.scale) is no part of it: treat rows alike before you give them to Keras.",
        )
        .arg(run_or_file())
        .arg(
            Arg::new("file")
                .value_name("OUT")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The file to be written"),
        )
        .arg(checkpoint())
        .arg(threads())
}

pub(super) fn predict() -> Command {
    Command::new("predict")
        .about("Say what a trained run, or the model of a file, makes of new rows")
        .after_help(
            "Rows are treated as in training: the run folder keeps vocabularies, statistics and class names. \
             CSV gives the predicted class and a probability per class, or the predicted numbers; .npy the model's output as it is. \
             A model of a file (.keras, .h5) keeps nothing of that: its rows are numbers, as the model takes them, and so is what comes out.",
        )
        .arg(run_or_file())
        .arg(
            Arg::new("data")
                .value_name("DATA")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("A table with the run's columns (the label may be missing), an array (.npy, .npz, IDX), a folder or archive of texts or images or one of them, or - for CSV on standard input"),
        )
        .arg(
            path("out", "FILE", "A .csv or .npy file, or - for CSV on standard output")
                .default_value("-"),
        )
        .arg(checkpoint())
        .arg(threads())
}

fn run_folder() -> Arg {
    Arg::new("run")
        .value_name("RUN")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("The run folder, or a checkpoint in it")
}

/// A run, or a file of Keras's.
fn run_or_file() -> Arg {
    run_folder().help("The run folder, a checkpoint in it, or a model in a file (.keras, .h5)")
}

fn checkpoint() -> Arg {
    path(
        "checkpoint",
        "FILE",
        "Take the weights of this file of ModelCheckpoint, here or in the run folder",
    )
}

pub(super) fn summary() -> Command {
    Command::new("summary")
        .about("Print the model of a run file, or of a file of Keras's, as Keras's summary() does")
        .arg(
            run_file().help(
                "The run file; or a model in a file: .keras, .h5, the JSON of model.to_json()",
            ),
        )
}
