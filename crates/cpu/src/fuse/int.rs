//! Runs an integer group over a range of its index space: labels, ids, counters, masks. Plain loops over i64 words.

use std::ops::Range;

use regimen_graph::DType;
use regimen_graph::ops::{BinaryKind, CompareKind, UnaryKind};

use super::fetch::{self, Strided};
use super::{Arg, Instr, MOST_SCALARS, Pointwise, Scalar, Step};
use crate::kernels::scratch::{self, Slot};
use crate::launch::Context;

pub(super) fn run(group: &Pointwise, cx: &Context<'_>, range: Range<usize>) {
    // Words of two floats each.
    let mut registers = scratch::take(Slot::Registers, 2 * group.registers * group.block);
    let mut scalars = [0i64; MOST_SCALARS];
    for (to, scalar) in scalars.iter_mut().zip(&group.scalars) {
        *to = match scalar {
            Scalar::Known(_, x) => *x,
            Scalar::Read(place, dtype) => {
                let from = Strided {
                    data: cx.at(*place),
                    dtype: *dtype,
                    dims: &[],
                    strides: &[],
                    dense: true,
                };
                let mut x = 0i64;
                // SAFETY: the place holds at least one element of this type.
                unsafe { fetch::fetch(from, 0, 1, &raw mut x) };
                x
            }
        };
    }
    let file: *mut i64 = registers.as_mut_ptr().cast();
    let mut at = Machine {
        group,
        cx,
        file,
        scalars: &scalars,
        start: range.start,
        n: group.block,
    };
    group.once.iter().for_each(|instr| at.step(instr));
    while at.start < range.end {
        at.n = group.block.min(range.end - at.start);
        group.code.iter().for_each(|instr| at.step(instr));
        at.start += at.n;
    }
}

struct Machine<'a> {
    group: &'a Pointwise,
    cx: &'a Context<'a>,
    file: *mut i64,
    scalars: &'a [i64; MOST_SCALARS],
    start: usize,
    n: usize,
}

impl Machine<'_> {
    /// A block to read: its words and the distance between them.
    fn source(&self, arg: Arg) -> (*const i64, usize) {
        match arg {
            // SAFETY: the planner sized the block so that all registers lie in the file.
            Arg::Register(i) => (
                unsafe { self.file.add(usize::from(i) * self.group.block) },
                1,
            ),
            Arg::Scalar(i) => (&raw const self.scalars[usize::from(i)], 0),
            // Integer arrays are always fetched into registers and put out of them.
            Arg::None | Arg::Load(_) | Arg::Output(_) => (self.file, 0),
        }
    }

    fn each(&self, instr: &Instr, f: impl Fn(i64, i64, i64) -> i64) {
        let ((a, sa), (b, sb), (c, sc)) = (
            self.source(instr.args[0]),
            self.source(instr.args[1]),
            self.source(instr.args[2]),
        );
        let to = self.source(instr.dst).0.cast_mut();
        let narrow = instr.dtype == DType::I32;
        for i in 0..self.n {
            // SAFETY: every block has room for `n` words.
            unsafe {
                let y = f(*a.add(i * sa), *b.add(i * sb), *c.add(i * sc));
                *to.add(i) = if narrow { i64::from(y as i32) } else { y };
            }
        }
    }

    fn step(&self, instr: &Instr) {
        match instr.step {
            Step::Fetch(i) => {
                let load = &self.group.loads[usize::from(i)];
                let (data, dtype) = (self.cx.at(load.place).cast_const(), load.dtype);
                let from = Strided {
                    data,
                    dtype,
                    dims: &self.group.dims,
                    strides: &load.strides,
                    dense: load.dense,
                };
                // SAFETY: the load covers the index space, the register a block.
                unsafe {
                    fetch::fetch(
                        from,
                        self.start,
                        self.n,
                        self.source(instr.dst).0.cast_mut(),
                    )
                }
            }
            Step::Unary(kind) => self.unary(kind, instr),
            Step::Binary(kind) => self.binary(kind, instr),
            Step::Compare(kind) => self.compare(kind, instr),
            Step::Select => self.each(instr, |c, a, b| if c != 0 { a } else { b }),
            Step::Copy | Step::Flush => self.each(instr, |a, _, _| a),
            Step::Cast(DType::Bool) => self.each(instr, |a, _, _| i64::from(a != 0)),
            Step::Cast(DType::U8) => self.each(instr, |a, _, _| a.clamp(0, 255)),
            Step::Cast(DType::I32) => {
                self.each(instr, |a, _, _| a.clamp(i32::MIN.into(), i32::MAX.into()))
            }
            Step::Cast(_) => self.each(instr, |a, _, _| a),
            // Steps of optimizers are steps of floats.
            Step::Adam(_) | Step::Momentum(_) => {}
            Step::Put(i) => {
                let output = &self.group.outputs[usize::from(i)];
                let (data, step) = self.source(instr.args[0]);
                // SAFETY: the output covers the index space, the register a block.
                unsafe {
                    fetch::put(
                        data,
                        step,
                        self.n,
                        self.cx.at(output.place),
                        output.dtype,
                        self.start,
                    )
                }
            }
        }
    }

    fn unary(&self, kind: UnaryKind, instr: &Instr) {
        match kind {
            UnaryKind::Neg => self.each(instr, |a, _, _| a.wrapping_neg()),
            UnaryKind::Square => self.each(instr, |a, _, _| a.wrapping_mul(a)),
            UnaryKind::Abs => self.each(instr, |a, _, _| a.wrapping_abs()),
            UnaryKind::Sign => self.each(instr, |a, _, _| a.signum()),
            UnaryKind::Relu => self.each(instr, |a, _, _| a.max(0)),
            UnaryKind::Not => self.each(instr, |a, _, _| i64::from(a == 0)),
            UnaryKind::IsFinite => self.each(instr, |_, _, _| 1),
            // The rule of Unary admits the other functions for floats only.
            UnaryKind::StopGradient
            | UnaryKind::Exp
            | UnaryKind::Log
            | UnaryKind::Log1p
            | UnaryKind::Expm1
            | UnaryKind::Tanh
            | UnaryKind::Sigmoid
            | UnaryKind::Softplus
            | UnaryKind::Sqrt
            | UnaryKind::Rsqrt
            | UnaryKind::Recip
            | UnaryKind::Floor
            | UnaryKind::Ceil
            | UnaryKind::Round
            | UnaryKind::Erf
            | UnaryKind::Sin
            | UnaryKind::Cos => self.each(instr, |a, _, _| a),
        }
    }

    fn binary(&self, kind: BinaryKind, instr: &Instr) {
        match kind {
            BinaryKind::Add => self.each(instr, |a, b, _| a.wrapping_add(b)),
            BinaryKind::Sub => self.each(instr, |a, b, _| a.wrapping_sub(b)),
            BinaryKind::Mul => self.each(instr, |a, b, _| a.wrapping_mul(b)),
            // Toward zero, as the cast of the quotient; 0 where the divisor is.
            BinaryKind::Div => self.each(instr, |a, b, _| a.checked_div(b).unwrap_or(0)),
            BinaryKind::Pow => self.each(instr, power),
            BinaryKind::Max => self.each(instr, |a, b, _| a.max(b)),
            BinaryKind::Min => self.each(instr, |a, b, _| a.min(b)),
            BinaryKind::Rem => self.each(instr, floor_rem),
            BinaryKind::And => self.each(instr, |a, b, _| i64::from(a != 0 && b != 0)),
            BinaryKind::Or => self.each(instr, |a, b, _| i64::from(a != 0 || b != 0)),
        }
    }

    fn compare(&self, kind: CompareKind, instr: &Instr) {
        match kind {
            CompareKind::Eq => self.each(instr, |a, b, _| i64::from(a == b)),
            CompareKind::Ne => self.each(instr, |a, b, _| i64::from(a != b)),
            CompareKind::Lt => self.each(instr, |a, b, _| i64::from(a < b)),
            CompareKind::Le => self.each(instr, |a, b, _| i64::from(a <= b)),
            CompareKind::Gt => self.each(instr, |a, b, _| i64::from(a > b)),
            CompareKind::Ge => self.each(instr, |a, b, _| i64::from(a >= b)),
        }
    }
}

/// The remainder with the divisor's sign.
fn floor_rem(a: i64, b: i64, _: i64) -> i64 {
    let r = a.checked_rem(b).unwrap_or(0);
    if r != 0 && (r < 0) != (b < 0) {
        r + b
    } else {
        r
    }
}

fn power(a: i64, b: i64, _: i64) -> i64 {
    match u32::try_from(b) {
        Ok(b) => a.wrapping_pow(b),
        Err(_) => (a as f64).powf(b as f64) as i64,
    }
}
