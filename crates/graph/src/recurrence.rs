//! What the recurrent ops share: the order of their steps, h before each of them, and the check of their inputs.

use crate::{Fault, Type, Var};

/// Steps in the order in which they run.
pub(crate) fn steps(t: usize, reverse: bool) -> Vec<usize> {
    if reverse {
        (0..t).rev().collect()
    } else {
        (0..t).collect()
    }
}

/// h before each step (B, T, U), from h after each step and h0 (B, U).
pub(crate) fn before(h: &Var, h0: &Var, reverse: bool) -> Var {
    let (t, first) = (h.dim(1), h0.expand_dims(1));
    if reverse {
        Var::concat(&[&h.slice(1, 1, t), &first], 1)
    } else {
        Var::concat(&[&first, &h.slice(1, 0, t - 1)], 1)
    }
}

/// One product over batch and time: a (B, T, M), b (B, T, N) to aᵀ · b (M, N).
pub(crate) fn over_steps(a: &Var, b: &Var) -> Var {
    let rows = a.dim(0) * a.dim(1);
    let flat = |v: &Var| v.reshape(&[rows, v.dim(-1)]);
    flat(a).matmul_with(&flat(b), true, false)
}

/// The output types, if the inputs are what they are said to be: float steps first, then each by name.
pub(crate) fn checked(
    inputs: &[Type],
    wanted: &[(&str, Type)],
    types: Vec<Type>,
) -> Result<Vec<Type>, Fault> {
    let zx = &inputs[0];
    if zx.shape[1] == 0 || !zx.dtype.is_float() {
        let fault = Fault::new(
            format!("{zx}"),
            "one or more steps of floats",
            "Give a longer sequence.",
        );
        return Err(fault.meaning_all(types));
    }
    if inputs.len() > wanted.len() {
        let found = format!("{} inputs", inputs.len());
        let mend = "Set `masked` and `hmasked` when they are given.";
        return Err(Fault::new(found, wanted.len().to_string(), mend).meaning_all(types));
    }
    let wrong = (0..wanted.len()).find(|&i| inputs.get(i) != Some(&wanted[i].1));
    let Some(i) = wrong else { return Ok(types) };
    let (name, want) = &wanted[i];
    let found = inputs
        .get(i)
        .map_or("nothing".to_string(), |t| t.to_string());
    let mend = "Make units, batch and time of the inputs agree.";
    let fault = Fault::new(format!("{name} of type {found}"), want.to_string(), mend);
    Err(fault.meaning_all(types))
}
