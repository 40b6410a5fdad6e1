//! Running sum along an axis.

use crate::check::{Case, floats, ids};
use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type, Var};

/// A cumulative sum.
#[derive(Debug, Clone, PartialEq)]
pub struct CumSum {
    /// The axis.
    pub axis: usize,
    /// Leave each element out of its own sum.
    pub exclusive: bool,
    /// Sum from the end.
    pub reverse: bool,
}

impl Rule for CumSum {
    fn name(&self) -> &'static str {
        "CumSum"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        if self.axis >= x.rank() || x.dtype == DType::Bool {
            return Err(Fault::new(
                format!("axis {} of {x}", self.axis),
                "an axis of an array of numbers",
                "Choose an axis that the input has; cast truth values to int32.",
            )
            .meaning(x.clone()));
        }
        Ok(vec![x.clone()])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        Gradient::Of(vec![Some(cx.grad(0).cumsum(
            self.axis as isize,
            self.exclusive,
            !self.reverse,
        ))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let mut out = inputs[0].clone();
        let (n, inner) = (
            out.shape[self.axis],
            out.shape[self.axis + 1..].iter().product::<usize>(),
        );
        let outer: usize = out.shape[..self.axis].iter().product();
        for o in 0..outer {
            for i in 0..inner {
                let mut sum = 0.0;
                for step in 0..n {
                    let k = if self.reverse { n - 1 - step } else { step };
                    let slot = &mut out.data[(o * n + k) * inner + i];
                    let before = sum;
                    sum += *slot;
                    *slot = if self.exclusive { before } else { sum };
                }
            }
        }
        vec![out]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let mut list = vec![Case::new("cumsum/integers", vec![ids(&[2, 5], 5)], |x| {
        x[0].cumsum(1, false, false)
    })];
    for (axis, exclusive, reverse) in [
        (0, false, false),
        (1, true, false),
        (-1, false, true),
        (1, true, true),
    ] {
        let name = format!("cumsum/axis {axis}, exclusive {exclusive}, reverse {reverse}");
        let build = move |x: &[Var]| x[0].cumsum(axis, exclusive, reverse);
        list.push(Case::new(name, vec![floats(&[2, 4, 3])], build));
    }
    list
}
