//! Positions along one axis: 0, 1, 2, ...

use crate::check::{Case, floats};
use crate::{Builder, DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var, elements};

/// An array whose elements are their index along `axis`.
#[derive(Debug, Clone, PartialEq)]
pub struct Iota {
    /// Element type.
    pub dtype: DType,
    /// Shape.
    pub shape: Vec<usize>,
    /// The axis that counts.
    pub axis: usize,
}

impl Rule for Iota {
    fn name(&self) -> &'static str {
        "Iota"
    }

    fn types(&self, _: &[Type]) -> Result<Vec<Type>, Fault> {
        if self.axis >= self.shape.len() {
            let found = format!("axis {} of shape {:?}", self.axis, self.shape);
            return Err(Fault::new(
                found,
                "an axis of the shape",
                "Choose an axis of the shape.",
            ));
        }
        Ok(vec![Type::new(self.dtype, self.shape.clone())])
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Of(vec![])
    }

    fn oracle(&self, _: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let inner: usize = self.shape[self.axis + 1..].iter().product();
        let size = self.shape[self.axis];
        let data = (0..elements(&self.shape))
            .map(|i| (i / inner % size) as f64)
            .collect();
        vec![Plain::new(self.shape.clone(), data)]
    }
}

impl Builder {
    /// An array whose elements are their index along `axis`.
    pub fn iota(&self, dtype: DType, shape: &[usize], axis: usize) -> Var {
        self.apply(
            Op::Iota(Iota {
                dtype,
                shape: shape.to_vec(),
                axis,
            }),
            &[],
        )
        .swap_remove(0)
    }
}

/// The identity matrix of size n.
pub fn eye(builder: &Builder, dtype: DType, n: usize) -> Var {
    let index = |axis| builder.iota(DType::I32, &[n, n], axis);
    index(0).eq_to(&index(1)).cast(dtype)
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    vec![
        Case::many("iota/middle axis", vec![floats(&[2, 3, 2])], |b, x| {
            vec![
                &x[0] * b.iota(DType::F32, &[2, 3, 2], 1),
                b.iota(DType::I32, &[3, 4], 0),
            ]
        }),
        Case::many("iota/identity", vec![floats(&[3, 3])], |b, x| {
            vec![&x[0] * eye(b, DType::F32, 3)]
        }),
    ]
}
