//! Reductions over axes: sum, product, largest, smallest.

use crate::check::{Case, away, bools, floats, ids, within};
use crate::{DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var, elements};

/// Which reduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // documented by the methods of `Var`
pub enum ReduceKind {
    Sum,
    Prod,
    Max,
    Min,
}

/// A reduction. Without elements, Sum is 0, Prod 1, Max -inf, Min inf.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduce {
    /// Which.
    pub kind: ReduceKind,
    /// Axes, sorted.
    pub axes: Vec<usize>,
    /// Keep reduced axes with size 1.
    pub keepdims: bool,
}

impl Reduce {
    /// The input's shape with reduced axes of size 1.
    fn kept(&self, shape: &[usize]) -> Vec<usize> {
        (0..shape.len())
            .map(|i| if self.axes.contains(&i) { 1 } else { shape[i] })
            .collect()
    }
}

impl Rule for Reduce {
    fn name(&self) -> &'static str {
        match self.kind {
            ReduceKind::Sum => "ReduceSum",
            ReduceKind::Prod => "ReduceProd",
            ReduceKind::Max => "ReduceMax",
            ReduceKind::Min => "ReduceMin",
        }
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        let rising = self.axes.windows(2).all(|pair| pair[0] < pair[1]);
        if !rising || self.axes.iter().any(|&a| a >= x.rank()) {
            return Err(Fault::new(
                format!("axes {:?} of shape {:?}", self.axes, x.shape),
                format!("rising axes below {}", x.rank()),
                "Choose axes that the input has.",
            ));
        }
        let mut shape = self.kept(&x.shape);
        if x.dtype == DType::Bool && matches!(self.kind, ReduceKind::Sum | ReduceKind::Prod) {
            let fault = Fault::new(
                x.to_string(),
                "numbers",
                "Cast truth values to int32 or float32 first.",
            );
            return Err(fault);
        }
        if !self.keepdims {
            shape = (0..x.rank())
                .filter(|i| !self.axes.contains(i))
                .map(|i| x.shape[i])
                .collect();
        }
        Ok(vec![Type::new(x.dtype, shape)])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let x = &cx.inputs[0];
        let kept = self.kept(&x.shape());
        let wide = |v: &Var| v.reshape(&kept).broadcast_to(&x.shape());
        let g = wide(&cx.grad(0));
        let dx = match self.kind {
            ReduceKind::Sum => g,
            // Ties share the gradient equally, as in JAX.
            ReduceKind::Max | ReduceKind::Min => {
                let hit = x.eq_to(&wide(&cx.outputs[0])).cast(x.dtype());
                let axes: Vec<isize> = self.axes.iter().map(|&a| a as isize).collect();
                let count = hit.sum(&axes, true).broadcast_to(&x.shape());
                g * hit / count
            }
            ReduceKind::Prod => return self.prod_grad(x, &cx.grad(0), &kept),
        };
        Gradient::Of(vec![Some(dx)])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        let kept = self.kept(&x.shape);
        let start = match self.kind {
            ReduceKind::Sum => 0.0,
            ReduceKind::Prod => 1.0,
            ReduceKind::Max => f64::NEG_INFINITY,
            ReduceKind::Min => f64::INFINITY,
        };
        let mut out = Plain::full(&kept, start);
        let slots = Plain::new(
            kept.clone(),
            (0..elements(&kept)).map(|i| i as f64).collect(),
        );
        for (i, &v) in x.data.iter().enumerate() {
            let slot = &mut out.data[slots.broadcast_at(&x.shape, i) as usize];
            *slot = match self.kind {
                ReduceKind::Sum => *slot + v,
                ReduceKind::Prod => *slot * v,
                _ if v.is_nan() || slot.is_nan() => f64::NAN,
                ReduceKind::Max => slot.max(v),
                ReduceKind::Min => slot.min(v),
            };
        }
        if !self.keepdims {
            out.shape = (0..x.shape.len())
                .filter(|i| !self.axes.contains(i))
                .map(|i| x.shape[i])
                .collect();
        }
        vec![out]
    }
}

impl Reduce {
    /// d prod / dx_i = product of the others: by leaving each element out through running products, so
    /// that a zero among the factors is handled.
    fn prod_grad(&self, x: &Var, g: &Var, kept: &[usize]) -> Gradient {
        let shape = x.shape();
        let others: Vec<usize> = (0..shape.len())
            .filter(|i| !self.axes.contains(i))
            .collect();
        let perm: Vec<usize> = others.iter().chain(&self.axes).copied().collect();
        let rows: usize = others.iter().map(|&i| shape[i]).product();
        let n: usize = self.axes.iter().map(|&i| shape[i]).product();
        let flat = x.transpose(&perm).reshape(&[rows, 1, n]);
        let eye = crate::ops::eye(x.builder(), x.dtype(), n);
        // (rows, n, n): row i holds all factors but the i-th, which is replaced by 1.
        let left_out = eye
            .gt(&eye.scalar_like(0.5))
            .select(&eye, &flat.broadcast_to(&[rows, n, n]));
        let each = left_out.prod(&[2], false);
        let inner: Vec<usize> = perm.iter().map(|&i| shape[i]).collect();
        let mut inverse = vec![0; perm.len()];
        perm.iter().enumerate().for_each(|(i, &p)| inverse[p] = i);
        let each = each.reshape(&inner).transpose(&inverse);
        Gradient::Of(vec![Some(each * g.reshape(kept).broadcast_to(&shape))])
    }
}

/// Cases for gradients and engines: every kind over first, middle, last, several and all axes.
pub fn cases() -> Vec<Case> {
    let mut list = vec![];
    for kind in [
        ReduceKind::Sum,
        ReduceKind::Prod,
        ReduceKind::Max,
        ReduceKind::Min,
    ] {
        for axes in [
            vec![0],
            vec![1],
            vec![2],
            vec![0, 2],
            vec![1, 2],
            vec![0, 1, 2],
            vec![],
        ] {
            for keepdims in [false, true] {
                let op = Reduce {
                    kind,
                    axes: axes.clone(),
                    keepdims,
                };
                let name = format!(
                    "reduce/{} {axes:?}{}",
                    op.name(),
                    if keepdims { " kept" } else { "" }
                );
                let feeds = vec![within(&[2, 3, 4], 0.5, 1.6)];
                list.push(Case::many(name, feeds, move |b, x| {
                    b.apply(Op::Reduce(op.clone()), &[&x[0]])
                }));
            }
        }
    }
    list.push(Case::new(
        "reduce/long rows",
        vec![floats(&[5, 301])],
        |x| x[0].sum(&[1], false),
    ));
    list.push(Case::new(
        "reduce/long columns",
        vec![floats(&[301, 5])],
        |x| x[0].sum(&[0], false),
    ));
    list.push(Case::new(
        "reduce/product with a zero",
        vec![away(&[4], &[0.0])],
        |x| {
            Var::concat(&[&x[0], &x[0].slice(0, 0, 1).zeros_like()], 0)
                .reshape(&[5])
                .prod(&[0], false)
                + x[0].prod(&[0], false)
        },
    ));
    list.push(Case::new("reduce/mean", vec![floats(&[3, 4])], |x| {
        x[0].mean(&[-1], true)
    }));
    list.push(Case::many(
        "reduce/integers",
        vec![ids(&[3, 4], 6)],
        |_, x| {
            let x = &x[0];
            vec![
                x.sum(&[0], false),
                x.prod(&[1], false),
                x.max(&[1], false),
                x.min(&[0, 1], true),
            ]
        },
    ));
    list.push(Case::many(
        "reduce/any and all",
        vec![bools(&[3, 4])],
        |_, x| vec![x[0].max(&[1], false), x[0].min(&[0], false)],
    ));
    list
}
