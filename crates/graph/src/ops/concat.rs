//! Values joined along an axis.

use crate::check::{Case, floats, ids};
use crate::{Fault, GradContext, Gradient, Plain, Rule, Type, Var, elements};

/// A concatenation.
#[derive(Debug, Clone, PartialEq)]
pub struct Concat {
    /// The axis.
    pub axis: usize,
}

impl Rule for Concat {
    fn name(&self) -> &'static str {
        "Concat"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let Some(first) = inputs.first() else {
            return Err(Fault::new(
                "no values",
                "one or more values to join",
                "Give the values to join.",
            ));
        };
        if self.axis >= first.rank() {
            let found = format!("axis {} of shape {:?}", self.axis, first.shape);
            return Err(Fault::new(
                found,
                "an axis that the values have",
                "Choose an axis of the values.",
            ));
        }
        let at = |ty: &Type| ty.shape.get(self.axis).copied().unwrap_or(1);
        let mut ty = first.clone();
        ty.shape[self.axis] = inputs.iter().fold(0, |n: usize, t| n.saturating_add(at(t)));
        let fits = |t: &Type| {
            let others = |i: usize| i == self.axis || t.shape[i] == first.shape[i];
            t.dtype == first.dtype && t.rank() == first.rank() && (0..t.rank()).all(others)
        };
        match inputs.iter().find(|t| !fits(t)) {
            None => Ok(vec![ty]),
            Some(other) => Err(Fault::new(
                format!("{first} and {other} to join along axis {}", self.axis),
                "one type, and equal sizes along all other axes",
                "Make the other axes agree, or join along another axis.",
            )
            .meaning(ty)),
        }
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (g, mut at) = (cx.grad(0), 0);
        let part = |(x, need): (&Var, &bool)| {
            let start = at;
            at += x.dim(self.axis as isize);
            need.then(|| g.slice(self.axis as isize, start, at))
        };
        Gradient::Of(cx.inputs.iter().zip(cx.needs).map(part).collect())
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let mut shape = inputs[0].shape.clone();
        shape[self.axis] = inputs.iter().map(|x| x.shape[self.axis]).sum();
        let outer: usize = shape[..self.axis].iter().product();
        let mut data = Vec::with_capacity(elements(&shape));
        for o in 0..outer {
            for x in inputs {
                let run: usize = x.shape[self.axis..].iter().product();
                data.extend_from_slice(&x.data[o * run..][..run]);
            }
        }
        vec![Plain::new(shape, data)]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let join =
        |axis: isize| move |x: &[Var]| Var::concat(&x.iter().collect::<Vec<_>>(), axis).square();
    vec![
        Case::new(
            "concat/first axis",
            vec![floats(&[2, 3]), floats(&[1, 3])],
            join(0),
        ),
        Case::new(
            "concat/last axis",
            vec![floats(&[2, 3]), floats(&[2, 1]), floats(&[2, 2])],
            join(-1),
        ),
        Case::new(
            "concat/middle axis",
            vec![floats(&[2, 1, 3]), floats(&[2, 4, 3])],
            join(1),
        ),
        Case::new("concat/one value twice", vec![floats(&[2, 2])], |x| {
            Var::concat(&[&x[0], &x[0]], 1)
        }),
        Case::new("concat/one value", vec![floats(&[2, 2])], join(0)),
        Case::new("concat/integers", vec![ids(&[2], 5), ids(&[3], 5)], join(0)),
    ]
}
