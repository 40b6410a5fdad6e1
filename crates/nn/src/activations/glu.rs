//! glu(x) = a · sigmoid(b), a and b the halves of an axis, the last one by name.
//!
//! Dauphin et al., "Language modeling with gated convolutional networks", 2016.
//! Follows keras/src/activations/activations.py.

use regimen_graph::{Fault, Var};

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "glu",
    aliases: &[],
    about: "first half of the last axis, gated by the second",
    apply: |x| glu(x, -1),
};

/// First half of an axis (negative from the end) times the sigmoid of the second half.
pub fn glu(x: &Var, axis: isize) -> Var {
    let rank = x.rank() as isize;
    let known = (-rank..rank).contains(&axis);
    let n = if known { x.dim(axis) } else { 1 };
    if n % 2 == 1 {
        let found = format!("input of shape {:?}", x.shape());
        let mend = "Give the layer before it an even number of units: glu gates one half of them by the other.";
        x.builder().fault(
            "glu",
            Fault::new(found, format!("an even size of axis {axis}"), mend),
        );
        return x.clone();
    }
    x.slice(axis, 0, n / 2) * x.slice(axis, n / 2, n).sigmoid()
}
