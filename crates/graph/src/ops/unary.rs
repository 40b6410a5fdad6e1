//! Elementwise functions of one value.
//!
//! One table row per function: name, f64 meaning, derivative in ops.

use crate::check::{Case, away, bools, floats, ids, within};
use crate::{DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// Which function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // documented by the methods of `Var`
pub enum UnaryKind {
    Neg,
    Exp,
    Log,
    Log1p,
    Expm1,
    Tanh,
    Sigmoid,
    Relu,
    Softplus,
    Sqrt,
    Rsqrt,
    Recip,
    Square,
    Abs,
    Sign,
    Floor,
    Ceil,
    Round,
    Erf,
    Sin,
    Cos,
    Not,
    IsFinite,
    StopGradient,
}

impl UnaryKind {
    /// Every function.
    pub const ALL: [UnaryKind; 24] = {
        use UnaryKind::*;
        [
            Neg,
            Exp,
            Log,
            Log1p,
            Expm1,
            Tanh,
            Sigmoid,
            Relu,
            Softplus,
            Sqrt,
            Rsqrt,
            Recip,
            Square,
            Abs,
            Sign,
            Floor,
            Ceil,
            Round,
            Erf,
            Sin,
            Cos,
            Not,
            IsFinite,
            StopGradient,
        ]
    };

    /// The function in f64.
    pub fn eval(self, x: f64) -> f64 {
        use UnaryKind::*;
        match self {
            Neg => -x,
            Exp => x.exp(),
            Log => x.ln(),
            Log1p => x.ln_1p(),
            Expm1 => x.exp_m1(),
            Tanh => x.tanh(),
            Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Relu => {
                if x.is_nan() {
                    x
                } else {
                    x.max(0.0)
                }
            }
            Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
            Sqrt => x.sqrt(),
            Rsqrt => 1.0 / x.sqrt(),
            Recip => 1.0 / x,
            Square => x * x,
            Abs => x.abs(),
            Sign => {
                if x == 0.0 {
                    0.0
                } else {
                    x.signum()
                }
            }
            Floor => x.floor(),
            Ceil => x.ceil(),
            Round => x.round_ties_even(),
            Erf => erf(x),
            Sin => x.sin(),
            Cos => x.cos(),
            Not => f64::from(x == 0.0),
            IsFinite => f64::from(x.is_finite()),
            StopGradient => x,
        }
    }
}

/// One elementwise function.
#[derive(Debug, Clone, PartialEq)]
pub struct Unary {
    /// Which.
    pub kind: UnaryKind,
}

impl Rule for Unary {
    fn name(&self) -> &'static str {
        use UnaryKind::*;
        match self.kind {
            Neg => "Neg",
            Exp => "Exp",
            Log => "Log",
            Log1p => "Log1p",
            Expm1 => "Expm1",
            Tanh => "Tanh",
            Sigmoid => "Sigmoid",
            Relu => "Relu",
            Softplus => "Softplus",
            Sqrt => "Sqrt",
            Rsqrt => "Rsqrt",
            Recip => "Recip",
            Square => "Square",
            Abs => "Abs",
            Sign => "Sign",
            Floor => "Floor",
            Ceil => "Ceil",
            Round => "Round",
            Erf => "Erf",
            Sin => "Sin",
            Cos => "Cos",
            Not => "Not",
            IsFinite => "IsFinite",
            StopGradient => "StopGradient",
        }
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        use UnaryKind::*;
        let x = &inputs[0];
        match self.kind {
            Not if x.dtype != DType::Bool => {
                Err(Fault::new(format!("{x}"), "truth values", "Compare first.")
                    .meaning(Type::new(DType::Bool, x.shape.clone())))
            }
            IsFinite => Ok(vec![Type::new(DType::Bool, x.shape.clone())]),
            Neg | Square | Abs | Sign | StopGradient | Not | Relu => Ok(vec![x.clone()]),
            _ if !x.dtype.is_float() => Err(Fault::new(
                format!("{} of {x}", self.name()),
                "a float",
                "Cast to float32 first (token ids need an Embedding).",
            )
            .meaning(Type::new(DType::F32, x.shape.clone()))),
            _ => Ok(vec![x.clone()]),
        }
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        use UnaryKind::*;
        let (x, y, g) = (&cx.inputs[0], &cx.outputs[0], cx.grad(0));
        let dx: Var = match self.kind {
            Neg => -g,
            Exp => g * y,
            Log => g / x,
            Log1p => g / (x + 1.0),
            Expm1 => g * (y + 1.0),
            Tanh => g * (1.0 - y.square()),
            Sigmoid => g * (y * (1.0 - y)),
            Relu => y.gt(&y.scalar_like(0.0)).select(&g, &g.scalar_like(0.0)),
            Softplus => g * x.sigmoid(),
            Sqrt => g * 0.5 / y,
            Rsqrt => g * -0.5 * (y * y.square()),
            Recip => -(g * y.square()),
            Square => g * (x * 2.0),
            Abs => g * x.sign(),
            Erf => g * ((-x.square()).exp() * std::f64::consts::FRAC_2_SQRT_PI),
            Sin => g * x.cos(),
            Cos => -(g * x.sin()),
            Sign | Floor | Ceil | Round | Not | IsFinite | StopGradient => return Gradient::Zero,
        };
        Gradient::Of(vec![Some(dx)])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        vec![Plain::new(
            x.shape.clone(),
            x.data.iter().map(|&v| self.kind.eval(v)).collect(),
        )]
    }
}

/// erf by its Taylor series near 0 and Lentz's continued fraction of erfc beyond, to f64's precision.
pub fn erf(x: f64) -> f64 {
    let a = x.abs();
    if x.is_nan() || a == 0.0 {
        return x;
    }
    if a > 6.0 {
        return x.signum();
    }
    if a < 2.5 {
        let (mut term, mut sum, mut n) = (a, a, 0.0);
        while term.abs() > 1e-18 * sum.abs() {
            n += 1.0;
            term *= -a * a / n;
            sum += term / (2.0 * n + 1.0);
            if n > 200.0 {
                break;
            }
        }
        return x.signum() * sum * std::f64::consts::FRAC_2_SQRT_PI;
    }
    let mut f = 0.0;
    for k in (1..=80).rev() {
        f = f64::from(k) / 2.0 / (a + f);
    }
    x.signum() * (1.0 - (-a * a).exp() / (std::f64::consts::PI.sqrt() * (a + f)))
}

/// Cases for gradients and engines: every function, on both sides of what matters to it.
pub fn cases() -> Vec<Case> {
    use UnaryKind::*;
    let steps: Vec<f64> = (-5..=5).map(|i| f64::from(i) / 2.0).collect();
    let case = |kind: UnaryKind| {
        let name = format!("unary/{}", Unary { kind }.name());
        let feed = match kind {
            Log | Sqrt | Rsqrt => within(&[3, 5], 0.2, 3.0),
            Log1p => within(&[3, 5], -0.7, 2.0),
            Recip | Relu | Abs | Sign => away(&[3, 5], &[0.0]),
            Floor | Ceil | Round => away(&[3, 5], &steps),
            Erf => within(&[3, 5], -3.2, 3.2),
            Softplus | Sigmoid | Tanh => within(&[3, 5], -4.0, 4.0),
            Not => bools(&[3, 5]),
            _ => floats(&[3, 5]),
        };
        let case = Case::many(name, vec![feed], move |b, x| {
            b.apply(Op::Unary(Unary { kind }), &[&x[0]])
        });
        match kind {
            Sign | Floor | Ceil | Round | IsFinite => case.flat(&[0]),
            StopGradient => case.rounds(),
            _ => case,
        }
    };
    let mut list: Vec<Case> = UnaryKind::ALL.into_iter().map(case).collect();
    list.push(Case::new("unary/chain", vec![floats(&[7, 19])], |x| {
        (x[0].tanh() + x[0].exp()).softplus()
    }));
    list.push(Case::many("unary/integers", vec![ids(&[9], 5)], |_, x| {
        let y = &x[0] - 2.0;
        vec![-&y, y.abs(), y.sign(), y.square(), y.relu()]
    }));
    list.push(Case::new("unary/scalar", vec![floats(&[])], |x| x[0].sin()));
    list
}
