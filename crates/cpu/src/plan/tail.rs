//! What a product does on the way out: a bias per column, then perhaps ReLU, in the same launch.
//!
//! A MatMul or Conv whose only reader adds one number per column takes that addition, and where its only reader is ReLU
//! takes that too: the nodes belong to its unit, and what is held is the last one's value. A pass over memory less each.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::ops::{Binary, BinaryKind, Unary, UnaryKind};
use regimen_graph::{DType, Edge, Graph, Op, elements};

use super::group::{Layout, is_whole};
use super::rows::RowStep;

/// The nodes that a product takes along.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tail {
    /// The bias: a held value, and the place of its first number in it.
    pub(crate) bias: (Edge, usize),
    pub(crate) relu: bool,
    /// The last node: what the product writes.
    pub(crate) last: usize,
}

/// Tails by their product's node. Steps on rows read values too.
pub(super) fn find(graph: &Graph, layout: &Layout, rows: &[RowStep]) -> BTreeMap<usize, Tail> {
    let readers = readers(graph, layout, rows);
    let product = |(i, node): (usize, &regimen_graph::Node)| match node.op {
        Op::MatMul(_) | Op::Conv(_) if node.types[0].dtype == DType::F32 => Some(i),
        _ => None,
    };
    let products = graph.nodes.iter().enumerate().filter_map(product);
    let mut tails = BTreeMap::new();
    // Of two products of one row that are added to each other, one takes the sum along.
    let mut taken = BTreeSet::new();
    for i in products {
        if let Some(tail) = tail(graph, layout, &readers, i).filter(|t| taken.insert(t.last)) {
            tails.insert(i, tail);
        }
    }
    tails
}

/// Who reads a node's only output: the reader, where there is one alone.
fn readers(graph: &Graph, layout: &Layout, rows: &[RowStep]) -> BTreeMap<usize, Option<usize>> {
    let mut readers: BTreeMap<usize, Option<usize>> = BTreeMap::new();
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

fn tail(
    graph: &Graph,
    layout: &Layout,
    readers: &BTreeMap<usize, Option<usize>>,
    product: usize,
) -> Option<Tail> {
    let ty = &graph.nodes[product].types[0];
    let columns = *ty.shape.last()?;
    let one_product = match graph.nodes[product].op {
        Op::MatMul(_) => {
            let b = &graph.ty(graph.nodes[product].inputs[1]).shape;
            elements(&b[..b.len() - 2]) == 1
        }
        _ => true,
    };
    if !one_product || ty.elements() == 0 {
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
    let fits = graph.nodes[adder].op == add
        && is_whole(product_view, graph)
        && graph.nodes[adder].types[0].elements() == ty.elements()
        && graph.ty(bias.base).dtype == DType::F32
        && bias.repeats_rows_of(columns);
    let relu = Op::Unary(Unary {
        kind: UnaryKind::Relu,
    });
    let clips = |reader: &usize| {
        graph.nodes[*reader].op == relu && is_whole(&layout.operands[*reader][0], graph)
    };
    let clip = readers.get(&adder).copied().flatten().filter(clips);
    fits.then(|| Tail {
        bias: (bias.base, bias.offset),
        relu: clip.is_some(),
        last: clip.unwrap_or(adder),
    })
}
