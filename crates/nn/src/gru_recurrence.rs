//! The recurrence of a GRU by the fused op, which runs all steps at once.
//!
//! The op has tanh and sigmoid; any other activations go through the scan. Both give the same numbers.

use regimen_graph::{Op, Var, ops::Gru};

use crate::{Parts, Sequence, cell::Steps};

/// All steps. R is (U, 3U), the bias of h's share (3U), the factors on h (3, B, U).
pub(crate) fn fused(
    steps: Steps<'_>,
    recurrent_kernel: &Var,
    parts: &Parts,
    reset_after: bool,
) -> Sequence {
    let (factors, builder) = (parts.state_factors.as_ref(), steps.z.builder());
    let op = Gru {
        reverse: steps.backwards,
        reset_after,
        masked: steps.mask.is_some(),
        hmasked: factors.is_some(),
    };
    let no_bias = || recurrent_kernel.slice(0, 0, 1).squeeze(0).zeros_like();
    let bias = reset_after.then(|| parts.recurrent_bias.clone().unwrap_or_else(no_bias));
    let mut list = vec![steps.z, recurrent_kernel, &steps.states[0]];
    list.extend(&bias);
    list.extend(steps.mask);
    list.extend(factors);
    let mut out = builder.apply(Op::Gru(op), &list);
    let last = out.swap_remove(1);
    Sequence {
        states: vec![last],
        outputs: out.swap_remove(0),
    }
}
