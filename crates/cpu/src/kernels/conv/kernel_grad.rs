//! The gradient of a convolution by its kernel: what each tap saw, times dy, summed over all output cells.
//!
//!   dkernel[r, o] = sum over items and cells: x[item, place(cell) + offset(r)] * dy[item, cell, o]
//!
//! Without groups x is read where it lies (with zeros laid around it where there is padding): a strip is a few of the kernel's
//! rows, its sums stay in registers down a few items' cells. On an AMD EPYC with AVX2 (28 x 28 x 1 to 32 filters, 13 x 13 x 32 to 64)
//! one thread takes a quarter and seven tenths of the time of the plain version, products of gathered rows (`gathered`), which serve groups.
//!
//! The items are cut into parts by shape; each part has its own sum, and the sums are added in order. A dy that is mostly zeros:
//! `sparse`.

use std::ops::Range;

use super::ConvShape;
use super::gathered;
use super::sparse::Few;
use crate::kernels::gemm::{End, Init, Sums, in_strip, pack_right, packed_len, strip_rows};
use crate::kernels::reduce::sum_parts;
use crate::kernels::scratch::{self, Indices, Slot};
use crate::kernels::window::Axis;
use crate::kernels::{Cpu, Shared, block_range};
use crate::simd::{Kernel, Simd};

/// Multiply-adds that are worth a part of their own.
const PART: usize = 1 << 20;
/// Parts at most.
const PARTS: usize = 16;
/// Floats of all partial sums at most.
const SUMS: usize = 1 << 22;
/// Output cells that a strip goes down before its sums are stored.
const CELLS: usize = 128;

/// dkernel from x and dy.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn conv_kernel_grad(
    cpu: Cpu<'_>,
    shape: &ConvShape,
    x: &[f32],
    dy: &[f32],
    dkernel: &mut [f32],
) {
    shape.check(x.len(), dkernel.len(), dy.len());
    let shape = shape.simplified();
    if shape.rows() == 0 || dkernel.is_empty() {
        return dkernel.fill(0.0);
    }
    if let Some(few) = Few::of(cpu, &shape, dy, x) {
        return few.kernel_grad(cpu, x, dkernel);
    }
    // One long item is a plain product of two matrices.
    if shape.groups > 1 || shape.batch == 1 {
        return gathered::kernel_grad(cpu, &shape, x, dy, dkernel);
    }
    let padded = Padded::of(&shape);
    let offsets = padded.offsets(&shape);
    let len = dkernel.len();
    let work = shape.rows().saturating_mul(len);
    let parts = (work / PART)
        .min(SUMS / len)
        .clamp(1, PARTS)
        .min(shape.batch);
    // Rows of the kernel are cut too where there are few parts.
    let (depth, rows) = (shape.depth(), (work / parts / PART).clamp(1, PARTS));
    let block = match parts {
        PARTS => depth,
        _ => depth.div_ceil(rows.min(PARTS / parts)).next_multiple_of(24),
    };
    let (items, blocks) = (shape.batch.div_ceil(parts), depth.div_ceil(block));
    let parts = shape.batch.div_ceil(items);
    let mut sums = scratch::take(Slot::Partial, if parts > 1 { parts * len } else { 0 });
    let out = match parts {
        1 => Shared::new(dkernel),
        _ => Shared::new(&mut sums),
    };
    cpu.team.run(parts * blocks, &|task| {
        let (part, rows) = (task / blocks, block_range(task % blocks, block, depth));
        let job = Part {
            shape: &shape,
            padded: &padded,
            offsets: &offsets,
            rows,
            out: out.at(part * len),
        };
        job.sum(cpu, block_range(part, items, shape.batch), x, dy);
    });
    if parts > 1 {
        sum_parts(cpu, &sums, dkernel);
    }
}

/// The sizes of an item with the zeros that its windows see around it.
struct Padded {
    /// Cells per axis.
    size: [usize; 3],
    /// Whether x itself is that.
    same: bool,
}

impl Padded {
    fn of(shape: &ConvShape) -> Padded {
        let seen = |a: &Axis| (a.output - 1) * a.stride + (a.kernel - 1) * a.dilation + 1;
        let same = shape.axes.iter().all(|a| a.low == 0 && seen(a) <= a.input);
        Padded {
            size: shape.axes.map(|a| if same { a.input } else { seen(&a) }),
            same,
        }
    }

    fn cells(&self) -> usize {
        self.size.iter().product()
    }

    /// Where each row of the kernel looks, from the first number that a window sees.
    fn offsets(&self, shape: &ConvShape) -> Indices {
        let [d, h, w] = &shape.axes;
        let [_, hp, wp] = self.size;
        let mut offsets = scratch::indices();
        for kz in 0..d.kernel {
            for ky in 0..h.kernel {
                for kx in 0..w.kernel {
                    let line = kz * d.dilation * hp + ky * h.dilation;
                    let cell = line * wp + kx * w.dilation;
                    offsets.extend((0..shape.channels).map(|c| cell * shape.channels + c));
                }
            }
        }
        offsets
    }

    /// Copies an item of x with zeros around it. Cells that no window sees are left out.
    fn lay(&self, shape: &ConvShape, x: &[f32], out: &mut [f32]) {
        out.fill(0.0);
        let c = shape.channels;
        let [d, h, w] = &shape.axes;
        let [dp, hp, wp] = self.size;
        let inside = |a: &Axis, padded: usize| {
            let (low, end) = (
                a.low.max(0),
                (padded as isize - a.low).min(a.input as isize),
            );
            // Cells of x from `skip` on land at `low`.
            let skip = (-a.low).max(0);
            (low as usize, skip as usize, (end - skip).max(0) as usize)
        };
        let (z0, zs, zn) = inside(d, dp);
        let (y0, ys, yn) = inside(h, hp);
        let (x0, xs, xn) = inside(w, wp);
        for z in 0..zn {
            for y in 0..yn {
                let from = (((zs + z) * h.input + ys + y) * w.input + xs) * c;
                let to = (((z0 + z) * hp + y0 + y) * wp + x0) * c;
                out[to..to + xn * c].copy_from_slice(&x[from..from + xn * c]);
            }
        }
    }
}

/// Some of the kernel's rows, summed over some items.
struct Part<'a> {
    shape: &'a ConvShape,
    padded: &'a Padded,
    offsets: &'a [usize],
    rows: Range<usize>,
    /// Rows of the kernel's gradient, which only this task touches.
    out: *mut f32,
}

impl Part<'_> {
    fn sum(&self, cpu: Cpu<'_>, items: Range<usize>, x: &[f32], dy: &[f32]) {
        let shape = self.shape;
        let (cells, filters) = (shape.rows() / shape.batch, shape.filters);
        let (x_len, laid_len) = (x.len() / shape.batch, self.padded.cells() * shape.channels);
        let some = CELLS.div_ceil(cells);
        let packed = packed_len(cpu.level, some * cells, filters);
        let mut packed = scratch::take(Slot::Packed, packed);
        let laid = if self.padded.same { 0 } else { some * laid_len };
        let mut laid = scratch::take(Slot::Columns, laid);
        let begin = items.start;
        for first in items.clone().step_by(some) {
            let count = some.min(items.end - first);
            let dy = &dy[first * cells * filters..][..count * cells * filters];
            // SAFETY: dy holds these rows of filters.
            unsafe {
                let size = [count * cells, filters];
                pack_right(cpu.level, dy.as_ptr(), (filters, 1), size, &mut packed);
            }
            let mut from = &x[first * x_len..][..count * x_len];
            if !self.padded.same {
                for (to, item) in laid
                    .chunks_exact_mut(laid_len)
                    .zip(from.chunks_exact(x_len))
                {
                    self.padded.lay(shape, item, to);
                }
                from = &laid;
            }
            cpu.level.dispatch(Items {
                part: self,
                count,
                x: from,
                packed: &packed,
                adds: first > begin,
            });
        }
    }
}

/// A few items' share.
struct Items<'a> {
    part: &'a Part<'a>,
    count: usize,
    x: &'a [f32],
    packed: &'a [f32],
    /// Whether sums are there already.
    adds: bool,
}

impl Kernel for Items<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (rows, filters) = (self.part.rows.clone(), self.part.shape.filters);
        let mut row = rows.start;
        while row < rows.end {
            let height = strip_rows::<S>(rows.end - row);
            for j in (0..filters).step_by(2 * S::LANES) {
                let width = (2 * S::LANES).min(filters - j);
                in_strip!(s, height, width > S::LANES, self.down(row, j, width));
            }
            row += height;
        }
    }
}

impl Items<'_> {
    #[inline(always)]
    fn down<const ROWS: usize, const VECTORS: usize>(
        &self,
        row: usize,
        j: usize,
        width: usize,
    ) -> Down<'_, ROWS, VECTORS> {
        Down {
            items: self,
            row,
            j,
            width,
        }
    }
}

/// ROWS rows of the kernel by VECTORS vectors of filters, down the cells of the items.
struct Down<'a, const ROWS: usize, const VECTORS: usize> {
    items: &'a Items<'a>,
    row: usize,
    j: usize,
    width: usize,
}

impl<const ROWS: usize, const VECTORS: usize> Kernel for Down<'_, ROWS, VECTORS> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Items {
            part,
            count,
            x,
            packed,
            adds,
        } = self.items;
        let (shape, [_, hp, wp]) = (part.shape, part.padded.size);
        let ([d, h, w], c) = (&shape.axes, shape.channels);
        let tail = self.width - (self.width - 1) / S::LANES * S::LANES;
        let mut offsets = [0; ROWS];
        offsets.copy_from_slice(&part.offsets[self.row..self.row + ROWS]);
        let cells = count * d.output * h.output * w.output;
        let out = part.out.wrapping_add(self.row * shape.filters + self.j);
        let init = match adds {
            true => Init::Rows(out, shape.filters),
            false => Init::Zero,
        };
        // SAFETY: windows lie in the items as they were laid; the packed rows are as many as there are cells; the task owns
        // these rows of the output.
        unsafe {
            let mut sums = Sums::<S, ROWS, VECTORS>::start(s, init, tail);
            let mut b = packed.as_ptr().add(self.j * cells);
            let mut item = x.as_ptr();
            for _ in 0..*count {
                for oz in 0..d.output {
                    for oy in 0..h.output {
                        let line = (oz * d.stride * hp + oy * h.stride) * wp * c;
                        let a = item.add(line);
                        let at = (b, 2 * S::LANES);
                        sums.multiply(a, |i| offsets[i], w.stride * c, at, w.output);
                        b = b.add(w.output * 2 * S::LANES);
                    }
                }
                item = item.wrapping_add(part.padded.cells() * c);
            }
            sums.store(out, shape.filters, tail, End::Plain);
        }
    }
}
