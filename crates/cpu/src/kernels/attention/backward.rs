//! Gradients of query, key and value; the shares are computed again from what the forward pass kept.

use super::rows::SoftGrad;
use super::{AttentionInputs, AttentionShape};
use crate::kernels::gemm::{End, Init, Right, Tile};
use crate::kernels::scratch::{self, Slot};
use crate::kernels::{Cpu, Shared};

/// What the gradient reads beside the inputs.
#[derive(Clone, Copy, Debug)]
pub struct AttentionGradInputs<'a> {
    /// The forward pass's inputs.
    pub forward: AttentionInputs<'a>,
    /// Its output, (B, T, H, V).
    pub y: &'a [f32],
    /// What it kept, (B, H, T, 2).
    pub kept: &'a [f32],
    /// The gradient of y.
    pub dy: &'a [f32],
}

/// What the gradient writes.
#[derive(Debug)]
pub struct AttentionGradOutputs<'a> {
    /// (B, T, H, K).
    pub dq: &'a mut [f32],
    /// (B, S, G, K).
    pub dk: &'a mut [f32],
    /// (B, S, G, V).
    pub dv: &'a mut [f32],
}

/// Computes the gradients.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn attention_grad(
    cpu: Cpu<'_>,
    shape: &AttentionShape,
    inputs: AttentionGradInputs<'_>,
    out: AttentionGradOutputs<'_>,
) {
    shape.check(&inputs.forward);
    let lens = shape.lens();
    assert_eq!(
        [inputs.y.len(), inputs.dy.len(), inputs.kept.len()],
        [lens[3], lens[3], lens[4]]
    );
    assert_eq!(
        [out.dq.len(), out.dk.len(), out.dv.len()],
        [lens[0], lens[1], lens[2]]
    );
    if shape.steps == 0 || shape.heads == 0 {
        out.dk.fill(0.0);
        out.dv.fill(0.0);
        return;
    }
    let [dq, dk, dv] = [out.dq, out.dk, out.dv].map(Shared::new);
    cpu.team.run(shape.batch * shape.groups, &|task| {
        let group = Group {
            cpu,
            shape,
            inputs,
            at: [task / shape.groups, task % shape.groups],
            dq,
            dk,
            dv,
        };
        group.run();
    });
}

/// The heads that share a key and value, of one item of the batch.
struct Group<'a> {
    cpu: Cpu<'a>,
    shape: &'a AttentionShape,
    inputs: AttentionGradInputs<'a>,
    /// b and g.
    at: [usize; 2],
    dq: Shared<f32>,
    dk: Shared<f32>,
    dv: Shared<f32>,
}

/// Key and value as right matrices.
struct Packed<'a> {
    /// kᵀ, (K, S).
    scores: &'a [f32],
    /// vᵀ, (V, S).
    through: &'a [f32],
    /// k, (S, K).
    back: &'a [f32],
}

impl Group<'_> {
    fn run(&self) {
        let (shape, level, [b, g]) = (self.shape, self.cpu.level, self.at);
        let (k, v) = (self.inputs.forward.k, self.inputs.forward.v);
        let [back, scores] = shape.packed(level, shape.depth);
        let [_, through] = shape.packed(level, shape.width);
        let mut buffer = scratch::take(Slot::Packed, back + scores + through);
        let (one, rest) = buffer.split_at_mut(scores);
        let (two, three) = rest.split_at_mut(through);
        shape.pack(level, k, [b, g, shape.depth], true, one);
        shape.pack(level, v, [b, g, shape.width], true, two);
        shape.pack(level, k, [b, g, shape.depth], false, three);
        let packed = Packed {
            scores: one,
            through: two,
            back: three,
        };
        let (block, len) = (shape.block(), shape.block() * shape.score_row());
        let mut rows = scratch::take(Slot::Scores, 2 * len);
        let (shares, through) = rows.split_at_mut(len);
        let shared = shape.heads / shape.groups;
        for h in g * shared..(g + 1) * shared {
            for t in (0..shape.steps).step_by(block) {
                let begins = t == 0 && h == g * shared;
                let rows = block.min(shape.steps - t);
                self.block([h, t, rows], &packed, [shares, through], begins);
            }
        }
    }

    /// Queries `t..t + rows` of head `h`; where the block `begins`, dk and dv start from zero.
    fn block(
        &self,
        [h, t, rows]: [usize; 3],
        packed: &Packed<'_>,
        [shares, through]: [&mut [f32]; 2],
        begins: bool,
    ) {
        let (shape, level, [b, g]) = (self.shape, self.cpu.level, self.at);
        let (row, n) = (shape.score_row(), shape.sources);
        let (depth, width) = (shape.depth, shape.width);
        let q = self.inputs.forward.q[shape.query(b, t, h, depth)..].as_ptr();
        let dy = self.inputs.dy[shape.query(b, t, h, width)..].as_ptr();
        let (q_row, y_row) = (shape.heads * depth, shape.heads * width);
        let scores = Tile {
            size: [rows, n, depth],
            a: q,
            a_strides: (q_row, 1),
            b: Right::Packed(packed.scores.as_ptr()),
            c: shares.as_mut_ptr(),
            ldc: row,
            init: Init::Zero,
            end: End::Plain,
        };
        let values = Tile {
            size: [rows, n, width],
            a: dy,
            a_strides: (y_row, 1),
            b: Right::Packed(packed.through.as_ptr()),
            c: through.as_mut_ptr(),
            ..scores
        };
        // SAFETY: rows of q and dy of checked length, packed heads, blocks of scores.
        unsafe {
            scores.run(level);
            values.run(level);
        }
        let y = self.inputs.y[shape.query(b, t, h, width)..].as_ptr();
        let kept = &self.inputs.kept[shape.kept(b, t, h)..];
        for i in 0..rows {
            level.dispatch(SoftGrad {
                row: shares[i * row..].as_mut_ptr(),
                through: through[i * row..].as_mut_ptr(),
                n,
                scale: shape.scale,
                open: shape.open(self.inputs.forward.mask, [b, h, t + i]),
                kept: [kept[2 * i], kept[2 * i + 1]],
                dy: dy.wrapping_add(i * y_row),
                y: y.wrapping_add(i * y_row),
                width,
            });
        }
        let queries = Tile {
            size: [rows, depth, n],
            a: through.as_ptr(),
            a_strides: (row, 1),
            b: Right::Packed(packed.back.as_ptr()),
            c: self.dq.at(shape.query(b, t, h, depth)),
            ldc: q_row,
            ..scores
        };
        let summed = |size: usize, a: &[f32], from: (*const f32, usize), c: *mut f32| Tile {
            size: [n, size, rows],
            a: a.as_ptr(),
            a_strides: (1, row),
            b: Right::Strided(from.0, from.1, 1),
            c,
            ldc: shape.groups * size,
            init: match begins {
                true => Init::Zero,
                false => Init::Rows(c, shape.groups * size),
            },
            end: End::Plain,
        };
        let (dk, dv) = (
            self.dk.at(shape.source(b, g, depth)),
            self.dv.at(shape.source(b, g, width)),
        );
        // SAFETY: the blocks of scores, a packed head, rows of q and dy, and rows of the gradients that are this task's.
        unsafe {
            queries.run(level);
            summed(depth, through, (q, q_row), dk).run(level);
            summed(width, shares, (dy, y_row), dv).run(level);
        }
    }
}
