//! Convolution over one to three spatial axes, channels last (cross-correlation, as everywhere in deep learning).
//!
//!   x (B, S.., C), kernel (K.., C / groups, O) -> (B, S'.., O)

use crate::check::{Case, floats};
use crate::ops::{ConvInputGrad, ConvKernelGrad};
use crate::shape::{TOO_MANY, indices};
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var, elements};

/// Geometry of a convolution, shared with its gradients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conv {
    /// Step of the window per spatial axis.
    pub strides: Vec<usize>,
    /// Distance between kernel cells per spatial axis.
    pub dilation: Vec<usize>,
    /// Zero cells before and after each spatial axis.
    pub padding: Vec<(usize, usize)>,
    /// Groups of channels that do not mix.
    pub groups: usize,
}

impl Conv {
    /// Spatial sizes of the result for spatial sizes of input and kernel.
    pub fn output_sizes(&self, input: &[usize], kernel: &[usize]) -> Result<Vec<usize>, Fault> {
        self.check_geometry(input.len(), kernel.len())?;
        (0..input.len())
            .map(|i| self.output_size(i, input[i], kernel[i]))
            .collect()
    }

    fn check_geometry(&self, input: usize, kernel: usize) -> Result<(), Fault> {
        let lengths = [
            kernel,
            self.strides.len(),
            self.dilation.len(),
            self.padding.len(),
        ];
        if !(1..=3).contains(&input) || lengths != [input; 4] {
            return Err(Fault::new(
                format!(
                    "{input} spatial axes, and kernel, strides, dilation, padding of {lengths:?}"
                ),
                "1, 2 or 3 spatial axes, and one number of each per axis",
                "Use the layer for the input's number of axes: (batch, spatial axes, channels).",
            ));
        }
        if self.groups == 0 || self.strides.contains(&0) || self.dilation.contains(&0) {
            return Err(Fault::new(
                format!(
                    "strides {:?}, dilation {:?}, groups {}",
                    self.strides, self.dilation, self.groups
                ),
                "numbers of 1 or more",
                "Set strides, dilation_rate and groups to 1 or more.",
            ));
        }
        Ok(())
    }

    fn output_size(&self, axis: usize, input: usize, kernel: usize) -> Result<usize, Fault> {
        let (low, high) = self.padding[axis];
        let reach = kernel
            .saturating_sub(1)
            .saturating_mul(self.dilation[axis])
            .saturating_add(1);
        if low.max(high) >= TOO_MANY || input >= TOO_MANY {
            return Err(Fault::new(
                format!("{input} steps padded by {low} and {high}"),
                "fewer than 2^48 steps",
                "Pad by fewer cells.",
            ));
        }
        let padded = input + low + high;
        if kernel == 0 || padded < reach {
            let with = if padded == input {
                String::new()
            } else {
                format!(" ({padded} with padding)")
            };
            return Err(Fault::new(
                format!(
                    "input of {input} steps{with} is shorter than the kernel's {kernel} (dilated {reach})"
                ),
                format!("{reach} steps or more, and a kernel of 1 or more"),
                "Choose a smaller kernel_size or dilation_rate, padding=\"same\", or longer inputs.",
            ));
        }
        Ok((padded - reach) / self.strides[axis] + 1)
    }

    /// Spatial sizes, with 1 where the kernel does not fit: what was most likely meant.
    fn likely_sizes(&self, input: &[usize], kernel: &[usize]) -> Option<Vec<usize>> {
        self.check_geometry(input.len(), kernel.len()).ok()?;
        Some(
            (0..input.len())
                .map(|i| self.output_size(i, input[i], kernel[i]).unwrap_or(1))
                .collect(),
        )
    }

    /// Whether channels of input, kernel and result fit the groups.
    pub(crate) fn check_channels(
        &self,
        input: usize,
        kernel: usize,
        output: usize,
    ) -> Result<(), Fault> {
        let groups = self.groups.max(1);
        if input.is_multiple_of(groups) && output.is_multiple_of(groups) && kernel == input / groups
        {
            return Ok(());
        }
        Err(Fault::new(
            format!(
                "{input} input channels, a kernel of {kernel} x {output} channels, {groups} groups"
            ),
            format!(
                "a kernel of {} input channels, and channels divisible by the groups",
                input / groups
            ),
            "Build the kernel for this input, and choose groups that divide both numbers of channels.",
        ))
    }

    /// Visits every product: flat indices into input, kernel and result.
    pub(crate) fn taps(
        &self,
        x: &[usize],
        kernel: &[usize],
        y: &[usize],
        mut visit: impl FnMut(usize, usize, usize),
    ) {
        let n = x.len() - 2;
        let (channels, out) = (x[n + 1], y[n + 1]);
        let (c_group, o_group) = (channels / self.groups, out / self.groups);
        let flat = |index: &[usize], sizes: &[usize]| {
            index
                .iter()
                .zip(sizes)
                .fold(0, |at, (i, size)| at * size + i)
        };
        let places = indices(&y[1..=n])
            .flat_map(|place| indices(&kernel[..n]).map(move |tap| (place.clone(), tap)));
        for (place, tap) in places {
            let from = |i: usize| {
                (place[i] * self.strides[i] + tap[i] * self.dilation[i])
                    .checked_sub(self.padding[i].0)
            };
            let Some(cell) = (0..n)
                .map(|i| from(i).filter(|&at| at < x[i + 1]))
                .collect::<Option<Vec<_>>>()
            else {
                continue;
            };
            let at_k = flat(&tap, &kernel[..n]) * c_group;
            for b in 0..x[0] {
                let at_x = (b * elements(&x[1..=n]) + flat(&cell, &x[1..=n])) * channels;
                let at_y = (b * elements(&y[1..=n]) + flat(&place, &y[1..=n])) * out;
                for (o, c) in (0..out).flat_map(|o| (0..c_group).map(move |c| (o, c))) {
                    visit(
                        at_x + o / o_group * c_group + c,
                        (at_k + c) * out + o,
                        at_y + o,
                    );
                }
            }
        }
    }
}

impl Rule for Conv {
    fn name(&self) -> &'static str {
        "Conv"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (x, kernel) = (&inputs[0], &inputs[1]);
        check_operands(x, kernel)?;
        let n = x.rank() - 2;
        let (spatial, taps) = (&x.shape[1..=n], &kernel.shape[..n]);
        let ty = |sizes: Vec<usize>| {
            let shape = [&x.shape[..1], &sizes, &kernel.shape[n + 1..]].concat();
            Type::new(x.dtype, shape)
        };
        let mean = |fault: Fault| match self.likely_sizes(spatial, taps) {
            Some(sizes) => fault.meaning(ty(sizes)),
            None => fault,
        };
        let sizes = self.output_sizes(spatial, taps).map_err(mean)?;
        self.check_channels(x.shape[n + 1], kernel.shape[n], kernel.shape[n + 1])
            .map_err(mean)?;
        Ok(vec![ty(sizes)])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (x, kernel, g) = (&cx.inputs[0], &cx.inputs[1], cx.grad(0));
        let n = x.rank() - 2;
        let dx = || input_grad(self, &x.shape()[1..=n], kernel, &g);
        let dk = || kernel_grad(self, &kernel.shape()[..n], x, &g);
        Gradient::Of(vec![cx.needs[0].then(dx), cx.needs[1].then(dk)])
    }

    fn oracle(&self, inputs: &[&Plain], types: &[Type]) -> Vec<Plain> {
        let (x, kernel) = (inputs[0], inputs[1]);
        let shape = self
            .types(types)
            .map(|t| t[0].shape.clone())
            .unwrap_or_default();
        let mut y = Plain::full(&shape, 0.0);
        self.taps(&x.shape, &kernel.shape, &shape, |xi, ki, yi| {
            y.data[yi] += x.data[xi] * kernel.data[ki]
        });
        vec![y]
    }
}

/// Two floats of one type and rank, with spatial axes.
pub(crate) fn check_operands(a: &Type, b: &Type) -> Result<(), Fault> {
    if a.rank() < 3 || a.rank() != b.rank() || !a.dtype.is_float() || a.dtype != b.dtype {
        return Err(Fault::new(
            format!("{a} and {b}"),
            "two float arrays of one type and one rank of 3 to 5",
            "The input has to be (batch, spatial axes, channels); add a channel axis, or cast.",
        ));
    }
    Ok(())
}

/// The convolution's result as a node.
pub(crate) fn conv(op: &Conv, x: &Var, kernel: &Var) -> Var {
    x.builder()
        .apply(Op::Conv(op.clone()), &[x, kernel])
        .swap_remove(0)
}

/// Its gradient by the input as a node.
pub(crate) fn input_grad(op: &Conv, input: &[usize], kernel: &Var, dy: &Var) -> Var {
    let op = ConvInputGrad {
        conv: op.clone(),
        input: input.to_vec(),
    };
    dy.builder()
        .apply(Op::ConvInputGrad(op), &[kernel, dy])
        .swap_remove(0)
}

/// Its gradient by the kernel as a node.
pub(crate) fn kernel_grad(op: &Conv, kernel: &[usize], x: &Var, dy: &Var) -> Var {
    let op = ConvKernelGrad {
        conv: op.clone(),
        kernel: kernel.to_vec(),
    };
    dy.builder()
        .apply(Op::ConvKernelGrad(op), &[x, dy])
        .swap_remove(0)
}

/// A convolution for cases.
pub(crate) fn geometry(
    strides: &[usize],
    dilation: &[usize],
    padding: &[(usize, usize)],
    groups: usize,
) -> Conv {
    Conv {
        strides: strides.to_vec(),
        dilation: dilation.to_vec(),
        padding: padding.to_vec(),
        groups,
    }
}

/// Names, geometry, shapes of input and kernel: what all three convolution ops are checked with.
pub(crate) fn geometries() -> Vec<(&'static str, Conv, Vec<usize>, Vec<usize>)> {
    let g = geometry;
    vec![
        (
            "one axis",
            g(&[1], &[1], &[(0, 0)], 1),
            vec![2, 7, 3],
            vec![3, 3, 4],
        ),
        (
            "one axis, stride, padding",
            g(&[2], &[1], &[(1, 2)], 1),
            vec![2, 7, 3],
            vec![3, 3, 4],
        ),
        (
            "one axis, causal, dilated",
            g(&[1], &[2], &[(4, 0)], 1),
            vec![2, 6, 2],
            vec![3, 2, 3],
        ),
        (
            "two axes",
            g(&[1, 1], &[1, 1], &[(1, 1), (1, 1)], 1),
            vec![2, 4, 5, 2],
            vec![3, 3, 2, 3],
        ),
        (
            "two axes, stride",
            g(&[2, 3], &[1, 1], &[(0, 1), (1, 1)], 1),
            vec![1, 6, 7, 2],
            vec![2, 3, 2, 2],
        ),
        (
            "two axes, dilated",
            g(&[1, 1], &[2, 3], &[(0, 0), (2, 1)], 1),
            vec![1, 5, 5, 2],
            vec![2, 2, 2, 2],
        ),
        (
            "one by one",
            g(&[1, 1], &[1, 1], &[(0, 0); 2], 1),
            vec![2, 3, 3, 4],
            vec![1, 1, 4, 5],
        ),
        (
            "groups",
            g(&[1, 1], &[1, 1], &[(1, 1); 2], 2),
            vec![1, 4, 4, 4],
            vec![3, 3, 2, 6],
        ),
        (
            "depthwise",
            g(&[2, 2], &[1, 1], &[(1, 0); 2], 3),
            vec![2, 5, 5, 3],
            vec![3, 3, 1, 6],
        ),
        (
            "three axes",
            g(&[1, 2, 1], &[1, 1, 2], &[(0, 0), (1, 1), (0, 1)], 1),
            vec![1, 3, 4, 4, 2],
            vec![2, 2, 2, 2, 2],
        ),
        (
            "three axes, groups",
            g(&[2, 1, 1], &[1, 2, 1], &[(1, 0), (1, 1), (0, 0)], 2),
            vec![1, 3, 4, 3, 4],
            vec![2, 2, 3, 2, 4],
        ),
        (
            "three axes, depthwise",
            g(&[1, 1, 2], &[1, 1, 1], &[(0, 0), (0, 1), (1, 1)], 2),
            vec![2, 2, 3, 4, 2],
            vec![2, 1, 3, 1, 4],
        ),
        (
            "input longer than the windows reach",
            g(&[3], &[1], &[(0, 0)], 1),
            vec![1, 9, 2],
            vec![2, 2, 2],
        ),
        (
            "three axes longer than the windows reach",
            g(&[3, 2, 2], &[1, 1, 1], &[(0, 0), (0, 0), (1, 0)], 1),
            vec![1, 4, 3, 4, 2],
            vec![2, 2, 2, 2, 2],
        ),
    ]
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let case = |(name, op, x, kernel): (&str, Conv, Vec<usize>, Vec<usize>)| {
        let feeds = vec![floats(&x), floats(&kernel)];
        Case::new(format!("conv/{name}"), feeds, move |v| {
            conv(&op, &v[0], &v[1])
        })
    };
    geometries().into_iter().map(case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DType;

    fn fault(op: &Conv, x: &[usize], kernel: &[usize]) -> Fault {
        op.types(&[Type::new(DType::F32, x), Type::new(DType::F32, kernel)])
            .unwrap_err()
    }

    #[test]
    fn a_kernel_longer_than_the_input_is_a_fault_with_a_mend() {
        let fault = fault(&geometry(&[1], &[1], &[(0, 0)], 1), &[2, 5, 3], &[8, 3, 4]);
        assert_eq!(
            fault.found,
            "input of 5 steps is shorter than the kernel's 8 (dilated 8)"
        );
        assert!(fault.mend.contains("kernel_size"));
        assert_eq!(fault.meant.unwrap()[0].shape, [2, 1, 4]);
    }

    #[test]
    fn channels_have_to_fit_the_groups() {
        let op = geometry(&[1], &[1], &[(0, 0)], 2);
        assert!(
            fault(&op, &[1, 5, 3], &[2, 1, 4])
                .found
                .contains("2 groups")
        );
        assert!(
            fault(&op, &[1, 5, 4], &[2, 4, 4])
                .expected
                .contains("2 input channels")
        );
        assert!(
            fault(&op, &[1, 5, 4], &[2, 2, 3])
                .found
                .contains("4 input channels")
        );
    }

    #[test]
    fn output_sizes_follow_the_usual_formula() {
        let op = geometry(&[2, 1], &[1, 2], &[(1, 1), (0, 0)], 1);
        assert_eq!(op.output_sizes(&[28, 9], &[3, 3]).unwrap(), [14, 5]);
        assert!(op.output_sizes(&[28], &[3]).is_err());
        assert!(
            geometry(&[0], &[1], &[(0, 0)], 1)
                .output_sizes(&[4], &[2])
                .is_err()
        );
    }
}
