//! The program as a whole: run files in, text, exit codes and run folders out.

mod bench;
mod data;
mod examples;
mod exporting;
mod injected;
mod kinds;
mod listing;
mod program;
mod refusing;
mod resuming;
mod targets;
mod threads;
mod training;
mod treating;
mod treating_with_options;
mod using;
