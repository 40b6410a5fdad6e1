//! The forward walk.

use super::cell::Cell;
use super::groups;
use crate::kernels::gemm::{End, Init, Tile};
use crate::kernels::recurrent::{Packed, RecurrentShape, check, scaled};
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
pub fn lstm(cpu: Cpu<'_>, shape: &RecurrentShape, inputs: LstmInputs<'_>, out: LstmOutputs<'_>) {
    let [state, hidden, gates] = shape.lens(4);
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
    let cuts = groups(inputs.hmask.is_some());
    let packed = shape.packed(cpu.level, inputs.recurrent, false, cuts);
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
    shape: &'a RecurrentShape,
    inputs: LstmInputs<'a>,
    packed: &'a Packed,
    ys: Shared<f32>,
    h_last: Shared<f32>,
    c_last: Shared<f32>,
    gates: Shared<f32>,
    cs: Shared<f32>,
}

impl Walk<'_> {
    /// All steps of some rows. What a step works on lies side by side: rows of the sequences are often a whole number of
    /// pages apart, so that a few of them would fill a set of the cache (which took a third of the time).
    fn rows(&self, rows: Range<usize>) {
        let (u, t, n) = (self.shape.units, self.shape.steps, rows.len());
        let first = rows.start * u;
        let mut buffer = scratch::take(Slot::Carry, 5 * n * u);
        let (z, h) = buffer.split_at_mut(4 * n * u);
        h.copy_from_slice(&self.inputs.h0[first..][..n * u]);
        // Address of row 0 of the block and distance of rows, of c before the step.
        let mut c: (*const f32, usize) = (self.inputs.c0[first..].as_ptr(), u);
        let ahead = if self.shape.reverse { -1 } else { 1 };
        for step in (0..t).map(|n| self.shape.step(n)) {
            for (r, z) in z.chunks_exact_mut(4 * u).enumerate() {
                let at = (rows.start + r) * t + step;
                z.copy_from_slice(&self.inputs.zx[at * 4 * u..][..4 * u]);
            }
            self.products(&rows, z, h);
            for r in 0..n {
                let at = (rows.start + r) * t + step;
                let cell = Cell {
                    units: u,
                    z: z[r * 4 * u..].as_ptr(),
                    c_before: c.0.wrapping_add(r * c.1),
                    state: h[r * u..].as_mut_ptr(),
                    gates: self.gates.at(at * 4 * u),
                    c: self.cs.at(at * u),
                    h: self.ys.at(at * u),
                    held: self.inputs.mask.is_some_and(|mask| mask[at] == 0),
                    next_z: (self.inputs.zx.as_ptr())
                        .wrapping_offset((at as isize + ahead) * 4 * u as isize),
                    ahead,
                };
                self.cpu.level.dispatch(cell);
            }
            c = (self.cs.at((rows.start * t + step) * u), t * u);
        }
        for r in 0..n {
            // SAFETY: rows of U numbers that this task owns or only reads.
            unsafe {
                let h = h[r * u..].as_ptr();
                std::ptr::copy_nonoverlapping(h, self.h_last.at(first + r * u), u);
                std::ptr::copy_nonoverlapping(c.0.add(r * c.1), self.c_last.at(first + r * u), u);
            }
        }
    }

    /// z += h R for some rows of one step.
    fn products(&self, rows: &Range<usize>, z: &mut [f32], h: &[f32]) {
        let u = self.shape.units;
        let c = z.as_mut_ptr();
        let whole = Tile {
            size: [rows.len(), 4 * u, u],
            a: h.as_ptr(),
            a_strides: (u, 1),
            b: self.packed.group(0),
            c,
            ldc: 4 * u,
            init: Init::Rows(c, 4 * u),
            end: End::Plain,
        };
        let Some(hmask) = self.inputs.hmask else {
            // SAFETY: rows of h and z, side by side.
            return unsafe { whole.run(self.cpu.level) };
        };
        let mut masked = scratch::take(Slot::State, rows.len() * u);
        for gate in 0..4 {
            let factor = &hmask[(gate * self.shape.batch + rows.start) * u..];
            scaled(&mut masked, h, factor);
            let tile = Tile {
                size: [rows.len(), u, u],
                a: masked.as_ptr(),
                b: self.packed.group(gate),
                c: c.wrapping_add(gate * u),
                init: Init::Rows(c.wrapping_add(gate * u), 4 * u),
                ..whole
            };
            // SAFETY: as above, over the gate's columns.
            unsafe { tile.run(self.cpu.level) };
        }
    }
}
