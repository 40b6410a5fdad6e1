//! Every activation of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod celu;
pub(crate) mod elu;
pub(crate) mod exponential;
pub(crate) mod gelu;
pub(crate) mod glu;
pub(crate) mod hard_shrink;
pub(crate) mod hard_sigmoid;
pub(crate) mod hard_silu;
pub(crate) mod hard_tanh;
pub(crate) mod leaky_relu;
pub(crate) mod legacy_hard_sigmoid;
pub(crate) mod linear;
pub(crate) mod log_sigmoid;
pub(crate) mod log_softmax;
pub(crate) mod mish;
pub(crate) mod relu;
pub(crate) mod relu6;
pub(crate) mod selu;
pub(crate) mod sigmoid;
pub(crate) mod silu;
pub(crate) mod soft_shrink;
pub(crate) mod softmax;
pub(crate) mod softplus;
pub(crate) mod softsign;
pub(crate) mod sparse_plus;
pub(crate) mod sparse_sigmoid;
pub(crate) mod sparsemax;
pub(crate) mod squareplus;
pub(crate) mod tanh;
pub(crate) mod tanh_shrink;
pub(crate) mod threshold;

pub use celu::celu;
pub use elu::elu;
pub use gelu::gelu;
pub use glu::glu;
pub use hard_shrink::hard_shrink;
pub use hard_sigmoid::hard_sigmoid;
pub use hard_tanh::hard_tanh;
pub use leaky_relu::leaky_relu;
pub use legacy_hard_sigmoid::legacy_hard_sigmoid;
pub use log_softmax::log_softmax;
pub use relu::relu;
pub use relu6::relu6;
pub use soft_shrink::soft_shrink;
pub use softmax::{softmax, softmax_over};
pub use sparse_plus::sparse_plus;
pub use sparsemax::sparsemax;
pub use squareplus::squareplus;
pub use threshold::threshold;

use super::ActivationDef;

/// Every activation, in order of file name.
pub const ACTIVATIONS: &[ActivationDef] = &[
    celu::DEF,
    elu::DEF,
    exponential::DEF,
    gelu::DEF,
    glu::DEF,
    hard_shrink::DEF,
    hard_sigmoid::DEF,
    hard_silu::DEF,
    hard_tanh::DEF,
    leaky_relu::DEF,
    legacy_hard_sigmoid::DEF,
    linear::DEF,
    log_sigmoid::DEF,
    log_softmax::DEF,
    mish::DEF,
    relu::DEF,
    relu6::DEF,
    selu::DEF,
    sigmoid::DEF,
    silu::DEF,
    soft_shrink::DEF,
    softmax::DEF,
    softplus::DEF,
    softsign::DEF,
    sparse_plus::DEF,
    sparse_sigmoid::DEF,
    sparsemax::DEF,
    squareplus::DEF,
    tanh::DEF,
    tanh_shrink::DEF,
];
