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
    match aligned(s, class_name, inputs) {
        Err(meant) => meant,
        Ok(wide) => Value {
            x: fold(wide, |a, b| combine(a, &b.x)),
            mask: common_mask(inputs),
        },
    }
}

/// As [`elementwise`], where what a mask hides is left out: there the other value counts alone.
pub(crate) fn elementwise_open(
    s: &mut Scope,
    class_name: &str,
    inputs: &[Value],
    combine: impl Fn(&Var, &Var) -> Var,
) -> Value {
    let wide = match aligned(s, class_name, inputs) {
        Err(meant) => return meant,
        Ok(wide) => wide,
    };
    let mut open = feature_mask(&wide[0]);
    let x = fold(wide, |so_far, next| {
        let (mut left, mut right) = (so_far, next.x.clone());
        let mask = feature_mask(next);
        if let Some(mask) = &mask {
            right = mask.select(&right, &left);
        }
        if let Some(open) = &open {
            left = open.select(&left, &right);
        }
        open = open.as_ref().zip(mask).map(|(a, b)| a.or(&b));
        combine(&left, &right)
    });
    Value {
        x,
        mask: common_mask(inputs),
    }
}

fn fold(values: Vec<Value>, combine: impl FnMut(Var, &Value) -> Var) -> Var {
    let first = values[0].x.clone();
    values.iter().skip(1).fold(first, combine)
}

/// A value's mask over its features too.
pub(crate) fn feature_mask(value: &Value) -> Option<Var> {
    let shape = value.x.shape();
    value.mask.as_ref().map(|m| mask_of_shape(m, &shape))
}

/// The inputs with as many axes each, of one type. Keras forgets the masks of those that it reshapes. Where the inputs
/// do not fit a fault is noted, and what was most likely meant comes back.
pub(crate) fn aligned(
    s: &mut Scope,
    class_name: &str,
    inputs: &[Value],
) -> Result<Vec<Value>, Value> {
    let rank = inputs.iter().map(|v| v.x.rank()).max().unwrap_or(0);
    let float = inputs.iter().map(|v| v.x.dtype()).find(|d| d.is_float());
    let bare = |v: &Value| v.x.rank() < rank;
    let widen = |v: &Value| {
        let x = widened(&v.x, rank);
        Value {
            x: float.map_or(x.clone(), |dtype| x.cast(dtype)),
            mask: v.mask.clone().filter(|_| !bare(v)),
        }
    };
    if let Some(broken) = inputs.iter().find(|v| v.x.is_broken()) {
        return Err(broken.x.clone().into());
    }
    let wide: Vec<Value> = inputs.iter().map(widen).collect();
    let first = &wide[0].x;
    let fits = wide
        .iter()
        .skip(1)
        .try_fold(first.shape(), |a, b| broadcast(&a, &b.x.shape()));
    let one_type = |v: &Value| v.x.dtype() == first.dtype() && v.x.dtype() != DType::Bool;
    if fits.is_none() || !wide.iter().all(one_type) {
        let types: Vec<String> = inputs.iter().map(|v| v.x.ty().to_string()).collect();
        let fault = Fault::new(
            format!("inputs {}", types.join(", ")),
            "numbers of one type, and shapes that are equal or 1 in each axis",
            "Bring the inputs to one shape before, for instance by a Dense or Conv layer of as many units.",
        );
        let meant = wide.iter().map(|v| v.x.ty()).max_by_key(|t| t.elements());
        return Err(s
            .fault(class_name, fault, meant.unwrap_or(first.ty()))
            .into());
    }
    let misfit = |v: &&Value| v.mask.as_ref().is_some_and(|m| !fits_mask(m, &v.x));
    if let Some(wrong) = wide.iter().find(misfit) {
        let mask = wrong.mask.as_ref().map_or(wrong.x.ty(), Var::ty);
        let fault = Fault::new(
            format!("a mask {mask} for an input {}", wrong.x.ty()),
            "a mask of the input's first sizes",
            "Mask whole steps: the mask of (B, T, C) is (B, T).",
        );
        return Err(s.fault(class_name, fault, wrong.x.ty()).into());
    }
    Ok(wide)
}

/// Whether a mask has the first sizes of a value, or 1.
fn fits_mask(mask: &Var, x: &Var) -> bool {
    let (mask, x) = (mask.shape(), x.shape());
    mask.len() <= x.len() && mask.iter().zip(&x).all(|(m, n)| m == n || *m == 1)
}

/// With axes of size 1 after the batch, up to `rank` axes.
fn widened(x: &Var, rank: usize) -> Var {
    let mut shape = x.shape();
    let at = shape.len().min(1);
    shape.splice(at..at, std::iter::repeat_n(1, rank - x.rank()));
    x.reshape(&shape)
}

/// Open where any mask is open; none where an input has none.
pub(crate) fn common_mask(inputs: &[Value]) -> Option<Var> {
    let masks: Vec<Var> = inputs
        .iter()
        .map(|v| v.mask.clone())
        .collect::<Option<_>>()?;
    let mut shapes = masks.iter().map(Var::shape);
    let first = shapes.next()?;
    shapes.try_fold(first, |a, b| broadcast(&a, &b))?;
    masks.into_iter().reduce(|a, b| a.or(&b))
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
