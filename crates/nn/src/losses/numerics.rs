//! Arithmetic whose corner cases losses, metrics, regularizers and constraints share with Keras.

use regimen_graph::{DType, Var};

/// Keras's epsilon: `keras.config.epsilon()`.
pub(crate) const EPSILON: f64 = 1e-7;

/// |x|, with gradient +1 at 0 as Keras has it on JAX.
pub(crate) fn magnitude(x: &Var) -> Var {
    x.ge(&x.scalar_like(0.0)).select(x, &-x)
}

/// a / b, and 0 where b is 0.
pub(crate) fn divide_no_nan(a: &Var, b: &Var) -> Var {
    let none = b.eq_to(&b.scalar_like(0.0));
    let quotient = a / none.select(&b.scalar_like(1.0), b);
    none.select(&a.scalar_like(0.0), &quotient)
}

/// Vectors along an axis at length 1; shorter ones than epsilon are divided by epsilon.
pub(crate) fn unit_length(x: &Var, axis: isize) -> Var {
    crate::normalization::unit_length(x, &[axis], EPSILON)
}

/// A probability kept away from 0 and 1, so that its logarithm is finite.
pub(crate) fn inside(p: &Var) -> Var {
    p.clip(EPSILON, 1.0 - EPSILON)
}

/// Truth values: where `ids` (..., without the class axis) name the class, on a new last axis of `classes`. An id
/// outside 0..classes names none.
pub(crate) fn one_hot(ids: &Var, classes: usize) -> Var {
    let mut shape = vec![1; ids.rank()];
    shape.push(classes);
    let iota = ids.builder().iota(DType::I32, &shape, ids.rank());
    ids.cast(DType::I32).expand_dims(-1).eq_to(&iota)
}

/// The array with an axis moved to the end.
pub(crate) fn axis_last(x: &Var, axis: usize) -> Var {
    let rank = x.rank();
    if axis + 1 == rank {
        return x.clone();
    }
    let perm: Vec<usize> = (0..rank).filter(|&i| i != axis).chain([axis]).collect();
    x.transpose(&perm)
}
