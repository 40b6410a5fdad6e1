//! Runs a float group over a range of its index space.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::fetch::{self, Strided};
use super::lanes::{self, Block};
use super::{Arg, Instr, MOST_SCALARS, Pointwise, Scalar, Step, adam, momentum};
use crate::kernels::scratch::{self, Slot};
use crate::launch::Context;
use crate::simd::{Kernel, MOST_LANES, Simd};

/// One task of a float group.
pub(super) struct Task<'a> {
    pub(super) group: &'a Pointwise,
    pub(super) cx: &'a Context<'a>,
    pub(super) range: Range<usize>,
}

struct Machine<'a> {
    group: &'a Pointwise,
    cx: &'a Context<'a>,
    registers: *mut f32,
    scalars: *const [f32; MOST_LANES],
    /// First element and number of elements of the block.
    start: usize,
    n: usize,
}

impl Kernel for Task<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut registers = scratch::take(Slot::Registers, self.group.registers * self.group.block);
        let mut scalars = MaybeUninit::<[[f32; MOST_LANES]; MOST_SCALARS]>::uninit();
        let scalars: *mut [f32; MOST_LANES] = scalars.as_mut_ptr().cast();
        for (i, scalar) in self.group.scalars.iter().take(MOST_SCALARS).enumerate() {
            // SAFETY: i is below the number of scalars there is room for.
            unsafe { *scalars.add(i) = [value(scalar, self.cx); MOST_LANES] };
        }
        let mut machine = Machine {
            group: self.group,
            cx: self.cx,
            registers: registers.as_mut_ptr(),
            scalars,
            start: self.range.start,
            n: self.group.block,
        };
        for instr in &self.group.once {
            machine.step(s, instr);
        }
        while machine.start < self.range.end {
            machine.n = self.group.block.min(self.range.end - machine.start);
            for instr in &self.group.code {
                machine.step(s, instr);
            }
            machine.start += machine.n;
        }
    }
}

fn value(scalar: &Scalar, cx: &Context<'_>) -> f32 {
    match scalar {
        Scalar::Known(x, _) => *x,
        Scalar::Read(place, dtype) => {
            let mut x = 0f32;
            let from = Strided {
                data: cx.at(*place),
                dtype: *dtype,
                dims: &[],
                strides: &[],
                dense: true,
            };
            // SAFETY: the place holds at least one element of this type.
            unsafe { fetch::fetch(from, 0, 1, &raw mut x) };
            x
        }
    }
}

impl Machine<'_> {
    #[inline(always)]
    fn register(&self, index: u8) -> *mut f32 {
        // SAFETY: the planner sized the block so that all registers lie in the file.
        unsafe { self.registers.add(usize::from(index) * self.group.block) }
    }

    #[inline(always)]
    fn source(&self, arg: Arg) -> Block {
        let data = match arg {
            Arg::None => {
                return Block {
                    data: self.registers,
                    step: 0,
                };
            }
            Arg::Scalar(i) => {
                // SAFETY: the planner numbers scalars below MOST_SCALARS.
                let data = unsafe { self.scalars.add(usize::from(i)).cast() };
                return Block { data, step: 0 };
            }
            Arg::Register(i) => self.register(i).cast_const(),
            Arg::Load(i) => self
                .floats(self.group.loads[usize::from(i)].place)
                .cast_const(),
            Arg::Output(i) => self
                .floats(self.group.outputs[usize::from(i)].place)
                .cast_const(),
        };
        Block { data, step: 1 }
    }

    fn adam(&self, index: usize, [g, w, _]: [Block; 3]) -> adam::Sweep {
        let adam = &self.group.adams[index];
        // SAFETY: the planner numbers scalars below MOST_SCALARS.
        let number = |i: u8| unsafe { (*self.scalars.add(usize::from(i)))[0] };
        let load = |i: u8| self.floats(self.group.loads[usize::from(i)].place);
        let output = |i: u8| self.floats(self.group.outputs[usize::from(i)].place);
        adam::Sweep {
            n: self.n,
            g,
            w,
            moments: adam.moments.map(|i| load(i).cast_const()),
            numbers: adam.scalars.map(number),
            to: adam.outputs.map(output),
        }
    }

    fn momentum(&self, index: usize, [g, w, _]: [Block; 3], to: *mut f32) -> momentum::Sweep {
        let momentum = &self.group.momenta[index];
        // SAFETY: the planner numbers scalars below MOST_SCALARS.
        let number = |i: u8| unsafe { (*self.scalars.add(usize::from(i)))[0] };
        let velocity = self.group.loads[usize::from(momentum.velocity)].place;
        let next = self.group.outputs[usize::from(momentum.output)].place;
        momentum::Sweep {
            n: self.n,
            g,
            w,
            velocity: self.floats(velocity).cast_const(),
            numbers: momentum.scalars.map(number),
            nesterov: momentum.nesterov,
            flushed: momentum.flushed,
            to: [self.floats(next), to],
        }
    }

    /// The block's part of a dense float array.
    #[inline(always)]
    fn floats(&self, place: crate::launch::Place) -> *mut f32 {
        // SAFETY: the array has as many elements as the index space, and `start` lies in it.
        unsafe { self.cx.at(place).cast::<f32>().add(self.start) }
    }

    #[inline(always)]
    fn step<S: Simd>(&self, s: S, instr: &Instr) {
        let to = match instr.dst {
            Arg::Register(i) => self.register(i),
            Arg::Output(i) => self.floats(self.group.outputs[usize::from(i)].place),
            Arg::None | Arg::Load(_) | Arg::Scalar(_) => self.registers,
        };
        let from = [
            self.source(instr.args[0]),
            self.source(instr.args[1]),
            self.source(instr.args[2]),
        ];
        let n = self.n;
        // SAFETY: every block has room for `n` floats: registers by the planner's sizing, arrays by their type.
        unsafe {
            match instr.step {
                Step::Fetch(i) => {
                    let load = &self.group.loads[usize::from(i)];
                    let (data, dtype) = (self.cx.at(load.place).cast_const(), load.dtype);
                    let (dims, strides, dense) =
                        (&self.group.dims[..], &load.strides[..], load.dense);
                    fetch::fetch(
                        Strided {
                            data,
                            dtype,
                            dims,
                            strides,
                            dense,
                        },
                        self.start,
                        n,
                        to,
                    );
                }
                Step::Unary(kind) => lanes::unary(s, kind, n, to, from),
                Step::Binary(kind) => lanes::binary(s, kind, n, to, from),
                Step::Compare(kind) => lanes::compare(s, kind, n, to, from),
                Step::Select => lanes::select(s, n, to, from),
                Step::Copy => lanes::cast(s, regimen_graph::DType::F32, n, to, from),
                Step::Flush => lanes::flush(s, n, to, from),
                Step::Cast(dtype) => lanes::cast(s, dtype, n, to, from),
                Step::Adam(i) => s.call(self.adam(usize::from(i), from)),
                Step::Momentum(i) => s.call(self.momentum(usize::from(i), from, to)),
                Step::Put(i) => {
                    let output = &self.group.outputs[usize::from(i)];
                    let (data, step) = (from[0].data, from[0].step);
                    fetch::put(
                        data,
                        step,
                        n,
                        self.cx.at(output.place),
                        output.dtype,
                        self.start,
                    );
                }
            }
        }
    }
}
