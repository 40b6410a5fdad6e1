//! The gradient of a convolution by its kernel from gathered rows: their transpose times dy.
//!
//! The cells are cut into parts by shape; each part has its own sum, and the sums are added in order. Where sums
//! would take too much memory there are fewer parts, and the filters are cut as well.

use super::ConvShape;
use super::rows::Rows;
use crate::kernels::gemm::{End, Init, Right, Tile};
use crate::kernels::reduce::sum_parts;
use crate::kernels::scratch::{self, Slot};
use crate::kernels::{Cpu, Shared, block_range};

/// Multiply-adds that are worth a part of their own.
const PART: usize = 1 << 20;
/// Parts at most.
const PARTS: usize = 16;
/// Floats of all partial sums at most.
const SUMS: usize = 1 << 22;
/// Filters of a task where filters are cut.
const FILTERS: usize = 64;

/// dkernel from x and dy, of a simplified shape with rows.
pub(super) fn kernel_grad(
    cpu: Cpu<'_>,
    shape: &ConvShape,
    x: &[f32],
    dy: &[f32],
    dkernel: &mut [f32],
) {
    let (rows, len) = (shape.rows(), dkernel.len());
    let work = rows.saturating_mul(len);
    let parts = (work / PART).min(SUMS / len).min(rows / 16).clamp(1, PARTS);
    let o_group = shape.filters / shape.groups;
    let width = if parts < 8 {
        FILTERS.min(o_group)
    } else {
        o_group
    };
    let pieces = shape.groups * o_group.div_ceil(width);
    let mut sums = scratch::take(Slot::Partial, if parts > 1 { parts * len } else { 0 });
    let out = if parts > 1 {
        Shared::new(&mut sums)
    } else {
        Shared::new(dkernel)
    };
    let block = rows.div_ceil(parts);
    cpu.team.run(parts * pieces, &|task| {
        let (part, piece) = (task / pieces, task % pieces);
        let (group, j) = (piece % shape.groups, piece / shape.groups * width);
        let columns = group * o_group + j..group * o_group + (j + width).min(o_group);
        let job = Part {
            shape,
            x,
            dy,
            group,
            columns,
        };
        // SAFETY: each task owns its columns of its part's sums.
        unsafe { job.sum(cpu, block_range(part, block, rows), out.at(part * len)) };
    });
    if parts > 1 {
        sum_parts(cpu, &sums, dkernel);
    }
}

struct Part<'a> {
    shape: &'a ConvShape,
    x: &'a [f32],
    dy: &'a [f32],
    group: usize,
    columns: std::ops::Range<usize>,
}

impl Part<'_> {
    /// Sums over a range of output cells.
    ///
    /// # Safety
    /// `out` is writable for a kernel, whose `columns` nothing else touches meanwhile.
    unsafe fn sum(&self, cpu: Cpu<'_>, range: std::ops::Range<usize>, out: *mut f32) {
        let (depth, filters) = (self.shape.depth(), self.shape.filters);
        let c = out.wrapping_add(self.columns.start);
        let (size, mut init) = ([depth, self.columns.len(), 0], Init::Zero);
        let tile = Tile {
            size,
            a: self.x.as_ptr(),
            a_strides: (1, depth),
            b: Right::Strided(self.dy.as_ptr(), filters, 1),
            c,
            ldc: filters,
            init,
            end: End::Plain,
        };
        if range.is_empty() {
            // SAFETY: the caller's; a product without depth stores zeros.
            unsafe { tile.run(cpu.level) };
        }
        let rows = Rows {
            shape: self.shape,
            group: self.group,
        };
        rows.walk(self.x, range, |first, count, a, stride| {
            let dy = &self.dy[first * filters + self.columns.start..];
            let b = Right::Strided(dy.as_ptr(), filters, 1);
            let size = [size[0], size[1], count];
            // SAFETY: `a` holds `count` rows, dy as many; C by the caller.
            unsafe {
                Tile {
                    size,
                    a,
                    a_strides: (1, stride),
                    b,
                    init,
                    ..tile
                }
                .run(cpu.level)
            };
            init = Init::Rows(c, filters);
        });
    }
}
