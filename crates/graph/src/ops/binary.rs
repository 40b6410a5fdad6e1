//! Elementwise functions of two values, with NumPy's broadcasting.
//!
//! Integers: quotients truncate toward zero, and a quotient or remainder by zero is zero.

use crate::check::{Case, away, bools, floats, ids, within};
use crate::{DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var, broadcast, elements};

/// Which function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // documented by the methods of `Var`
pub enum BinaryKind {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Max,
    Min,
    Rem,
    And,
    Or,
}

impl BinaryKind {
    /// Every function.
    pub const ALL: [BinaryKind; 10] = {
        use BinaryKind::*;
        [Add, Sub, Mul, Div, Pow, Max, Min, Rem, And, Or]
    };

    /// The function of floats, in f64.
    pub fn eval(self, a: f64, b: f64) -> f64 {
        use BinaryKind::*;
        match self {
            Add => a + b,
            Sub => a - b,
            Mul => a * b,
            Div => a / b,
            Pow => a.powf(b),
            Max if a.is_nan() || b.is_nan() => f64::NAN,
            Max => a.max(b),
            Min if a.is_nan() || b.is_nan() => f64::NAN,
            Min => a.min(b),
            Rem => a - (a / b).floor() * b,
            And => f64::from(a != 0.0 && b != 0.0),
            Or => f64::from(a != 0.0 || b != 0.0),
        }
    }
}

/// One elementwise function of two values.
#[derive(Debug, Clone, PartialEq)]
pub struct Binary {
    /// Which.
    pub kind: BinaryKind,
}

impl Rule for Binary {
    fn name(&self) -> &'static str {
        use BinaryKind::*;
        match self.kind {
            Add => "Add",
            Sub => "Sub",
            Mul => "Mul",
            Div => "Div",
            Pow => "Pow",
            Max => "Max",
            Min => "Min",
            Rem => "Rem",
            And => "And",
            Or => "Or",
        }
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let logical = matches!(self.kind, BinaryKind::And | BinaryKind::Or);
        let (a, b) = (&inputs[0], &inputs[1]);
        if logical != (a.dtype == DType::Bool) || a.dtype != b.dtype {
            let want = if logical {
                "two truth values"
            } else {
                "two numbers of one type"
            };
            return Err(
                Fault::new(format!("{a} and {b}"), want, "Cast one of them.").meaning(a.clone()),
            );
        }
        Ok(vec![Type::new(a.dtype, broadcast_shape(a, b)?)])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        use BinaryKind::*;
        let (a, b, y, g) = (&cx.inputs[0], &cx.inputs[1], &cx.outputs[0], cx.grad(0));
        let zero = g.scalar_like(0.0);
        let half = |first: Var, second: Var| {
            let tie = &g * 0.5;
            first.select(&g, &second.select(&zero, &tie))
        };
        let (da, db): (Var, Var) = match self.kind {
            Add => (g.clone(), g.clone()),
            Sub => (g.clone(), -&g),
            Mul => (&g * b, &g * a),
            Div => (&g / b, -(&g * y / b)),
            Pow => {
                let safe = a.gt(&zero).select(a, &zero.scalar_like(1.0));
                // A power of 0 is constant, also at a = 0.
                let one_less = b.eq_to(&zero).select(&b.ones_like(), &(b - 1.0));
                let da = &g * b * a.pow(&one_less);
                (da, a.gt(&zero).select(&(&g * y * safe.log()), &zero))
            }
            Max => (half(a.gt(b), a.lt(b)), half(b.gt(a), b.lt(a))),
            Min => (half(a.lt(b), a.gt(b)), half(b.lt(a), b.gt(a))),
            Rem => (g.clone(), -(&g * (a / b).floor())),
            And | Or => return Gradient::Zero,
        };
        let fit = |d: Var, x: &Var, i: usize| cx.needs[i].then(|| unbroadcast(&d, &x.shape()));
        Gradient::Of(vec![fit(da, a, 0), fit(db, b, 1)])
    }

    fn oracle(&self, inputs: &[&Plain], types: &[Type]) -> Vec<Plain> {
        let whole = !types[0].dtype.is_float();
        vec![zip(inputs[0], inputs[1], |a, b| match (whole, self.kind) {
            // Integers truncate toward zero; a division or remainder by zero is zero.
            (true, BinaryKind::Div | BinaryKind::Rem) if b == 0.0 => 0.0,
            (true, _) => self.kind.eval(a, b).trunc(),
            (false, _) => self.kind.eval(a, b),
        })]
    }
}

/// The broadcast shape of two inputs, or a fault.
pub(crate) fn broadcast_shape(a: &Type, b: &Type) -> Result<Vec<usize>, Fault> {
    broadcast(&a.shape, &b.shape).ok_or_else(|| {
        let longer = if a.rank() >= b.rank() { a } else { b };
        Fault::new(
            format!("shapes {:?} and {:?}", a.shape, b.shape),
            "shapes that broadcast: equal sizes or 1, counted from the last axis",
            "Reshape one of them, or make the layers before it agree.",
        )
        .meaning(longer.clone())
    })
}

/// Sums a gradient over the axes that broadcasting had repeated.
pub(crate) fn unbroadcast(grad: &Var, shape: &[usize]) -> Var {
    let found = grad.shape();
    if found == shape {
        return grad.clone();
    }
    let extra = found.len() - shape.len();
    let repeated = |i: usize| i < extra || (shape[i - extra] == 1 && found[i] != 1);
    let axes: Vec<isize> = (0..found.len())
        .filter(|&i| repeated(i))
        .map(|i| i as isize)
        .collect();
    grad.sum(&axes, true).reshape(shape)
}

/// Two arrays combined elementwise with broadcasting.
pub(crate) fn zip(a: &Plain, b: &Plain, f: impl Fn(f64, f64) -> f64) -> Plain {
    let shape = broadcast(&a.shape, &b.shape).unwrap_or_default();
    let at = |i| f(a.broadcast_at(&shape, i), b.broadcast_at(&shape, i));
    let data = (0..elements(&shape)).map(at).collect();
    Plain { shape, data }
}

/// Cases for gradients and engines: every function, and every way of broadcasting.
pub fn cases() -> Vec<Case> {
    use BinaryKind::*;
    let case = |kind: BinaryKind| {
        let name = format!("binary/{}", Binary { kind }.name());
        let feeds = match kind {
            Div => vec![floats(&[3, 4]), away(&[3, 4], &[0.0])],
            Pow => vec![within(&[3, 4], 0.3, 2.0), floats(&[3, 4])],
            Rem => vec![within(&[3, 4], 2.0, 2.9), within(&[3, 4], 0.7, 0.95)],
            And | Or => vec![bools(&[3, 4]), bools(&[3, 4])],
            _ => vec![floats(&[3, 4]), floats(&[3, 4])],
        };
        Case::many(name, feeds, move |b, x| {
            b.apply(Op::Binary(Binary { kind }), &[&x[0], &x[1]])
        })
    };
    let mut list: Vec<Case> = BinaryKind::ALL.into_iter().map(case).collect();
    let shapes: [(&[usize], &[usize]); 6] = [
        (&[3, 4], &[4]),
        (&[3, 4], &[3, 1]),
        (&[3, 1], &[1, 4]),
        (&[2, 3, 4], &[3, 1]),
        (&[], &[2, 2]),
        (&[1, 1, 2], &[3, 1]),
    ];
    for (a, b) in shapes {
        let feeds = vec![floats(a), floats(b)];
        list.push(Case::new(
            format!("binary/broadcast {a:?} {b:?}"),
            feeds,
            |x| &x[0] * &x[1] + &x[1],
        ));
    }
    list.push(Case::new(
        "binary/same value twice",
        vec![floats(&[5])],
        |x| &x[0] * &x[0],
    ));
    list.push(Case::new(
        "binary/square by power",
        vec![floats(&[5])],
        |x| x[0].pow(&x[0].scalar_like(2.0)),
    ));
    list.push(Case::many(
        "binary/integers",
        vec![ids(&[7], 9), ids(&[7], 4)],
        |_, x| {
            let b = &x[1] + 1.0;
            let (a, twelve) = (&x[0] - 4.0, x[0].scalar_like(12.0));
            vec![
                &a + &b,
                &a - &b,
                &a * &b,
                &a / &b,
                a.maximum(&b),
                a.minimum(&b),
                a.rem(&b),
                &twelve / &b,
            ]
        },
    ));
    list.push(Case::new(
        "binary/long chain",
        vec![floats(&[33, 40]), floats(&[40])],
        |x| {
            let y = &x[0] * 2.0 + &x[1];
            (&y - &x[1] * 0.5).maximum(&x[0]) * &y
        },
    ));
    list
}
