//! Reductions and products in the forms that the kernels take.

use regimen_graph::ops::{Binary, BinaryKind, Broadcast, MatMul, Reduce, ReduceKind};
use regimen_graph::{DType, Edge, Op, Tensor};

use super::Rewriter;

impl Rewriter {
    pub(super) fn reduced(&mut self, op: &Reduce, x: Edge, shape: &[usize]) -> Option<Edge> {
        let from = self.ty(x).shape.clone();
        if op.axes.iter().all(|&a| from[a] == 1) {
            return self.reshaped(x, shape);
        }
        if let Some(edge) = self.in_two(op, x, shape) {
            return Some(edge);
        }
        // The sum of one number n times.
        let floats = self.ty(x).dtype == DType::F32 && op.kind == ReduceKind::Sum;
        if !floats || !matches!(self.op(x), Op::Broadcast(_)) {
            return None;
        }
        let one = self.uniform(x)?;
        let n: usize = op.axes.iter().map(|&a| from[a]).product();
        let n = self.constant(Tensor::scalar(n as f32));
        let mul = Op::Binary(Binary {
            kind: BinaryKind::Mul,
        });
        let sum = self.emit(mul, vec![one, n])?;
        self.emit(
            Op::Broadcast(Broadcast {
                shape: shape.to_vec(),
            }),
            vec![sum],
        )
    }

    /// Kernels reduce one run of axes at a time: the last run first.
    pub(super) fn in_two(&mut self, op: &Reduce, x: Edge, shape: &[usize]) -> Option<Edge> {
        let from = self.ty(x).shape.clone();
        let real: Vec<usize> = (0..from.len()).filter(|&i| from[i] != 1).collect();
        let last = real.iter().rposition(|i| op.axes.contains(i))?;
        let gap = real[..last].iter().rposition(|i| !op.axes.contains(i))?;
        let (rest, run): (Vec<usize>, Vec<usize>) = op.axes.iter().partition(|&&a| a < real[gap]);
        if rest.iter().all(|&a| from[a] == 1) {
            return None;
        }
        let first = self.emit(
            Op::Reduce(Reduce {
                kind: op.kind,
                axes: run,
                keepdims: true,
            }),
            vec![x],
        )?;
        let both = self.emit(
            Op::Reduce(Reduce {
                kind: op.kind,
                axes: rest,
                keepdims: true,
            }),
            vec![first],
        )?;
        self.reshaped(both, shape)
    }

    /// A transpose of an operand's last two axes becomes a flag of the product.
    pub(super) fn product(&mut self, op: &MatMul, inputs: &[Edge]) -> Option<Edge> {
        let mut op = op.clone();
        let mut edges = inputs.to_vec();
        for (edge, flag) in edges
            .iter_mut()
            .zip([&mut op.transpose_a, &mut op.transpose_b])
        {
            let Op::Transpose(t) = self.op(*edge) else {
                continue;
            };
            let rank = t.perm.len();
            let swap = |i: usize| if i + 2 >= rank { 2 * rank - 3 - i } else { i };
            if rank >= 2 && t.perm.iter().enumerate().all(|(i, &p)| p == swap(i)) {
                *flag = !*flag;
                *edge = self.nodes[edge.node].inputs[0];
            }
        }
        if edges == inputs {
            None
        } else {
            self.emit(Op::MatMul(op), edges)
        }
    }
}
