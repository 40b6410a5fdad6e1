//! One row of a GRU step: gates, state and their gradients.

use crate::kernels::recurrent::ask;
use crate::simd::{Kernel, Simd, math};

/// The gates z and r where the state is reset before its product, which comes next.
pub(super) struct Reset {
    pub units: usize,
    /// The step's zx, 3U.
    pub zx: *const f32,
    /// h's share in z and r; 3U.
    pub share: *const f32,
    pub h: *const f32,
    /// The candidate's factors on h, if there are any.
    pub factor: Option<*const f32>,
    /// z, r, g, r h * factor; 4U.
    pub kept: *mut f32,
    /// r h * factor, side by side with those of other rows.
    pub met: *mut f32,
}

impl Kernel for Reset {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let u = self.units;
        let mut j = 0;
        while j < u {
            let len = S::LANES.min(u - j);
            // SAFETY: every pointer reaches over U numbers, zx and share over 3 U, `kept` over 4 U.
            unsafe {
                let load = |from: *const f32, run: usize| s.load_part(from.add(run * u + j), len);
                let sum = |gate| s.add(load(self.zx, gate), load(self.share, gate));
                let update = math::sigmoid(s, sum(0));
                let reset = math::sigmoid(s, sum(1));
                let mut met = s.mul(reset, load(self.h, 0));
                if let Some(factor) = self.factor {
                    met = s.mul(met, load(factor, 0));
                }
                s.store_part(self.kept.add(j), len, update);
                s.store_part(self.kept.add(u + j), len, reset);
                s.store_part(self.kept.add(3 * u + j), len, met);
                s.store_part(self.met.add(j), len, met);
            }
            j += len;
        }
    }
}

/// Forward: writes what is kept of the step and `h`.
pub(super) struct Cell {
    pub units: usize,
    /// Whether z and r are still to come; otherwise `Reset` has written them.
    pub reset_after: bool,
    /// The step's zx, 3U, and how far behind it that of the next step lies.
    pub zx: *const f32,
    /// h's share in the gates; 3U.
    pub share: *const f32,
    /// h before the step, and after it.
    pub state: *mut f32,
    /// z, r, g, and what the reset gate met; 4U.
    pub kept: *mut f32,
    pub h: *mut f32,
    pub held: bool,
    /// How many steps ahead the next one is: one, in either direction.
    pub ahead: isize,
}

impl Kernel for Cell {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let u = self.units;
        let mut j = 0;
        while j < u {
            let len = S::LANES.min(u - j);
            let ahead = |runs: isize| self.ahead * runs * u as isize;
            ask::<3>(j, u, self.zx.wrapping_offset(ahead(3)));
            ask::<4>(j, u, self.kept.wrapping_offset(ahead(4)));
            ask::<1>(j, u, self.h.wrapping_offset(ahead(1)));
            // SAFETY: every pointer reaches over U numbers, zx and share over 3 U, `kept` over 4 U.
            unsafe {
                let load = |from: *const f32, run: usize| s.load_part(from.add(run * u + j), len);
                let keep = |run: usize, v| s.store_part(self.kept.add(run * u + j), len, v);
                let (update, sum) = if self.reset_after {
                    let sum = |gate| s.add(load(self.zx, gate), load(self.share, gate));
                    let update = math::sigmoid(s, sum(0));
                    let reset = math::sigmoid(s, sum(1));
                    let met = load(self.share, 2);
                    keep(0, update);
                    keep(1, reset);
                    keep(3, met);
                    (update, s.fma(reset, met, load(self.zx, 2)))
                } else {
                    (
                        load(self.kept, 0),
                        s.add(load(self.zx, 2), load(self.share, 2)),
                    )
                };
                let candidate = math::tanh(s, sum);
                keep(2, candidate);
                let before = load(self.state, 0);
                let h = match self.held {
                    true => before,
                    false => s.fma(update, s.sub(before, candidate), candidate),
                };
                s.store_part(self.h.add(j), len, h);
                s.store_part(self.state.add(j), len, h);
            }
            j += len;
        }
    }
}

/// Backward: writes the gradients of zx and of h's share, and turns the gradient of h after the step into what passes to the
/// state before it, but for the part through R.
pub(super) struct CellGrad<'a> {
    /// z, r, g, and what the reset gate met; 4U.
    pub kept: *const f32,
    pub h_before: *const f32,
    /// The gradient of this step's output.
    pub dy: *const f32,
    pub dh: &'a mut [f32],
    pub dzx: *mut f32,
    /// The gradient of h's share in each gate, where the state is reset after its product; otherwise that of r stays open.
    pub dshare: Option<*mut f32>,
    /// The same, side by side with those of the other rows.
    pub beside: *mut f32,
    pub held: bool,
    /// How many steps ahead the next one is: one, in either direction.
    pub ahead: isize,
}

impl Kernel for CellGrad<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let u = self.dh.len();
        let dh = self.dh.as_mut_ptr();
        let one = s.splat(1.0);
        let mut j = 0;
        while j < u {
            let len = S::LANES.min(u - j);
            let ahead = |runs: isize| self.ahead * runs * u as isize;
            ask::<4>(j, u, self.kept.wrapping_offset(ahead(4)));
            ask::<3>(j, u, self.dzx.wrapping_offset(ahead(3)));
            ask::<1>(j, u, self.h_before.wrapping_offset(ahead(1)));
            ask::<1>(j, u, self.dy.wrapping_offset(ahead(1)));
            if let Some(dshare) = self.dshare {
                ask::<3>(j, u, dshare.wrapping_offset(ahead(3)));
            }
            // SAFETY: every pointer reaches over U numbers, the gradients of zx and share over 3 U, `kept` over 4 U.
            unsafe {
                let load = |from: *const f32, run: usize| s.load_part(from.add(run * u + j), len);
                let d = s.add(load(dh, 0), load(self.dy, 0));
                let (mut dz, mut last, mut rest) = ([s.zero(); 3], s.zero(), d);
                if !self.held {
                    let [z, r, g, met] = [0, 1, 2, 3].map(|run| load(self.kept, run));
                    let before = load(self.h_before, 0);
                    // The slope of a sigmoid y is y (1 - y), of a tanh 1 - y y.
                    let candidate = s.mul(s.mul(d, s.sub(one, z)), s.fnma(g, g, one));
                    let reset = s.mul(s.mul(candidate, met), s.mul(r, s.sub(one, r)));
                    let update = s.mul(s.mul(d, s.sub(before, g)), s.mul(z, s.sub(one, z)));
                    dz = [update, reset, candidate];
                    last = s.mul(candidate, r);
                    rest = s.mul(d, z);
                }
                s.store_part(dh.add(j), len, rest);
                for (gate, v) in dz.into_iter().enumerate() {
                    s.store_part(self.dzx.add(gate * u + j), len, v);
                }
                let share = match self.dshare {
                    Some(_) => [dz[0], dz[1], last],
                    None => dz,
                };
                for (gate, v) in share.into_iter().enumerate() {
                    s.store_part(self.beside.add(gate * u + j), len, v);
                    if let Some(dshare) = self.dshare {
                        s.store_part(dshare.add(gate * u + j), len, v);
                    }
                }
            }
            j += len;
        }
    }
}

/// Backward through r where the state is reset before its product: from the gradient of what entered it.
pub(super) struct ResetGrad<'a> {
    /// The gradient of r h * factor.
    pub dmet: &'a [f32],
    /// z, r, g, and r h * factor; 4U.
    pub kept: *const f32,
    pub h_before: *const f32,
    /// The candidate's factors on h, if there are any.
    pub factor: Option<*const f32>,
    pub dh: *mut f32,
    pub dzx: *mut f32,
    pub beside: *mut f32,
}

impl Kernel for ResetGrad<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let u = self.dmet.len();
        let one = s.splat(1.0);
        let mut j = 0;
        while j < u {
            let len = S::LANES.min(u - j);
            // SAFETY: every pointer reaches over U numbers, the gradients of zx over 3 U, `kept` over 4 U.
            unsafe {
                let load = |from: *const f32, run: usize| s.load_part(from.add(run * u + j), len);
                let r = load(self.kept, 1);
                let mut d = load(self.dmet.as_ptr(), 0);
                if let Some(factor) = self.factor {
                    d = s.mul(d, load(factor, 0));
                }
                let slope = s.mul(r, s.sub(one, r));
                let reset = s.mul(s.mul(d, load(self.h_before, 0)), slope);
                s.store_part(self.dh.add(j), len, s.fma(d, r, load(self.dh, 0)));
                s.store_part(self.dzx.add(u + j), len, reset);
                s.store_part(self.beside.add(u + j), len, reset);
            }
            j += len;
        }
    }
}
