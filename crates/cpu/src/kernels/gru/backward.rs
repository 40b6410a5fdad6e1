//! The backward walk. The gradients by R and its bias are done outside, over time and batch at once.

use super::cell::{CellGrad, ResetGrad};
use super::{groups, of_state};
use crate::kernels::gemm::{End, Init, Tile};
use crate::kernels::recurrent::{Packed, RecurrentShape, add_scaled, check};
use crate::kernels::scratch::{self, Slot};
use crate::kernels::{Cpu, Shared, block_range};
use std::ops::Range;

/// What a GRU's gradient reads: inputs and outputs of the forward walk, and the outputs' gradients.
#[derive(Clone, Copy, Debug)]
pub struct GruGradInputs<'a> {
    /// R, (U, 3U).
    pub recurrent: &'a [f32],
    /// h before the first step, (B, U).
    pub h0: &'a [f32],
    /// (B, T); where 0, the state was held.
    pub mask: Option<&'a [u8]>,
    /// (3, B, U); factors on h, per gate.
    pub hmask: Option<&'a [f32]>,
    /// h after each step, (B, T, U).
    pub ys: &'a [f32],
    /// What the forward walk kept of each step, (B, T, 4U).
    pub kept: &'a [f32],
    /// Gradient of h after each step, (B, T, U).
    pub dys: &'a [f32],
    /// Gradient of h after the last step, (B, U).
    pub dh_last: &'a [f32],
}

/// What a GRU's gradient writes.
#[derive(Debug)]
pub struct GruGradOutputs<'a> {
    /// Gradient of zx, (B, T, 3U); zero at held steps.
    pub dzx: &'a mut [f32],
    /// Gradient of h0, (B, U).
    pub dh0: &'a mut [f32],
    /// Gradient of h's share in the gates, (B, T, 3U), where the state is reset after its product; `None` where before.
    pub dshare: Option<&'a mut [f32]>,
}

/// Runs a GRU's gradient.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn gru_grad(
    cpu: Cpu<'_>,
    shape: &RecurrentShape,
    inputs: GruGradInputs<'_>,
    out: GruGradOutputs<'_>,
) {
    let (u, steps) = (shape.units, shape.batch * shape.steps);
    let [state, hidden, gates] = shape.lens(3);
    check("recurrent", inputs.recurrent.len(), 3 * u * u);
    check("h0", inputs.h0.len(), state);
    check("mask", inputs.mask.map_or(steps, <[u8]>::len), steps);
    let factors = inputs.hmask.map_or(3 * state, <[f32]>::len);
    check("hmask", factors, 3 * state);
    check("ys", inputs.ys.len(), hidden);
    check("kept", inputs.kept.len(), 4 * hidden);
    check("dys", inputs.dys.len(), hidden);
    check("dh_last", inputs.dh_last.len(), state);
    check("dzx", out.dzx.len(), gates);
    check("dh0", out.dh0.len(), state);
    check(
        "dshare",
        out.dshare.as_ref().map_or(gates, |d| d.len()),
        gates,
    );
    if state == 0 {
        return;
    }
    let reset_after = out.dshare.is_some();
    let cuts = groups(inputs.hmask.is_some(), reset_after);
    let walk = Walk {
        cpu,
        shape,
        inputs,
        cuts,
        packed: &shape.packed(cpu.level, inputs.recurrent, true, cuts),
        dzx: Shared::new(out.dzx),
        dh: Shared::new(out.dh0),
        dshare: out.dshare.map(Shared::new),
    };
    let block = shape.block();
    cpu.team.run(shape.batch.div_ceil(block), &|task| {
        walk.rows(block_range(task, block, shape.batch))
    });
}

struct Walk<'a> {
    cpu: Cpu<'a>,
    shape: &'a RecurrentShape,
    inputs: GruGradInputs<'a>,
    cuts: &'static [usize],
    packed: &'a Packed,
    dzx: Shared<f32>,
    /// The gradient on its way back; in the end that of h0.
    dh: Shared<f32>,
    dshare: Option<Shared<f32>>,
}

impl Walk<'_> {
    /// All steps of some rows, backwards.
    fn rows(&self, rows: Range<usize>) {
        let (u, t) = (self.shape.units, self.shape.steps);
        let state = rows.start * u..rows.end * u;
        // SAFETY: this task owns its rows of every output.
        let dh = unsafe { self.dh.part(state.start, state.len()) };
        dh.copy_from_slice(&self.inputs.dh_last[state]);
        // Side by side, for the reason that the forward walk has.
        let mut beside = scratch::take(Slot::Carry, 3 * rows.len() * u);
        for n in (0..t).rev() {
            let step = self.shape.step(n);
            for (r, row) in rows.clone().enumerate() {
                let at = row * t + step;
                let cell = CellGrad {
                    kept: self.inputs.kept[at * 4 * u..].as_ptr(),
                    h_before: self.before(row, n),
                    dy: self.inputs.dys[at * u..].as_ptr(),
                    dh: &mut dh[r * u..][..u],
                    dzx: self.dzx.at(at * 3 * u),
                    dshare: self.dshare.map(|d| d.at(at * 3 * u)),
                    beside: beside[r * 3 * u..].as_mut_ptr(),
                    held: self.inputs.mask.is_some_and(|mask| mask[at] == 0),
                    ahead: if self.shape.reverse { 1 } else { -1 },
                };
                self.cpu.level.dispatch(cell);
            }
            if self.dshare.is_none() {
                self.reset(&rows, n, &mut beside, dh);
            }
            self.products(&rows, &beside, dh);
        }
    }

    /// h of a row before the step that ran as number `n`.
    fn before(&self, row: usize, n: usize) -> *const f32 {
        let (u, t) = (self.shape.units, self.shape.steps);
        match n.checked_sub(1) {
            Some(n) => self.inputs.ys[(row * t + self.shape.step(n)) * u..].as_ptr(),
            None => self.inputs.h0[row * u..].as_ptr(),
        }
    }

    /// Through the candidate's product to r and h, where the state is reset before it.
    fn reset(&self, rows: &Range<usize>, n: usize, beside: &mut [f32], dh: &mut [f32]) {
        let (u, t) = (self.shape.units, self.shape.steps);
        let mut dmet = scratch::take(Slot::State, rows.len() * u);
        let last = self.cuts.len() - 2;
        // SAFETY: rows of `dmet` and of dz, side by side.
        unsafe {
            self.product(
                rows.len(),
                2..3,
                last,
                beside,
                Init::Zero,
                dmet.as_mut_ptr(),
            )
        };
        for (r, row) in rows.clone().enumerate() {
            let at = row * t + self.shape.step(n);
            // A held step passes nothing on, whatever it kept.
            if self.inputs.mask.is_some_and(|mask| mask[at] == 0) {
                continue;
            }
            let factor = |hmask: &[f32]| hmask[(2 * self.shape.batch + row) * u..].as_ptr();
            let reset = ResetGrad {
                dmet: &dmet[r * u..][..u],
                kept: self.inputs.kept[at * 4 * u..].as_ptr(),
                h_before: self.before(row, n),
                factor: self.inputs.hmask.map(factor),
                dh: dh[r * u..].as_mut_ptr(),
                dzx: self.dzx.at(at * 3 * u),
                beside: beside[r * 3 * u..].as_mut_ptr(),
            };
            self.cpu.level.dispatch(reset);
        }
    }

    /// dh += dshare R^T for some rows of one step, over the gates that saw h itself.
    fn products(&self, rows: &Range<usize>, dshare: &[f32], dh: &mut [f32]) {
        let (u, n) = (self.shape.units, rows.len());
        let mut part = self.inputs.hmask.map(|_| scratch::take(Slot::State, n * u));
        for (group, gates) in of_state(self.cuts, self.dshare.is_some()) {
            let Some((part, hmask)) = part.as_mut().zip(self.inputs.hmask) else {
                let dh = dh.as_mut_ptr();
                let init = Init::Rows(dh, u);
                // SAFETY: rows of dshare and dh, side by side.
                unsafe { self.product(n, gates, group, dshare, init, dh) };
                continue;
            };
            let factor = &hmask[(gates.start * self.shape.batch + rows.start) * u..];
            // SAFETY: as above, into a buffer of the same size.
            unsafe { self.product(n, gates, group, dshare, Init::Zero, part.as_mut_ptr()) };
            add_scaled(dh, part, factor);
        }
    }

    /// c = init + some gates of d times their columns of R, transposed.
    ///
    /// # Safety
    /// `init` and `c` reach over the rows of U numbers.
    unsafe fn product(
        &self,
        rows: usize,
        gates: Range<usize>,
        group: usize,
        d: &[f32],
        init: Init,
        c: *mut f32,
    ) {
        let u = self.shape.units;
        let tile = Tile {
            size: [rows, u, gates.len() * u],
            a: d[gates.start * u..].as_ptr(),
            a_strides: (3 * u, 1),
            b: self.packed.group(group),
            c,
            ldc: u,
            init,
            end: End::Plain,
        };
        // SAFETY: the caller's for `init` and `c`; d holds the rows, the group its columns.
        unsafe { tile.run(self.cpu.level) };
    }
}
