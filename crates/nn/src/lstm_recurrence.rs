//! The recurrence of an LSTM: its gates, and the fused op that runs all steps at once.
//!
//!   z_t = zx_t + h_{t-1} · R;  c_t = f c_{t-1} + i g;  h_t = o act(c_t)
//!
//! The fused op has tanh and sigmoid; any other activations go through the scan. Both give the same numbers.

use regimen_graph::{Op, Var, ops::Lstm};

use crate::{Object, OptionValue, Sequence, cell::Steps, initializers::Initializer};

/// The states h and c after a step, from the sums i, f, g, o before their activations and c before the step.
pub(crate) fn gated(
    [i, f, g, o]: [Var; 4],
    c: &Var,
    activation: impl Fn(&Var) -> Var,
    recurrent_activation: impl Fn(&Var) -> Var,
) -> Vec<Var> {
    let [i, f, o] = [i, f, o].map(|gate| recurrent_activation(&gate));
    let next = f * c + i * activation(&g);
    vec![o * activation(&next), next]
}

/// All steps by the fused op. R is (U, 4U); the factors on h are (4, B, U).
pub(crate) fn fused(steps: Steps<'_>, recurrent_kernel: &Var, factors: Option<&Var>) -> Sequence {
    let op = Lstm {
        reverse: steps.backwards,
        masked: steps.mask.is_some(),
        hmasked: factors.is_some(),
    };
    let mut list = vec![
        steps.z,
        recurrent_kernel,
        &steps.states[0],
        &steps.states[1],
    ];
    list.extend(steps.mask);
    list.extend(factors);
    let mut out = steps.z.builder().apply(Op::Lstm(op), &list);
    out.truncate(3);
    Sequence {
        states: out.split_off(1),
        outputs: out.swap_remove(0),
    }
}

/// How the bias (4U) begins.
pub(crate) fn first_bias(others: &Initializer, unit_forget_bias: bool) -> Initializer {
    if !unit_forget_bias {
        return others.clone();
    }
    Initializer::from(Object::named("UnitForgetBias").with("bias_initializer", others.write()))
}
