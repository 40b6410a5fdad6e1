//! Operations that make fewer numbers along axes.
//!
//!   Var: mean of (x - mean)²;  Std: its root;  Logsumexp: m + ln Σ e^(x - m), m the largest;  Norm: √(Σ x²)
//!   Normalize: x / max(√(Σ x²), epsilon);  Softmax: e^(x - m) / Σ e^(x - m)

use regimen_graph::{DType, Var};

use super::given::{Given, Made, truth};

type Reduce = fn(&Var, &[isize], bool) -> Var;

/// Truth values and bytes as numbers that can be summed.
fn counted(x: &Var) -> Var {
    match x.dtype() {
        DType::Bool | DType::U8 => x.cast(DType::I32),
        _ => x.clone(),
    }
}

/// A reduction of floats.
pub(super) fn of_floats(given: &Given<'_>, reduce: Reduce) -> Made {
    let x = given.floats();
    let axes = given.axes("axis", x.rank())?;
    Ok(vec![reduce(&x, &axes, given.flag("keepdims"))])
}

/// One that keeps the type of numbers; truth values count.
pub(super) fn of_numbers(given: &Given<'_>, reduce: Reduce) -> Made {
    let x = given.x();
    let x = counted(&x);
    let axes = given.axes("axis", x.rank())?;
    Ok(vec![reduce(&x, &axes, given.flag("keepdims"))])
}

/// Whether any, or all of them, are true.
pub(super) fn of_truths(given: &Given<'_>, reduce: Reduce) -> Made {
    let x = truth(&given.x()).cast(DType::F32);
    let axes = given.axes("axis", x.rank())?;
    Ok(vec![truth(&reduce(&x, &axes, given.flag("keepdims")))])
}

pub(super) fn variance(x: &Var, axes: &[isize], keepdims: bool) -> Var {
    let apart = x - x.mean(axes, true);
    (&apart * &apart).mean(axes, keepdims)
}

pub(super) fn norm(given: &Given<'_>) -> Made {
    let other = given.option("ord").filter(|ord| ord.as_f64() != Some(2.0));
    if let Some(other) = other {
        return Err(given.misfit(&format!("`ord` {other}; null and 2 are known")));
    }
    let axes = given.axes("axis", given.x().rank())?;
    if given.option("ord").is_some() && axes.len() > 1 {
        return Err(given.misfit("`ord` over several axes; null is known"));
    }
    of_floats(given, |x, axes, keepdims| {
        (x * x).sum(axes, keepdims).sqrt()
    })
}

pub(super) fn normalize(given: &Given<'_>) -> Made {
    let order = given.number("order", 2.0)?;
    if order != 2.0 {
        return Err(given.misfit(&format!("`order` {order}; 2 is known")));
    }
    let (x, epsilon) = (given.floats(), given.number("epsilon", 1e-7)?);
    let axis = given.axis("axis", x.rank(), -1)? as isize;
    let squares = (&x * &x).sum(&[axis], true);
    let least = squares.scalar_like(epsilon * epsilon);
    Ok(vec![x * squares.maximum(&least).rsqrt()])
}

pub(super) fn logsumexp(x: &Var, axes: &[isize], keepdims: bool) -> Var {
    let largest = x.max(axes, true).stop_gradient();
    let sum = (x - &largest).exp().sum(axes, true).log() + largest;
    match keepdims {
        true => sum,
        false => sum.max(axes, false),
    }
}

pub(super) fn softmax(given: &Given<'_>, logs: bool) -> Made {
    let x = given.floats();
    let axes = match given.option("axis") {
        None => vec![x.rank() as isize - 1],
        Some(_) => given.axes("axis", x.rank())?,
    };
    let apart = &x - logsumexp(&x, &axes, true);
    Ok(vec![if logs { apart } else { apart.exp() }])
}

pub(super) fn arg(given: &Given<'_>, largest: bool) -> Made {
    let x = given.x();
    let x = counted(&x);
    let (flat, axis) = match given.option("axis") {
        Some(_) => (x.clone(), given.axis("axis", x.rank(), 0)?),
        None => (x.reshape(&[x.shape().iter().product()]), 0),
    };
    let found = match largest {
        true => flat.argmax(axis as isize),
        false => flat.argmin(axis as isize),
    };
    Ok(vec![match given.flag("keepdims") {
        true if flat.rank() == x.rank() => found.expand_dims(axis as isize),
        true => return Err(given.misfit("`keepdims` without an axis")),
        false => found,
    }])
}

pub(super) fn cumsum(given: &Given<'_>) -> Made {
    if let Some(dtype) = given.option("dtype") {
        return Err(given.misfit(&format!("the dtype {dtype}")));
    }
    let x = given.x();
    let x = counted(&x);
    let x = if given.option("axis").is_none() {
        x.reshape(&[x.shape().iter().product()])
    } else {
        x
    };
    let axis = given.axis("axis", x.rank(), 0)? as isize;
    Ok(vec![x.cumsum(axis, false, false)])
}
