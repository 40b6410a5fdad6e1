//! Sums of arrays that are zero where the other one is not.
//!
//!   pad(a, before b) + pad(b, behind a) = pad(a beside b)
//!
//! The gradient of a value of which slices are read is a sum of padded gradients: side by side they are written once.

use regimen_graph::ops::{Concat, Pad};
use regimen_graph::{Edge, Op};

use super::Rewriter;

impl Rewriter {
    /// The sum of two values that are padded with zeros along one axis, where they lie beside each other in it.
    pub(super) fn padded_sum(&mut self, a: Edge, b: Edge) -> Option<Edge> {
        let (first, second) = (self.zeros_around(a)?, self.zeros_around(b)?);
        let padded = |pad: &Pad, axis: usize| pad.low[axis] + pad.high[axis] > 0;
        let mut axes = (0..first.low.len()).filter(|&i| padded(&first, i) || padded(&second, i));
        let axis = axes.next()?;
        let sizes = self.ty(a).shape.clone();
        if axes.next().is_some() || sizes != self.ty(b).shape {
            return None;
        }
        let ends = |pad: &Pad| sizes[axis] - pad.high[axis];
        let (left, right, low, high) = if ends(&first) == second.low[axis] {
            (a, b, first.low, second.high)
        } else if ends(&second) == first.low[axis] {
            (b, a, second.low, first.high)
        } else {
            return None;
        };
        let inside = |e: Edge| self.nodes[e.node].inputs[0];
        let parts = |e: Edge| match self.op(e) {
            Op::Concat(op) if op.axis == axis => self.nodes[e.node].inputs.clone(),
            _ => vec![e],
        };
        let all = [parts(inside(left)), parts(inside(right))].concat();
        let beside = self.emit(Op::Concat(Concat { axis }), all)?;
        let inner = vec![0; sizes.len()];
        let pad = Pad {
            low,
            high,
            inner,
            value: 0.0,
        };
        self.emit(Op::Pad(pad), vec![beside])
    }

    /// The padding of a value that is padded with zeros around, none between.
    fn zeros_around(&self, e: Edge) -> Option<Pad> {
        match self.op(e) {
            Op::Pad(pad) if pad.value == 0.0 && pad.inner.iter().all(|&n| n == 0) => {
                Some(pad.clone())
            }
            _ => None,
        }
    }
}
