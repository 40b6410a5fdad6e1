//! Rewrites a graph into a smaller one that computes the same.
//!
//! One forward walk: equal nodes become one, scalars are folded, values that are one number everywhere are computed
//! as that number, and ops that do nothing go away. What changes a result's bits is left alone, but for the sign of a
//! zero (`x + 0`) and rounding done once in f64 instead of step by step in folded constants.

mod folded;
mod neutral;
mod padded;
mod sums;
mod widened;

use std::collections::BTreeMap;
use std::sync::Arc;

use regimen_graph::ops::{Constant, Reshape};
use regimen_graph::{Edge, Graph, Node, Op, Tensor, Type};

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
    let graph = Graph {
        nodes: rewriter.nodes,
        inputs: graph.inputs.clone(),
        outputs,
        updates,
        guard: graph.guard,
    };
    prune(graph, [])
}

/// Without the nodes that nothing needs; input nodes stay, and so does what `kept` points at.
pub(super) fn prune<'k>(graph: Graph, kept: impl IntoIterator<Item = &'k mut Edge>) -> Graph {
    let mut kept: Vec<&mut Edge> = kept.into_iter().collect();
    let mut used = vec![false; graph.nodes.len()];
    for edge in graph
        .outputs
        .iter()
        .map(|o| o.1)
        .chain(graph.updates.iter().map(|u| u.1))
        .chain(kept.iter().map(|e| **e))
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
    kept.iter_mut().for_each(|e| e.node = place[e.node]);
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
        guard: graph.guard,
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
}

/// Whether element `i` of the result needs only element `i` of the (broadcast) inputs.
pub(crate) fn is_pointwise(op: &Op) -> bool {
    matches!(
        op,
        Op::Unary(_) | Op::Binary(_) | Op::Compare(_) | Op::Select(_) | Op::Cast(_)
    )
}
