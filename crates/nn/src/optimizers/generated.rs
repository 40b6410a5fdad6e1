//! Every optimizer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod pipeline;
pub(crate) mod sgd;

pub use pipeline::{Applied, Parameter, apply};
pub use sgd::Sgd;

use super::OptimizerDef;

/// Every optimizer, in order of file name.
pub const OPTIMIZERS: &[OptimizerDef] = &[sgd::DEF];
