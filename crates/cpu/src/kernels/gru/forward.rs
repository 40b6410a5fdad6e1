//! The forward walk.

use super::cell::{Cell, Reset};
use super::{groups, of_state};
use crate::kernels::gemm::{End, Init, Tile};
use crate::kernels::recurrent::{Packed, RecurrentShape, check, scaled};
use crate::kernels::scratch::{self, Slot};
use crate::kernels::{Cpu, Shared, block_range};
use std::ops::Range;

/// What a GRU reads.
#[derive(Clone, Copy, Debug)]
pub struct GruInputs<'a> {
    /// x W + its bias, (B, T, 3U).
    pub zx: &'a [f32],
    /// R, (U, 3U).
    pub recurrent: &'a [f32],
    /// h before the first step, (B, U).
    pub h0: &'a [f32],
    /// The bias of h's share, (3U), where the state is reset after its product with R; `None` where before.
    pub bias: Option<&'a [f32]>,
    /// (B, T); where 0, the state is held.
    pub mask: Option<&'a [u8]>,
    /// (3, B, U); factors on h, per gate.
    pub hmask: Option<&'a [f32]>,
}

/// What a GRU writes.
#[derive(Debug)]
pub struct GruOutputs<'a> {
    /// h after each step, (B, T, U).
    pub ys: &'a mut [f32],
    /// h after the last step, (B, U).
    pub h_last: &'a mut [f32],
    /// z, r, g and what the reset gate met, (B, T, 4U), at held steps as well: h's share of the candidate, or r h * hmask where
    /// the reset comes before the product.
    pub kept: &'a mut [f32],
}

/// Runs a GRU over its sequences.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn gru(cpu: Cpu<'_>, shape: &RecurrentShape, inputs: GruInputs<'_>, out: GruOutputs<'_>) {
    let (u, steps) = (shape.units, shape.batch * shape.steps);
    let [state, hidden, gates] = shape.lens(3);
    check("zx", inputs.zx.len(), gates);
    check("recurrent", inputs.recurrent.len(), 3 * u * u);
    check("h0", inputs.h0.len(), state);
    check("bias", inputs.bias.map_or(3 * u, <[f32]>::len), 3 * u);
    check("mask", inputs.mask.map_or(steps, <[u8]>::len), steps);
    let factors = inputs.hmask.map_or(3 * state, <[f32]>::len);
    check("hmask", factors, 3 * state);
    check("ys", out.ys.len(), hidden);
    check("h_last", out.h_last.len(), state);
    check("kept", out.kept.len(), 4 * hidden);
    if state == 0 {
        return;
    }
    let cuts = groups(inputs.hmask.is_some(), inputs.bias.is_some());
    let walk = Walk {
        cpu,
        shape,
        inputs,
        cuts,
        packed: &shape.packed(cpu.level, inputs.recurrent, false, cuts),
        ys: Shared::new(out.ys),
        h_last: Shared::new(out.h_last),
        kept: Shared::new(out.kept),
    };
    let block = shape.block();
    cpu.team.run(shape.batch.div_ceil(block), &|task| {
        walk.rows(block_range(task, block, shape.batch))
    });
}

struct Walk<'a> {
    cpu: Cpu<'a>,
    shape: &'a RecurrentShape,
    inputs: GruInputs<'a>,
    cuts: &'static [usize],
    packed: &'a Packed,
    ys: Shared<f32>,
    h_last: Shared<f32>,
    kept: Shared<f32>,
}

impl Walk<'_> {
    /// All steps of some rows. What a step works on lies side by side: rows of the sequences are often a whole number of
    /// pages apart, so that a few of them would fill a set of the cache.
    fn rows(&self, rows: Range<usize>) {
        let (u, t, n) = (self.shape.units, self.shape.steps, rows.len());
        let first = rows.start * u;
        let mut buffer = scratch::take(Slot::Carry, 5 * n * u);
        let (share, rest) = buffer.split_at_mut(3 * n * u);
        let (h, met) = rest.split_at_mut(n * u);
        h.copy_from_slice(&self.inputs.h0[first..][..n * u]);
        let ahead = if self.shape.reverse { -1 } else { 1 };
        for step in (0..t).map(|n| self.shape.step(n)) {
            self.products(&rows, share, h);
            if self.inputs.bias.is_none() {
                self.reset(&rows, step, share, h, met);
            }
            for r in 0..n {
                let at = (rows.start + r) * t + step;
                let cell = Cell {
                    units: u,
                    reset_after: self.inputs.bias.is_some(),
                    zx: self.inputs.zx[at * 3 * u..].as_ptr(),
                    share: share[r * 3 * u..].as_ptr(),
                    state: h[r * u..].as_mut_ptr(),
                    kept: self.kept.at(at * 4 * u),
                    h: self.ys.at(at * u),
                    held: self.inputs.mask.is_some_and(|mask| mask[at] == 0),
                    ahead,
                };
                self.cpu.level.dispatch(cell);
            }
        }
        // SAFETY: this task owns its rows of the output.
        unsafe { self.h_last.part(first, n * u) }.copy_from_slice(h);
    }

    /// share = h R + b for some rows of one step, without the candidate's gate where the state is reset before.
    fn products(&self, rows: &Range<usize>, share: &mut [f32], h: &[f32]) {
        let u = self.shape.units;
        let mut masked = self
            .inputs
            .hmask
            .map(|_| scratch::take(Slot::State, rows.len() * u));
        for (group, gates) in of_state(self.cuts, self.inputs.bias.is_some()) {
            let mut a = h.as_ptr();
            if let (Some(masked), Some(hmask)) = (&mut masked, self.inputs.hmask) {
                let factor = &hmask[(gates.start * self.shape.batch + rows.start) * u..];
                scaled(masked, h, factor);
                a = masked.as_ptr();
            }
            let init = match self.inputs.bias {
                Some(bias) => Init::Rows(bias[gates.start * u..].as_ptr(), 0),
                None => Init::Zero,
            };
            // SAFETY: rows of h and share, side by side, over the group's columns.
            unsafe { self.product(rows.len(), gates, group, a, init, share) };
        }
    }

    /// The gates z and r of some rows, and the candidate's share, (r h * hmask) R.
    fn reset(
        &self,
        rows: &Range<usize>,
        step: usize,
        share: &mut [f32],
        h: &[f32],
        met: &mut [f32],
    ) {
        let (u, t) = (self.shape.units, self.shape.steps);
        for (r, row) in rows.clone().enumerate() {
            let at = row * t + step;
            let factor = |hmask: &[f32]| hmask[(2 * self.shape.batch + row) * u..].as_ptr();
            let reset = Reset {
                units: u,
                zx: self.inputs.zx[at * 3 * u..].as_ptr(),
                share: share[r * 3 * u..].as_ptr(),
                h: h[r * u..].as_ptr(),
                factor: self.inputs.hmask.map(factor),
                kept: self.kept.at(at * 4 * u),
                met: met[r * u..].as_mut_ptr(),
            };
            self.cpu.level.dispatch(reset);
        }
        let last = self.cuts.len() - 2;
        // SAFETY: rows of `met` and share, side by side, over the last gate's columns.
        unsafe { self.product(rows.len(), 2..3, last, met.as_ptr(), Init::Zero, share) };
    }

    /// Some gates of share = init + a R.
    ///
    /// # Safety
    /// `a` reaches over the rows of U numbers.
    unsafe fn product(
        &self,
        rows: usize,
        gates: Range<usize>,
        group: usize,
        a: *const f32,
        init: Init,
        share: &mut [f32],
    ) {
        let u = self.shape.units;
        let tile = Tile {
            size: [rows, gates.len() * u, u],
            a,
            a_strides: (u, 1),
            b: self.packed.group(group),
            c: share[gates.start * u..].as_mut_ptr(),
            ldc: 3 * u,
            init,
            end: End::Plain,
        };
        // SAFETY: the caller's for `a`; `share` holds the rows, the group its columns.
        unsafe { tile.run(self.cpu.level) };
    }
}
