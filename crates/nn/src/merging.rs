//! What layers that merge several inputs share: equal ranks, broadcasting, masks.
//!
//! Follows keras/src/layers/merging/base_merge.py.

use regimen_graph::{Builder, DType, Fault, Tensor, Var, broadcast};

use crate::{Scope, Value};

/// Folds the inputs by an elementwise function. Inputs of fewer axes get axes of size 1 after the batch;
/// the result is masked where all inputs are, and not at all if one has no mask.
pub(crate) fn elementwise(
    s: &mut Scope,
    class_name: &str,
    inputs: &[Value],
    combine: impl Fn(Var, &Var) -> Var,
) -> Value {
    let rank = inputs.iter().map(|v| v.x.rank()).max().unwrap_or(0);
    let wide: Vec<Var> = inputs.iter().map(|v| widened(&v.x, rank)).collect();
    let shapes: Vec<Vec<usize>> = wide.iter().map(Var::shape).collect();
    let fits = shapes
        .iter()
        .skip(1)
        .try_fold(shapes[0].clone(), |a, b| broadcast(&a, b));
    if wide.iter().any(Var::is_broken) {
        return wide[0].clone().into();
    }
    if fits.is_none()
        || wide
            .iter()
            .any(|x| x.dtype() != wide[0].dtype() || x.dtype() == DType::Bool)
    {
        let types: Vec<String> = inputs.iter().map(|v| v.x.ty().to_string()).collect();
        let fault = Fault::new(
            format!("inputs {}", types.join(", ")),
            "numbers of one type, and shapes that are equal or 1 in each axis",
            "Bring the inputs to one shape before, for instance by a Dense or Conv layer of as many units.",
        );
        let meant = wide.iter().map(Var::ty).max_by_key(|t| t.elements());
        return s
            .fault(class_name, fault, meant.unwrap_or(wide[0].ty()))
            .into();
    }
    let x = wide.iter().skip(1).fold(wide[0].clone(), combine);
    Value {
        x,
        mask: common_mask(inputs),
    }
}

/// With axes of size 1 after the batch, up to `rank` axes.
fn widened(x: &Var, rank: usize) -> Var {
    let mut shape = x.shape();
    let at = shape.len().min(1);
    shape.splice(at..at, std::iter::repeat_n(1, rank - x.rank()));
    x.reshape(&shape)
}

/// Open where any mask is open; none where an input has none.
fn common_mask(inputs: &[Value]) -> Option<Var> {
    let masks: Option<Vec<Var>> = inputs.iter().map(|v| v.mask.clone()).collect();
    masks?.into_iter().reduce(|a, b| a.or(&b))
}

/// A mask repeated over the axes that it lacks at the end.
pub(crate) fn mask_of_shape(mask: &Var, shape: &[usize]) -> Var {
    let mut wide = mask.clone();
    while wide.rank() < shape.len() {
        wide = wide.expand_dims(-1);
    }
    wide.broadcast_to(shape)
}

/// A mask that hides nothing.
pub(crate) fn all_open(builder: &Builder, shape: &[usize]) -> Var {
    builder
        .constant(Tensor::from_f64(DType::Bool, vec![], &[1.0]))
        .broadcast_to(shape)
}

/// Shapes in words.
pub(crate) fn list(shapes: &[Vec<usize>]) -> String {
    shapes
        .iter()
        .map(|s| format!("{s:?}"))
        .collect::<Vec<_>>()
        .join(", ")
}
