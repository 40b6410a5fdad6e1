//! Every regularizer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod l2;

pub use l2::L2;

use super::RegularizerDef;

/// Every regularizer, in order of file name.
pub const REGULARIZERS: &[RegularizerDef] = &[l2::DEF];
