//! The forward walk.

use super::cell::Cell;
use super::{LstmShape, check};
use crate::kernels::gemm::{Init, Right, Tile};
use crate::kernels::scratch::{self, Slot};
use crate::kernels::{Cpu, Shared, block_range};
use std::ops::Range;

/// What an LSTM reads.
#[derive(Clone, Copy, Debug)]
pub struct LstmInputs<'a> {
    /// x W + b, (B, T, 4U).
    pub zx: &'a [f32],
    /// R, (U, 4U).
    pub recurrent: &'a [f32],
    /// h before the first step, (B, U).
    pub h0: &'a [f32],
    /// c before the first step, (B, U).
    pub c0: &'a [f32],
    /// (B, T); where 0, the state is held.
    pub mask: Option<&'a [u8]>,
    /// (4, B, U); factors on h, per gate.
    pub hmask: Option<&'a [f32]>,
}

/// What an LSTM writes.
#[derive(Debug)]
pub struct LstmOutputs<'a> {
    /// h after each step, (B, T, U).
    pub ys: &'a mut [f32],
    /// h after the last step, (B, U).
    pub h_last: &'a mut [f32],
    /// c after the last step, (B, U).
    pub c_last: &'a mut [f32],
    /// The gates after activation, (B, T, 4U), at held steps as well.
    pub gates: &'a mut [f32],
    /// c after each step, (B, T, U).
    pub cs: &'a mut [f32],
}

/// Runs an LSTM over its sequences.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn lstm(cpu: Cpu<'_>, shape: &LstmShape, inputs: LstmInputs<'_>, out: LstmOutputs<'_>) {
    let [state, hidden, gates] = shape.lens();
    check("zx", inputs.zx.len(), gates);
    check(
        "recurrent",
        inputs.recurrent.len(),
        4 * shape.units * shape.units,
    );
    check("h0", inputs.h0.len(), state);
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
    check("ys", out.ys.len(), hidden);
    check("h_last", out.h_last.len(), state);
    check("c_last", out.c_last.len(), state);
    check("gates", out.gates.len(), gates);
    check("cs", out.cs.len(), hidden);
    if state == 0 {
        return;
    }
    let (packed, gate_len) =
        shape.packed(cpu.level, inputs.recurrent, inputs.hmask.is_some(), false);
    let [ys, h_last, c_last] = [
        Shared::new(out.ys),
        Shared::new(out.h_last),
        Shared::new(out.c_last),
    ];
    let [gates, cs] = [Shared::new(out.gates), Shared::new(out.cs)];
    let walk = Walk {
        cpu,
        shape,
        inputs,
        packed: &packed,
        gate_len,
        ys,
        h_last,
        c_last,
        gates,
        cs,
    };
    let block = shape.block();
    cpu.team.run(shape.batch.div_ceil(block), &|task| {
        walk.rows(block_range(task, block, shape.batch))
    });
}

struct Walk<'a> {
    cpu: Cpu<'a>,
    shape: &'a LstmShape,
    inputs: LstmInputs<'a>,
    packed: &'a [f32],
    gate_len: usize,
    ys: Shared<f32>,
    h_last: Shared<f32>,
    c_last: Shared<f32>,
    gates: Shared<f32>,
    cs: Shared<f32>,
}

impl Walk<'_> {
    /// All steps of some rows.
    fn rows(&self, rows: Range<usize>) {
        let (u, t) = (self.shape.units, self.shape.steps);
        let first = rows.start * u;
        // Address of row 0 of the block and distance of rows, of h and c before the step.
        let mut h: (*const f32, usize) = (self.inputs.h0[first..].as_ptr(), u);
        let mut c: (*const f32, usize) = (self.inputs.c0[first..].as_ptr(), u);
        for step in (0..t).map(|n| self.shape.step(n)) {
            self.products(&rows, step, h);
            let place = (rows.start * t + step) * u;
            for r in 0..rows.len() {
                let at = (rows.start + r) * t + step;
                let cell = Cell {
                    // SAFETY: this task owns its rows of every output.
                    gates: unsafe { self.gates.part(at * 4 * u, 4 * u) },
                    c_before: c.0.wrapping_add(r * c.1),
                    h_before: h.0.wrapping_add(r * h.1),
                    c: self.cs.at(at * u),
                    h: self.ys.at(at * u),
                    held: self.inputs.mask.is_some_and(|mask| mask[at] == 0),
                };
                self.cpu.level.dispatch(cell);
            }
            h = (self.ys.at(place), t * u);
            c = (self.cs.at(place), t * u);
        }
        for r in 0..rows.len() {
            // SAFETY: rows of U numbers that this task owns or only reads.
            unsafe {
                std::ptr::copy_nonoverlapping(h.0.add(r * h.1), self.h_last.at(first + r * u), u);
                std::ptr::copy_nonoverlapping(c.0.add(r * c.1), self.c_last.at(first + r * u), u);
            }
        }
    }

    /// gates = zx + h R for some rows of one step.
    fn products(&self, rows: &Range<usize>, step: usize, h: (*const f32, usize)) {
        let (u, distance) = (self.shape.units, self.shape.steps * 4 * self.shape.units);
        let place = (rows.start * self.shape.steps + step) * 4 * u;
        let whole = Tile {
            size: [rows.len(), 4 * u, u],
            a: h.0,
            a_strides: (h.1, 1),
            b: Right::Packed(self.packed.as_ptr()),
            c: self.gates.at(place),
            ldc: distance,
            init: Init::Rows(self.inputs.zx[place..].as_ptr(), distance),
            relu: false,
        };
        let Some(hmask) = self.inputs.hmask else {
            // SAFETY: rows of h, zx and gates at their distances, as the lengths were checked.
            return unsafe { whole.run(self.cpu.level) };
        };
        let mut masked = scratch::take(Slot::State, rows.len() * u);
        for gate in 0..4 {
            for (r, to) in masked.chunks_exact_mut(u).enumerate() {
                let factor = &hmask[(gate * self.shape.batch + rows.start + r) * u..][..u];
                // SAFETY: a row of h before the step, which this task wrote or nobody writes.
                let from = unsafe { std::slice::from_raw_parts(h.0.add(r * h.1), u) };
                to.iter_mut()
                    .zip(from.iter().zip(factor))
                    .for_each(|(to, (h, f))| *to = h * f);
            }
            let tile = Tile {
                size: [rows.len(), u, u],
                a: masked.as_ptr(),
                a_strides: (u, 1),
                b: Right::Packed(self.packed[gate * self.gate_len..].as_ptr()),
                c: self.gates.at(place + gate * u),
                init: Init::Rows(self.inputs.zx[place + gate * u..].as_ptr(), distance),
                ..whole
            };
            // SAFETY: as above, over the gate's columns.
            unsafe { tile.run(self.cpu.level) };
        }
    }
}
