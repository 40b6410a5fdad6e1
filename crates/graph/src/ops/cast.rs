//! The same values in another element type.
//!
//! Float to integer truncates toward zero; anything to bool is `!= 0`; bf16 rounds to even.

use crate::check::{Case, away, bools, floats, ids};
use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type, bf16_to_f32, f32_to_bf16};

/// A conversion of element type.
#[derive(Debug, Clone, PartialEq)]
pub struct Cast {
    /// The new type.
    pub dtype: DType,
}

impl Rule for Cast {
    fn name(&self) -> &'static str {
        "Cast"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        Ok(vec![Type::new(self.dtype, inputs[0].shape.clone())])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        if !self.dtype.is_float() {
            return Gradient::Missing("a cast to integers cuts the gradient".into());
        }
        Gradient::Of(vec![Some(cx.grad(0).cast(cx.inputs[0].dtype()))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let convert = |x: f64| match self.dtype {
            DType::F32 | DType::F64 => x,
            DType::BF16 => f64::from(bf16_to_f32(f32_to_bf16(x as f32))),
            DType::Bool => f64::from(x != 0.0),
            DType::I32 => f64::from(x as i32),
            DType::I64 => x as i64 as f64,
            DType::U8 => f64::from(x as u8),
        };
        vec![Plain::new(
            inputs[0].shape.clone(),
            inputs[0].data.iter().map(|&x| convert(x)).collect(),
        )]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    use DType::*;
    let halves: Vec<f64> = (-2..=2).map(f64::from).collect();
    vec![
        Case::many("cast/from floats", vec![away(&[11], &halves)], |_, x| {
            vec![
                x[0].cast(I32),
                x[0].cast(I64),
                x[0].cast(Bool),
                x[0].abs().cast(U8),
            ]
        }),
        Case::new("cast/whole part", vec![away(&[11], &halves)], |x| {
            x[0].cast(I32).cast(F32)
        })
        .flat(&[0]),
        Case::many("cast/from integers", vec![ids(&[11], 4)], |_, x| {
            vec![
                x[0].cast(F32),
                x[0].cast(I64),
                x[0].cast(Bool),
                x[0].cast(U8),
                x[0].cast(U8).cast(F32),
            ]
        }),
        Case::many("cast/from truth values", vec![bools(&[11])], |_, x| {
            vec![x[0].cast(F32), x[0].cast(I32)]
        }),
        Case::new("cast/through bfloat16", vec![floats(&[13])], |x| {
            x[0].cast(BF16).cast(F32)
        })
        .rounds(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check_gradient;

    #[test]
    fn gradient_passes_between_floats() {
        let case = Case::new("cast/f64", vec![floats(&[5])], |x| {
            x[0].cast(DType::F64).exp().cast(DType::F32)
        });
        check_gradient(&case).unwrap();
    }
}
