//! Every finding of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod majority_class;
pub(crate) mod nan_loss;
pub(crate) mod overfitting;
pub(crate) mod wrong_activation_loss_pairing;

use super::FindingDef;

/// Every finding, in order of file name.
pub const FINDINGS: &[FindingDef] = &[
    majority_class::DEF,
    nan_loss::DEF,
    overfitting::DEF,
    wrong_activation_loss_pairing::DEF,
];
