//! What a product does on the way out: a bias per column, then perhaps ReLU, in the same launch.
//!
//! A MatMul or Conv whose only reader adds one number per column takes that addition, and where its only reader is ReLU
//! takes that too: the nodes belong to its unit, and what is held is the last one's value. A pass over memory less each.
//! A MatMul whose only reader keeps it where a ReLU's value is above zero, the gradient of that ReLU, takes this along as well, and
//! so does the gradient of a max pooling of that value.
//! Products that stand side by side in one array: `joined.rs`.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::ops::{Binary, BinaryKind, Compare, CompareKind, Unary, UnaryKind};
use regimen_graph::{DType, Edge, Graph, Op, elements};

use super::group::{Layout, is_whole};
use super::joined;
use super::rows::RowStep;
use super::view::View;

/// The nodes that a product takes along.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tail {
    /// The bias: a held value, and the place of its first number in it.
    pub(crate) bias: Option<(Edge, usize)>,
    pub(crate) relu: bool,
    /// What it is kept by, where that is above zero: a held value, and the place of its first number in it.
    pub(crate) keep: Option<(Edge, usize)>,
    /// The nodes taken along, in order; the last one's value is what the product writes.
    pub(crate) nodes: Vec<usize>,
    /// Its columns there, where several products make up that value.
    pub(crate) columns: Option<Columns>,
}

impl Tail {
    /// The value that is written.
    pub(crate) fn written(&self) -> Option<Edge> {
        self.nodes.last().map(|&node| Edge { node, out: 0 })
    }
}

/// Some columns of a wider array.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Columns {
    pub(crate) first: usize,
    /// Columns of the whole.
    pub(crate) of: usize,
}

/// Who reads a node's only output: the reader, where there is one alone.
pub(super) type Readers = BTreeMap<usize, Option<usize>>;

/// Tails by their product's node. Steps on rows read values too.
pub(super) fn find(graph: &Graph, layout: &Layout, rows: &[RowStep]) -> BTreeMap<usize, Tail> {
    let readers = readers(graph, layout, rows);
    let product = |(i, node): (usize, &regimen_graph::Node)| match node.op {
        Op::MatMul(_) | Op::Conv(_) | Op::WindowMaxGrad(_) if node.types[0].dtype == DType::F32 => {
            Some(i)
        }
        _ => None,
    };
    let products = graph.nodes.iter().enumerate().filter_map(product);
    let mut tails = BTreeMap::new();
    // Of two products of one row that are added to each other, one takes the sum along.
    let mut taken = BTreeSet::new();
    for i in products.filter(|&i| is_one_product(graph, i)) {
        let tail = ends(graph, layout, &readers, i).or_else(|| kept(graph, layout, &readers, i));
        if let Some(tail) = tail.filter(|t| taken.insert(t.written())) {
            tails.insert(i, tail);
        }
    }
    joined::add(graph, layout, &readers, &mut tails);
    tails
}

fn readers(graph: &Graph, layout: &Layout, rows: &[RowStep]) -> Readers {
    let mut readers = Readers::new();
    let mut read = |node: usize, by: Option<usize>| {
        let entry = readers.entry(node).or_insert(by);
        *entry = entry.filter(|known| Some(*known) == by);
    };
    for index in 0..graph.nodes.len() {
        // A view counts where it is read; one that is copied reads its base like anyone else.
        if !layout.is_view(index) {
            for e in layout.reads(graph, index) {
                read(e.node, Some(index));
                if layout.is_view(e.node) {
                    read(layout.view(e).base.node, None);
                }
            }
        }
    }
    let outputs = graph.outputs.iter().map(|o| o.1);
    let results = outputs.chain(graph.updates.iter().map(|u| u.1));
    for e in results.chain(rows.iter().flat_map(RowStep::reads)) {
        read(layout.dense_source(e).node, None);
        read(layout.view(e).base.node, None);
    }
    readers
}

/// Whether a MatMul or Conv is one product, not a batch of them.
pub(super) fn is_one_product(graph: &Graph, product: usize) -> bool {
    let node = &graph.nodes[product];
    let outer = |input: usize, inner: usize| {
        let shape = &graph.ty(node.inputs[input]).shape;
        elements(&shape[..shape.len() - inner])
    };
    match &node.op {
        Op::MatMul(op) => outer(1, 2) == 1 && (!op.transpose_a || outer(0, 2) == 1),
        _ => true,
    }
}

/// The bias per column, and perhaps ReLU, that follow a product or several that are joined.
pub(super) fn ends(
    graph: &Graph,
    layout: &Layout,
    readers: &Readers,
    product: usize,
) -> Option<Tail> {
    let ty = &graph.nodes[product].types[0];
    let columns = *ty.shape.last()?;
    if matches!(graph.nodes[product].op, Op::WindowMaxGrad(_)) {
        return None;
    }
    if ty.elements() == 0 || ty.dtype != DType::F32 {
        return None;
    }
    let adder = (*readers.get(&product)?)?;
    let add = Op::Binary(Binary {
        kind: BinaryKind::Add,
    });
    let [x, y] = layout.operands[adder].first_chunk()?;
    let (product_view, bias) = match (x.base.node == product, y.base.node == product) {
        (true, false) => (x, y),
        (false, true) => (y, x),
        _ => return None,
    };
    // What becomes state is written in place, by groups, without numbers below the normal ones.
    let stays = |node: usize| !layout.next_state.contains(&node);
    let fits = graph.nodes[adder].op == add
        && stays(adder)
        && is_whole(product_view, graph)
        && graph.nodes[adder].types[0].elements() == ty.elements()
        && graph.ty(bias.base).dtype == DType::F32
        && bias.repeats_rows_of(columns);
    let relu = Op::Unary(Unary {
        kind: UnaryKind::Relu,
    });
    let clips = |reader: &usize| {
        graph.nodes[*reader].op == relu
            && stays(*reader)
            && is_whole(&layout.operands[*reader][0], graph)
    };
    let clip = readers.get(&adder).copied().flatten().filter(clips);
    fits.then(|| Tail {
        bias: Some((bias.base, bias.offset)),
        relu: clip.is_some(),
        nodes: [adder].into_iter().chain(clip).collect(),
        ..Tail::default()
    })
}

/// The gradient of a ReLU that follows a MatMul, or the gradient of a max pooling: `select(x > 0, product, 0)`.
fn kept(graph: &Graph, layout: &Layout, readers: &Readers, product: usize) -> Option<Tail> {
    let node = &graph.nodes[product];
    let select = (*readers.get(&product)?)?;
    let [condition, kept, other] = layout.operands[select].first_chunk()?;
    let greater = condition.base.node;
    let [x, zero] = layout.operands[greater].first_chunk()?;
    let same =
        |view: &View| view.is_contiguous() && elements(&view.shape) == node.types[0].elements();
    let is_zero = |view: &View| match &graph.nodes[view.base.node].op {
        Op::Constant(c) => c.value.len() == 1 && c.value.to_f64() == [0.0],
        _ => false,
    };
    // A pooling's gradient has found what its own input's largest numbers are.
    let own = |e: Edge| {
        let view = layout.view(e);
        view.is_contiguous() && (view.base, view.offset) == (x.base, x.offset)
    };
    let takes = match node.op {
        Op::MatMul(_) => true,
        Op::WindowMaxGrad(_) => own(node.inputs[0]),
        _ => false,
    };
    let fits = takes
        && matches!(graph.nodes[select].op, Op::Select(_))
        && !layout.next_state.contains(&select)
        && kept.base.node == product
        && is_whole(kept, graph)
        && graph.nodes[greater].op
            == Op::Compare(Compare {
                kind: CompareKind::Gt,
            })
        && readers.get(&greater) == Some(&Some(select))
        && is_whole(condition, graph)
        && same(x)
        && node.types[0].elements() > 0
        && graph.ty(x.base).dtype == DType::F32
        && x.base.node != product
        && is_zero(zero)
        && is_zero(other);
    fits.then(|| Tail {
        keep: Some((x.base, x.offset)),
        nodes: vec![greater, select],
        ..Tail::default()
    })
}
