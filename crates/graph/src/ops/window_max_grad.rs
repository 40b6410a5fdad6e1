//! Gradient of max pooling: each window's gradient goes to its first largest cell.
//!
//!   inputs: x (B, S.., C), dy (B, S'.., C) -> (B, S.., C)

use crate::check::{Case, floats};
use crate::ops::window::geometries;
use crate::ops::{Window, WindowKind};
use crate::shape::indices;
use crate::{Builder, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// Gradient of a max window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowMaxGrad {
    /// The window of the forward op.
    pub window: Window,
}

impl WindowMaxGrad {
    /// What each window's winning cell holds in `g`: cell by cell of the window, the first that equals the largest.
    fn pick(&self, x: &Var, g: &Var) -> Var {
        let w = &self.window;
        let largest = x
            .builder()
            .apply(Op::Window(w.clone()), &[x])
            .swap_remove(0);
        let low = [
            &[0],
            &w.padding.iter().map(|p| p.0).collect::<Vec<_>>()[..],
            &[0],
        ]
        .concat();
        let high = [
            &[0],
            &w.padding.iter().map(|p| p.1).collect::<Vec<_>>()[..],
            &[0],
        ]
        .concat();
        let (x, g) = (
            x.pad(&low, &high, f64::NEG_INFINITY),
            g.pad(&low, &high, 0.0),
        );
        let (shape, n) = (largest.shape(), w.size.len());
        let step = [&[1], &w.strides[..], &[1]].concat();
        let mut picked = largest.zeros_like();
        let mut open = picked.eq_to(&picked);
        for tap in indices(&w.size) {
            let start = [&[0], &tap[..], &[0]].concat();
            let last = |i: usize| start[i] + shape[i].saturating_sub(1) * step[i];
            let stop: Vec<usize> = (0..n + 2)
                .map(|i| last(i) + usize::from(shape[i] > 0))
                .collect();
            let cell = |v: &Var| v.slice_axes(&start, &stop, &step);
            let hit = cell(&x).eq_to(&largest).and(&open);
            picked = hit.select(&cell(&g), &picked);
            open = open.and(&hit.not());
        }
        picked
    }
}

impl Rule for WindowMaxGrad {
    fn name(&self) -> &'static str {
        "WindowMaxGrad"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (x, dy) = (&inputs[0], &inputs[1]);
        let expected = self.window.types(&inputs[..1])?;
        if *dy != expected[0] {
            let found = format!("gradient {dy}");
            let fault = Fault::new(
                found,
                expected[0].to_string(),
                "Give the gradient the type of the result.",
            );
            return Err(fault.meaning(x.clone()));
        }
        Ok(vec![x.clone()])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let ddy = cx.needs[1].then(|| self.pick(&cx.inputs[0], &cx.grad(0)));
        Gradient::Of(vec![None, ddy])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (x, dy) = (inputs[0], inputs[1]);
        let mut dx = Plain::full(&x.shape, 0.0);
        self.window.windows(&x.shape, &dy.shape, |at, cells| {
            if let Some(cell) = Window::winner(&x.data, cells) {
                dx.data[cell] += dy.data[at];
            }
        });
        vec![dx]
    }
}

/// Cases for gradients and engines; moving x a little moves no winner, so the gradient by x is zero.
pub fn cases() -> Vec<Case> {
    let case = |(name, window, x): (&str, Window, Vec<usize>)| {
        let n = x.len() - 2;
        let sizes = window.output_sizes(&x[1..=n]).unwrap_or_default();
        let dy = [&x[..1], &sizes, &x[n + 1..]].concat();
        let op = WindowMaxGrad { window };
        let build =
            move |b: &Builder, v: &[Var]| b.apply(Op::WindowMaxGrad(op.clone()), &[&v[0], &v[1]]);
        Case::many(
            format!("window_max_grad/{name}"),
            vec![floats(&x), floats(&dy)],
            build,
        )
        .flat(&[0])
    };
    let mut list: Vec<Case> = geometries(WindowKind::Max).into_iter().map(case).collect();
    list.push(Case::many(
        "window_max_grad/ties",
        vec![floats(&[1, 2, 1])],
        |b, v| {
            let kind = WindowKind::Max;
            let window = Window {
                kind,
                size: vec![2],
                strides: vec![1],
                padding: vec![(0, 0)],
            };
            let equal = b.scalar(3.0).broadcast_to(&[1, 3, 1]);
            b.apply(
                Op::WindowMaxGrad(WindowMaxGrad { window }),
                &[&equal, &v[0]],
            )
        },
    ));
    list
}
