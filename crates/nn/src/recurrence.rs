//! The recurrence of any cell: a scan whose body is the cell's one step.
//!
//!   states_t = step(z_t, states_{t-1}), or states_{t-1} where the step is masked
//!
//! Follows keras/src/backend/jax/rnn.py.

use regimen_graph::{Builder, Graph, InputKind, ModelFaults, Type, Var};

use crate::cell::Steps;
use crate::{Cell, Mode, Parts, Scope, Sequence};

/// Runs a cell over its steps: by the cell's own faster form, or as a scan.
pub(crate) fn run(s: &Scope, cell: &dyn Cell, parts: &Parts, steps: Steps<'_>) -> Sequence {
    cell.fused(steps, parts)
        .unwrap_or_else(|| scanned(s, cell, parts, steps))
}

/// As a scan.
pub(crate) fn scanned(s: &Scope, cell: &dyn Cell, parts: &Parts, steps: Steps<'_>) -> Sequence {
    let z = by_step(steps.z);
    let mut sequences = vec![z.clone()];
    sequences.extend(steps.mask.map(by_step));
    let mut constants = vec![];
    match body(cell, parts, steps.states, &sequences, &mut constants) {
        Ok(body) => {
            let order = (z.dim(0), steps.backwards);
            let ran = s
                .builder()
                .scan(body, order, steps.states, &sequences, &constants);
            Sequence {
                outputs: by_step(&ran.results[0]),
                states: ran.carries,
            }
        }
        Err(faults) => {
            for fault in faults.0 {
                s.builder().fault(&fault.op, fault.fault);
            }
            let shown = &steps.states[cell.shown()];
            let mut shape = shown.shape();
            shape.insert(1, z.dim(0));
            let outputs = s.builder().placeholder(Type::new(shown.dtype(), shape));
            Sequence {
                outputs,
                states: steps.states.to_vec(),
            }
        }
    }
}

/// One step: states, share of the input, mask and constants to the next states and the output.
fn body(
    cell: &dyn Cell,
    parts: &Parts,
    states: &[Var],
    sequences: &[Var],
    constants: &mut Vec<Var>,
) -> Result<Graph, ModelFaults> {
    let body = Builder::new();
    let scope = Scope::new(&body, Mode::Inference);
    let feed = |name: &str, ty: Type| body.input(name, ty, InputKind::Feed);
    let entry = |v: &Var| Type::new(v.dtype(), v.shape()[1..].to_vec());
    let names: Vec<String> = (0..states.len()).map(|i| format!("state{i}")).collect();
    let before: Vec<Var> = names
        .iter()
        .zip(states)
        .map(|(n, v)| feed(n, v.ty()))
        .collect();
    let z = feed("z", entry(&sequences[0]));
    let open = sequences.get(1).map(|m| feed("mask", entry(m)));
    let parts = parts.inside(false, &mut |outer| {
        constants.push(outer.clone());
        feed(&format!("constant{}", constants.len() - 1), outer.ty())
    });
    let mut next = cell.step(&scope, &z, &before, &parts);
    if let Some(open) = open {
        for (next, before) in next.iter_mut().zip(&before) {
            let open = (1..next.rank()).fold(open.clone(), |m, _| m.expand_dims(-1));
            *next = open.select(next, before);
        }
    }
    let output = next[cell.shown()].clone();
    let mut outputs: Vec<(&str, Var)> = names.iter().map(String::as_str).zip(next).collect();
    outputs.push(("output", output));
    body.finish(&outputs, &[])
}

/// (B, T, ...) to (T, B, ...) and back.
fn by_step(x: &Var) -> Var {
    let mut perm: Vec<usize> = (0..x.rank()).collect();
    perm.swap(0, 1);
    x.transpose(&perm)
}

#[cfg(test)]
mod tests;
