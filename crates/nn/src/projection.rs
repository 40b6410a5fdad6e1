//! The linear maps inside attention layers: each has a path of its own, and all share the layer's options.
//!
//!   x (B, ..., d1, .., dk) -> (B, ..., e1, .., em);  kernel (d1, .., dk, e1, .., em), bias (e1, .., em)
//!
//! Follows the inner EinsumDense layers of keras/src/layers/attention/multi_head_attention.py.

use regimen_graph::{Var, elements};

use crate::{
    Scope, WeightOptions, constraints::Constraint, initializers::Initializer,
    regularizers::Regularizer,
};

/// The options of the maps, borrowed from the layer.
pub(crate) struct Projection<'a> {
    pub use_bias: bool,
    pub kernel_initializer: &'a Initializer,
    pub bias_initializer: &'a Initializer,
    pub kernel_regularizer: &'a Option<Regularizer>,
    pub bias_regularizer: &'a Option<Regularizer>,
    pub activity_regularizer: &'a Option<Regularizer>,
    pub kernel_constraint: &'a Option<Constraint>,
    pub bias_constraint: &'a Option<Constraint>,
}

impl Projection<'_> {
    /// Maps the last `k` axes of `x` to axes of the sizes `out`, with the weights at `name`.
    pub fn apply(&self, s: &mut Scope, name: &str, x: &Var, out: &[usize], k: usize) -> Var {
        self.activated(s, name, x, out, k, |y| y)
    }

    /// The same with a sigmoid behind: a gate.
    pub fn gate(&self, s: &mut Scope, name: &str, x: &Var, out: &[usize]) -> Var {
        self.activated(s, name, x, out, 1, |y| y.sigmoid())
    }

    fn activated(
        &self,
        s: &mut Scope,
        name: &str,
        x: &Var,
        out: &[usize],
        k: usize,
        activation: impl Fn(Var) -> Var,
    ) -> Var {
        s.within(name, true, |s| {
            let inner = x.rank().saturating_sub(k);
            let shape = [&x.shape()[inner..], out].concat();
            let options = WeightOptions::of(self.kernel_regularizer, self.kernel_constraint);
            let initializer = self.kernel_initializer.split_at(k, shape.len());
            let kernel = s.weight("kernel", &shape, &initializer, options);
            let options = WeightOptions::of(self.bias_regularizer, self.bias_constraint);
            let bias = self
                .use_bias
                .then(|| s.weight("bias", out, self.bias_initializer, options));
            let y = activation(project(x, &kernel, bias.as_ref(), k));
            s.add_activity_loss(self.activity_regularizer, &y);
            y
        })
    }
}

/// The last `k` axes of `x` joined and multiplied by a kernel (d1, .., dk, e1, .., em), plus a bias (e1, .., em).
fn project(x: &Var, kernel: &Var, bias: Option<&Var>, k: usize) -> Var {
    let (from, to) = (x.shape(), kernel.shape());
    let (outer, inner) = from.split_at(from.len() - k);
    let out = &to[k..];
    let flat = x.reshape(&[elements(outer), elements(inner)]);
    let y = flat.matmul(&kernel.reshape(&[elements(inner), elements(out)]));
    let y = y.reshape(&[outer, out].concat());
    match bias {
        Some(bias) => y + bias,
        None => y,
    }
}
