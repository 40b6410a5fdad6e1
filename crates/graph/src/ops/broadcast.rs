//! Repeats a value over new leading axes and axes of size 1.

use crate::check::{Case, bools, floats};
use crate::ops::binary::unbroadcast;
use crate::{Fault, GradContext, Gradient, Plain, Rule, Type, broadcast, elements};

/// A broadcast to a shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Broadcast {
    /// The new shape.
    pub shape: Vec<usize>,
}

impl Rule for Broadcast {
    fn name(&self) -> &'static str {
        "Broadcast"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let ty = Type::new(inputs[0].dtype, self.shape.clone());
        if broadcast(&inputs[0].shape, &self.shape).as_ref() != Some(&self.shape) {
            return Err(Fault::new(
                format!("shape {:?}", inputs[0].shape),
                format!("a shape that broadcasts to {:?}", self.shape),
                "Equal sizes or 1, counted from the last axis.",
            )
            .meaning(ty));
        }
        Ok(vec![ty])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        Gradient::Of(vec![Some(unbroadcast(&cx.grad(0), &cx.inputs[0].shape()))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let data = (0..elements(&self.shape))
            .map(|i| inputs[0].broadcast_at(&self.shape, i))
            .collect();
        vec![Plain::new(self.shape.clone(), data)]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let case = |from: &[usize], to: &'static [usize]| {
        Case::new(
            format!("broadcast/{from:?} to {to:?}"),
            vec![floats(from)],
            move |x| x[0].broadcast_to(to),
        )
    };
    vec![
        case(&[], &[3, 2]),
        case(&[4], &[3, 4]),
        case(&[3, 1], &[3, 4]),
        case(&[1, 3, 1], &[2, 2, 3, 4]),
        Case::new("broadcast/truth values", vec![bools(&[3, 1])], |x| {
            x[0].broadcast_to(&[3, 2])
        }),
    ]
}
