//! Every activation of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod linear;
pub(crate) mod relu;
pub(crate) mod softmax;

use super::ActivationDef;

/// Every activation, in order of file name.
pub const ACTIVATIONS: &[ActivationDef] = &[linear::DEF, relu::DEF, softmax::DEF];
