//! Position of the largest or smallest element along an axis; the first one among equals.

use crate::check::{Case, floats, ids};
use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type};

/// Which extreme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ArgKind {
    Max,
    Min,
}

/// An arg-reduction; the result is int32 and the axis is dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct ArgReduce {
    /// Which extreme.
    pub kind: ArgKind,
    /// The axis.
    pub axis: usize,
}

impl Rule for ArgReduce {
    fn name(&self) -> &'static str {
        match self.kind {
            ArgKind::Max => "ArgMax",
            ArgKind::Min => "ArgMin",
        }
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        if x.shape.get(self.axis).is_none_or(|&n| n == 0) {
            let found = format!("axis {} of shape {:?}", self.axis, x.shape);
            return Err(Fault::new(
                found,
                "an axis with elements",
                "Choose an axis that the input has.",
            ));
        }
        let mut shape = x.shape.clone();
        shape.remove(self.axis);
        Ok(vec![Type::new(DType::I32, shape)])
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Zero
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        let outer: usize = x.shape[..self.axis].iter().product();
        let (n, inner) = (
            x.shape[self.axis],
            x.shape[self.axis + 1..].iter().product::<usize>(),
        );
        let mut data = Vec::with_capacity(outer * inner);
        for o in 0..outer {
            for i in 0..inner {
                let at = |k: usize| x.data[(o * n + k) * inner + i];
                let better = |k: usize, best: usize| match self.kind {
                    ArgKind::Max => at(k) > at(best),
                    ArgKind::Min => at(k) < at(best),
                };
                data.push((1..n).fold(0, |best, k| if better(k, best) { k } else { best }) as f64);
            }
        }
        let mut shape = x.shape.clone();
        shape.remove(self.axis);
        vec![Plain::new(shape, data)]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    vec![
        Case::many("arg_reduce/every axis", vec![floats(&[3, 4, 5])], |_, x| {
            vec![
                x[0].argmax(0),
                x[0].argmax(1),
                x[0].argmax(-1),
                x[0].argmin(0),
                x[0].argmin(1),
                x[0].argmin(2),
            ]
        }),
        Case::many("arg_reduce/ties", vec![ids(&[6, 7], 2)], |_, x| {
            vec![x[0].argmax(1), x[0].argmin(0)]
        }),
        Case::new("arg_reduce/no gradient", vec![floats(&[4, 3])], |x| {
            x[0].argmax(1).cast(DType::F32)
        })
        .flat(&[0]),
    ]
}
