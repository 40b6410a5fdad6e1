//! Every initializer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod zeros;

pub use zeros::Zeros;

use super::InitializerDef;

/// Every initializer, in order of file name.
pub const INITIALIZERS: &[InitializerDef] = &[zeros::DEF];
