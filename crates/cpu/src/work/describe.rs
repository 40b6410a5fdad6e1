//! What a launch is, for profiles.

use regimen_graph::ops::AttentionSizes;
use regimen_graph::{Edge, Graph, Node, Op, Type};

use crate::fuse::{Adam, Momentum, Pointwise};
use crate::launch::{LaunchInfo, Together};
use crate::plan::{Action, Kind, Layout, RowStep};

pub(super) fn info(graph: &Graph, layout: &Layout, action: &Action) -> LaunchInfo {
    let nodes: Vec<usize> = match &action.kind {
        Kind::Group(members) => members.clone(),
        Kind::Node(node) => layout.members[*node].clone(),
        Kind::Copy(edge) => vec![edge.node],
        Kind::Stash(_) | Kind::Rows(_) => vec![],
    };
    let names: Vec<&str> = nodes
        .iter()
        .map(|&i| graph.nodes[i].op.rule().name())
        .collect();
    let path = match updated(graph, &nodes) {
        Some(name) => name,
        None => nodes
            .last()
            .map_or(String::new(), |&i| graph.nodes[i].path.to_string()),
    };
    let bytes = |e: &Edge| (graph.ty(*e).elements() * graph.ty(*e).dtype.size()) as u64;
    // Of a table, the rows that are asked for: they are the result.
    let size = |e: &Edge| match nodes[..] {
        [node]
            if matches!(graph.nodes[node].op, Op::Gather(_))
                && graph.nodes[node].inputs[0] == *e =>
        {
            bytes(e).min(bytes(&Edge { node, out: 0 }))
        }
        _ => bytes(e),
    };
    // The last of several joined products reads nothing of the others.
    let joins = |e: &&Edge| {
        layout
            .tails
            .get(&layout.unit[e.node])
            .is_some_and(|t| t.columns.is_some() && t.written() != Some(**e))
    };
    let read: u64 = action.reads.iter().filter(|e| !joins(e)).map(size).sum();
    let tail = nodes.first().and_then(|i| layout.tails.get(i));
    let writer = if tail.is_some() {
        nodes.first()
    } else {
        nodes.last()
    };
    let written: u64 = writer.map_or(0, |&i| {
        graph.nodes[i]
            .types
            .iter()
            .map(|t| (t.elements() * t.dtype.size()) as u64)
            .sum()
    });
    let flops = nodes.iter().map(|&i| flops(graph, &graph.nodes[i])).sum();
    LaunchInfo {
        name: names.join("+"),
        path,
        flops,
        bytes: read + written,
        together: Together::Alone,
    }
}

/// What a launch sets, by name: the first weight of an optimizer's steps, whose slots have its name in theirs, and how many more.
fn updated(graph: &Graph, nodes: &[usize]) -> Option<String> {
    let set = |(_, next): &&(usize, Edge)| nodes.contains(&next.node);
    let set = graph.updates.iter().filter(set);
    let names: Vec<&str> = set.map(|u| &graph.inputs[u.0].name[..]).collect();
    let is_slot = |n: &&str| names.iter().any(|of| of != n && n.contains(of));
    let mut of_weights = names.iter().filter(|n| !is_slot(n));
    let first = of_weights.next()?;
    Some(match of_weights.count() {
        0 => first.to_string(),
        more => format!("{first} and {more} more"),
    })
}

/// A step on the rows of a table: two sums of products a number, each array read and written once.
pub(super) fn rows(graph: &Graph, step: &RowStep) -> LaunchInfo {
    let numbers = graph.ty(step.grads).elements() as u64;
    LaunchInfo {
        name: format!("{} by rows", step.rule.name()),
        path: graph.inputs[step.inputs[0]].name.clone(),
        flops: numbers * 30,
        bytes: numbers * 4 * (1 + 2 * step.inputs.len() as u64),
        together: Together::Alone,
    }
}

/// The same for a group of so many nodes that holds whole steps of optimizers.
pub(super) fn steps(info: LaunchInfo, nodes: usize, group: &Pointwise) -> LaunchInfo {
    let (adams, momenta) = (group.adams.len(), group.momenta.len());
    let joined = group.adams.iter().map(Adam::nodes).sum::<usize>()
        + group.momenta.iter().map(Momentum::nodes).sum::<usize>();
    let named = |name: &str, count: usize| match count {
        0 => None,
        1 => Some(name.to_string()),
        _ => Some(format!("{name} x {count}")),
    };
    let mut names: Vec<String> = [named("Adam", adams), named("Momentum", momenta)]
        .into_iter()
        .flatten()
        .collect();
    match nodes.saturating_sub(joined) {
        _ if names.is_empty() => return info,
        0 => {}
        more => names.push(format!("{more} ops more")),
    }
    LaunchInfo {
        name: names.join(" and "),
        ..info
    }
}

fn flops(graph: &Graph, node: &Node) -> u64 {
    let out = node.types.first().map_or(0, Type::elements) as u64;
    let input = |i: usize| {
        node.inputs
            .get(i)
            .map_or(0, |e| graph.ty(*e).elements() as u64)
    };
    let last = |i: usize| {
        node.inputs
            .get(i)
            .and_then(|e| graph.ty(*e).shape.last().copied())
            .unwrap_or(1) as u64
    };
    match &node.op {
        Op::MatMul(op) => {
            let a = graph.ty(node.inputs[0]);
            let k = a.shape[a.rank() - if op.transpose_a { 2 } else { 1 }];
            2 * out * k as u64
        }
        Op::Conv(_) => 2 * out * input(1) / last(1).max(1),
        Op::ConvInputGrad(_) => 2 * input(1) * input(0) / last(0).max(1),
        Op::ConvKernelGrad(_) => 2 * input(1) * out / last(1).max(1),
        Op::Lstm(_) => 2 * input(0) * last(2) + 10 * out,
        Op::LstmGrad(_) => 2 * out * last(1) + 10 * out,
        Op::Gru(_) => 2 * input(0) * last(2) + 10 * out,
        Op::GruGrad(_) => 2 * out * last(1) + 10 * out,
        Op::Attention(_) => attention(graph, node, 2, 10),
        Op::AttentionGrad(_) => attention(graph, node, 5, 15),
        Op::LayerNorm(_) => 8 * out,
        Op::LayerNormGrad(_) => 15 * out,
        Op::Reduce(_) | Op::ArgReduce(_) | Op::CumSum(_) | Op::Sort(_) | Op::ScatterAdd(_) => {
            input(0)
        }
        _ => out,
    }
}

/// Operations of so many products of an attention and so many steps per score.
fn attention(graph: &Graph, node: &Node, products: u64, steps: u64) -> u64 {
    let shape = |i: usize| &graph.ty(node.inputs[i]).shape[..];
    let Some(z) = AttentionSizes::of(shape(0), shape(1), shape(2)) else {
        return 0;
    };
    (z.b * z.h * z.t * z.s) as u64 * (products * (z.k + z.v) as u64 + steps)
}
