//! Compile, the one fit loop, and callbacks.
//!
//! [`Trainer`] turns a model and its compile options into step graphs, plans them on an engine and
//! keeps the run's state. [`Trainer::fit`] is the only training loop there is. Everything it has to say goes out
//! as events through an [`Output`]. [`run`] does the same for a run file and a run folder.
#![forbid(unsafe_code)]

mod arrays;
mod backup;
pub mod callbacks;
mod carried;
mod checkpoint;
mod compile;
mod compile_config;
mod compile_of_keras;
mod compile_options;
mod ema;
mod error;
mod evaluate;
mod facts;
mod fit;
mod for_prediction;
mod nonfinite;
mod on_batch;
mod optimizer_state;
mod output;
mod outputs;
mod png;
mod recompile;
mod rhythm;
mod rows;
pub mod run;
mod saving;
mod step;
mod tensorboard;
mod trainer;
mod watched;
mod weights;

pub use arrays::{ArrayView, Arrays, Elements, Lent, LentArray};
pub use callbacks::{Callback, Flow, Moment};
pub use compile_options::{CompileOptions, Execution};
pub use error::TrainError;
pub use fit::{FitOptions, Outcome, Shuffle, Stream, ValidationFreq};
pub use output::{Collect, Output};
pub use regimen_run::spec::PerOutput;
pub use trainer::{Between, Trainer, Weights};
