//! What a layer expects of its input, and the fault where it gets something else.

use regimen_graph::{Fault, Var};

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

    /// Whether `x` is a float of exactly these axes. If not, a fault is noted, except after an
    /// earlier one that left the type unknown.
    pub fn accepts(&self, s: &Scope, x: &Var) -> bool {
        self.check(s, x, true)
    }

    /// Whether `x` has exactly these axes, of floats or other elements. If not, a fault is noted as by
    /// [`InputSpec::accepts`].
    pub fn accepts_any_type(&self, s: &Scope, x: &Var) -> bool {
        self.check(s, x, false)
    }

    fn check(&self, s: &Scope, x: &Var, float: bool) -> bool {
        let (rank, found) = (self.rank(), x.rank());
        let right_type = !float || x.dtype().is_float();
        if x.is_broken() {
            return false;
        }
        if found == rank && right_type {
            return true;
        }
        let mend = if right_type { self.mend } else { TOKENS };
        let kind = if float { "a float input" } else { "an input" };
        let fault = Fault::new(
            format!("input {} of {found} axes", x.ty()),
            format!("{kind} {} of {rank} axes", self.axes),
            mend,
        );
        s.builder().fault(self.class_name, fault);
        false
    }
}

/// The mend for integers where floats are expected.
pub(crate) const TOKENS: &str = "Feed floats; token ids need an Embedding layer before.";

/// Whether `x` is a float; if not, a fault is noted.
pub(crate) fn is_float(s: &Scope, class_name: &str, x: &Var) -> bool {
    let ok = x.dtype().is_float() && !x.is_broken();
    if !ok && !x.is_broken() {
        s.builder().fault(
            class_name,
            Fault::new(format!("input {}", x.ty()), "a float input", TOKENS),
        );
    }
    ok
}
