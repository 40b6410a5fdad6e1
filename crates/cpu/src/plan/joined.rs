//! Products that stand side by side in one array: each writes its columns there, and nothing is copied.
//!
//! A Concat along the last axis whose parts are MatMuls that nobody else reads is not computed: the products of the gates of
//! an LSTM with dropout, and the gradients of their kernels. A bias of the whole rides along, each product takes its part.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::{Graph, Op};

use super::group::{Layout, is_whole};
use super::tail::{Columns, Readers, Tail, ends, is_one_product};

/// Adds the tails of products that are joined.
pub(super) fn add(
    graph: &Graph,
    layout: &Layout,
    readers: &Readers,
    tails: &mut BTreeMap<usize, Tail>,
) {
    let concats = graph.nodes.iter().enumerate();
    for (concat, _) in concats.filter(|(_, n)| matches!(n.op, Op::Concat(_))) {
        let parts = parts(graph, layout, readers, tails, concat);
        let Some(parts) = parts.filter(|_| !layout.next_state.contains(&concat)) else {
            continue;
        };
        // A bias has to be there when the first of the products runs.
        let alone = parts
            .iter()
            .all(|(product, _)| !tails.contains_key(product));
        let end = ends(graph, layout, readers, concat).filter(|end| {
            let source = end.bias.map(|(base, _)| &graph.nodes[base.node].op);
            alone && matches!(source, Some(Op::Input(_) | Op::Constant(_)))
        });
        for (product, columns) in parts {
            let mut tail = tails.remove(&product).unwrap_or_default();
            tail.nodes.push(concat);
            if let Some(end) = &end {
                tail.bias = end.bias.map(|(base, first)| (base, first + columns.first));
                tail.relu = end.relu;
                tail.nodes.extend(&end.nodes);
            }
            tail.columns = Some(columns);
            tails.insert(product, tail);
        }
    }
}

/// The products that a Concat joins, each with its columns.
fn parts(
    graph: &Graph,
    layout: &Layout,
    readers: &Readers,
    tails: &BTreeMap<usize, Tail>,
    concat: usize,
) -> Option<Vec<(usize, Columns)>> {
    let node = &graph.nodes[concat];
    let Op::Concat(op) = &node.op else {
        return None;
    };
    let shape = &node.types[0].shape;
    let of = *shape.last()?;
    if op.axis + 1 != shape.len() || node.types[0].elements() == 0 {
        return None;
    }
    // The node that ends a product.
    let ends = tails
        .iter()
        .filter_map(|(p, tail)| Some((tail.written()?.node, *p)));
    let ending: BTreeMap<usize, usize> = ends.collect();
    let (mut parts, mut taken, mut first) = (vec![], BTreeSet::new(), 0);
    for &edge in &node.inputs {
        let view = layout.view(edge);
        let end = view.base.node;
        let product = ending.get(&end).copied().unwrap_or(end);
        let count = *graph.ty(edge).shape.last()?;
        let fits = is_whole(view, graph)
            && matches!(graph.nodes[product].op, Op::MatMul(_))
            && is_one_product(graph, product)
            && tails
                .get(&product)
                .is_none_or(|tail| tail.columns.is_none())
            && graph.nodes[product].types[0].shape.last() == Some(&count)
            && readers.get(&end) == Some(&Some(concat))
            && taken.insert(product);
        if !fits {
            return None;
        }
        parts.push((product, Columns { first, of }));
        first += count;
    }
    Some(parts)
}
