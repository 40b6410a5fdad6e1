//! The public Rust API: re-exports, no logic. The guide is `guide.md`.
//!
#![doc = include_str!("guide.md")]
#![forbid(unsafe_code)]

pub use regimen_cpu as cpu;
pub use regimen_data as data;
pub use regimen_doctor as doctor;
pub use regimen_graph as graph;
pub use regimen_nn as nn;
pub use regimen_run as run;
pub use regimen_save as save;
pub use regimen_train as train;
pub use regimen_treat as treat;
pub use regimen_view as view;
pub use regimen_watch as watch;

/// What most programs need: `use regimen::prelude::*;`.
pub mod prelude {
    pub use regimen_cpu::{CpuEngine, CpuOptions};
    pub use regimen_doctor::{Facts, diagnose};
    pub use regimen_graph::{Engine, Tensor};
    pub use regimen_nn::layers;
    pub use regimen_nn::model::{Functional, Model, Sequential};
    pub use regimen_run::{Event, Finding, RunSpec, Severity};
    pub use regimen_train::{Arrays, Collect, CompileOptions, FitOptions, PerOutput, Trainer};
}
