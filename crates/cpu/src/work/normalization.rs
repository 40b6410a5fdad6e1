//! Layer normalization and its gradient.

use regimen_graph::EngineError;
use regimen_graph::ops::LayerNorm;

use super::{Array, Spot, call};
use crate::kernels::layer_norm::{
    LayerNormGradInputs, LayerNormGradOutputs, LayerNormInputs, LayerNormOutputs, layer_norm,
    layer_norm_grad,
};
use crate::launch::Work;

pub(super) fn forward(spot: &Spot<'_>, op: &LayerNorm) -> Result<Box<dyn Work>, EngineError> {
    let inputs = [0, 1, 2].map(|i| spot.input(i));
    let out = outputs(spot)?;
    spot.floats(&inputs.iter().chain(&out).collect::<Vec<_>>())?;
    let epsilon = op.epsilon as f32;
    Ok(call(move |cx| {
        let [x, gamma, beta] = &inputs;
        let inputs = LayerNormInputs {
            x: x.read(cx),
            gamma: gamma.read(cx),
            beta: beta.read(cx),
            epsilon,
        };
        let out = LayerNormOutputs {
            y: out[0].write(cx),
            mean: out[1].write(cx),
            rstd: out[2].write(cx),
        };
        layer_norm(cx.cpu(), inputs, out);
    }))
}

pub(super) fn gradient(spot: &Spot<'_>) -> Result<Box<dyn Work>, EngineError> {
    let inputs = [0, 1, 2, 3, 4].map(|i| spot.input(i));
    let out = outputs(spot)?;
    spot.floats(&inputs.iter().chain(&out).collect::<Vec<_>>())?;
    Ok(call(move |cx| {
        let [x, gamma, mean, rstd, dy] = &inputs;
        let inputs = LayerNormGradInputs {
            x: x.read(cx),
            gamma: gamma.read(cx),
            mean: mean.read(cx),
            rstd: rstd.read(cx),
            dy: dy.read(cx),
        };
        let out = LayerNormGradOutputs {
            dx: out[0].write(cx),
            dgamma: out[1].write(cx),
            dbeta: out[2].write(cx),
        };
        layer_norm_grad(cx.cpu(), inputs, out);
    }))
}

fn outputs(spot: &Spot<'_>) -> Result<[Array; 3], EngineError> {
    Ok([spot.output(0)?, spot.output(1)?, spot.output(2)?])
}
