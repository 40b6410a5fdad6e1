//! Every schedule of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod cosine_decay;
pub(crate) mod cosine_decay_restarts;
pub(crate) mod exponential_decay;
pub(crate) mod inverse_time_decay;
pub(crate) mod piecewise_constant_decay;
pub(crate) mod polynomial_decay;

pub use cosine_decay::CosineDecay;
pub use cosine_decay_restarts::CosineDecayRestarts;
pub use exponential_decay::ExponentialDecay;
pub use inverse_time_decay::InverseTimeDecay;
pub use piecewise_constant_decay::PiecewiseConstantDecay;
pub use polynomial_decay::PolynomialDecay;

use super::ScheduleDef;

/// Every schedule, in order of file name.
pub const SCHEDULES: &[ScheduleDef] = &[
    cosine_decay::DEF,
    cosine_decay_restarts::DEF,
    exponential_decay::DEF,
    inverse_time_decay::DEF,
    piecewise_constant_decay::DEF,
    polynomial_decay::DEF,
];
