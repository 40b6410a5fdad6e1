//! Axes in another order: axis `i` of the result is axis `perm[i]` of the input.

use crate::check::{Case, floats, ids};
use crate::{Fault, GradContext, Gradient, Plain, Rule, Type, row_major_strides};

/// A permutation of axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Transpose {
    /// Input axis per output axis.
    pub perm: Vec<usize>,
}

impl Rule for Transpose {
    fn name(&self) -> &'static str {
        "Transpose"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        let mut sorted = self.perm.clone();
        sorted.sort_unstable();
        if sorted != (0..x.rank()).collect::<Vec<_>>() {
            return Err(Fault::new(
                format!("order {:?} for shape {:?}", self.perm, x.shape),
                "each axis once",
                "Name every axis of the input once.",
            ));
        }
        Ok(vec![Type::new(
            x.dtype,
            self.perm.iter().map(|&p| x.shape[p]).collect::<Vec<_>>(),
        )])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let mut inverse = vec![0; self.perm.len()];
        self.perm
            .iter()
            .enumerate()
            .for_each(|(i, &p)| inverse[p] = i);
        Gradient::Of(vec![Some(cx.grad(0).transpose(&inverse))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        let shape: Vec<usize> = self.perm.iter().map(|&p| x.shape[p]).collect();
        let (from, to) = (row_major_strides(&x.shape), row_major_strides(&shape));
        let at = |i: usize| {
            (0..shape.len())
                .map(|a| i / to[a] % shape[a] * from[self.perm[a]])
                .sum::<usize>()
        };
        let data = (0..x.data.len()).map(|i| x.data[at(i)]).collect();
        vec![Plain::new(shape, data)]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let case = |shape: &[usize], perm: &'static [usize]| {
        Case::new(
            format!("transpose/{perm:?}"),
            vec![floats(shape)],
            move |x| x[0].transpose(perm),
        )
    };
    vec![
        case(&[3, 5], &[1, 0]),
        case(&[2, 3, 4], &[2, 0, 1]),
        case(&[2, 3, 4], &[0, 2, 1]),
        case(&[2, 3, 2, 2], &[0, 2, 1, 3]),
        case(&[2, 3, 2, 2], &[3, 2, 1, 0]),
        Case::new("transpose/integers", vec![ids(&[3, 4], 9)], |x| {
            x[0].transpose(&[1, 0])
        }),
    ]
}
