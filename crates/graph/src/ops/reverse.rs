//! Elements in reverse order along axes.

use crate::check::{Case, floats, ids};
use crate::shape::indices;
use crate::{Fault, GradContext, Gradient, Plain, Rule, Type, row_major_strides};

/// A reversal.
#[derive(Debug, Clone, PartialEq)]
pub struct Reverse {
    /// The axes.
    pub axes: Vec<usize>,
}

impl Rule for Reverse {
    fn name(&self) -> &'static str {
        "Reverse"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        if self.axes.iter().any(|&a| a >= x.rank()) {
            let found = format!("axes {:?} of shape {:?}", self.axes, x.shape);
            let fault = Fault::new(
                found,
                "axes that the input has",
                "Choose axes that the input has.",
            );
            return Err(fault.meaning(x.clone()));
        }
        Ok(vec![x.clone()])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let axes: Vec<isize> = self.axes.iter().map(|&a| a as isize).collect();
        Gradient::Of(vec![Some(cx.grad(0).reverse(&axes))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        let strides = row_major_strides(&x.shape);
        let flip = |i: usize, at: usize| {
            if self.axes.contains(&i) {
                x.shape[i] - 1 - at
            } else {
                at
            }
        };
        let place = |index: Vec<usize>| -> usize {
            index
                .iter()
                .enumerate()
                .map(|(i, &at)| flip(i, at) * strides[i])
                .sum()
        };
        let data = indices(&x.shape)
            .map(|index| x.data[place(index)])
            .collect();
        vec![Plain::new(x.shape.clone(), data)]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    vec![
        Case::new("reverse/first axis", vec![floats(&[4, 3])], |x| {
            x[0].reverse(&[0])
        }),
        Case::new("reverse/middle axis", vec![floats(&[2, 3, 2])], |x| {
            x[0].reverse(&[1])
        }),
        Case::new("reverse/two axes", vec![floats(&[2, 3, 4])], |x| {
            x[0].reverse(&[0, -1])
        }),
        Case::new("reverse/integers", vec![ids(&[7], 9)], |x| {
            x[0].reverse(&[0])
        }),
    ]
}
