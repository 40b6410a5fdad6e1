//! The options of commands that use what was trained.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

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
        .args(weights())
        .arg(threads())
}

pub(super) fn predict() -> Command {
    Command::new("predict")
        .about("Say what a trained run, or the model of a file, makes of new rows")
        .after_help(
            "Rows are treated as in training: the run folder keeps vocabularies, statistics and class names. \
             CSV gives the predicted class and a probability per class, or the predicted numbers; .npy the model's output as it is. \
             A model in a file (.keras, .h5, the JSON of to_json() with --weights) keeps nothing of that: rows are taken as they are, and so is what comes out. \
             A table has the columns of all inputs, one after the other or by their names; layers of the model that take texts get the cells as they stand.",
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
        .args(weights())
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
    run_folder().help("The run folder, a checkpoint in it, or a model in a file: .keras, .h5, the JSON of model.to_json()")
}

fn checkpoint() -> Arg {
    path(
        "checkpoint",
        "FILE",
        "Of a run: take the weights of this file of ModelCheckpoint, here or in the run folder",
    )
}

/// Weights for a model in a file, and how they are matched.
fn weights() -> [Arg; 4] {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .requires("weights")
            .help(help)
    };
    [
        path(
            "weights",
            "FILE",
            "Take the weights of this file (.h5, .weights.h5, .weights.json, .keras, .safetensors, .npz) for the model in a file",
        ),
        flag(
            "by-name",
            "Match layers of an .h5 file by their names, not their order",
        ),
        flag(
            "skip-mismatch",
            "Leave layers as they are whose weights have other sizes or are missing",
        ),
        Arg::new("backend")
            .long("backend")
            .value_name("NAME")
            .value_parser(["tensorflow", "theano", "cntk", "jax", "torch"])
            .requires("weights")
            .help("What an old .h5 file was trained with, where it does not say: theano turned the kernels of convolutions"),
    ]
}

pub(super) fn summary() -> Command {
    Command::new("summary")
        .about("Print the model of a run file, or of a file of Keras's, as Keras's summary() does")
        .arg(
            run_file().value_name("RUN.toml|FILE").help(
                "The run file; or a model in a file: .keras, .h5, the JSON of model.to_json()",
            ),
        )
}
