//! Convolution forward without gathering: a strip of rows is one output cell in several items.
//!
//!   y[item, cell, o] = sum over the runs of the cell, p: x[item, run.x + p] * kernel[run.kernel + p, o]
//!
//! All rows of a strip see the same taps, so that padding costs nothing, and read x where it lies: what a window sees of a
//! line of x is one run of numbers. Plain version beside it: products of gathered rows (`mod`, `rows`), which serve groups and
//! small batches. On an AMD EPYC with AVX2 (28 x 28 x 1 to 32 filters, 13 x 13 x 32 to 64) one thread takes a quarter and four fifths of its time.

use std::ops::Range;

use super::ConvShape;
use crate::kernels::gemm::{End, Epilogue, Init, Sums, finish, in_strip, strip_rows};
use crate::kernels::scratch::{self, Indices};
use crate::kernels::window::Axis;
use crate::kernels::{Cpu, Shared, block_range};
use crate::simd::{Kernel, Level, Simd};

/// Multiply-adds that are worth a task of their own.
const TASK: usize = 1 << 18;

/// Whether there are enough items for the strips.
pub(super) fn serves(shape: &ConvShape, level: Level) -> bool {
    shape.groups == 1 && shape.batch >= rows_of(level)
}

/// Rows of the tallest strip.
fn rows_of(level: Level) -> usize {
    struct Rows;
    impl Kernel for Rows {
        type Out = usize;
        #[inline(always)]
        fn run<S: Simd>(self, _: S) -> usize {
            S::ROWS
        }
    }
    level.dispatch(Rows)
}

/// A convolution with its kernel packed by `pack_right`.
pub(super) struct Across<'a> {
    pub(super) shape: ConvShape,
    pub(super) x: &'a [f32],
    pub(super) packed: &'a [f32],
    pub(super) epilogue: Epilogue<'a>,
    pub(super) y: Shared<f32>,
}

impl Across<'_> {
    /// Computes y: a task is some items by some lines.
    pub(super) fn run(&self, cpu: Cpu<'_>) {
        let shape = &self.shape;
        let items = rows_of(cpu.level);
        let [d, h, w] = shape.axes.map(|a| a.output);
        let line = items * w * shape.depth() * shape.filters;
        let lines = (TASK / line.max(1)).clamp(1, (d * h).max(1));
        let (groups, blocks) = (shape.batch.div_ceil(items), (d * h).div_ceil(lines));
        cpu.team.run(groups * blocks, &|task| {
            let part = Part {
                whole: self,
                items: block_range(task / blocks, items, shape.batch),
                lines: block_range(task % blocks, lines, d * h),
                cpu,
            };
            cpu.level.dispatch(part);
        });
    }
}

/// What a window sees side by side: place in an item of x, first row of the kernel, how many.
type Run = [usize; 3];

/// The runs of a line of output cells.
struct LineRuns {
    /// Run after run.
    runs: Indices,
    /// Where the runs of each cell end.
    ends: Indices,
}

impl LineRuns {
    fn new() -> LineRuns {
        LineRuns {
            runs: scratch::indices(),
            ends: scratch::indices(),
        }
    }

    /// The runs of the cells one after the other.
    #[inline(always)]
    fn of(&self, first: usize, end: usize) -> &[Run] {
        &self.runs.as_chunks::<3>().0[first..end]
    }

    fn fill(&mut self, shape: &ConvShape, line: usize) {
        let [d, h, w] = &shape.axes;
        let (oz, oy) = (line / h.output, line % h.output);
        let c = shape.channels;
        self.runs.clear();
        self.ends.clear();
        for ox in 0..w.output {
            let taps = w.taps(ox);
            for kz in d.taps(oz) {
                for ky in h.taps(oy) {
                    let cell = |a: &Axis, o: usize, k: usize| {
                        ((o * a.stride + k * a.dilation) as isize - a.low) as usize
                    };
                    let x_line = (cell(d, oz, kz) * h.input + cell(h, oy, ky)) * w.input;
                    let k_line = (kz * h.kernel + ky) * w.kernel;
                    let run = |kx: usize, cells: usize| -> Run {
                        let x = (x_line + cell(w, ox, kx)) * c;
                        [x, (k_line + kx) * c, cells * c]
                    };
                    match w.dilation {
                        _ if taps.is_empty() => {}
                        1 => self.runs.extend(run(taps.start, taps.len())),
                        _ => self.runs.extend(taps.clone().flat_map(|kx| run(kx, 1))),
                    }
                }
            }
            let end = self.runs.len() / 3;
            self.ends.push(end);
        }
    }
}

/// A task.
struct Part<'a> {
    whole: &'a Across<'a>,
    items: Range<usize>,
    lines: Range<usize>,
    cpu: Cpu<'a>,
}

impl Kernel for Part<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let shape = &self.whole.shape;
        let mut runs = LineRuns::new();
        for line in self.lines.clone() {
            runs.fill(shape, line);
            for j in (0..shape.filters).step_by(2 * S::LANES) {
                let width = (2 * S::LANES).min(shape.filters - j);
                let mut item = self.items.start;
                while item < self.items.end {
                    let rows = strip_rows::<S>(self.items.end - item);
                    let place = [line, j, width, item];
                    in_strip!(s, rows, width > S::LANES, self.cells(&runs, place));
                    item += rows;
                }
            }
            self.late(line);
        }
    }
}

impl Part<'_> {
    /// The output cells of a line in some items from `item` on, `width` filters from `j` on.
    #[inline(always)]
    fn cells<'b, const ROWS: usize, const VECTORS: usize>(
        &self,
        runs: &'b LineRuns,
        [line, j, width, item]: [usize; 4],
    ) -> Cells<'b, ROWS, VECTORS> {
        let Across {
            shape,
            x,
            packed,
            epilogue,
            y,
        } = self.whole;
        let (x_item, y_item) = (x.len() / shape.batch, shape.output_len() / shape.batch);
        let line_len = shape.axes[2].output * shape.filters;
        Cells {
            runs,
            x: x[item * x_item..].as_ptr(),
            x_item,
            packed: packed[j * shape.depth()..].as_ptr(),
            y: y.at(item * y_item + line * line_len + j),
            y_item,
            filters: shape.filters,
            width,
            init: match epilogue.bias {
                Some(bias) => Init::Rows(bias[j..].as_ptr(), 0),
                None => Init::Zero,
            },
            end: epilogue.split(true).0,
        }
    }

    /// Activations that the strips do not apply themselves.
    fn late(&self, line: usize) {
        let Across {
            shape, epilogue, y, ..
        } = self.whole;
        let (_, late) = epilogue.split(true);
        let (item_len, cells) = (shape.output_len() / shape.batch, shape.axes[2].output);
        for item in self.items.clone() {
            let from = y.at(item * item_len + line * cells * shape.filters);
            // SAFETY: a line of this task.
            unsafe { finish(self.cpu, from, [cells, shape.filters, shape.filters], late) };
        }
    }
}

/// The output cells of a line in ROWS items, up to VECTORS vectors of filters.
struct Cells<'a, const ROWS: usize, const VECTORS: usize> {
    runs: &'a LineRuns,
    x: *const f32,
    x_item: usize,
    packed: *const f32,
    y: *mut f32,
    y_item: usize,
    filters: usize,
    width: usize,
    init: Init,
    end: End,
}

impl<const ROWS: usize, const VECTORS: usize> Kernel for Cells<'_, ROWS, VECTORS> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let tail = self.width - (self.width - 1) / S::LANES * S::LANES;
        let (panel, x_item) = (2 * S::LANES, self.x_item);
        let mut first = 0;
        for (cell, end) in self.runs.ends.iter().enumerate() {
            // SAFETY: runs lie in x and in the kernel; y holds the cells of these items, the packed kernel full vectors.
            unsafe {
                let mut sums = Sums::<S, ROWS, VECTORS>::start(s, self.init, tail);
                for &[x, kernel, len] in self.runs.of(first, *end) {
                    let b = (self.packed.add(kernel * panel), panel);
                    sums.multiply(self.x.add(x), |i| i * x_item, 1, b, len);
                }
                let y = self.y.add(cell * self.filters);
                sums.store(y, self.y_item, tail, self.end);
            }
            first = *end;
        }
    }
}
