//! Matrix product C = A B (+ C), with what follows it on the way out: bias, activation, the gradient of a ReLU.
//!
//! The product is cut into tiles of C by shape (`cut`). A tile goes through k in blocks; per block it takes panels of
//! two vectors of columns of B, straight from memory or packed into L1 (`pack`), and runs down the rows with the
//! register kernel (`micro`). A is read in place, but for one that lies transposed and is large (`tile`), and few columns by a
//! transposed A are computed as their transpose (`around`). Products with one row or one column are dot products (`dot`).
//! A deep k is cut into parts that are added in order.
//!
//! AMD EPYC with AVX2, one thread, against loops whose innermost runs along memory: 10 times as fast for 200 x 64 by 64 x 16 (which
//! is 91 GFLOP/s of the 104 that registers reach), 3.7 for 32 x 128 by 128 x 512, 4.6 for 512 x 512 by 512 x 512, 4.7 for
//! (2560 x 128)ᵀ by 2560 x 128. Beside the crates `gemm`, `gemmkit` and `matrixmultiply`, by class of shapes:
//! `benches/results/2026-11-28-epyc-avx2-gemm.md`.

mod around;
mod cut;
mod dot;
mod epilogue;
mod micro;
mod pack;
mod tile;

pub(crate) use cut::keeps_rows_apart;
pub(crate) use epilogue::finish;
pub use epilogue::{Act, Epilogue};
pub(crate) use micro::Sums;
pub(crate) use tile::{End, Init, Right, Tile, in_strip, pack_right, packed_len, strip_rows};

use super::{Cpu, Shared, scratch};
use scratch::Slot;

/// Numbers of partial sums that a task adds up.
const SUMMED: usize = 1 << 15;

/// A matrix on a slice: element (i, j) is `data[i * row + j * col]`. One of the strides is 1.
#[derive(Clone, Copy, Debug)]
pub struct Mat<'a> {
    /// The elements.
    pub data: &'a [f32],
    /// Distance of rows.
    pub row: usize,
    /// Distance of columns.
    pub col: usize,
}

impl<'a> Mat<'a> {
    /// A row-major matrix whose rows are `stride` apart.
    pub fn new(data: &'a [f32], stride: usize) -> Self {
        Mat {
            data,
            row: stride,
            col: 1,
        }
    }

    /// The transpose of a row-major matrix whose rows are `stride` apart.
    pub fn transposed(data: &'a [f32], stride: usize) -> Self {
        Mat {
            data,
            row: 1,
            col: stride,
        }
    }

    /// Elements that a matrix of this size reaches over.
    fn reach(&self, rows: usize, cols: usize) -> usize {
        if rows == 0 || cols == 0 {
            0
        } else {
            (rows - 1) * self.row + (cols - 1) * self.col + 1
        }
    }
}

/// A product, or a batch of them at fixed distances.
///
/// ```
/// use regimen_cpu::kernels::{Cpu, gemm::{Gemm, Mat}};
/// use regimen_cpu::{simd::Level, team::Team};
/// let team = Team::new(1);
/// let cpu = Cpu { level: Level::detect(), team: &team };
/// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [10.0, 20.0]);
/// let mut c = [0.0; 2];
/// Gemm::new(2, 1, 2, Mat::new(&a, 2), Mat::new(&b, 1)).run(cpu, &mut c, 1);
/// assert_eq!(c, [50.0, 110.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Gemm<'a> {
    /// Rows of A and C.
    pub m: usize,
    /// Columns of B and C.
    pub n: usize,
    /// Columns of A, rows of B.
    pub k: usize,
    /// The left matrix, m x k.
    pub a: Mat<'a>,
    /// The right matrix, k x n.
    pub b: Mat<'a>,
    /// Adds to what C holds.
    pub accumulate: bool,
    /// What follows the product.
    pub epilogue: Epilogue<'a>,
    /// Products in the batch.
    pub batch: usize,
    /// Distances of the batch's A, B and C in their slices; 0 shares an operand.
    pub steps: [usize; 3],
}

impl<'a> Gemm<'a> {
    /// C = A B.
    pub fn new(m: usize, n: usize, k: usize, a: Mat<'a>, b: Mat<'a>) -> Self {
        let epilogue = Epilogue::default();
        Gemm {
            m,
            n,
            k,
            a,
            b,
            accumulate: false,
            epilogue,
            batch: 1,
            steps: [0; 3],
        }
    }

    /// C = C + A B.
    pub fn accumulate(mut self, yes: bool) -> Self {
        self.accumulate = yes;
        self
    }

    /// Adds a bias, applies an activation, keeps C by a matrix.
    pub fn epilogue(mut self, epilogue: Epilogue<'a>) -> Self {
        self.epilogue = epilogue;
        self
    }

    /// `count` products, whose A, B and C lie `steps` apart.
    pub fn batch(mut self, count: usize, steps: [usize; 3]) -> Self {
        (self.batch, self.steps) = (count, steps);
        self
    }

    /// Computes into `c`, row-major with rows `ldc` apart.
    ///
    /// # Panics
    /// A slice is shorter than the shape needs, products of the batch overlap in `c`, neither stride of a matrix is 1, or the
    /// product is kept by a matrix that is not row-major or is one of a batch.
    pub fn run(&self, cpu: Cpu<'_>, c: &mut [f32], ldc: usize) {
        let &Gemm {
            m,
            n,
            k,
            batch,
            steps,
            ..
        } = self;
        if m == 0 || n == 0 || batch == 0 {
            return;
        }
        let last = batch - 1;
        let c_reach = (m - 1) * ldc + n;
        assert!(
            ldc >= n && (last == 0 || steps[2] >= c_reach),
            "rows or products of C overlap"
        );
        assert!(
            c.len() >= last * steps[2] + c_reach,
            "C is too short for {batch} x {m} x {n}"
        );
        assert!(
            self.a.data.len() >= last * steps[0] + self.a.reach(m, k),
            "A is too short for {m} x {k}"
        );
        assert!(
            self.b.data.len() >= last * steps[1] + self.b.reach(k, n),
            "B is too short for {k} x {n}"
        );
        assert!(
            self.epilogue.bias.is_none_or(|bias| bias.len() >= n),
            "the bias is shorter than {n}"
        );
        assert!(
            (self.epilogue.keep).is_none_or(|keep| batch == 1
                && keep.col == 1
                && keep.data.len() >= keep.reach(m, n)),
            "what C is kept by is too short or not row-major, or C is a batch"
        );
        assert!(
            (self.a.row == 1 || self.a.col == 1) && (self.b.row == 1 || self.b.col == 1),
            "a stride must be 1"
        );
        if let Some(dots) = dot::Dots::of(self, ldc) {
            return dots.run(cpu, self, c);
        }
        let cut = cut::Cut::of([m, n, k], batch, self.a.col != 1, cpu.level);
        if cut.parts > 1 {
            self.run_parts(cpu, cut, c, ldc)
        } else {
            self.run_tiles(cpu, cut, c, ldc)
        }
    }

    /// One task per tile of C.
    fn run_tiles(&self, cpu: Cpu<'_>, cut: cut::Cut, c: &mut [f32], ldc: usize) {
        let c = Shared::new(c);
        let (down, across) = (self.m.div_ceil(cut.rows), self.n.div_ceil(cut.cols));
        cpu.team.run(self.batch * down * across, &|task| {
            let (item, tile) = (task / (down * across), task % (down * across));
            let (i, j) = (tile / across * cut.rows, tile % across * cut.cols);
            let (m, n) = (cut.rows.min(self.m - i), cut.cols.min(self.n - j));
            let out = c.at(item * self.steps[2] + i * ldc + j);
            let bias = self.epilogue.bias.filter(|_| !self.accumulate);
            let init = match bias {
                Some(bias) => Init::Rows(bias[j..].as_ptr(), 0),
                None if self.accumulate => Init::Rows(out, ldc),
                None => Init::Zero,
            };
            let (end, late) = self.epilogue.split(!self.accumulate);
            let tile = Tile {
                size: [m, n, self.k],
                a: self.a.data[item * self.steps[0]..]
                    .as_ptr()
                    .wrapping_add(i * self.a.row),
                a_strides: (self.a.row, self.a.col),
                b: Right::Strided(
                    self.b.data[item * self.steps[1]..]
                        .as_ptr()
                        .wrapping_add(j * self.b.col),
                    self.b.row,
                    self.b.col,
                ),
                c: out,
                ldc,
                init,
                end: end.at(i, j),
            };
            // SAFETY: `run` checked the reaches of A, B, C, the bias and what C is kept by; the tiles of C are disjoint.
            unsafe { tile.run(cpu.level) };
            // SAFETY: the same tile of C.
            unsafe { finish(cpu, out, [m, n, ldc], late.at(i, j)) };
        });
    }

    /// One task per tile and part of k; the parts' sums meet in order.
    fn run_parts(&self, cpu: Cpu<'_>, cut: cut::Cut, c: &mut [f32], ldc: usize) {
        let &Gemm { m, n, k, .. } = self;
        let mut sums = scratch::take(Slot::Partial, cut.parts * m * n);
        let shared = Shared::new(&mut sums);
        let depth = k.div_ceil(cut.parts);
        let (down, across) = (m.div_ceil(cut.rows), n.div_ceil(cut.cols));
        cpu.team.run(cut.parts * down * across, &|task| {
            let (part, tile) = (task / (down * across), task % (down * across));
            let (i, j) = (tile / across * cut.rows, tile % across * cut.cols);
            let range = super::block_range(part, depth, k);
            let tile = Tile {
                size: [cut.rows.min(m - i), cut.cols.min(n - j), range.len()],
                a: (self.a.data.as_ptr()).wrapping_add(i * self.a.row + range.start * self.a.col),
                a_strides: (self.a.row, self.a.col),
                b: Right::Strided(
                    (self.b.data.as_ptr()).wrapping_add(range.start * self.b.row + j * self.b.col),
                    self.b.row,
                    self.b.col,
                ),
                c: shared.at((part * m + i) * n + j),
                ldc: n,
                init: Init::Zero,
                end: End::Plain,
            };
            // SAFETY: `run` checked the reaches of A and B; each part has its own m x n sums, each task a tile of them.
            unsafe { tile.run(cpu.level) };
        });
        let out = Shared::new(c);
        let rows = (SUMMED / (cut.parts * n)).max(1);
        cpu.team.run(m.div_ceil(rows), &|task| {
            let block = super::block_range(task, rows, m);
            for i in block.clone() {
                // SAFETY: a row of C, which this task alone has.
                let row = unsafe { out.part(i * ldc, n) };
                if !self.accumulate {
                    row.fill(0.0);
                }
                for part in sums.chunks_exact(m * n) {
                    let row_sums = &part[i * n..][..n];
                    row.iter_mut().zip(row_sums).for_each(|(c, s)| *c += s);
                }
            }
            let size = [block.len(), n, ldc];
            // SAFETY: the same rows.
            unsafe {
                let epilogue = self.epilogue.at(block.start, 0);
                finish(cpu, out.at(block.start * ldc), size, epilogue)
            };
        });
    }
}

#[cfg(test)]
mod tests;
