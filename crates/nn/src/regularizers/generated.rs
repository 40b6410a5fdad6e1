//! Every regularizer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod l1;
pub(crate) mod l1l2;
pub(crate) mod l2;
pub(crate) mod orthogonal_regularizer;

pub use l1::L1;
pub use l1l2::L1L2;
pub use l2::L2;
pub use orthogonal_regularizer::{Mode, OrthogonalRegularizer};

use super::RegularizerDef;

/// Every regularizer, in order of file name.
pub const REGULARIZERS: &[RegularizerDef] =
    &[l1::DEF, l1l2::DEF, l2::DEF, orthogonal_regularizer::DEF];
