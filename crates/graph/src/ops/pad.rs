//! Cells of one value around and between the elements; the gradient of a slice.

use crate::check::{Case, floats, ids};
use crate::shape::{TOO_MANY, indices};
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type, row_major_strides};

/// Padding: per axis `low` cells before, `high` after, `inner` between neighbouring elements.
#[derive(Debug, Clone, PartialEq)]
pub struct Pad {
    /// Cells before.
    pub low: Vec<usize>,
    /// Cells after.
    pub high: Vec<usize>,
    /// Cells between neighbours.
    pub inner: Vec<usize>,
    /// Value of the cells.
    pub value: f64,
}

impl Pad {
    /// Sizes after padding; `None` when one is beyond counting.
    fn sizes(&self, shape: &[usize]) -> Option<Vec<usize>> {
        let known = |list: &[usize]| list.iter().all(|&n| n < TOO_MANY);
        if !known(&self.low) || !known(&self.high) || !known(&self.inner) {
            return None;
        }
        let size = |i: usize| {
            let inner = shape[i].saturating_sub(1).checked_mul(self.inner[i])?;
            shape[i]
                .checked_add(inner)?
                .checked_add(self.low[i])?
                .checked_add(self.high[i])
        };
        (0..shape.len()).map(size).collect()
    }
}

impl Rule for Pad {
    fn name(&self) -> &'static str {
        "Pad"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        if [self.low.len(), self.high.len(), self.inner.len()] != [x.rank(); 3] {
            return Err(Fault::new(
                format!("padding of {} axes for shape {:?}", self.low.len(), x.shape),
                format!("padding of {} axes", x.rank()),
                "Give every axis its padding, 0 where there is none.",
            ));
        }
        match self.sizes(&x.shape) {
            Some(shape) => Ok(vec![Type::new(x.dtype, shape)]),
            None => Err(Fault::new(
                format!("padding {:?} and {:?}", self.low, self.high),
                "sizes that fit in memory",
                "Pad by fewer cells.",
            )
            .meaning(x.clone())),
        }
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (from, g) = (cx.inputs[0].shape(), cx.grad(0));
        let span = |i: usize| {
            if from[i] == 0 {
                0
            } else {
                (from[i] - 1) * (self.inner[i] + 1) + 1
            }
        };
        let stop: Vec<usize> = (0..from.len()).map(|i| self.low[i] + span(i)).collect();
        let step: Vec<usize> = self.inner.iter().map(|n| n + 1).collect();
        Gradient::Of(vec![Some(g.slice_axes(&self.low, &stop, &step))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        let mut out = Plain::full(&self.sizes(&x.shape).unwrap_or_default(), self.value);
        let strides = row_major_strides(&out.shape);
        for (value, index) in x.data.iter().zip(indices(&x.shape)) {
            let at = |i: usize| (self.low[i] + index[i] * (self.inner[i] + 1)) * strides[i];
            out.data[(0..index.len()).map(at).sum::<usize>()] = *value;
        }
        vec![out]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    vec![
        Case::new("pad/around", vec![floats(&[3, 2])], |x| {
            x[0].pad(&[1, 0], &[2, 3], 0.0).square()
        }),
        Case::new("pad/with a value", vec![floats(&[3])], |x| {
            x[0].pad(&[2], &[1], -1.5)
        }),
        Case::many("pad/between", vec![floats(&[3, 2])], |b, x| {
            let op = Pad {
                low: vec![1, 0],
                high: vec![0, 2],
                inner: vec![2, 1],
                value: 0.5,
            };
            b.apply(Op::Pad(op), &[&x[0]])
        }),
        Case::new("pad/integers", vec![ids(&[2, 2], 5)], |x| {
            x[0].pad(&[0, 1], &[1, 0], 7.0)
        }),
    ]
}
