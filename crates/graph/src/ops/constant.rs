//! A constant tensor written into the graph.

use std::sync::Arc;

use crate::check::{Case, floats};
use crate::{Builder, DType, Fault, GradContext, Gradient, Plain, Rule, Tensor, Type};

/// A value known when the graph is built.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    /// The value.
    pub value: Arc<Tensor>,
}

impl Rule for Constant {
    fn name(&self) -> &'static str {
        "Constant"
    }

    fn types(&self, _: &[Type]) -> Result<Vec<Type>, Fault> {
        Ok(vec![self.value.ty()])
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Of(vec![])
    }

    fn oracle(&self, _: &[&Plain], _: &[Type]) -> Vec<Plain> {
        vec![Plain::of(&self.value)]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let table = |b: &Builder| {
        b.constant(Tensor::from_f64(
            DType::F32,
            vec![2, 2],
            &[1.0, -2.0, 0.5, 4.0],
        ))
    };
    vec![
        Case::many("constant/factor", vec![floats(&[2, 2])], move |b, x| {
            vec![&x[0] * table(b), table(b)]
        }),
        Case::many("constant/scalar", vec![floats(&[3])], |b, x| {
            vec![&x[0] * b.scalar(2.5)]
        }),
    ]
}
