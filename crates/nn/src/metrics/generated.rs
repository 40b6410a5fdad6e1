//! Every metric of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod mean_squared_error;

pub use mean_squared_error::MeanSquaredError;

use super::MetricDef;

/// Every metric, in order of file name.
pub const METRICS: &[MetricDef] = &[mean_squared_error::DEF];
