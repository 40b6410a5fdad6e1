//! How a product is cut into tasks: a function of its shape and the level, never of the number of threads.
//!
//! Tiles of C, as small as makes some tasks enough. Over a deep k, as in the gradient of a kernel, small tiles would pack the
//! same rows of A again and again; k is cut instead, and large tiles have partial sums: on an AMD EPYC with AVX2
//! 128 x 128 x 2560 with A transposed takes three quarters of the time so.

use crate::simd::Level;

/// Multiply-adds of a task, or of two where there are no more: some microseconds.
const TASK: usize = 1 << 18;
/// Tiles beyond this many only help machines with more threads than that.
const TASKS: usize = 32;
/// Rows of a tile at most: its block of A stays in the L2 cache.
const ROWS: usize = 240;
/// Columns of a tile at most.
const COLS: usize = 256;
/// Depth from which k is cut into parts, and that of a part at least.
const DEEP: usize = 2048;
const PART: usize = 512;
/// Outputs that are one tile over a deep k, so that its sums stay in L1.
const FEW: usize = 64 * 64;
/// Outputs up to which parts of k are better than small tiles in any case.
const LARGE: usize = 320 * 320;
/// Numbers that the parts of a product hold together at most: 2 MiB.
const PARTIAL: usize = 1 << 19;

/// Whether a product of this depth gives each of several rows of C the bits that it has among others: the depth is not cut. A
/// single row may be dot products.
pub(crate) fn keeps_rows_apart(k: usize) -> bool {
    k < DEEP
}

/// Tiles of C, each in parts of k.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// Rows of a tile.
    pub rows: usize,
    /// Columns of a tile.
    pub cols: usize,
    /// Parts of k.
    pub parts: usize,
}

impl Cut {
    pub(super) fn of([m, n, k]: [usize; 3], batch: usize, turned: bool, level: Level) -> Cut {
        // Rows of C are columns of a transposed A: narrow tiles would use a fraction of each line they load.
        let rows_unit = if turned { 96 } else { 24 };
        let cols_unit = if level == Level::Avx512 { 32 } else { 16 };
        let work = m.saturating_mul(n).saturating_mul(k);
        let deep = batch == 1 && k >= DEEP;
        // Few outputs over a deep k, as in the gradient of a kernel.
        if deep && m * n <= FEW && work >= 2 * TASK {
            return Cut {
                rows: m,
                cols: n,
                parts: (k / (2 * PART)).min(work / TASK).clamp(1, TASKS / 2),
            };
        }
        let even = |size: usize, most: usize, unit: usize| {
            let unit = if size > most { unit } else { 1 };
            size.div_ceil(size.div_ceil(most)).next_multiple_of(unit)
        };
        let largest = Cut {
            rows: even(m, ROWS, rows_unit),
            cols: even(n, COLS, cols_unit),
            parts: 1,
        };
        let goal = (work.saturating_mul(batch) / TASKS).max(TASK);
        let mut most = goal + goal / 2;
        if batch == 1 && work >= TASK {
            // From a task's worth on there are two parts, halves but for what is rounded up to whole units.
            most = most.min(work - work / 5 * 2);
        }
        let Cut {
            mut rows, mut cols, ..
        } = largest;
        if deep {
            let parts = largest.in_parts(m * n, k, work);
            // Else there are few parts, for so many outputs that small tiles make more tasks.
            let tasks = parts.parts * m.div_ceil(rows) * n.div_ceil(cols);
            if tasks >= TASKS / 2 || m * n <= LARGE {
                return parts;
            }
        }
        while rows * cols * k > most {
            let (tall, wide) = (rows > rows_unit, cols > cols_unit);
            // Halves the side that is longer in units.
            if tall && (!wide || rows * cols_unit > cols * rows_unit) {
                rows = rows.div_ceil(2).next_multiple_of(rows_unit);
            } else if wide {
                cols = cols.div_ceil(2).next_multiple_of(cols_unit);
            } else {
                break;
            }
        }
        Cut {
            rows,
            cols,
            parts: 1,
        }
    }

    /// Large tiles, so that each block of a deep k is packed once or twice, and as many parts as make tasks enough.
    fn in_parts(self, outputs: usize, k: usize, work: usize) -> Cut {
        let tiles = (outputs / (self.rows * self.cols)).max(1);
        let most = (TASKS / tiles).min(k / PART).min(PARTIAL / outputs);
        let most = most.min(work / TASK).max(1);
        Cut {
            // A power of two: halves for two threads, quarters for four.
            parts: 1 << most.ilog2(),
            ..self
        }
    }
}
