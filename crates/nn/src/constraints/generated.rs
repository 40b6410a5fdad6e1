//! Every constraint of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod axes;
pub(crate) mod max_norm;
pub(crate) mod min_max_norm;
pub(crate) mod non_neg;
pub(crate) mod unit_norm;

pub use axes::Axes;
pub use max_norm::MaxNorm;
pub use min_max_norm::MinMaxNorm;
pub use non_neg::NonNeg;
pub use unit_norm::UnitNorm;

use super::ConstraintDef;

/// Every constraint, in order of file name.
pub const CONSTRAINTS: &[ConstraintDef] = &[
    max_norm::DEF,
    min_max_norm::DEF,
    non_neg::DEF,
    unit_norm::DEF,
];
