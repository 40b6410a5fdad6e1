//! The backward walk. The gradient by R is one product over time and batch, done outside.

use super::cell::CellGrad;
use super::groups;
use crate::kernels::gemm::{End, Init, Tile};
use crate::kernels::recurrent::{Packed, RecurrentShape, add_scaled, check};
use crate::kernels::scratch::{self, Slot};
use crate::kernels::{Cpu, Shared, block_range};
use std::ops::Range;

/// What an LSTM's gradient reads: inputs and outputs of the forward walk, and the outputs' gradients.
#[derive(Clone, Copy, Debug)]
pub struct LstmGradInputs<'a> {
    /// R, (U, 4U).
    pub recurrent: &'a [f32],
    /// c before the first step, (B, U).
    pub c0: &'a [f32],
    /// (B, T); where 0, the state was held.
    pub mask: Option<&'a [u8]>,
    /// (4, B, U); factors on h, per gate.
    pub hmask: Option<&'a [f32]>,
    /// The gates after activation, (B, T, 4U).
    pub gates: &'a [f32],
    /// c after each step, (B, T, U).
    pub cs: &'a [f32],
    /// Gradient of h after each step, (B, T, U).
    pub dys: &'a [f32],
    /// Gradient of h after the last step, (B, U).
    pub dh_last: &'a [f32],
    /// Gradient of c after the last step, (B, U).
    pub dc_last: &'a [f32],
}

/// What an LSTM's gradient writes.
#[derive(Debug)]
pub struct LstmGradOutputs<'a> {
    /// Gradient of zx, (B, T, 4U); zero at held steps.
    pub dzx: &'a mut [f32],
    /// Gradient of h0, (B, U).
    pub dh0: &'a mut [f32],
    /// Gradient of c0, (B, U).
    pub dc0: &'a mut [f32],
}

/// Runs an LSTM's gradient.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn lstm_grad(
    cpu: Cpu<'_>,
    shape: &RecurrentShape,
    inputs: LstmGradInputs<'_>,
    out: LstmGradOutputs<'_>,
) {
    let [state, hidden, gates] = shape.lens(4);
    check(
        "recurrent",
        inputs.recurrent.len(),
        4 * shape.units * shape.units,
    );
    check("c0", inputs.c0.len(), state);
    check(
        "mask",
        inputs.mask.map_or(shape.batch * shape.steps, <[u8]>::len),
        shape.batch * shape.steps,
    );
    check(
        "hmask",
        inputs.hmask.map_or(4 * state, <[f32]>::len),
        4 * state,
    );
    check("gates", inputs.gates.len(), gates);
    check("cs", inputs.cs.len(), hidden);
    check("dys", inputs.dys.len(), hidden);
    check("dh_last", inputs.dh_last.len(), state);
    check("dc_last", inputs.dc_last.len(), state);
    check("dzx", out.dzx.len(), gates);
    check("dh0", out.dh0.len(), state);
    check("dc0", out.dc0.len(), state);
    if state == 0 {
        return;
    }
    let cuts = groups(inputs.hmask.is_some());
    let packed = shape.packed(cpu.level, inputs.recurrent, true, cuts);
    let [dzx, dh, dc] = [
        Shared::new(out.dzx),
        Shared::new(out.dh0),
        Shared::new(out.dc0),
    ];
    let walk = Walk {
        cpu,
        shape,
        inputs,
        packed: &packed,
        dzx,
        dh,
        dc,
    };
    let block = shape.block();
    cpu.team.run(shape.batch.div_ceil(block), &|task| {
        walk.rows(block_range(task, block, shape.batch))
    });
}

struct Walk<'a> {
    cpu: Cpu<'a>,
    shape: &'a RecurrentShape,
    inputs: LstmGradInputs<'a>,
    packed: &'a Packed,
    dzx: Shared<f32>,
    /// The gradients on their way back; in the end those of h0 and c0.
    dh: Shared<f32>,
    dc: Shared<f32>,
}

impl Walk<'_> {
    /// All steps of some rows, backwards.
    fn rows(&self, rows: Range<usize>) {
        let (u, t) = (self.shape.units, self.shape.steps);
        let state = rows.start * u..rows.end * u;
        // SAFETY: this task owns its rows of every output.
        let (dh, dc) = unsafe {
            (
                self.dh.part(state.start, state.len()),
                self.dc.part(state.start, state.len()),
            )
        };
        dh.copy_from_slice(&self.inputs.dh_last[state.clone()]);
        dc.copy_from_slice(&self.inputs.dc_last[state]);
        // Side by side, for the reason that the forward walk has.
        let mut beside = scratch::take(Slot::Carry, 4 * rows.len() * u);
        for n in (0..t).rev() {
            let step = self.shape.step(n);
            for (r, row) in rows.clone().enumerate() {
                let at = row * t + step;
                let c_before = match n.checked_sub(1) {
                    Some(n) => &self.inputs.cs[(row * t + self.shape.step(n)) * u..],
                    None => &self.inputs.c0[row * u..],
                };
                let cell = CellGrad {
                    gates: &self.inputs.gates[at * 4 * u..][..4 * u],
                    c: self.inputs.cs[at * u..].as_ptr(),
                    c_before: c_before.as_ptr(),
                    dy: self.inputs.dys[at * u..].as_ptr(),
                    dh: &mut dh[r * u..][..u],
                    dc: &mut dc[r * u..][..u],
                    dz: self.dzx.at(at * 4 * u),
                    beside: beside[r * 4 * u..].as_mut_ptr(),
                    held: self.inputs.mask.is_some_and(|mask| mask[at] == 0),
                    ahead: if self.shape.reverse { 1 } else { -1 },
                };
                self.cpu.level.dispatch(cell);
            }
            self.products(&rows, &beside, dh);
        }
    }

    /// dh += dz R^T for some rows of one step.
    fn products(&self, rows: &Range<usize>, dz: &[f32], dh: &mut [f32]) {
        let u = self.shape.units;
        let c = dh.as_mut_ptr();
        let whole = Tile {
            size: [rows.len(), u, 4 * u],
            a: dz.as_ptr(),
            a_strides: (4 * u, 1),
            b: self.packed.group(0),
            c,
            ldc: u,
            init: Init::Rows(c, u),
            end: End::Plain,
        };
        let Some(hmask) = self.inputs.hmask else {
            // SAFETY: rows of dz and dh, side by side.
            return unsafe { whole.run(self.cpu.level) };
        };
        let mut part = scratch::take(Slot::State, rows.len() * u);
        for gate in 0..4 {
            let tile = Tile {
                size: [rows.len(), u, u],
                a: dz[gate * u..].as_ptr(),
                b: self.packed.group(gate),
                c: part.as_mut_ptr(),
                init: Init::Zero,
                ..whole
            };
            // SAFETY: as above, over the gate's columns of dz.
            unsafe { tile.run(self.cpu.level) };
            let factor = &hmask[(gate * self.shape.batch + rows.start) * u..];
            add_scaled(dh, &part, factor);
        }
    }
}
