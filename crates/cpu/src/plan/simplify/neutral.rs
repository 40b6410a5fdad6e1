//! Ops that do nothing, or undo each other.

use regimen_graph::ops::{BinaryKind, Broadcast, Cast, Transpose, Unary, UnaryKind};
use regimen_graph::{DType, Edge, Node, Op, Tensor};

use super::Rewriter;

impl Rewriter {
    /// Ops that do nothing, or undo each other.
    pub(super) fn without(&mut self, node: &Node, inputs: &[Edge]) -> Option<Edge> {
        let x = *inputs.first()?;
        let before = |s: &Self| s.nodes[x.node].inputs.first().copied();
        let shape = &node.types[0].shape;
        match &node.op {
            Op::Unary(Unary {
                kind: UnaryKind::StopGradient,
            }) => Some(x),
            // Computed before it is repeated.
            Op::Unary(_) | Op::Cast(_) if matches!(self.op(x), Op::Broadcast(_)) => {
                let source = before(self)?;
                let one = self.emit(node.op.clone(), vec![source])?;
                self.emit(
                    Op::Broadcast(Broadcast {
                        shape: shape.clone(),
                    }),
                    vec![one],
                )
            }
            Op::Unary(Unary {
                kind: UnaryKind::Neg,
            }) => match self.op(x) {
                Op::Unary(Unary {
                    kind: UnaryKind::Neg,
                }) => before(self),
                _ => None,
            },
            Op::Binary(op) => self.neutral(op.kind, inputs),
            Op::Select(_) => (inputs[1] == inputs[2]).then_some(inputs[1]),
            Op::Cast(op) => match self.op(x) {
                _ if self.ty(x).dtype == op.dtype => Some(x),
                Op::Cast(_)
                    if self.ty(before(self)?).dtype == DType::Bool
                        && self.ty(x).dtype != DType::Bool =>
                {
                    let source = before(self)?;
                    self.emit(Op::Cast(Cast { dtype: op.dtype }), vec![source])
                }
                _ => None,
            },
            Op::Reshape(_) => match self.op(x) {
                _ if &self.ty(x).shape == shape => Some(x),
                Op::Reshape(_) => {
                    let source = before(self)?;
                    self.reshaped(source, shape)
                }
                Op::Constant(c) => {
                    let value = Tensor {
                        shape: shape.clone(),
                        data: c.value.data.clone(),
                    };
                    Some(self.constant(value))
                }
                _ => None,
            },
            Op::Broadcast(op) => match self.op(x) {
                _ if &self.ty(x).shape == shape => Some(x),
                Op::Broadcast(_) => {
                    let source = before(self)?;
                    self.emit(Op::Broadcast(op.clone()), vec![source])
                }
                _ if self.ty(x).elements() == 1 && self.ty(x).rank() > 0 => {
                    let source = self.reshaped(x, &[])?;
                    self.emit(Op::Broadcast(op.clone()), vec![source])
                }
                _ => None,
            },
            Op::Transpose(op) => self.transposed(op, x),
            Op::Slice(_) | Op::Pad(_) if &self.ty(x).shape == shape => Some(x),
            Op::Concat(_) if inputs.len() == 1 => Some(x),
            Op::Reverse(op) if op.axes.iter().all(|&a| shape[a] == 1) => Some(x),
            Op::Reduce(op) => self.reduced(op, x, shape),
            Op::MatMul(op) => self.product(op, inputs),
            _ => None,
        }
    }

    pub(super) fn neutral(&mut self, kind: BinaryKind, inputs: &[Edge]) -> Option<Edge> {
        let (a, b) = (inputs[0], inputs[1]);
        let (left, right) = (self.scalar(a), self.scalar(b));
        match kind {
            BinaryKind::Add if right == Some(0.0) => Some(a),
            BinaryKind::Add if left == Some(0.0) => Some(b),
            BinaryKind::Add => self.padded_sum(a, b),
            BinaryKind::Sub if right == Some(0.0) => Some(a),
            BinaryKind::Mul | BinaryKind::Div if right == Some(1.0) => Some(a),
            BinaryKind::Mul if left == Some(1.0) => Some(b),
            BinaryKind::Pow if right == Some(1.0) => Some(a),
            BinaryKind::Pow if right == Some(2.0) => self.emit(
                Op::Unary(Unary {
                    kind: UnaryKind::Square,
                }),
                vec![a],
            ),
            _ => None,
        }
    }

    pub(super) fn transposed(&mut self, op: &Transpose, x: Edge) -> Option<Edge> {
        let shape = self.ty(x).shape.clone();
        let moved: Vec<usize> = op.perm.iter().copied().filter(|&p| shape[p] != 1).collect();
        if moved.is_sorted() {
            let to: Vec<usize> = op.perm.iter().map(|&p| shape[p]).collect();
            return self.reshaped(x, &to);
        }
        let Op::Transpose(first) = self.op(x) else {
            return None;
        };
        let perm = op.perm.iter().map(|&p| first.perm[p]).collect();
        let source = self.nodes[x.node].inputs[0];
        self.emit(Op::Transpose(Transpose { perm }), vec![source])
    }
}
