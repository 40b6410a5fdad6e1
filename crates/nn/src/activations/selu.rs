//! selu(x) = scale · elu(x, alpha), with constants that keep mean 0 and variance 1.
//!
//! Klambauer et al., "Self-normalizing neural networks", 2017. Follows keras/src/activations/activations.py.

use crate::activations::{ActivationDef, elu};

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "selu",
    aliases: &[],
    about: "self-normalizing elu",
    apply: |x| elu(x, ALPHA) * SCALE,
};

const ALPHA: f64 = 1.673_263_242_354_377_2;
const SCALE: f64 = 1.050_700_987_355_480_5;
