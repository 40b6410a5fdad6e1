//! The functions of one value, the comparisons and the arithmetic operators of [`Var`].

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::{
    Var,
    ops::{BinaryKind, CompareKind, UnaryKind},
};

macro_rules! unary_methods {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {
        impl Var { $($(#[$doc])* pub fn $name(&self) -> Var { self.unary(UnaryKind::$kind) })* }
    };
}

unary_methods! {
    /// e^x.
    exp => Exp;
    /// Natural logarithm.
    log => Log;
    /// ln(1 + x), exact near 0.
    log1p => Log1p;
    /// e^x - 1, exact near 0.
    expm1 => Expm1;
    /// Hyperbolic tangent.
    tanh => Tanh;
    /// 1 / (1 + e^-x).
    sigmoid => Sigmoid;
    /// max(x, 0), with gradient 0 at 0.
    relu => Relu;
    /// ln(1 + e^x) without overflow.
    softplus => Softplus;
    /// Square root.
    sqrt => Sqrt;
    /// 1 / square root.
    rsqrt => Rsqrt;
    /// 1 / x.
    recip => Recip;
    /// x².
    square => Square;
    /// Magnitude.
    abs => Abs;
    /// -1, 0 or 1.
    sign => Sign;
    /// Next integer below.
    floor => Floor;
    /// Next integer above.
    ceil => Ceil;
    /// Nearest integer, ties to even.
    round => Round;
    /// Gauss error function.
    erf => Erf;
    /// Sine.
    sin => Sin;
    /// Cosine.
    cos => Cos;
    /// Logical not.
    not => Not;
    /// Whether neither NaN nor infinite.
    is_finite => IsFinite;
    /// The same value, through which no gradient passes.
    stop_gradient => StopGradient;
}

macro_rules! compare_methods {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {
        impl Var { $($(#[$doc])* pub fn $name(&self, other: &Var) -> Var { self.compare(CompareKind::$kind, other) })* }
    };
}

compare_methods! {
    /// Equal.
    eq_to => Eq;
    /// Not equal.
    ne_to => Ne;
    /// Less.
    lt => Lt;
    /// Less or equal.
    le => Le;
    /// Greater.
    gt => Gt;
    /// Greater or equal.
    ge => Ge;
}

impl Neg for &Var {
    type Output = Var;
    fn neg(self) -> Var {
        self.unary(UnaryKind::Neg)
    }
}

impl Neg for Var {
    type Output = Var;
    fn neg(self) -> Var {
        self.unary(UnaryKind::Neg)
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $kind:ident;)*) => { $(
        impl $trait<&Var> for &Var {
            type Output = Var;
            fn $method(self, other: &Var) -> Var { self.binary(BinaryKind::$kind, other) }
        }
        impl $trait<Var> for &Var {
            type Output = Var;
            fn $method(self, other: Var) -> Var { self.binary(BinaryKind::$kind, &other) }
        }
        impl $trait<&Var> for Var {
            type Output = Var;
            fn $method(self, other: &Var) -> Var { self.binary(BinaryKind::$kind, other) }
        }
        impl $trait<Var> for Var {
            type Output = Var;
            fn $method(self, other: Var) -> Var { self.binary(BinaryKind::$kind, &other) }
        }
        impl $trait<f64> for &Var {
            type Output = Var;
            fn $method(self, other: f64) -> Var { self.binary(BinaryKind::$kind, &self.scalar_like(other)) }
        }
        impl $trait<f64> for Var {
            type Output = Var;
            fn $method(self, other: f64) -> Var { self.binary(BinaryKind::$kind, &self.scalar_like(other)) }
        }
        impl $trait<&Var> for f64 {
            type Output = Var;
            fn $method(self, other: &Var) -> Var { other.scalar_like(self).binary(BinaryKind::$kind, other) }
        }
        impl $trait<Var> for f64 {
            type Output = Var;
            fn $method(self, other: Var) -> Var { other.scalar_like(self).binary(BinaryKind::$kind, &other) }
        }
    )* };
}

operators! {
    Add add Add;
    Sub sub Sub;
    Mul mul Mul;
    Div div Div;
}
