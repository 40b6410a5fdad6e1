//! One row: its way to now, and a step with a gradient. The step does what the dense update does, in the same order.

use super::drift::Way;
use super::rule::{Form, Pull, Rule};
use crate::simd::{Kernel, Simd};

/// A row's numbers: w and the slots. Slots that the rule lacks are not touched.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub w: *mut f32,
    pub slots: [*mut f32; 2],
    pub width: usize,
}

impl Row {
    /// Part `j..j + len`, zeros for slots that the rule lacks.
    ///
    /// # Safety
    /// The row holds `width` numbers.
    #[inline(always)]
    unsafe fn load<S: Simd>(&self, s: S, rule: &Rule, j: usize, len: usize) -> [S::F; 3] {
        let full = len == S::LANES;
        let mut x = [s.zero(); 3];
        for (i, p) in [self.w, self.slots[0], self.slots[1]]
            .into_iter()
            .enumerate()
        {
            if i <= rule.slots() {
                // SAFETY: as promised.
                x[i] = unsafe {
                    match full {
                        true => s.load(p.add(j)),
                        false => s.load_part(p.add(j), len),
                    }
                };
            }
        }
        x
    }

    /// Writes what [`Row::load`] reads.
    ///
    /// # Safety
    /// The row holds `width` numbers, which nothing else touches.
    #[inline(always)]
    unsafe fn store<S: Simd>(&self, s: S, rule: &Rule, j: usize, len: usize, x: [S::F; 3]) {
        let full = len == S::LANES;
        for (i, p) in [self.w, self.slots[0], self.slots[1]]
            .into_iter()
            .enumerate()
        {
            if i <= rule.slots() {
                // SAFETY: as promised.
                unsafe {
                    match full {
                        true => s.store(p.add(j), x[i]),
                        false => s.store_part(p.add(j), len, x[i]),
                    }
                }
            }
        }
    }
}

/// Numbers too small to be normal are zero, as in the dense update.
#[inline(always)]
fn normal<S: Simd>(s: S, x: S::F) -> S::F {
    s.select(s.lt(s.abs(x), s.splat(f32::MIN_POSITIVE)), s.zero(), x)
}

/// w and slots after the way.
#[inline(always)]
fn moved<S: Simd>(s: S, rule: &Rule, way: &Way, [w, a, b]: [S::F; 3]) -> [S::F; 3] {
    let w = s.mul(w, s.splat(way.shrunk));
    let [m0, m1, m2, m3] = way.moments.map(|x| s.splat(x));
    let w = match (rule.pull(), rule.form) {
        (Pull::Straight(_), _) => s.fnma(a, m0, w),
        (Pull::Rooted, Form::Adam { epsilon, .. }) => {
            let epsilon = s.splat(epsilon);
            let over = s.div(s.splat(1.0), s.add(s.sqrt(b), epsilon));
            let u = s.mul(epsilon, over);
            let sum = s.fnma(u, s.fnma(u, s.fnma(u, m3, m2), m1), m0);
            // A slot that is zero, with no ε to divide by, moves nothing.
            let move_by = s.mul(s.mul(a, over), sum);
            s.select(s.eq(a, s.zero()), w, s.sub(w, move_by))
        }
        _ => w,
    };
    let [ka, kb] = way.kept.map(|x| s.splat(x));
    [
        normal(s, w),
        normal(s, s.mul(a, ka)),
        normal(s, s.mul(b, kb)),
    ]
}

/// √(x + ε), or √x + ε.
#[inline(always)]
fn root<S: Simd>(s: S, x: S::F, epsilon: f32, outside: bool) -> S::F {
    let epsilon = s.splat(epsilon);
    match outside {
        true => s.add(s.sqrt(x), epsilon),
        false => s.sqrt(s.add(x, epsilon)),
    }
}

/// w and slots after a step with gradient g.
#[inline(always)]
fn stepped<S: Simd>(
    s: S,
    rule: &Rule,
    [rate, lr]: [f32; 2],
    g: S::F,
    [w, a, b]: [S::F; 3],
) -> [S::F; 3] {
    let rate = s.splat(rate);
    let w = match rule.decay {
        Some(decay) => s.sub(w, s.mul(s.mul(w, s.splat(decay)), s.splat(lr))),
        None => w,
    };
    let [w, a, b] = match rule.form {
        Form::Plain => [s.sub(w, s.mul(g, rate)), a, b],
        Form::Momentum { mu, nesterov } => {
            let (mu, step) = (s.splat(mu), s.mul(g, rate));
            let a = s.sub(s.mul(a, mu), step);
            let by = match nesterov {
                true => s.sub(s.mul(a, mu), step),
                false => a,
            };
            [s.add(w, by), a, b]
        }
        Form::Adam { c1, c2, epsilon } => {
            let a = normal(s, s.add(a, s.mul(s.sub(g, a), s.splat(c1))));
            let b = normal(s, s.add(b, s.mul(s.sub(s.mul(g, g), b), s.splat(c2))));
            let down = s.add(s.sqrt(b), s.splat(epsilon));
            [s.sub(w, s.div(s.mul(a, rate), down)), a, b]
        }
        Form::RmsProp {
            rho,
            share,
            epsilon,
            outside,
        } => {
            let a = s.add(s.mul(a, s.splat(rho)), s.mul(s.mul(g, g), s.splat(share)));
            let down = root(s, a, epsilon, outside);
            [s.sub(w, s.div(s.mul(g, rate), down)), a, b]
        }
        Form::Adagrad { epsilon, outside } => {
            let a = s.add(a, s.mul(g, g));
            let down = root(s, a, epsilon, outside);
            [s.sub(w, s.div(s.mul(g, rate), down)), a, b]
        }
    };
    [normal(s, w), normal(s, a), normal(s, b)]
}

/// Writes one of a row's arrays as it is now somewhere else.
pub(super) struct Read {
    pub row: Row,
    pub rule: Rule,
    pub way: Way,
    /// 0 for w, then the slots.
    pub which: usize,
    pub to: *mut f32,
}

impl Kernel for Read {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut j = 0;
        while j < self.row.width {
            let len = S::LANES.min(self.row.width - j);
            // SAFETY: the creator vouches for the row, and for as many numbers at `to`.
            unsafe {
                let x = self.row.load(s, &self.rule, j, len);
                let x = moved(s, &self.rule, &self.way, x)[self.which];
                match len == S::LANES {
                    true => s.store(self.to.add(j), x),
                    false => s.store_part(self.to.add(j), len, x),
                }
            }
            j += len;
        }
    }
}

/// Brings a row up to date.
pub(super) struct Settle {
    pub row: Row,
    pub rule: Rule,
    pub way: Way,
}

impl Kernel for Settle {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut j = 0;
        while j < self.row.width {
            let len = S::LANES.min(self.row.width - j);
            // SAFETY: the creator vouches for the row.
            unsafe {
                let x = self.row.load(s, &self.rule, j, len);
                let x = moved(s, &self.rule, &self.way, x);
                self.row.store(s, &self.rule, j, len, x);
            }
            j += len;
        }
    }
}

/// Brings a row up to date, then takes a step.
pub(super) struct Step {
    pub row: Row,
    pub rule: Rule,
    pub way: Option<Way>,
    pub rates: [f32; 2],
    pub grad: *const f32,
}

impl Kernel for Step {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut j = 0;
        while j < self.row.width {
            let len = S::LANES.min(self.row.width - j);
            // SAFETY: the creator vouches for the row and its gradient.
            unsafe {
                let mut x = self.row.load(s, &self.rule, j, len);
                if let Some(way) = &self.way {
                    x = moved(s, &self.rule, way, x);
                }
                let g = match len == S::LANES {
                    true => s.load(self.grad.add(j)),
                    false => s.load_part(self.grad.add(j), len),
                };
                let x = stepped(s, &self.rule, self.rates, g, x);
                self.row.store(s, &self.rule, j, len, x);
            }
            j += len;
        }
    }
}

/// Adds a row of gradients to a sum.
pub(super) struct Add {
    pub to: *mut f32,
    pub from: *const f32,
    pub width: usize,
}

impl Kernel for Add {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut j = 0;
        while j < self.width {
            let len = S::LANES.min(self.width - j);
            // SAFETY: the creator vouches for both rows.
            unsafe {
                let (to, from) = (self.to.add(j), self.from.add(j));
                let sum = s.add(s.load_part(to, len), s.load_part(from, len));
                s.store_part(to, len, sum);
            }
            j += len;
        }
    }
}
