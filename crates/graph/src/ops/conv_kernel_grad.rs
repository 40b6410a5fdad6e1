//! Gradient of a convolution by its kernel.
//!
//!   inputs: x (B, S.., C), dy (B, S'.., O) -> (K.., C / groups, O)

use crate::check::{Case, floats};
use crate::ops::Conv;
use crate::ops::conv::{check_operands, conv, geometries, input_grad};
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type};

/// Convolution's gradient by the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvKernelGrad {
    /// Geometry of the forward convolution.
    pub conv: Conv,
    /// Spatial sizes of its kernel.
    pub kernel: Vec<usize>,
}

impl Rule for ConvKernelGrad {
    fn name(&self) -> &'static str {
        "ConvKernelGrad"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (x, dy) = (&inputs[0], &inputs[1]);
        check_operands(x, dy)?;
        let n = x.rank() - 2;
        let (channels, out) = (x.shape[n + 1], dy.shape[n + 1]);
        let per_group = channels / self.conv.groups.max(1);
        let ty = Type::new(x.dtype, [&self.kernel[..], &[per_group, out]].concat());
        let mean = |fault: Fault| fault.meaning(ty.clone());
        let sizes = self
            .conv
            .output_sizes(&x.shape[1..=n], &self.kernel)
            .map_err(mean)?;
        self.conv
            .check_channels(channels, per_group, out)
            .map_err(mean)?;
        if dy.shape[1..=n] != sizes || dy.shape[0] != x.shape[0] {
            return Err(mean(Fault::new(
                format!("{dy} for a convolution of {x} by {:?}", self.kernel),
                format!("a batch of {} and sizes {sizes:?}", x.shape[0]),
                "Make input, kernel size, strides and padding agree.",
            )));
        }
        Ok(vec![ty])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (x, dy, g) = (&cx.inputs[0], &cx.inputs[1], cx.grad(0));
        let spatial = &x.shape()[1..=self.kernel.len()];
        let dx = cx.needs[0].then(|| input_grad(&self.conv, spatial, &g, dy));
        let ddy = cx.needs[1].then(|| conv(&self.conv, x, &g));
        Gradient::Of(vec![dx, ddy])
    }

    fn oracle(&self, inputs: &[&Plain], types: &[Type]) -> Vec<Plain> {
        let (x, dy) = (inputs[0], inputs[1]);
        let shape = self
            .types(types)
            .map(|t| t[0].shape.clone())
            .unwrap_or_default();
        let mut dk = Plain::full(&shape, 0.0);
        let add = |xi: usize, ki: usize, yi: usize| dk.data[ki] += x.data[xi] * dy.data[yi];
        self.conv.taps(&x.shape, &shape, &dy.shape, add);
        vec![dk]
    }
}

/// Cases for gradients and engines: the convolution's geometries, driven from the result's side.
pub fn cases() -> Vec<Case> {
    let case = |(name, conv, x, kernel): (&str, Conv, Vec<usize>, Vec<usize>)| {
        let n = x.len() - 2;
        let taps = kernel[..n].to_vec();
        let sizes = conv.output_sizes(&x[1..=n], &taps).unwrap_or_default();
        let dy = [&x[..1], &sizes, &kernel[n + 1..]].concat();
        let op = ConvKernelGrad { conv, kernel: taps };
        Case::many(
            format!("conv_kernel_grad/{name}"),
            vec![floats(&x), floats(&dy)],
            move |b, v| b.apply(Op::ConvKernelGrad(op.clone()), &[&v[0], &v[1]]),
        )
    };
    geometries().into_iter().map(case).collect()
}
