//! What the normalization layers share: a scale and an offset along some axes.

use regimen_graph::{Fault, Var};

use crate::{
    Axes, Scope, WeightOptions, constraints::Constraint, initializers::Initializer,
    regularizers::Regularizer,
};

/// A trained scale or offset: its options, borrowed.
pub(crate) struct Learned<'a> {
    pub name: &'static str,
    pub initializer: &'a Initializer,
    pub regularizer: &'a Option<Regularizer>,
    pub constraint: &'a Option<Constraint>,
}

impl Learned<'_> {
    /// The weight for the sizes of `axes` of `x`.
    pub fn weight(&self, s: &mut Scope, x: &Var, axes: &[usize]) -> Var {
        let shape: Vec<usize> = axes.iter().map(|&a| x.dim(a as isize)).collect();
        s.weight(
            self.name,
            &shape,
            self.initializer,
            WeightOptions::of(self.regularizer, self.constraint),
        )
    }
}

/// A value over the sizes of `axes`, shaped to broadcast over `x`.
pub(crate) fn along(value: &Var, x: &Var, axes: &[usize]) -> Var {
    let size = |i: usize| {
        if axes.contains(&i) {
            x.dim(i as isize)
        } else {
            1
        }
    };
    value.reshape(&(0..x.rank()).map(size).collect::<Vec<_>>())
}

/// Divided by the Euclidean length along some axes, which counts as `epsilon` at least: x · min(1/√Σx², 1/ε). Zeros stay zeros,
/// and their gradient is 0 · ∞, as in Keras on JAX and torch (keras/src/ops/nn.py, `normalize`).
pub(crate) fn unit_length(x: &Var, axes: &[isize], epsilon: f64) -> Var {
    let squares = x.square().sum(axes, true);
    let most = squares.scalar_like(1.0 / epsilon);
    x * squares.rsqrt().minimum(&most)
}

/// The fault of an input without the axes to normalize over.
pub(crate) fn missing_axes(x: &Var, axes: &Axes) -> Fault {
    Fault::new(
        format!("input {} and axes {:?}", x.ty(), axes.0),
        "axes that the input has, without that of the rows (0)",
        "Choose an `axis` that the input has.",
    )
}

/// Moves a state of the layer toward the batch's value: `momentum` of the old stays. Gives the new one.
pub(crate) fn move_toward(s: &mut Scope, name: &str, now: &Var, batch: &Var, momentum: f64) -> Var {
    let next = now * momentum + batch.reshape(&now.shape()) * (1.0 - momentum);
    s.update(name, next.clone());
    next
}
