//! sparsemax(x): the point of the probability simplex nearest to x, along the last axis.
//!
//! Martins and Astudillo, "From softmax to sparsemax", 2016: with z sorted falling, the support are the
//! k with 1 + k z_k > Σ_{j<=k} z_j, tau = (Σ support - 1) / k, result max(x - tau, 0).
//! The largest is subtracted first, so that sums do not lose the 1.
//!
//! Keras 3.15.1 differs: it adds up *all* prefix sums of the support to get tau, and so its results do not sum to 1
//! when more than one is above 0. This is the definition of the paper.

use regimen_graph::{Fault, Var};

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "sparsemax",
    aliases: &[],
    about: "nearest probabilities, many exactly 0",
    apply: |x| sparsemax(x, -1),
};

/// The nearest probabilities along an axis (negative from the end).
pub fn sparsemax(x: &Var, axis: isize) -> Var {
    let rank = x.rank() as isize;
    if !(-rank..rank).contains(&axis) {
        let found = format!("axis {axis} of shape {:?}", x.shape());
        let fault = Fault::new(
            found,
            "an axis to spread over",
            "Choose an axis that the input has; use sigmoid for a single number.",
        );
        x.builder().fault("sparsemax", fault);
        return x.clone();
    }
    // To the end and back: swapping two axes undoes itself.
    let mut perm: Vec<usize> = (0..x.rank()).collect();
    perm.swap(axis.rem_euclid(rank) as usize, x.rank() - 1);
    along_last(&x.transpose(&perm)).transpose(&perm)
}

fn along_last(x: &Var) -> Var {
    let x = x - x.max(&[-1], true).stop_gradient();
    let z = x.sort(true).0;
    let sums = z.cumsum(-1, false, false);
    let count = x.builder().iota(x.dtype(), &z.shape(), z.rank() - 1) + 1.0;
    let support = (&z - (&sums - 1.0) / &count).gt(&z.scalar_like(0.0));
    let zero = z.scalar_like(0.0);
    let k = support.cast(z.dtype()).sum(&[-1], true);
    // The sum of the support is its last prefix sum: that at place k.
    let last = count.eq_to(&k);
    let tau = (last.select(&sums, &zero).sum(&[-1], true) - 1.0) / &k;
    let moved = &x - tau;
    moved.gt(&zero).select(&moved, &zero)
}
