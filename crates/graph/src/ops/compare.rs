//! Elementwise comparison with broadcasting; the result is bool.

use crate::check::{Case, floats, ids};
use crate::ops::binary::{broadcast_shape, zip};
use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type, Var};

/// Which comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // documented by the methods of `Var`
pub enum CompareKind {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl CompareKind {
    /// The comparison of two numbers.
    pub fn eval(self, a: f64, b: f64) -> bool {
        match self {
            CompareKind::Eq => a == b,
            CompareKind::Ne => a != b,
            CompareKind::Lt => a < b,
            CompareKind::Le => a <= b,
            CompareKind::Gt => a > b,
            CompareKind::Ge => a >= b,
        }
    }
}

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Compare {
    /// Which.
    pub kind: CompareKind,
}

impl Rule for Compare {
    fn name(&self) -> &'static str {
        match self.kind {
            CompareKind::Eq => "Equal",
            CompareKind::Ne => "NotEqual",
            CompareKind::Lt => "Less",
            CompareKind::Le => "LessEqual",
            CompareKind::Gt => "Greater",
            CompareKind::Ge => "GreaterEqual",
        }
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (a, b) = (&inputs[0], &inputs[1]);
        if a.dtype != b.dtype {
            return Err(Fault::new(
                format!("{a} and {b}"),
                "two values of one type",
                "Cast one of them.",
            )
            .meaning(Type::new(DType::Bool, a.shape.clone())));
        }
        let shape = broadcast_shape(a, b).map_err(|mut f| {
            f.meant
                .iter_mut()
                .flatten()
                .for_each(|t| t.dtype = DType::Bool);
            f
        })?;
        Ok(vec![Type::new(DType::Bool, shape)])
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Zero
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        vec![zip(inputs[0], inputs[1], |a, b| {
            f64::from(self.kind.eval(a, b))
        })]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let all = |x: &[Var]| {
        let (a, b) = (&x[0], &x[1]);
        vec![a.eq_to(b), a.ne_to(b), a.lt(b), a.le(b), a.gt(b), a.ge(b)]
    };
    vec![
        Case::many(
            "compare/floats",
            vec![floats(&[3, 4]), floats(&[4])],
            move |_, x| all(x),
        ),
        Case::many(
            "compare/integers",
            vec![ids(&[3, 4], 3), ids(&[3, 1], 3)],
            move |_, x| all(x),
        ),
        Case::new("compare/no gradient", vec![floats(&[9])], |x| {
            x[0].gt(&x[0].scalar_like(0.2)).cast(x[0].dtype())
        })
        .flat(&[0]),
    ]
}
