//! bf16 arrays are stored, not computed with.

use regimen_graph::ops::Cast;
use regimen_graph::{DType, Edge, Node, Op, Type};

use super::Rewriter;

impl Rewriter {
    /// Ops that compute on bf16 arrays compute in f32 and round their results.
    pub(super) fn widened(&mut self, node: &Node, inputs: &[Edge]) -> Option<Vec<Edge>> {
        let computes = matches!(
            node.op,
            Op::MatMul(_)
                | Op::Conv(_)
                | Op::ConvInputGrad(_)
                | Op::ConvKernelGrad(_)
                | Op::Window(_)
                | Op::WindowMaxGrad(_)
                | Op::WindowSumGrad(_)
                | Op::Reduce(_)
                | Op::ScatterAdd(_)
                | Op::CumSum(_)
                | Op::Sort(_)
                | Op::Lstm(_)
                | Op::LstmGrad(_)
                | Op::Gru(_)
                | Op::GruGrad(_)
                | Op::Attention(_)
                | Op::AttentionGrad(_)
                | Op::LayerNorm(_)
                | Op::LayerNormGrad(_)
        );
        if !computes || inputs.iter().all(|e| self.ty(*e).dtype != DType::BF16) {
            return None;
        }
        let mut wide = vec![];
        for e in inputs {
            let narrow = self.ty(*e).dtype == DType::BF16;
            wide.push(if narrow {
                self.emit(Op::Cast(Cast { dtype: DType::F32 }), vec![*e])?
            } else {
                *e
            });
        }
        let float = |t: &Type| {
            if t.dtype == DType::BF16 {
                Type::new(DType::F32, t.shape.clone())
            } else {
                t.clone()
            }
        };
        let at = self.push(
            node.op.clone(),
            wide,
            node.types.iter().map(float).collect(),
        );
        let mut edges = vec![];
        for (out, ty) in node.types.iter().enumerate() {
            let edge = Edge { node: at, out };
            let narrow = ty.dtype == DType::BF16;
            edges.push(if narrow {
                self.emit(Op::Cast(Cast { dtype: DType::BF16 }), vec![edge])?
            } else {
                edge
            });
        }
        Some(edges)
    }
}
