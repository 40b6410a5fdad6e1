//! What a step costs.

use regimen_graph::ops::{BinaryKind, UnaryKind};

use super::{Instr, Step};

/// Cost of a step per element, in simple vector steps.
pub(super) fn weight(instr: &Instr) -> usize {
    match instr.step {
        Step::Adam(_) => 12,
        Step::Momentum(_) => 6,
        Step::Fetch(_) | Step::Put(_) => 3,
        Step::Unary(UnaryKind::Sin | UnaryKind::Cos) | Step::Binary(BinaryKind::Pow) => 60,
        Step::Unary(
            UnaryKind::Exp
            | UnaryKind::Log
            | UnaryKind::Log1p
            | UnaryKind::Expm1
            | UnaryKind::Tanh
            | UnaryKind::Sigmoid
            | UnaryKind::Softplus
            | UnaryKind::Erf,
        ) => 8,
        Step::Unary(UnaryKind::Sqrt | UnaryKind::Rsqrt | UnaryKind::Recip)
        | Step::Binary(BinaryKind::Div | BinaryKind::Rem) => 3,
        _ => 1,
    }
}
