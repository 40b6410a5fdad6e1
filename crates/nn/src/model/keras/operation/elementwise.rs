//! Operations on each number, on two, and on three.
//!
//!   Power: x1^x2;  FloorDivide: floor(x1 / x2);  Mod: x1 - x2 floor(x1 / x2);  Where: x1 where the condition holds, else x2
//!   Gelu: x Φ(x), or its approximation by tanh;  Normalize: x / max(|x|, epsilon) along an axis, where |x| is the norm of `order` 2

use regimen_graph::{DType, Fault, Var};

use super::given::{Given, Made, floats, truth, wider};
use crate::activations;

/// A function of floats.
pub(super) fn unary(given: &Given<'_>, f: fn(&Var) -> Var) -> Made {
    Ok(vec![f(&given.floats())])
}

/// A function that keeps the type of numbers.
pub(super) fn same_type(given: &Given<'_>, f: fn(&Var) -> Var) -> Made {
    let x = given.x();
    match x.dtype() {
        DType::Bool => Ok(vec![f(&x.cast(DType::I32))]),
        // Below 0 they begin again at 255 in Keras.
        DType::U8 => Err(given.misfit("uint8, expected another type")),
        _ => Ok(vec![f(&x)]),
    }
}

/// The activation of this name without options.
pub(super) fn activation(given: &Given<'_>, name: &str) -> Made {
    match activations::find(name) {
        Some(def) => Ok(vec![(def.apply)(&given.floats())]),
        None => Err(given.misfit(name)),
    }
}

pub(super) fn gelu(given: &Given<'_>) -> Made {
    let x = given.floats();
    let exact = given.option("approximate").is_some() && !given.flag("approximate");
    let inner = match exact {
        true => (&x * std::f64::consts::FRAC_1_SQRT_2).erf(),
        false => {
            let cubic = &x + &x * &x * &x * 0.044_715;
            (cubic * (2.0 / std::f64::consts::PI).sqrt()).tanh()
        }
    };
    Ok(vec![&x * 0.5 * (inner + 1.0)])
}

/// x above 0, `below` of it under 0.
fn bent(x: &Var, below: Var) -> Var {
    x.gt(&x.scalar_like(0.0)).select(x, &below)
}

pub(super) fn leaky_relu(given: &Given<'_>) -> Made {
    let (x, slope) = (given.floats(), given.number("negative_slope", 0.2)?);
    Ok(vec![bent(&x, &x * slope)])
}

pub(super) fn elu(given: &Given<'_>) -> Made {
    let (x, alpha) = (given.floats(), given.number("alpha", 1.0)?);
    let below = x.minimum(&x.scalar_like(0.0)).expm1() * alpha;
    Ok(vec![bent(&x, below)])
}

/// Arithmetic on whole numbers keeps them whole; of truth values it gives some, where it is `logic`, and is refused otherwise.
pub(super) fn arithmetic(
    given: &Given<'_>,
    f: fn(&Var, &Var) -> Var,
    logic: Option<fn(&Var, &Var) -> Var>,
) -> Made {
    let (a, b) = given.pair(0, 1)?;
    match (a.dtype(), logic) {
        (DType::Bool, Some(logic)) => Ok(vec![logic(&a, &b)]),
        (DType::Bool, None) => Err(given.misfit("truth values")),
        _ => Ok(vec![f(&a, &b)]),
    }
}

/// Divided whole numbers are floats.
pub(super) fn divide(given: &Given<'_>) -> Made {
    let (a, b) = given.pair(0, 1)?;
    Ok(vec![floats(&a) / floats(&b)])
}

/// By floats, where whole numbers become what they were.
fn by_floats(given: &Given<'_>, f: fn(&Var, &Var) -> Var) -> Made {
    let (a, b) = given.pair(0, 1)?;
    let kept = if a.dtype() == DType::Bool {
        DType::I32
    } else {
        a.dtype()
    };
    Ok(vec![f(&floats(&a), &floats(&b)).cast(kept)])
}

pub(super) fn power(given: &Given<'_>) -> Made {
    // The square of negative numbers has no logarithm on the way.
    if given.call.plain.get(&1).and_then(serde_json::Value::as_f64) == Some(2.0) {
        return same_type(given, Var::square);
    }
    by_floats(given, Var::pow)
}

pub(super) fn floor_divide(given: &Given<'_>) -> Made {
    whole(given, |a, b| match a.dtype().is_float() {
        true => (a / b).floor(),
        // Whole numbers are divided toward zero.
        false => (a - &remainder(a, b)) / b,
    })
}

pub(super) fn modulo(given: &Given<'_>) -> Made {
    whole(given, remainder)
}

/// x1 - x2 floor(x1 / x2).
fn remainder(a: &Var, b: &Var) -> Var {
    a.rem(b)
}

/// On numbers of their own type; truth values count.
fn whole(given: &Given<'_>, f: fn(&Var, &Var) -> Var) -> Made {
    let (a, b) = given.pair(0, 1)?;
    Ok(vec![match a.dtype() {
        DType::Bool => f(&a.cast(DType::I32), &b.cast(DType::I32)),
        _ => f(&a, &b),
    }])
}

pub(super) fn compare(given: &Given<'_>, f: fn(&Var, &Var) -> Var) -> Made {
    let (a, b) = given.pair(0, 1)?;
    Ok(vec![match a.dtype() {
        DType::Bool => f(&a.cast(DType::I32), &b.cast(DType::I32)),
        _ => f(&a, &b),
    }])
}

pub(super) fn logic(given: &Given<'_>, f: fn(&Var, &Var) -> Var) -> Made {
    let (a, b) = given.pair(0, 1)?;
    Ok(vec![f(&truth(&a), &truth(&b))])
}

pub(super) fn choose(given: &Given<'_>) -> Made {
    let condition = truth(&given.argument(0)?);
    let (a, b) = given.pair(1, 2)?;
    let shape = [condition.shape(), a.shape(), b.shape()];
    let shape = shape.iter().cloned().try_fold(vec![], |known, shape| {
        regimen_graph::broadcast(&known, &shape)
    });
    let shape = shape.ok_or_else(|| {
        let found = format!("{}, {} and {}", condition.ty(), a.ty(), b.ty());
        Fault::new(
            found,
            "shapes that broadcast to one another",
            "Check what feeds the operation.",
        )
    })?;
    let [condition, a, b] = [condition, a, b].map(|x| x.broadcast_to(&shape));
    Ok(vec![condition.select(&a, &b)])
}

pub(super) fn clip(given: &Given<'_>) -> Made {
    let x = given.x();
    let low = given.number("x_min", f64::NEG_INFINITY)?;
    let high = given.number("x_max", f64::INFINITY)?;
    let whole = low.fract() == 0.0 && high.fract() == 0.0;
    let x = if x.dtype().is_float() || whole && x.dtype() != DType::Bool {
        x
    } else {
        x.cast(DType::F32)
    };
    Ok(vec![x.clip(low, high)])
}

pub(super) fn cast(given: &Given<'_>) -> Made {
    let name = given.option("dtype").and_then(serde_json::Value::as_str);
    let dtype = match name {
        Some("float64") => Some(DType::F32),
        Some("int64") => Some(DType::I32),
        name => name.and_then(DType::from_name),
    };
    match dtype {
        Some(DType::Bool) => Ok(vec![truth(&given.x())]),
        Some(dtype) => Ok(vec![given.x().cast(dtype)]),
        None => Err(given.misfit(&format!("the dtype {}", name.unwrap_or("null")))),
    }
}

pub(super) fn full_like(given: &Given<'_>, value: f64) -> Made {
    match given.option("dtype") {
        None => Ok(vec![given.x().full_like(value)]),
        Some(other) => Err(given.misfit(&format!("the dtype {other}"))),
    }
}

pub(super) fn matmul(given: &Given<'_>) -> Made {
    let (a, b) = (given.argument(0)?, given.argument(1)?);
    let common = wider(a.dtype(), b.dtype());
    let (x, y) = (floats(&a.cast(common)), floats(&b.cast(common)));
    let kept = if common == DType::Bool {
        DType::I32
    } else {
        common
    };
    Ok(vec![x.matmul(&y).cast(kept)])
}
