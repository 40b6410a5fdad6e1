//! LSTM over a sequence, forward and backward, each one kernel.
//!
//!   z_t = zx_t + (h_{t-1} * hmask) R;  i, f, o = sigmoid;  g = tanh  (gate order i, f, g, o)
//!   c_t = f c_{t-1} + i g;  h_t = o tanh(c_t);  where the mask is 0, h and c stay.
//!
//! Rows of the batch are cut into blocks; a block walks all steps in one thread, so steps need no barrier. R is packed
//! once. The state before a step is read where the step before it wrote it.

mod backward;
mod cell;
mod forward;

pub use backward::{LstmGradInputs, LstmGradOutputs, lstm_grad};
pub use forward::{LstmInputs, LstmOutputs, lstm};

use super::gemm::{pack_right, packed_len};
use super::scratch::{self, Scratch, Slot};
use crate::simd::Level;

/// The shape of an LSTM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LstmShape {
    /// Rows, B.
    pub batch: usize,
    /// Steps, T.
    pub steps: usize,
    /// Units, U.
    pub units: usize,
    /// Walks from the last step to the first; outputs stay at their step's place.
    pub reverse: bool,
}

impl LstmShape {
    /// Elements of (B, U), (B, T, U) and (B, T, 4U).
    fn lens(&self) -> [usize; 3] {
        let state = self.batch * self.units;
        [state, state * self.steps, state * self.steps * 4]
    }

    /// Rows of a block: a function of the batch alone.
    fn block(&self) -> usize {
        match self.batch {
            0..=16 => 8,
            17..=256 => 16,
            _ => 32,
        }
    }

    /// The step that runs as number `n`.
    fn step(&self, n: usize) -> usize {
        if self.reverse { self.steps - 1 - n } else { n }
    }

    /// Packs R (U, 4U), or its transpose, whole or gate by gate: the buffer, and the distance of gates in it.
    fn packed(
        &self,
        level: Level,
        recurrent: &[f32],
        by_gate: bool,
        transposed: bool,
    ) -> (Scratch, usize) {
        let (u, all) = (self.units, 4 * self.units);
        let width = if by_gate { u } else { all };
        let size = if transposed { [width, u] } else { [u, width] };
        let strides = if transposed { (1, all) } else { (all, 1) };
        let len = packed_len(level, size[0], size[1]);
        let gates = if by_gate { 4 } else { 1 };
        let mut buffer = scratch::take(Slot::Packed, gates * len);
        for (gate, out) in buffer.chunks_exact_mut(len.max(1)).enumerate() {
            // SAFETY: columns gate * U.. of R, width of them, over U rows.
            unsafe { pack_right(level, recurrent[gate * u..].as_ptr(), strides, size, out) };
        }
        (buffer, len)
    }
}

/// Panics unless the slice has the length that the shape says.
#[track_caller]
fn check(name: &str, found: usize, expected: usize) {
    assert_eq!(found, expected, "length of {name}");
}

#[cfg(test)]
mod tests;
