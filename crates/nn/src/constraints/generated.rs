//! Every constraint of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod non_neg;

pub use non_neg::NonNeg;

use super::ConstraintDef;

/// Every constraint, in order of file name.
pub const CONSTRAINTS: &[ConstraintDef] = &[non_neg::DEF];
