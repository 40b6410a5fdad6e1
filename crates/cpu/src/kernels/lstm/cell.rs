//! One row of an LSTM step: gates, state and their gradients.

use crate::kernels::recurrent::ask;
use crate::simd::{Kernel, Simd, math};

/// Forward: writes the activated gates, `c` and `h`; `held` keeps the state before.
pub(super) struct Cell {
    pub units: usize,
    /// i, f, g, o before activation, U each.
    pub z: *const f32,
    pub c_before: *const f32,
    /// h before the step, and after it.
    pub state: *mut f32,
    pub gates: *mut f32,
    pub c: *mut f32,
    pub h: *mut f32,
    pub held: bool,
    /// zx of the next step, and how many steps ahead that is: one, in either direction.
    pub next_z: *const f32,
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
            let ahead =
                |from: *mut f32, runs: isize| from.wrapping_offset(self.ahead * runs * u as isize);
            ask::<4>(j, u, self.next_z);
            ask::<4>(j, u, ahead(self.gates, 4));
            ask::<1>(j, u, ahead(self.c, 1));
            ask::<1>(j, u, ahead(self.h, 1));
            // SAFETY: every pointer reaches over U numbers, z and the gates over 4 U.
            unsafe {
                let z = |gate: usize| s.load_part(self.z.add(gate * u + j), len);
                let i = math::sigmoid(s, z(0));
                let f = math::sigmoid(s, z(1));
                let g = math::tanh(s, z(2));
                let o = math::sigmoid(s, z(3));
                for (n, gate) in [i, f, g, o].into_iter().enumerate() {
                    s.store_part(self.gates.add(n * u + j), len, gate);
                }
                let before = s.load_part(self.c_before.add(j), len);
                let (c, h) = if self.held {
                    (before, s.load_part(self.state.add(j), len))
                } else {
                    let c = s.fma(f, before, s.mul(i, g));
                    (c, s.mul(o, math::tanh(s, c)))
                };
                s.store_part(self.c.add(j), len, c);
                s.store_part(self.h.add(j), len, h);
                s.store_part(self.state.add(j), len, h);
            }
            j += len;
        }
    }
}

/// Backward: writes the gates' gradients before activation, and turns the gradient of h and c after the step into what
/// passes to the state before it, but for the part through R.
pub(super) struct CellGrad<'a> {
    pub gates: &'a [f32],
    pub c: *const f32,
    pub c_before: *const f32,
    /// The gradient of this step's output.
    pub dy: *const f32,
    pub dh: &'a mut [f32],
    pub dc: &'a mut [f32],
    pub dz: *mut f32,
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
        let (gates, dh, dc) = (
            self.gates.as_ptr(),
            self.dh.as_mut_ptr(),
            self.dc.as_mut_ptr(),
        );
        let one = s.splat(1.0);
        let mut j = 0;
        while j < u {
            let len = S::LANES.min(u - j);
            let ahead = |from: *const f32, runs: isize| {
                from.wrapping_offset(self.ahead * runs * u as isize)
            };
            ask::<4>(j, u, ahead(gates, 4));
            ask::<4>(j, u, ahead(self.dz, 4));
            ask::<1>(j, u, ahead(self.c_before, 1));
            ask::<1>(j, u, ahead(self.dy, 1));
            // SAFETY: every pointer reaches over U numbers, gates and dz over 4 U.
            unsafe {
                let dh_all = s.add(
                    s.load_part(dh.add(j), len),
                    s.load_part(self.dy.add(j), len),
                );
                let mut dz = [s.zero(); 4];
                if self.held {
                    s.store_part(dh.add(j), len, dh_all);
                } else {
                    let i = s.load_part(gates.add(j), len);
                    let f = s.load_part(gates.add(u + j), len);
                    let g = s.load_part(gates.add(2 * u + j), len);
                    let o = s.load_part(gates.add(3 * u + j), len);
                    let t = math::tanh(s, s.load_part(self.c.add(j), len));
                    let before = s.load_part(self.c_before.add(j), len);
                    let through = s.mul(s.mul(dh_all, o), s.fnma(t, t, one));
                    let dc_all = s.add(s.load_part(dc.add(j), len), through);
                    // The slope of a sigmoid y is y (1 - y), of a tanh 1 - y y.
                    dz[0] = s.mul(s.mul(dc_all, g), s.mul(i, s.sub(one, i)));
                    dz[1] = s.mul(s.mul(dc_all, before), s.mul(f, s.sub(one, f)));
                    dz[2] = s.mul(s.mul(dc_all, i), s.fnma(g, g, one));
                    dz[3] = s.mul(s.mul(dh_all, t), s.mul(o, s.sub(one, o)));
                    s.store_part(dc.add(j), len, s.mul(dc_all, f));
                    s.store_part(dh.add(j), len, s.zero());
                }
                for (gate, v) in dz.into_iter().enumerate() {
                    s.store_part(self.dz.add(gate * u + j), len, v);
                    s.store_part(self.beside.add(gate * u + j), len, v);
                }
            }
            j += len;
        }
    }
}
