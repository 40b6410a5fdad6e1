//! Counts of values, for layers that spread the values of images.

use regimen_graph::{DType, Var, elements};

/// How often each id of 0..n occurs, as floats (n).
pub(crate) fn counts(ids: &Var, n: usize) -> Var {
    let flat = ids.reshape(&[elements(&ids.shape())]);
    let ones = flat.cast(DType::F32).ones_like();
    Var::scatter_add(&flat, &ones, n)
}
