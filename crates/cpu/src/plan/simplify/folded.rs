//! Values known or equal everywhere: computed once, or here and now.

use regimen_graph::ops::{Broadcast, Iota};
use regimen_graph::{DType, Edge, Node, Op, Plain, Tensor, Type};

use super::{Rewriter, is_pointwise};

impl Rewriter {
    /// Positions are a constant row, repeated.
    pub(super) fn counted(&mut self, op: &Iota) -> Option<Edge> {
        let size = *op.shape.get(op.axis)?;
        let positions: Vec<f64> = (0..size).map(|i| i as f64).collect();
        let mut shape = vec![1; op.shape.len()];
        shape[op.axis] = size;
        let row = self.constant(Tensor::from_f64(op.dtype, shape, &positions));
        if self.ty(row).shape == op.shape {
            return Some(row);
        }
        self.emit(
            Op::Broadcast(Broadcast {
                shape: op.shape.clone(),
            }),
            vec![row],
        )
    }

    /// Scalars computed here and now.
    pub(super) fn folded(&mut self, node: &Node, inputs: &[Edge]) -> Option<Edge> {
        let ty = &node.types[0];
        let pointwise =
            is_pointwise(&node.op) || matches!(node.op, Op::Reshape(_) | Op::Broadcast(_));
        if ty.elements() != 1 || !pointwise {
            return None;
        }
        let mut values = vec![];
        for e in inputs {
            match self.op(*e) {
                Op::Constant(c) if c.value.len() == 1 => values.push(Plain::of(&c.value)),
                _ => return None,
            }
        }
        // f64 does not hold every int64.
        if ty.dtype == DType::I64 && values.iter().any(|v| v.data[0].abs() > 2f64.powi(52)) {
            return None;
        }
        let types: Vec<Type> = inputs.iter().map(|e| self.ty(*e).clone()).collect();
        let result = node
            .op
            .rule()
            .oracle(&values.iter().collect::<Vec<_>>(), &types);
        let value = result.first()?.to_tensor(ty.dtype);
        (value.shape == ty.shape).then(|| self.constant(value))
    }

    /// Elementwise ops of values that are one number everywhere: the number is computed once.
    pub(super) fn once(&mut self, node: &Node, inputs: &[Edge]) -> Option<Edge> {
        let ty = &node.types[0];
        if ty.elements() <= 1 {
            return None;
        }
        if let Op::Constant(c) = &node.op {
            let values = c.value.to_f64();
            let first = values[0];
            if values.iter().any(|v| v.to_bits() != first.to_bits()) {
                return None;
            }
            let one = self.constant(Tensor::from_f64(ty.dtype, vec![], &[first]));
            return self.emit(
                Op::Broadcast(Broadcast {
                    shape: ty.shape.clone(),
                }),
                vec![one],
            );
        }
        let broadcast = |op: &Op| matches!(op, Op::Broadcast(_));
        let moves = matches!(node.op, Op::Reshape(_) | Op::Transpose(_) | Op::Slice(_));
        if inputs.is_empty() || !(is_pointwise(&node.op) || moves && broadcast(self.op(inputs[0])))
        {
            return None;
        }
        let mut scalars = vec![];
        for e in inputs {
            scalars.push(self.uniform(*e)?);
        }
        let one = if moves {
            scalars[0]
        } else {
            self.emit(node.op.clone(), scalars)?
        };
        self.emit(
            Op::Broadcast(Broadcast {
                shape: ty.shape.clone(),
            }),
            vec![one],
        )
    }

    /// The one number, as a rank-0 value, that `e` holds everywhere.
    pub(super) fn uniform(&mut self, e: Edge) -> Option<Edge> {
        let source = match self.op(e) {
            Op::Broadcast(_) => self.nodes[e.node].inputs[0],
            _ => e,
        };
        if self.ty(source).elements() != 1 {
            return None;
        }
        self.reshaped(source, &[])
    }
}
