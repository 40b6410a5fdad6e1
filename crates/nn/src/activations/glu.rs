//! glu(x) = a · sigmoid(b), a and b the halves of the last axis.
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
    apply: glu,
};

/// First half of the last axis times the sigmoid of the second half.
pub fn glu(x: &Var) -> Var {
    let n = x.dim(-1);
    if x.rank() == 0 || n % 2 == 1 {
        let found = format!("input of shape {:?}", x.shape());
        let mend = "Give the layer before it an even number of units: glu gates one half of them by the other.";
        x.builder().fault(
            "glu",
            Fault::new(found, "an even size of the last axis", mend),
        );
        return x.clone();
    }
    x.slice(-1, 0, n / 2) * x.slice(-1, n / 2, n).sigmoid()
}
