//! Scaled dot-product attention, forward and backward, each one kernel.
//!
//!   s = scale q kᵀ, hidden where the mask is 0;  p = softmax(s);  y = p v
//!
//! A task takes some queries of one head (backward: all queries of the heads that share a key) through products and
//! softmax by blocks of rows, so that scores live in the L2 cache and never in memory. The heads' arrays are read and
//! written where they lie, (B, T, H, K). On an AMD EPYC with AVX2, one thread, 64 heads of 200 steps by 32 take 7 ms
//! forward and 17 ms backward; transposes, products and softmax as ops of their own took 16 and 31 ms.

mod backward;
mod forward;
mod rows;

pub use backward::{AttentionGradInputs, AttentionGradOutputs, attention_grad};
pub use forward::{AttentionInputs, attention};

use super::gemm::{pack_right, packed_len};
use crate::simd::Level;

/// The shape of an attention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AttentionShape {
    /// Batch, B.
    pub batch: usize,
    /// Steps of the query, T.
    pub steps: usize,
    /// Steps of key and value, S.
    pub sources: usize,
    /// Heads of the query, H.
    pub heads: usize,
    /// Heads of key and value, G, which divides H.
    pub groups: usize,
    /// Size of query and key per head, K.
    pub depth: usize,
    /// Size of the value per head, V.
    pub width: usize,
    /// Factor on the scores.
    pub scale: f32,
    /// Distances in the mask along batch, heads, steps and sources; 0 along axes that it does not have.
    pub mask: [usize; 4],
}

/// Floats of a block of scores: two of them fill a quarter of a core's L2 cache.
const BLOCK: usize = 16 * 1024;

impl AttentionShape {
    /// Elements of q, k, v, y, of what is kept of the scores, and those that the mask reaches over.
    fn lens(&self) -> [usize; 6] {
        let rows = self.batch * self.steps * self.heads;
        let sources = self.batch * self.sources * self.groups;
        let sizes = [self.batch, self.heads, self.steps, self.sources];
        let reach: usize = (sizes.iter().zip(self.mask))
            .map(|(size, stride)| size.saturating_sub(1) * stride)
            .sum();
        [
            rows * self.depth,
            sources * self.depth,
            sources * self.width,
            rows * self.width,
            2 * rows,
            reach + 1,
        ]
    }

    /// Distance of rows of a block of scores: whole lines, and not a distance at which columns share sets of the cache.
    fn score_row(&self) -> usize {
        let lines = self.sources.next_multiple_of(16);
        lines + if lines.is_multiple_of(512) { 16 } else { 0 }
    }

    /// Rows of a block of scores.
    fn block(&self) -> usize {
        (BLOCK / self.score_row() / 4 * 4).clamp(8, 48)
    }

    /// Place of row `t` of head `h` among rows of `width` numbers.
    fn query(&self, b: usize, t: usize, h: usize, width: usize) -> usize {
        ((b * self.steps + t) * self.heads + h) * width
    }

    /// Place of the first row of head `g` of key or value.
    fn source(&self, b: usize, g: usize, width: usize) -> usize {
        (b * self.sources * self.groups + g) * width
    }

    /// Place of a row in what is kept of the scores.
    fn kept(&self, b: usize, t: usize, h: usize) -> usize {
        2 * ((b * self.heads + h) * self.steps + t)
    }

    /// Packs the rows of a head of key or value as a right matrix, or its transpose.
    fn pack(
        &self,
        level: Level,
        source: &[f32],
        [b, g, width]: [usize; 3],
        transposed: bool,
        out: &mut [f32],
    ) {
        let row = self.groups * width;
        let (strides, size) = match transposed {
            true => ((1, row), [width, self.sources]),
            false => ((row, 1), [self.sources, width]),
        };
        // SAFETY: the head's rows, of `width` numbers each, lie within `source`, as its checked length says.
        unsafe {
            pack_right(
                level,
                source[self.source(b, g, width)..].as_ptr(),
                strides,
                size,
                out,
            )
        };
    }

    /// Floats of a packed head, and of its transpose.
    fn packed(&self, level: Level, width: usize) -> [usize; 2] {
        [
            packed_len(level, self.sources, width),
            packed_len(level, width, self.sources),
        ]
    }

    /// Panics unless the slices have the lengths that the shape says.
    #[track_caller]
    fn check(&self, inputs: &AttentionInputs<'_>) {
        let [q, k, v, _, kept, mask] = self.lens();
        assert!(self.groups > 0 && self.heads.is_multiple_of(self.groups));
        assert_eq!([inputs.q.len(), inputs.k.len(), inputs.v.len()], [q, k, v]);
        assert!(kept == 0 || inputs.mask.is_none_or(|m| m.len() >= mask));
    }
}

#[cfg(test)]
mod tests;
