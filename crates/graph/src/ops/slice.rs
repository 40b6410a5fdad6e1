//! A box of elements: `start..stop` by `step` along every axis.

use crate::check::{Case, floats, ids};
use crate::ops::Pad;
use crate::shape::indices;
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type, row_major_strides};

/// A slice with positive steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// First index per axis.
    pub start: Vec<usize>,
    /// End (exclusive) per axis.
    pub stop: Vec<usize>,
    /// Step per axis, 1 or more.
    pub step: Vec<usize>,
}

impl Rule for Slice {
    fn name(&self) -> &'static str {
        "Slice"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        let rank = x.rank();
        if [self.start.len(), self.stop.len(), self.step.len()] != [rank; 3] {
            return Err(Fault::new(
                format!(
                    "{} starts, {} stops, {} steps",
                    self.start.len(),
                    self.stop.len(),
                    self.step.len()
                ),
                format!("one of each per axis of {:?}", x.shape),
                "Give every axis a start, a stop and a step.",
            ));
        }
        let fits = |i: usize| {
            self.start[i] <= self.stop[i] && self.stop[i] <= x.shape[i] && self.step[i] > 0
        };
        let size = |i: usize| {
            self.stop[i]
                .min(x.shape[i])
                .saturating_sub(self.start[i])
                .div_ceil(self.step[i].max(1))
        };
        let ty = Type::new(x.dtype, (0..rank).map(size).collect::<Vec<_>>());
        match (0..rank).find(|&i| !fits(i)) {
            None => Ok(vec![ty]),
            Some(i) => Err(Fault::new(
                format!(
                    "elements {}..{} by {} of axis {i}",
                    self.start[i], self.stop[i], self.step[i]
                ),
                format!("a range within 0..{} and a step of 1 or more", x.shape[i]),
                "Slice within the axis.",
            )
            .meaning(ty)),
        }
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (from, to) = (cx.inputs[0].shape(), cx.outputs[0].shape());
        let span = |i: usize| {
            if to[i] == 0 {
                0
            } else {
                (to[i] - 1) * self.step[i] + 1
            }
        };
        let pad = Pad {
            low: self.start.clone(),
            high: (0..from.len())
                .map(|i| from[i] - self.start[i] - span(i))
                .collect(),
            inner: (0..from.len())
                .map(|i| if to[i] > 1 { self.step[i] - 1 } else { 0 })
                .collect(),
            value: 0.0,
        };
        Gradient::Of(
            cx.grad(0)
                .builder()
                .apply(Op::Pad(pad), &[&cx.grad(0)])
                .into_iter()
                .map(Some)
                .collect(),
        )
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        let size = |i: usize| (self.stop[i] - self.start[i]).div_ceil(self.step[i]);
        let shape: Vec<usize> = (0..x.shape.len()).map(size).collect();
        let strides = row_major_strides(&x.shape);
        let place = |index: &[usize]| -> usize {
            (0..index.len())
                .map(|i| (self.start[i] + index[i] * self.step[i]) * strides[i])
                .sum()
        };
        let data = indices(&shape).map(|index| x.data[place(&index)]).collect();
        vec![Plain::new(shape, data)]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    vec![
        Case::new("slice/rows", vec![floats(&[5, 3])], |x| x[0].slice(0, 1, 4)),
        Case::new("slice/columns", vec![floats(&[5, 4])], |x| {
            x[0].slice(-1, 2, 4)
        }),
        Case::new("slice/steps", vec![floats(&[7, 6])], |x| {
            x[0].slice_axes(&[1, 0], &[7, 5], &[3, 2])
        }),
        Case::new("slice/three axes", vec![floats(&[3, 4, 5])], |x| {
            x[0].slice_axes(&[0, 1, 2], &[3, 3, 5], &[2, 1, 2])
        }),
        Case::new("slice/integers", vec![ids(&[9], 5)], |x| {
            x[0].slice(0, 3, 7)
        }),
    ]
}
