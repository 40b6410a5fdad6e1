//! Rewrites a graph into a smaller one that computes the same.
//!
//! One forward walk: equal nodes become one, scalars are folded, values that are one number everywhere are computed
//! as that number, and ops that do nothing go away. What changes a result's bits is left alone, but for the sign of a
//! zero (`x + 0`) and rounding done once in f64 instead of step by step in folded constants.

use std::collections::BTreeMap;
use std::sync::Arc;

use regimen_graph::ops::{
    BinaryKind, Broadcast, Cast, Constant, Iota, MatMul, Reduce, ReduceKind, Reshape, Transpose,
    Unary, UnaryKind,
};
use regimen_graph::{DType, Edge, Graph, Node, Op, Plain, Tensor, Type};

/// The smaller graph; inputs, outputs and updates keep their order.
pub(crate) fn simplify(graph: &Graph) -> Graph {
    let mut rewriter = Rewriter::default();
    let mut place: Vec<Vec<Edge>> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let inputs: Vec<Edge> = node.inputs.iter().map(|e| place[e.node][e.out]).collect();
        place.push(rewriter.rewrite(node, inputs));
    }
    let outputs = graph
        .outputs
        .iter()
        .map(|(name, e)| (name.clone(), place[e.node][e.out]))
        .collect();
    let updates = graph
        .updates
        .iter()
        .map(|(i, e)| (*i, place[e.node][e.out]))
        .collect();
    prune(Graph {
        nodes: rewriter.nodes,
        inputs: graph.inputs.clone(),
        outputs,
        updates,
    })
}

/// Without the nodes that nothing needs; input nodes stay.
fn prune(graph: Graph) -> Graph {
    let mut used = vec![false; graph.nodes.len()];
    for edge in graph
        .outputs
        .iter()
        .map(|o| o.1)
        .chain(graph.updates.iter().map(|u| u.1))
    {
        used[edge.node] = true;
    }
    for index in (0..graph.nodes.len()).rev() {
        used[index] |= matches!(graph.nodes[index].op, Op::Input(_));
        if used[index] {
            graph.nodes[index]
                .inputs
                .iter()
                .for_each(|e| used[e.node] = true);
        }
    }
    let mut place = vec![usize::MAX; graph.nodes.len()];
    let mut nodes = vec![];
    for (index, mut node) in graph
        .nodes
        .into_iter()
        .enumerate()
        .filter(|(i, _)| used[*i])
    {
        node.inputs.iter_mut().for_each(|e| e.node = place[e.node]);
        place[index] = nodes.len();
        nodes.push(node);
    }
    let moved = |e: Edge| Edge {
        node: place[e.node],
        out: e.out,
    };
    Graph {
        nodes,
        inputs: graph.inputs,
        outputs: graph
            .outputs
            .into_iter()
            .map(|(n, e)| (n, moved(e)))
            .collect(),
        updates: graph
            .updates
            .into_iter()
            .map(|(i, e)| (i, moved(e)))
            .collect(),
    }
}

/// Largest constant that equal-node search compares.
const SMALL: usize = 64;

#[derive(Default)]
struct Rewriter {
    nodes: Vec<Node>,
    /// Nodes by name, inputs and (for scalars) value: candidates for being equal.
    known: BTreeMap<(&'static str, Vec<Edge>, u64), Vec<usize>>,
    path: Arc<str>,
    backward: bool,
}

impl Rewriter {
    fn ty(&self, e: Edge) -> &Type {
        &self.nodes[e.node].types[e.out]
    }

    fn op(&self, e: Edge) -> &Op {
        &self.nodes[e.node].op
    }

    fn rewrite(&mut self, node: &Node, inputs: Vec<Edge>) -> Vec<Edge> {
        (self.path, self.backward) = (node.path.clone(), node.backward);
        if node.types.len() == 1 {
            let found = self.shorter(node, &inputs);
            if let Some(edge) = found.filter(|e| self.ty(*e) == &node.types[0]) {
                return vec![edge];
            }
        }
        if let Some(edges) = self.widened(node, &inputs) {
            return edges;
        }
        let mut inputs = inputs;
        self.drop_broadcasts(node, &mut inputs);
        let at = self.push(node.op.clone(), inputs, node.types.clone());
        (0..node.types.len())
            .map(|out| Edge { node: at, out })
            .collect()
    }

    /// Appends a node unless an equal one is there.
    fn push(&mut self, op: Op, inputs: Vec<Edge>, types: Vec<Type>) -> usize {
        let bits = match &op {
            Op::Constant(c) if c.value.len() == 1 => c.value.to_f64()[0].to_bits(),
            Op::Constant(c) if c.value.len() > SMALL => self.nodes.len() as u64,
            _ => 0,
        };
        let key = (op.rule().name(), inputs.clone(), bits);
        let found = self.known.get(&key).into_iter().flatten();
        let same = |i: &&usize| {
            let n = &self.nodes[**i];
            n.types == types
                && (n.op == op
                    || matches!((&n.op, &op), (Op::Constant(_), Op::Constant(_))) && bits != 0)
        };
        if let Some(&at) = found.into_iter().find(same) {
            return at;
        }
        let at = self.nodes.len();
        self.nodes.push(Node {
            op,
            inputs,
            types,
            path: self.path.clone(),
            backward: self.backward,
        });
        self.known.entry(key).or_default().push(at);
        at
    }

    /// Appends an op whose types follow from its inputs, after trying to simplify it too.
    fn emit(&mut self, op: Op, inputs: Vec<Edge>) -> Option<Edge> {
        let types: Vec<Type> = inputs.iter().map(|e| self.ty(*e).clone()).collect();
        let types = op.rule().types(&types).ok()?;
        let node = Node {
            op,
            inputs: inputs.clone(),
            types,
            path: self.path.clone(),
            backward: self.backward,
        };
        Some(self.rewrite(&node, inputs)[0])
    }

    fn constant(&mut self, value: Tensor) -> Edge {
        let ty = value.ty();
        Edge {
            node: self.push(
                Op::Constant(Constant {
                    value: Arc::new(value),
                }),
                vec![],
                vec![ty],
            ),
            out: 0,
        }
    }

    fn scalar(&self, e: Edge) -> Option<f64> {
        match self.op(e) {
            Op::Constant(c) if c.value.len() == 1 => c.value.to_f64().first().copied(),
            Op::Broadcast(_) => self.scalar(self.nodes[e.node].inputs[0]),
            _ => None,
        }
    }

    /// The one number, as a rank-0 value, that `e` holds everywhere.
    fn uniform(&mut self, e: Edge) -> Option<Edge> {
        let source = match self.op(e) {
            Op::Broadcast(_) => self.nodes[e.node].inputs[0],
            _ => e,
        };
        if self.ty(source).elements() != 1 {
            return None;
        }
        self.reshaped(source, &[])
    }

    fn reshaped(&mut self, e: Edge, shape: &[usize]) -> Option<Edge> {
        if self.ty(e).shape == shape {
            return Some(e);
        }
        self.emit(
            Op::Reshape(Reshape {
                shape: shape.to_vec(),
            }),
            vec![e],
        )
    }

    /// A value that equals the node's, if a simpler one is known.
    fn shorter(&mut self, node: &Node, inputs: &[Edge]) -> Option<Edge> {
        if let Op::Iota(op) = &node.op {
            return self.counted(op);
        }
        self.folded(node, inputs)
            .or_else(|| self.once(node, inputs))
            .or_else(|| self.without(node, inputs))
    }

    /// Positions are a constant row, repeated.
    fn counted(&mut self, op: &Iota) -> Option<Edge> {
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
    fn folded(&mut self, node: &Node, inputs: &[Edge]) -> Option<Edge> {
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
    fn once(&mut self, node: &Node, inputs: &[Edge]) -> Option<Edge> {
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

    /// Ops that do nothing, or undo each other.
    fn without(&mut self, node: &Node, inputs: &[Edge]) -> Option<Edge> {
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

    fn neutral(&mut self, kind: BinaryKind, inputs: &[Edge]) -> Option<Edge> {
        let (a, b) = (inputs[0], inputs[1]);
        let (left, right) = (self.scalar(a), self.scalar(b));
        match kind {
            BinaryKind::Add if right == Some(0.0) => Some(a),
            BinaryKind::Add if left == Some(0.0) => Some(b),
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

    fn transposed(&mut self, op: &Transpose, x: Edge) -> Option<Edge> {
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

    fn reduced(&mut self, op: &Reduce, x: Edge, shape: &[usize]) -> Option<Edge> {
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
        let mul = Op::Binary(regimen_graph::ops::Binary {
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
    fn in_two(&mut self, op: &Reduce, x: Edge, shape: &[usize]) -> Option<Edge> {
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
    fn product(&mut self, op: &MatMul, inputs: &[Edge]) -> Option<Edge> {
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

    /// Broadcasts that the elementwise op does by itself.
    fn drop_broadcasts(&self, node: &Node, inputs: &mut [Edge]) {
        if !is_pointwise(&node.op) {
            return;
        }
        for i in 0..inputs.len() {
            let kept = inputs[i];
            if !matches!(self.op(kept), Op::Broadcast(_)) {
                continue;
            }
            inputs[i] = self.nodes[kept.node].inputs[0];
            let types: Vec<Type> = inputs.iter().map(|e| self.ty(*e).clone()).collect();
            if node.op.rule().types(&types).ok().as_ref() != Some(&node.types) {
                inputs[i] = kept;
            }
        }
    }

    /// Ops that compute on bf16 arrays compute in f32 and round their results.
    fn widened(&mut self, node: &Node, inputs: &[Edge]) -> Option<Vec<Edge>> {
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

/// Whether element `i` of the result needs only element `i` of the (broadcast) inputs.
pub(crate) fn is_pointwise(op: &Op) -> bool {
    matches!(
        op,
        Op::Unary(_) | Op::Binary(_) | Op::Compare(_) | Op::Select(_) | Op::Cast(_)
    )
}
