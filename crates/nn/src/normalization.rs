//! What the normalization layers share: a scale and an offset along some axes.

use regimen_graph::Var;

use crate::{
    Scope, WeightOptions, constraints::Constraint, initializers::Initializer,
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

/// Divided by the Euclidean length along some axes, which counts as `epsilon` at least: zeros stay zeros, with a
/// finite gradient.
pub(crate) fn unit_length(x: &Var, axes: &[isize], epsilon: f64) -> Var {
    let squares = x.square().sum(axes, true);
    let floor = squares.scalar_like(epsilon * epsilon);
    x * squares.maximum(&floor).rsqrt()
}
