//! Gradient of sum pooling: each window's gradient goes to all its cells.
//!
//!   input: dy (B, S'.., C) -> (B, S.., C)

use crate::check::{Case, floats};
use crate::ops::window::geometries;
use crate::ops::{Window, WindowKind};
use crate::{Builder, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// Gradient of a sum window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowSumGrad {
    /// The window of the forward op.
    pub window: Window,
    /// Spatial sizes of the forward input.
    pub input: Vec<usize>,
}

impl Rule for WindowSumGrad {
    fn name(&self) -> &'static str {
        "WindowSumGrad"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let dy = &inputs[0];
        let sizes = self.window.output_sizes(&self.input)?;
        if dy.rank() != sizes.len() + 2 || dy.shape[1..=sizes.len()] != sizes {
            let found = format!("gradient {dy} for an input of {:?}", self.input);
            let expected = format!("spatial sizes {sizes:?}");
            return Err(Fault::new(
                found,
                expected,
                "Give the gradient the shape of the result.",
            ));
        }
        let n = sizes.len();
        Ok(vec![Type::new(
            dy.dtype,
            [&dy.shape[..1], &self.input, &dy.shape[n + 1..]].concat(),
        )])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let g = cx.grad(0);
        let window = Op::Window(Window {
            kind: WindowKind::Sum,
            ..self.window.clone()
        });
        Gradient::Of(
            g.builder()
                .apply(window, &[&g])
                .into_iter()
                .map(Some)
                .collect(),
        )
    }

    fn oracle(&self, inputs: &[&Plain], types: &[Type]) -> Vec<Plain> {
        let dy = inputs[0];
        let shape = self
            .types(types)
            .map(|t| t[0].shape.clone())
            .unwrap_or_default();
        let mut dx = Plain::full(&shape, 0.0);
        self.window.windows(&shape, &dy.shape, |at, cells| {
            cells.iter().for_each(|&cell| dx.data[cell] += dy.data[at]);
        });
        vec![dx]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let case = |(name, window, x): (&str, Window, Vec<usize>)| {
        let n = x.len() - 2;
        let input = x[1..=n].to_vec();
        let sizes = window.output_sizes(&input).unwrap_or_default();
        let dy = [&x[..1], &sizes, &x[n + 1..]].concat();
        let op = WindowSumGrad { window, input };
        let build = move |b: &Builder, v: &[Var]| b.apply(Op::WindowSumGrad(op.clone()), &[&v[0]]);
        Case::many(format!("window_sum_grad/{name}"), vec![floats(&dy)], build)
    };
    geometries(WindowKind::Sum).into_iter().map(case).collect()
}
