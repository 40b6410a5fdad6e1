//! The gradient of a convolution by its input.
//!
//! With stride 1 it is a convolution itself: of dy with the kernel turned around and its channels swapped. Otherwise each
//! item's rows of gradients are computed (dy times the kernel's transpose) and added back to the cells they came from. A dy that is
//! mostly zeros: `sparse`.

use super::rows::Rows;
use super::sparse::Few;
use super::{ConvShape, conv};
use crate::kernels::gemm::{End, Epilogue, Init, Right, Tile};
use crate::kernels::scratch::{self, Slot};
use crate::kernels::window::Axis;
use crate::kernels::{Cpu, Shared};

/// dx from the kernel and dy.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn conv_input_grad(
    cpu: Cpu<'_>,
    shape: &ConvShape,
    kernel: &[f32],
    dy: &[f32],
    dx: &mut [f32],
) {
    shape.check(dx.len(), kernel.len(), dy.len());
    let shape = shape.simplified();
    if let Some(few) = Few::of(cpu, &shape, dy, kernel) {
        few.input_grad(cpu, kernel, dx);
    } else if shape.axes.iter().all(|a| a.stride == 1) {
        let mut turned = scratch::take(Slot::Turned, kernel.len());
        turn(cpu, &shape, kernel, &mut turned);
        conv(cpu, &mirrored(&shape), dy, &turned, Epilogue::default(), dx);
    } else {
        spread_items(cpu, &shape, kernel, dy, dx);
    }
}

/// The convolution from dy to dx.
fn mirrored(shape: &ConvShape) -> ConvShape {
    let axes = shape.axes.map(|a| Axis {
        input: a.output,
        output: a.input,
        low: ((a.kernel - 1) * a.dilation) as isize - a.low,
        ..a
    });
    ConvShape {
        channels: shape.filters,
        filters: shape.channels,
        axes,
        ..*shape
    }
}

/// The kernel (taps, C / groups, O) as (taps backwards, O / groups, C).
fn turn(cpu: Cpu<'_>, shape: &ConvShape, kernel: &[f32], turned: &mut [f32]) {
    let (c, o) = (shape.channels, shape.filters);
    let (c_group, o_group) = (c / shape.groups, o / shape.groups);
    let tap_len = c_group * o;
    let taps = kernel.len() / tap_len.max(1);
    let out = Shared::new(turned);
    cpu.team.run(taps, &|tap| {
        let from = &kernel[(taps - 1 - tap) * tap_len..][..tap_len];
        // SAFETY: each task owns one tap of the output.
        let to = unsafe { out.part(tap * tap_len, tap_len) };
        for (oi, row) in to.chunks_exact_mut(c).enumerate() {
            for (group, run) in row.chunks_exact_mut(c_group).enumerate() {
                let column = from[group * o_group + oi..].iter().step_by(o);
                run.iter_mut().zip(column).for_each(|(t, f)| *t = *f);
            }
        }
    });
}

fn spread_items(cpu: Cpu<'_>, shape: &ConvShape, kernel: &[f32], dy: &[f32], dx: &mut [f32]) {
    let (cells, depth) = (shape.rows() / shape.batch.max(1), shape.depth());
    let item_len = dx.len() / shape.batch.max(1);
    let o_group = shape.filters / shape.groups;
    let out = Shared::new(dx);
    let one = ConvShape { batch: 1, ..*shape };
    cpu.team.run(shape.batch, &|item| {
        // SAFETY: each task owns one item.
        let dx = unsafe { out.part(item * item_len, item_len) };
        dx.fill(0.0);
        for group in 0..shape.groups {
            let rows = Rows { shape: &one, group };
            let mut block = scratch::take(Slot::Columns, rows.block() * depth);
            for first in (0..cells).step_by(rows.block()) {
                let count = rows.block().min(cells - first);
                let tile = Tile {
                    size: [count, depth, o_group],
                    a: dy[(item * cells + first) * shape.filters + group * o_group..].as_ptr(),
                    a_strides: (shape.filters, 1),
                    b: Right::Strided(kernel[group * o_group..].as_ptr(), 1, shape.filters),
                    c: block.as_mut_ptr(),
                    ldc: depth,
                    init: Init::Zero,
                    end: End::Plain,
                };
                // SAFETY: dy holds these rows, the kernel depth rows of filters, the block count rows of depth.
                unsafe { tile.run(cpu.level) };
                rows.spread(&block[..count * depth], first, dx);
            }
        }
    });
}
