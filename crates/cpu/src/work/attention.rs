//! Attention and its gradient.

use regimen_graph::EngineError;
use regimen_graph::ops::{Attention, AttentionGrad, AttentionSizes};

use super::{Array, Spot, call};
use crate::kernels::attention::{
    self, AttentionGradInputs, AttentionGradOutputs, AttentionInputs, AttentionShape,
};
use crate::launch::Work;

/// Query, key, value, the mask if there is one, and the shape.
struct Given {
    arrays: [Array; 3],
    mask: Option<Array>,
    shape: AttentionShape,
}

impl Given {
    fn of(spot: &Spot<'_>, op: &Attention) -> Result<Given, EngineError> {
        let arrays = [0, 1, 2].map(|i| spot.input(i));
        let mask = op.masked.then(|| spot.input(3));
        let [q, k, v] = &arrays;
        let sizes = AttentionSizes::of(&q.ty.shape, &k.ty.shape, &v.ty.shape)
            .ok_or_else(|| spot.unsupported())?;
        let mut strides = [0; 4];
        let mut stride = 1;
        if let Some(mask) = &mask {
            for (axis, &size) in mask.ty.shape.iter().enumerate().rev() {
                strides[axis] = if size == 1 { 0 } else { stride };
                stride *= size;
            }
        }
        let shape = AttentionShape {
            batch: sizes.b,
            steps: sizes.t,
            sources: sizes.s,
            heads: sizes.h,
            groups: sizes.g,
            depth: sizes.k,
            width: sizes.v,
            scale: op.scale as f32,
            mask: strides,
        };
        Ok(Given {
            arrays,
            mask,
            shape,
        })
    }

    fn inputs<'a>(&self, cx: &crate::launch::Context<'a>) -> AttentionInputs<'a> {
        let [q, k, v] = &self.arrays;
        AttentionInputs {
            q: q.read(cx),
            k: k.read(cx),
            v: v.read(cx),
            mask: self.mask.as_ref().map(|m| m.read(cx)),
        }
    }
}

pub(super) fn attention(spot: &Spot<'_>, op: &Attention) -> Result<Box<dyn Work>, EngineError> {
    let given = Given::of(spot, op)?;
    let (y, kept) = (spot.output(0)?, spot.output(1)?);
    spot.floats(&given.arrays.iter().chain([&y, &kept]).collect::<Vec<_>>())?;
    Ok(call(move |cx| {
        let inputs = given.inputs(cx);
        attention::attention(cx.cpu(), &given.shape, inputs, y.write(cx), kept.write(cx));
    }))
}

pub(super) fn attention_grad(
    spot: &Spot<'_>,
    op: &AttentionGrad,
) -> Result<Box<dyn Work>, EngineError> {
    let given = Given::of(spot, &op.attention)?;
    let rest = 3 + usize::from(op.attention.masked);
    // y, what was kept of the scores, dy.
    let tail = [0, 1, 2].map(|i| spot.input(rest + i));
    let out = [spot.output(0)?, spot.output(1)?, spot.output(2)?];
    spot.floats(
        &given
            .arrays
            .iter()
            .chain(&tail)
            .chain(&out)
            .collect::<Vec<_>>(),
    )?;
    Ok(call(move |cx| {
        let inputs = AttentionGradInputs {
            forward: given.inputs(cx),
            y: tail[0].read(cx),
            kept: tail[1].read(cx),
            dy: tail[2].read(cx),
        };
        let out = AttentionGradOutputs {
            dq: out[0].write(cx),
            dk: out[1].write(cx),
            dv: out[2].write(cx),
        };
        attention::attention_grad(cx.cpu(), &given.shape, inputs, out);
    }))
}
