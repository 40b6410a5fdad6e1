//! y and what is kept of the scores.

use super::AttentionShape;
use super::rows::{Open, Soft, Times};
use crate::kernels::gemm::{End, Init, Right, Tile};
use crate::kernels::scratch::{self, Slot};
use crate::kernels::{Cpu, Shared, block_range};

/// What an attention reads.
#[derive(Clone, Copy, Debug)]
pub struct AttentionInputs<'a> {
    /// Queries, (B, T, H, K).
    pub q: &'a [f32],
    /// Keys, (B, S, G, K).
    pub k: &'a [f32],
    /// Values, (B, S, G, V).
    pub v: &'a [f32],
    /// What may be seen, laid out as the shape says.
    pub mask: Option<&'a [u8]>,
}

/// Heads from which each is one task; fewer are cut into runs of queries.
const MANY_HEADS: usize = 16;

impl AttentionShape {
    /// Queries of a task.
    fn run_of_queries(&self) -> usize {
        match self.batch * self.heads {
            MANY_HEADS.. => self.steps.max(1),
            _ => self.block(),
        }
    }

    /// The row of the mask for a query.
    pub(super) fn open(&self, mask: Option<&[u8]>, [b, h, t]: [usize; 3]) -> Option<Open> {
        let [batch, head, step, source] = self.mask;
        mask.map(|m| Open {
            from: m[b * batch + h * head + t * step..].as_ptr(),
            step: source,
        })
    }
}

/// Computes y (B, T, H, V), and per row of scores its largest and one over the sum of exp(s - largest) (B, H, T, 2).
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn attention(
    cpu: Cpu<'_>,
    shape: &AttentionShape,
    inputs: AttentionInputs<'_>,
    y: &mut [f32],
    kept: &mut [f32],
) {
    shape.check(&inputs);
    let lens = shape.lens();
    assert_eq!([y.len(), kept.len()], [lens[3], lens[4]]);
    if kept.is_empty() {
        return;
    }
    let (y, kept) = (Shared::new(y), Shared::new(kept));
    let run = shape.run_of_queries();
    let runs = shape.steps.div_ceil(run);
    cpu.team.run(shape.batch * shape.heads * runs, &|task| {
        let (head, part) = (task / runs, task % runs);
        let (b, h) = (head / shape.heads, head % shape.heads);
        let head = Head {
            cpu,
            shape,
            inputs,
            at: [b, h, h / (shape.heads / shape.groups)],
            y,
            kept,
        };
        head.queries(block_range(part, run, shape.steps));
    });
}

/// One head of one item of the batch.
struct Head<'a> {
    cpu: Cpu<'a>,
    shape: &'a AttentionShape,
    inputs: AttentionInputs<'a>,
    /// b, h and g.
    at: [usize; 3],
    y: Shared<f32>,
    kept: Shared<f32>,
}

impl Head<'_> {
    fn queries(&self, range: std::ops::Range<usize>) {
        let (shape, level, [b, _, g]) = (self.shape, self.cpu.level, self.at);
        let [_, keys] = shape.packed(level, shape.depth);
        let [values, _] = shape.packed(level, shape.width);
        let mut packed = scratch::take(Slot::Packed, keys + values);
        let (k, v) = packed.split_at_mut(keys);
        shape.pack(level, self.inputs.k, [b, g, shape.depth], true, k);
        shape.pack(level, self.inputs.v, [b, g, shape.width], false, v);
        let (block, row) = (shape.block(), shape.score_row());
        let mut scores = scratch::take(Slot::Scores, block * row);
        let mut t = range.start;
        while t < range.end {
            let rows = block.min(range.end - t);
            self.block([t, rows], [k, v], &mut scores);
            t += rows;
        }
    }

    /// Queries `t..t + rows`.
    fn block(&self, [t, rows]: [usize; 2], [k, v]: [&[f32]; 2], scores: &mut [f32]) {
        let (shape, level, [b, h, _]) = (self.shape, self.cpu.level, self.at);
        let (row, n) = (shape.score_row(), shape.sources);
        let product = Tile {
            size: [rows, n, shape.depth],
            a: self.inputs.q[shape.query(b, t, h, shape.depth)..].as_ptr(),
            a_strides: (shape.heads * shape.depth, 1),
            b: Right::Packed(k.as_ptr()),
            c: scores.as_mut_ptr(),
            ldc: row,
            init: Init::Zero,
            end: End::Plain,
        };
        // SAFETY: rows of q of checked length, a packed head, and a block of scores.
        unsafe { product.run(level) };
        let first = self.kept.at(shape.kept(b, t, h));
        for i in 0..rows {
            let soft = Soft {
                row: scores[i * row..].as_mut_ptr(),
                n,
                scale: shape.scale,
                open: shape.open(self.inputs.mask, [b, h, t + i]),
            };
            let kept = level.dispatch(soft);
            // SAFETY: two numbers per query of this task.
            unsafe { first.add(2 * i).cast::<[f32; 2]>().write_unaligned(kept) };
        }
        let y = self.y.at(shape.query(b, t, h, shape.width));
        let ldc = shape.heads * shape.width;
        let sum = Tile {
            size: [rows, shape.width, n],
            a: scores.as_ptr(),
            a_strides: (row, 1),
            b: Right::Packed(v.as_ptr()),
            c: y,
            ldc,
            ..product
        };
        // SAFETY: the block of scores, a packed head, and rows of y that are this task's.
        unsafe { sum.run(level) };
        for i in 0..rows {
            let times = Times {
                row: y.wrapping_add(i * ldc),
                n: shape.width,
                // SAFETY: written above.
                by: unsafe { *first.add(2 * i + 1) },
            };
            level.dispatch(times);
        }
    }
}
