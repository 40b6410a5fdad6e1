//! Gradient of a convolution by its input; also what a transposed convolution computes.
//!
//!   inputs: kernel (K.., C / groups, O), dy (B, S'.., O) -> (B, S.., C)

use crate::check::{Case, floats};
use crate::ops::Conv;
use crate::ops::conv::{check_operands, conv, geometries, kernel_grad};
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type};

/// Convolution's gradient by the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvInputGrad {
    /// Geometry of the forward convolution.
    pub conv: Conv,
    /// Spatial sizes of its input.
    pub input: Vec<usize>,
}

impl Rule for ConvInputGrad {
    fn name(&self) -> &'static str {
        "ConvInputGrad"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (kernel, dy) = (&inputs[0], &inputs[1]);
        check_operands(kernel, dy)?;
        let n = dy.rank() - 2;
        let channels = kernel.shape[n].saturating_mul(self.conv.groups);
        let ty = Type::new(
            dy.dtype,
            [&dy.shape[..1], &self.input, &[channels]].concat(),
        );
        let mean = |fault: Fault| fault.meaning(ty.clone());
        let sizes = self
            .conv
            .output_sizes(&self.input, kernel.shape.get(..n).unwrap_or_default());
        let sizes = sizes.map_err(mean)?;
        self.conv
            .check_channels(channels, kernel.shape[n], kernel.shape[n + 1])
            .map_err(mean)?;
        if dy.shape[1..=n] != sizes || dy.shape[n + 1] != kernel.shape[n + 1] {
            return Err(mean(Fault::new(
                format!("{dy} for a convolution of {:?} by {kernel}", self.input),
                format!("sizes {sizes:?} and {} channels", kernel.shape[n + 1]),
                "Make input size, strides and padding agree.",
            )));
        }
        Ok(vec![ty])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (kernel, dy, g) = (&cx.inputs[0], &cx.inputs[1], cx.grad(0));
        let taps = &kernel.shape()[..self.input.len()];
        let dk = cx.needs[0].then(|| kernel_grad(&self.conv, taps, &g, dy));
        let ddy = cx.needs[1].then(|| conv(&self.conv, &g, kernel));
        Gradient::Of(vec![dk, ddy])
    }

    fn oracle(&self, inputs: &[&Plain], types: &[Type]) -> Vec<Plain> {
        let (kernel, dy) = (inputs[0], inputs[1]);
        let shape = self
            .types(types)
            .map(|t| t[0].shape.clone())
            .unwrap_or_default();
        let mut dx = Plain::full(&shape, 0.0);
        let add = |xi: usize, ki: usize, yi: usize| dx.data[xi] += kernel.data[ki] * dy.data[yi];
        self.conv.taps(&shape, &kernel.shape, &dy.shape, add);
        vec![dx]
    }
}

/// Cases for gradients and engines: the convolution's geometries, driven from the result's side.
pub fn cases() -> Vec<Case> {
    let case = |(name, conv, x, kernel): (&str, Conv, Vec<usize>, Vec<usize>)| {
        let n = x.len() - 2;
        let input = x[1..=n].to_vec();
        let sizes = conv.output_sizes(&input, &kernel[..n]).unwrap_or_default();
        let dy = [&x[..1], &sizes, &kernel[n + 1..]].concat();
        let op = ConvInputGrad { conv, input };
        Case::many(
            format!("conv_input_grad/{name}"),
            vec![floats(&kernel), floats(&dy)],
            move |b, v| b.apply(Op::ConvInputGrad(op.clone()), &[&v[0], &v[1]]),
        )
    };
    geometries().into_iter().map(case).collect()
}
