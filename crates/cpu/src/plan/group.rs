//! Which elementwise nodes run together: one pass over memory for a whole group.
//!
//! A node joins a group that makes one of its inputs when both have as many elements and no third unit would have to
//! run in between. Groups that meet in a node are joined in the same way.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::{DType, Edge, Graph, Op, elements};

use super::rows::RowStep;
use super::simplify::is_pointwise;
use super::tail::{self, Tail};
use super::view::{View, views};
use crate::fuse::{MOST_AXES, MOST_NODES};

/// Most distinct views that a group reads.
const MOST_LOADS: usize = 32;

/// The numbers a group computes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// f32 vectors; truth values are 0 and 1.
    Float,
    /// i64 words; truth values are 0 and 1.
    Int,
}

/// How every value of a graph is read and made.
pub(crate) struct Layout {
    /// The view of each node's outputs.
    pub(crate) views: Vec<Vec<View>>,
    /// Elementwise nodes: the view of each input over the node's shape.
    pub(crate) operands: Vec<Vec<View>>,
    /// The unit that a node belongs to: the index of its first node, or of the product that takes it along.
    pub(crate) unit: Vec<usize>,
    /// Nodes of each unit, in order, a product before what it takes along; empty for nodes within another's unit.
    pub(crate) members: Vec<Vec<usize>>,
    /// Nodes whose values become state.
    pub(crate) next_state: BTreeSet<usize>,
    /// What products do on the way out.
    pub(crate) tails: BTreeMap<usize, Tail>,
}

impl Layout {
    /// The layout of a graph; without `fuse` each elementwise node is a group of its own.
    pub(crate) fn of(graph: &Graph, rows: &[RowStep], fuse: bool) -> Layout {
        let views = views(graph);
        let operands = (0..graph.nodes.len())
            .map(|i| operands(graph, &views, i))
            .collect();
        let n = graph.nodes.len();
        let members = (0..n).map(|i| vec![i]).collect();
        let next_state = graph.updates.iter().map(|u| u.1.node).collect();
        let mut layout = Layout {
            views,
            operands,
            unit: (0..n).collect(),
            members,
            next_state,
            tails: BTreeMap::new(),
        };
        if fuse {
            layout.take_tails(graph, rows);
            Grouper::new(graph, &mut layout).run();
        }
        layout
    }

    /// Puts the nodes of tails into the units of their products. What joins several products belongs to the last of them:
    /// it runs when all the others have, and so does whoever reads the whole.
    fn take_tails(&mut self, graph: &Graph, rows: &[RowStep]) {
        self.tails = tail::find(graph, self, rows);
        for (&product, tail) in &self.tails {
            for &node in &tail.nodes {
                self.members[self.unit[node]].retain(|&n| n != node);
                self.unit[node] = product;
                self.members[product].push(node);
            }
        }
    }

    /// Where a product's matrix is read, if it lies in rows at a distance: the base, and that distance.
    pub(crate) fn matrix(&self, graph: &Graph, node: usize, input: usize) -> Option<(Edge, usize)> {
        let n = &graph.nodes[node];
        let Op::MatMul(op) = &n.op else { return None };
        let e = n.inputs[input];
        let (shape, view) = (&graph.ty(e).shape, self.view(e));
        // The left matrix may have leading axes, as rows of one product.
        let plain = graph.ty(n.inputs[1]).rank() == 2
            && (shape.len() == 2 || input == 0 && !op.transpose_a);
        let stride = view.as_matrix(*shape.last()?)?;
        (plain && !view.is_contiguous()).then_some((view.base, stride))
    }

    pub(crate) fn view(&self, e: Edge) -> &View {
        &self.views[e.node][e.out]
    }

    /// Whether the node only describes how another value is read.
    pub(crate) fn is_view(&self, node: usize) -> bool {
        self.views[node]
            .first()
            .is_some_and(|v| v.base.node != node)
    }

    /// The held value that a kernel reads for `e`, which must lie side by side.
    pub(crate) fn dense_source(&self, e: Edge) -> Edge {
        let view = self.view(e);
        if view.is_contiguous() { view.base } else { e }
    }

    /// The values that a node reads from other nodes.
    pub(crate) fn reads(&self, graph: &Graph, node: usize) -> Vec<Edge> {
        if self.is_view(node) {
            return vec![self.views[node][0].base];
        }
        if is_pointwise(&graph.nodes[node].op) {
            return self.operands[node].iter().map(|v| v.base).collect();
        }
        let inputs = graph.nodes[node].inputs.iter().enumerate();
        let read = |(i, e): (usize, &Edge)| match self.matrix(graph, node, i) {
            Some((base, _)) => base,
            None => self.dense_source(*e),
        };
        inputs.map(read).collect()
    }
}

fn operands(graph: &Graph, views: &[Vec<View>], index: usize) -> Vec<View> {
    let node = &graph.nodes[index];
    if !is_pointwise(&node.op) {
        return vec![];
    }
    let shape = &node.types[0].shape;
    let one = |e: &Edge| {
        let own = &graph.ty(*e).shape;
        if own == shape {
            views[e.node][e.out].clone()
        } else {
            views[e.node][e.out].or_own(*e, own).broadcast(shape)
        }
    };
    node.inputs.iter().map(one).collect()
}

/// What an elementwise node computes in; `None` for types the engine does not compute in.
pub(crate) fn class(graph: &Graph, node: usize) -> Option<Class> {
    let n = &graph.nodes[node];
    let (to, from) = (n.types[0].dtype, graph.ty(*n.inputs.last()?).dtype);
    let whole = |d: DType| matches!(d, DType::I32 | DType::I64 | DType::U8);
    let exact = |d: DType| matches!(d, DType::F32 | DType::BF16 | DType::Bool);
    match &n.op {
        Op::Cast(_) if (whole(to) || to == DType::Bool) && (whole(from) || from == DType::Bool) => {
            Some(Class::Int)
        }
        Op::Cast(_) if to == DType::F64 => exact(from).then_some(Class::Float),
        Op::Cast(_) if from == DType::F64 => exact(to).then_some(Class::Float),
        Op::Cast(_) => Some(Class::Float),
        _ if from == DType::F64 => None,
        _ if whole(from) => Some(Class::Int),
        _ => Some(Class::Float),
    }
}

struct Grouper<'a> {
    graph: &'a Graph,
    layout: &'a mut Layout,
    class: Vec<Option<Class>>,
    /// Axis boundaries that each unit's loads need.
    bounds: Vec<BTreeSet<usize>>,
    /// Nodes that each node reads.
    reads: Vec<Vec<usize>>,
    visited: Vec<u32>,
    round: u32,
}

impl<'a> Grouper<'a> {
    fn new(graph: &'a Graph, layout: &'a mut Layout) -> Grouper<'a> {
        let n = graph.nodes.len();
        let pointwise =
            |i: usize| is_pointwise(&graph.nodes[i].op) && graph.nodes[i].types[0].elements() > 0;
        let free = |i: usize| layout.unit[i] == i;
        let class = (0..n)
            .map(|i| {
                if pointwise(i) && free(i) {
                    class(graph, i)
                } else {
                    None
                }
            })
            .collect();
        let bounds = layout
            .operands
            .iter()
            .map(|list| list.iter().flat_map(View::boundaries).collect())
            .collect();
        let reads = (0..n)
            .map(|i| layout.reads(graph, i).iter().map(|e| e.node).collect())
            .collect();
        Grouper {
            graph,
            layout,
            class,
            bounds,
            reads,
            visited: vec![0; n],
            round: 0,
        }
    }

    fn run(&mut self) {
        for node in 0..self.graph.nodes.len() {
            if self.class[node].is_none() {
                continue;
            }
            // The latest inputs first: they are the most likely to be still in the cache.
            let mut makers: Vec<usize> = self.reads[node].clone();
            makers.sort_unstable_by(|a, b| b.cmp(a));
            for maker in makers {
                let (a, b) = (self.layout.unit[maker], self.layout.unit[node]);
                if a != b
                    && self.fits(a, b)
                    && self.streams(a, b)
                    && !self.between(a, b)
                    && !self.between(b, a)
                {
                    self.join(a, b);
                }
            }
        }
    }

    fn fits(&self, a: usize, b: usize) -> bool {
        let (first, second) = (&self.layout.members[a], &self.layout.members[b]);
        let elements = |unit: usize| self.graph.nodes[unit].types[0].elements();
        let gradient = |list: &[usize]| list.iter().any(|&i| self.graph.nodes[i].backward);
        let members = first.iter().chain(second);
        let loads: BTreeSet<&View> = members.flat_map(|&i| &self.layout.operands[i]).collect();
        self.class[a].is_some()
            && self.class[a] == self.class[b]
            && elements(a) == elements(b)
            && first.len() + second.len() <= MOST_NODES
            && loads.len() <= MOST_LOADS
            // A gradient computed in the forward pass would have to be kept until it is used.
            && (gradient(first) || !gradient(second))
            && divides(&self.bounds[a], &self.bounds[b], elements(a))
    }

    /// Whether each unit reads the other's values only element by element.
    fn streams(&self, a: usize, b: usize) -> bool {
        let inside = |v: &View| {
            let unit = self.layout.unit[v.base.node];
            unit == a || unit == b
        };
        let members = self.layout.members[a].iter().chain(&self.layout.members[b]);
        let mut crossing = members
            .flat_map(|&i| &self.layout.operands[i])
            .filter(|v| inside(v));
        crossing.all(|v| is_whole(v, self.graph))
    }

    /// Whether some third unit reads (perhaps indirectly) from `a` and is read by `b`.
    fn between(&mut self, a: usize, b: usize) -> bool {
        self.round += 1;
        let mut stack: Vec<usize> = vec![];
        let enter = |this: &mut Self, unit: usize, stack: &mut Vec<usize>| {
            for &node in &this.layout.members[unit] {
                for &read in &this.reads[node] {
                    let from = this.layout.unit[read];
                    if this.visited[from] != this.round && from != b {
                        this.visited[from] = this.round;
                        stack.push(from);
                    }
                }
            }
        };
        enter(self, b, &mut stack);
        stack.retain(|&u| u != a);
        self.visited[a] = 0;
        while let Some(unit) = stack.pop() {
            if unit == a {
                return true;
            }
            enter(self, unit, &mut stack);
        }
        false
    }

    fn join(&mut self, a: usize, b: usize) {
        let (keep, gone) = (a.min(b), a.max(b));
        let moved = std::mem::take(&mut self.layout.members[gone]);
        moved.iter().for_each(|&i| self.layout.unit[i] = keep);
        self.layout.members[keep].extend(moved);
        self.layout.members[keep].sort_unstable();
        let more = std::mem::take(&mut self.bounds[gone]);
        self.bounds[keep].extend(more);
    }
}

/// Whether the view is its base, element by element.
pub(crate) fn is_whole(view: &View, graph: &Graph) -> bool {
    view.offset == 0
        && view.is_contiguous()
        && graph.ty(view.base).elements() == elements(&view.shape)
}

/// Whether a group may write this output over that input: the group reads it only element by element.
pub(crate) fn may_overwrite(
    layout: &Layout,
    graph: &Graph,
    members: &[usize],
    input: Edge,
) -> bool {
    let mut reads = members
        .iter()
        .flat_map(|&i| &layout.operands[i])
        .filter(|v| v.base == input);
    reads.all(|v| is_whole(v, graph))
}

/// Whether the axis boundaries of both, with the whole, divide one another in a short chain.
fn divides(a: &BTreeSet<usize>, b: &BTreeSet<usize>, whole: usize) -> bool {
    let mut last = 1;
    let mut chain = a.union(b).copied().chain([whole]);
    a.union(b).count() < MOST_AXES && chain.all(|n| n % std::mem::replace(&mut last, n) == 0)
}

#[cfg(test)]
mod tests;
