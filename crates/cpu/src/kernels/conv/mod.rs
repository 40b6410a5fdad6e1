//! Convolution over one to three spatial axes, channels last, as products of gathered rows with the kernel matrix.
//!
//!   x (B, S.., C), kernel (K.., C / groups, O) -> y (B, S'.., O)
//!
//! With enough items a strip of rows is one output cell in several of them, and x is read where it lies (`across`). Else a
//! row is what one output cell sees: K.. * C / groups numbers. Along a single axis without dilation the rows lie in
//! x itself, a stride apart, and nothing is copied; otherwise blocks of rows are gathered (`rows`). Gradients of which few numbers
//! are not zero have a way of their own (`sparse`). What each way is worth stands in its file; products of gathered rows are the plain one.

mod across;
mod gathered;
mod input_grad;
mod kernel_grad;
mod rows;
mod sparse;

use super::gemm::{Epilogue, Init, Right, Tile, finish, pack_right, packed_len};
use super::scratch::{self, Slot};
use super::window::Axis;
use super::{Cpu, Shared, block_range};
use across::Across;
use rows::Rows;

/// The shape of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvShape {
    /// Items.
    pub batch: usize,
    /// Channels of x.
    pub channels: usize,
    /// Channels of y.
    pub filters: usize,
    /// Groups of channels that do not mix; divides both.
    pub groups: usize,
    /// Spatial axes; singles in front where there are fewer than three.
    pub axes: [Axis; 3],
}

impl ConvShape {
    /// A shape of up to three axes.
    pub fn new(
        batch: usize,
        channels: usize,
        filters: usize,
        groups: usize,
        axes: &[Axis],
    ) -> Self {
        ConvShape {
            batch,
            channels,
            filters,
            groups,
            axes: Axis::three(axes),
        }
    }

    fn product(&self, of: impl Fn(&Axis) -> usize) -> usize {
        self.axes.iter().map(of).product()
    }

    /// Output cells of all items.
    fn rows(&self) -> usize {
        self.batch * self.product(|a| a.output)
    }

    /// Numbers that an output cell sees per group.
    fn depth(&self) -> usize {
        self.product(|a| a.kernel) * self.channels / self.groups
    }

    /// Elements of x.
    pub fn input_len(&self) -> usize {
        self.batch * self.product(|a| a.input) * self.channels
    }

    /// Elements of the kernel.
    pub fn kernel_len(&self) -> usize {
        self.depth() * self.filters
    }

    /// Elements of y.
    pub fn output_len(&self) -> usize {
        self.rows() * self.filters
    }

    fn check(&self, x: usize, kernel: usize, y: usize) {
        assert!(
            self.groups > 0
                && self.channels.is_multiple_of(self.groups)
                && self.filters.is_multiple_of(self.groups),
            "{self:?}"
        );
        assert_eq!(
            [x, kernel, y],
            [self.input_len(), self.kernel_len(), self.output_len()],
            "lengths for {self:?}"
        );
    }

    /// The same convolution with fewer axes to walk: a pointwise one is one long axis.
    fn simplified(mut self) -> Self {
        let pointwise =
            |a: &Axis| a.kernel == 1 && a.stride == 1 && a.low == 0 && a.output == a.input;
        if self.axes.iter().all(pointwise) {
            let cells = self.rows();
            self.batch = 1;
            self.axes = Axis::three(&[Axis {
                input: cells,
                output: cells,
                ..Axis::SINGLE
            }]);
        }
        self
    }

    /// Rows of a task of the forward pass: some microseconds of work, and not too many tasks.
    fn task_rows(&self) -> usize {
        let work = (self.depth() * self.filters).max(1);
        self.rows().div_ceil(32).max((1 << 18) / work).max(24)
    }
}

/// y = x * kernel, then bias and activation.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn conv(
    cpu: Cpu<'_>,
    shape: &ConvShape,
    x: &[f32],
    kernel: &[f32],
    epilogue: Epilogue<'_>,
    y: &mut [f32],
) {
    shape.check(x.len(), kernel.len(), y.len());
    assert!(
        epilogue.bias.is_none_or(|bias| bias.len() == shape.filters),
        "the bias has one number per filter"
    );
    assert!(epilogue.keep.is_none(), "a convolution is kept whole");
    let shape = shape.simplified();
    let (depth, filters) = (shape.depth(), shape.filters);
    let mut packed = scratch::take(
        Slot::Packed,
        if shape.groups == 1 {
            packed_len(cpu.level, depth, filters)
        } else {
            0
        },
    );
    if shape.groups == 1 {
        // SAFETY: the kernel is depth x filters.
        unsafe {
            pack_right(
                cpu.level,
                kernel.as_ptr(),
                (filters, 1),
                [depth, filters],
                &mut packed,
            )
        };
    }
    if across::serves(&shape, cpu.level) {
        let across = Across {
            shape,
            x,
            packed: &packed,
            epilogue,
            y: Shared::new(y),
        };
        return across.run(cpu);
    }
    let forward = Forward {
        shape,
        x,
        kernel,
        packed: &packed,
        epilogue,
        y: Shared::new(y),
    };
    let block = shape.task_rows();
    cpu.team.run(shape.rows().div_ceil(block), &|task| {
        forward.rows(cpu, block_range(task, block, shape.rows()))
    });
}

struct Forward<'a> {
    shape: ConvShape,
    x: &'a [f32],
    kernel: &'a [f32],
    packed: &'a [f32],
    epilogue: Epilogue<'a>,
    y: Shared<f32>,
}

impl Forward<'_> {
    fn rows(&self, cpu: Cpu<'_>, range: std::ops::Range<usize>) {
        let (shape, depth) = (&self.shape, self.shape.depth());
        let o_group = shape.filters / shape.groups;
        let (end, late) = self.epilogue.split(true);
        for group in 0..shape.groups {
            let rows = Rows { shape, group };
            let right = match shape.groups {
                1 => Right::Packed(self.packed.as_ptr()),
                _ => Right::Strided(self.kernel[group * o_group..].as_ptr(), shape.filters, 1),
            };
            rows.walk(self.x, range.clone(), |first, count, a, stride| {
                let c = self.y.at(first * shape.filters + group * o_group);
                let init = self.epilogue.bias.map_or(Init::Zero, |bias| {
                    Init::Rows(bias[group * o_group..].as_ptr(), 0)
                });
                let (size, ldc) = ([count, o_group, depth], shape.filters);
                // SAFETY: `a` holds `count` rows of `depth`, and this task owns these rows of y.
                unsafe {
                    Tile {
                        size,
                        a,
                        a_strides: (stride, 1),
                        b: right,
                        c,
                        ldc,
                        init,
                        end,
                    }
                    .run(cpu.level)
                };
                // SAFETY: the same rows of y.
                unsafe { finish(cpu, c, [count, o_group, ldc], late) };
            });
        }
    }
}

pub use input_grad::conv_input_grad;
pub use kernel_grad::conv_kernel_grad;

#[cfg(test)]
mod tests;
