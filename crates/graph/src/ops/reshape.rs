//! The same elements, in the same order, in another shape.

use crate::check::{Case, floats};
use crate::{Fault, GradContext, Gradient, Plain, Rule, Type, elements};

/// A reshape.
#[derive(Debug, Clone, PartialEq)]
pub struct Reshape {
    /// The new shape, of as many elements.
    pub shape: Vec<usize>,
}

impl Rule for Reshape {
    fn name(&self) -> &'static str {
        "Reshape"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let ty = Type::new(inputs[0].dtype, self.shape.clone());
        let (n, m) = (inputs[0].elements(), elements(&self.shape));
        if n != m {
            return Err(Fault::new(
                format!("{n} elements of shape {:?}", inputs[0].shape),
                format!("{m} elements for shape {:?}", self.shape),
                "Choose a shape of as many elements.",
            )
            .meaning(ty));
        }
        Ok(vec![ty])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        Gradient::Of(vec![Some(cx.grad(0).reshape(&cx.inputs[0].shape()))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        vec![Plain::new(self.shape.clone(), inputs[0].data.clone())]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    vec![
        Case::new("reshape/flatten", vec![floats(&[2, 3, 4])], |x| {
            x[0].reshape(&[24])
        }),
        Case::new("reshape/regroup", vec![floats(&[2, 6])], |x| {
            x[0].reshape(&[3, 1, 4]).square()
        }),
        Case::new("reshape/scalar", vec![floats(&[1, 1])], |x| {
            x[0].reshape(&[])
        }),
        Case::new("reshape/of a transpose", vec![floats(&[2, 3])], |x| {
            x[0].transpose(&[1, 0]).reshape(&[6])
        }),
    ]
}
