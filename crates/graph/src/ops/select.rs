//! `condition ? a : b`, elementwise with broadcasting.

use crate::check::{Case, bools, floats, ids};
use crate::ops::binary::{broadcast_shape, unbroadcast};
use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type, Var, broadcast, elements};

/// Chooses between two values; inputs: condition (bool), a, b.
#[derive(Debug, Clone, PartialEq)]
pub struct Select;

impl Rule for Select {
    fn name(&self) -> &'static str {
        "Select"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (c, a, b) = (&inputs[0], &inputs[1], &inputs[2]);
        if c.dtype != DType::Bool || a.dtype != b.dtype {
            let found = format!("condition {c}, values {a} and {b}");
            return Err(Fault::new(
                found,
                "a bool condition and two values of one type",
                "Cast them.",
            )
            .meaning(a.clone()));
        }
        let ab = Type::new(a.dtype, broadcast_shape(a, b)?);
        Ok(vec![Type::new(a.dtype, broadcast_shape(&ab, c)?)])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (c, g) = (&cx.inputs[0], cx.grad(0));
        let zero = g.scalar_like(0.0);
        let da = cx.needs[1].then(|| unbroadcast(&c.select(&g, &zero), &cx.inputs[1].shape()));
        let db = cx.needs[2].then(|| unbroadcast(&c.select(&zero, &g), &cx.inputs[2].shape()));
        Gradient::Of(vec![None, da, db])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (c, a, b) = (inputs[0], inputs[1], inputs[2]);
        let shape = broadcast(&a.shape, &b.shape)
            .and_then(|s| broadcast(&s, &c.shape))
            .unwrap_or_default();
        let pick = |i| {
            let from = if c.broadcast_at(&shape, i) != 0.0 {
                a
            } else {
                b
            };
            from.broadcast_at(&shape, i)
        };
        let data = (0..elements(&shape)).map(pick).collect();
        vec![Plain { shape, data }]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let select = |x: &[Var]| x[0].select(&x[1], &x[2]);
    vec![
        Case::new(
            "select/plain",
            vec![bools(&[4, 5]), floats(&[4, 5]), floats(&[4, 5])],
            select,
        ),
        Case::new(
            "select/broadcast condition",
            vec![bools(&[4, 1]), floats(&[4, 5]), floats(&[4, 5])],
            select,
        ),
        Case::new(
            "select/broadcast values",
            vec![bools(&[4, 5]), floats(&[5]), floats(&[])],
            select,
        ),
        Case::new(
            "select/integers",
            vec![bools(&[6]), ids(&[6], 9), ids(&[6], 9)],
            select,
        ),
        Case::new(
            "select/truth values",
            vec![bools(&[6]), bools(&[6]), bools(&[1])],
            select,
        ),
    ]
}
