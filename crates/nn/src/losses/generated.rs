//! Every loss of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod mean_squared_error;

pub use mean_squared_error::MeanSquaredError;

use super::LossDef;

/// Every loss, in order of file name.
pub const LOSSES: &[LossDef] = &[mean_squared_error::DEF];
