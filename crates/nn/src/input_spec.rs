//! What a layer expects of its input, and the fault where it gets something else.

use regimen_graph::{DType, Fault, Var};

use crate::Scope;

/// What a layer takes.
pub(crate) struct InputSpec<'a> {
    /// The layer's class.
    pub class_name: &'static str,
    /// Axes as in `(B, T, C)`.
    pub axes: &'a str,
    /// What to change where the number of axes is another.
    pub mend: &'a str,
}

impl InputSpec<'_> {
    /// Number of axes.
    fn rank(&self) -> usize {
        self.axes.matches(',').count() + 1
    }

    /// Whether `x` has exactly these axes. If not, a fault is noted, except after an earlier one that left the type
    /// unknown.
    pub fn accepts(&self, s: &Scope, x: &Var) -> bool {
        if x.is_broken() {
            return false;
        }
        let (rank, found) = (self.rank(), x.rank());
        if found == rank {
            return true;
        }
        let fault = Fault::new(
            format!("input {} of {found} axes", x.ty()),
            format!("an input {} of {rank} axes", self.axes),
            self.mend,
        );
        s.builder().fault(self.class_name, fault);
        false
    }
}

/// The mend for integers where floats are expected.
pub(crate) const TOKENS: &str = "Feed floats; token ids need an Embedding layer before.";

/// Integers and truth values as the floats that they become where they meet weights, as in Keras.
pub(crate) fn float(x: Var) -> Var {
    match x.dtype().is_float() || x.is_broken() {
        true => x,
        false => x.cast(DType::F32),
    }
}
