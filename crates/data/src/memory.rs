//! Refusing what would not fit, before it is built.

use crate::error::Fault;

/// Memory that loading may use; `None` is no limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget(pub Option<u64>);

impl Budget {
    /// Bytes that may be used.
    pub fn left(self) -> u64 {
        self.0.unwrap_or(u64::MAX - 1)
    }

    /// An error when `need` bytes for `what` are more than there are.
    pub fn check(self, what: &str, need: u64) -> Result<(), Fault> {
        if need <= self.left() {
            Ok(())
        } else {
            Err(self.refusal(what, need))
        }
    }

    /// The error of [`Budget::check`].
    pub fn refusal(self, what: &str, need: u64) -> Fault {
        Fault::Memory {
            what: what.to_owned(),
            need,
            available: self.left(),
        }
    }
}

/// Bytes of arrays of `rows` by `features` elements, and of the copy that the split makes.
pub(crate) fn arrays(rows: usize, features: usize) -> u64 {
    (rows as u64)
        .saturating_mul(features as u64)
        .saturating_mul(2 * size_of::<f32>() as u64)
}
