//! Steps over time as ONNX's Scan: a body that reads carries and the entries of one step, and whatever else by its name.

use std::collections::BTreeSet;

use regimen_graph::{DType, Graph, Op, Type, ops::Scan};

use super::OnnxError;
use super::emit::Emitter;
use super::lower::{Outputs, Site, bodies, lower};
use super::message::{self, Attr, Draft};
use super::size::Size;

/// What goes over the steps.
pub(super) struct Steps<'a> {
    /// Carries before the first step, with their types.
    pub(super) carries: Vec<(&'a str, DType)>,
    /// Sequences, with the type and the axis of their steps.
    pub(super) sequences: Vec<(&'a str, DType, i64)>,
    /// Types of the results, and the axis in which their steps are put.
    pub(super) results: Vec<(DType, i64)>,
    /// From the last step to the first; results stay at their step's place.
    pub(super) reverse: bool,
}

/// Writes a Scan. `body` writes one step: from names of carries and entries to those of the next carries and results. The
/// last carries, then the results.
pub(super) fn steps(
    emit: &mut Emitter,
    steps: &Steps<'_>,
    body: impl FnOnce(&mut Emitter, &[String]) -> Outputs,
) -> Outputs {
    let entries = steps.sequences.iter().map(|s| s.1);
    let types: Vec<DType> = (steps.carries.iter().map(|c| c.1)).chain(entries).collect();
    let inputs: Vec<String> = types.iter().map(|_| emit.name("step")).collect();
    emit.open_body();
    let made = body(emit, &inputs);
    let results = made.map(|made| {
        // Every output of a body is a value of its own.
        made.iter()
            .map(|name| emit.plain("Identity", &[name]))
            .collect::<Vec<_>>()
    });
    let nodes = emit.close_body();
    let results = results?;
    let nodes = needed(nodes, &results);
    let reads = outside(&nodes, &inputs);
    let given: Vec<_> = (inputs.iter().zip(&types))
        .map(|(name, dtype)| message::value(name, *dtype, None))
        .collect();
    let out_types = (steps.carries.iter().map(|c| c.1)).chain(steps.results.iter().map(|r| r.0));
    let wanted: Vec<_> = (results.iter().zip(out_types))
        .map(|(name, dtype)| message::value(name, dtype, None))
        .collect();
    let graph = message::graph("step", nodes, vec![], (given, wanted));
    let way = |n: usize| Attr::Ints(vec![i64::from(steps.reverse); n]);
    let (ins, outs) = (steps.sequences.len(), steps.results.len());
    let attrs = vec![
        ("body", Attr::Body(graph, reads)),
        ("num_scan_inputs", Attr::Int(ins as i64)),
        ("scan_input_directions", way(ins)),
        (
            "scan_input_axes",
            Attr::Ints(steps.sequences.iter().map(|s| s.2).collect()),
        ),
        ("scan_output_directions", way(outs)),
        (
            "scan_output_axes",
            Attr::Ints(steps.results.iter().map(|r| r.1).collect()),
        ),
    ];
    let names: Vec<&str> = (steps.carries.iter().map(|c| c.0))
        .chain(steps.sequences.iter().map(|s| s.0))
        .collect();
    Ok(emit.nodes("Scan", &names, attrs, steps.carries.len() + outs))
}

/// The nodes that some output needs.
fn needed(nodes: Vec<Draft>, outputs: &[String]) -> Vec<Draft> {
    let mut wanted: BTreeSet<String> = outputs.iter().cloned().collect();
    let mut kept = vec![];
    for node in nodes.into_iter().rev() {
        if node.outputs.iter().any(|name| wanted.contains(name)) {
            wanted.extend(node.reads().cloned());
            kept.push(node);
        }
    }
    kept.reverse();
    kept
}

/// Names that nodes read and nobody among them makes.
fn outside(nodes: &[Draft], inputs: &[String]) -> Vec<String> {
    let made = nodes.iter().flat_map(|node| &node.outputs);
    let inside: BTreeSet<&String> = made.chain(inputs).collect();
    let read: BTreeSet<&String> = nodes.iter().flat_map(Draft::reads).collect();
    read.difference(&inside).map(|&name| name.clone()).collect()
}

/// A scan of the graph, whose body is a graph too.
pub(super) fn scan(emit: &mut Emitter, site: &Site<'_>, op: &Scan) -> Outputs {
    let all = bodies(site);
    let all: Vec<&Graph> = all.into_iter().map(|body| &**body).collect();
    let (n, s) = (op.carries, op.sequences);
    let counted;
    let mut sequences: Vec<(&str, DType, i64)> = (n..n + s)
        .map(|i| (site.x(i), site.ty(i).dtype, 0))
        .collect();
    if sequences.is_empty() {
        counted = count(emit, site)?;
        sequences.push((&counted, DType::Bool, 0));
    }
    let of = |ty: &Type| (ty.dtype, 0);
    let around = Steps {
        carries: (0..n).map(|i| (site.x(i), site.ty(i).dtype)).collect(),
        sequences,
        results: (op.body.outputs[n..].iter())
            .map(|(_, e)| of(op.body.ty(*e)))
            .collect(),
        reverse: op.reverse,
    };
    let constants = &site.inputs[n + s..];
    let mut made = steps(emit, &around, |emit, inputs| {
        let names = [&inputs[..n + s], constants].concat();
        lower(emit, site.open, &all, &names)
    })?;
    // What the carries were before each step is for the gradient.
    made.resize(made.len() + n, String::new());
    Ok(made)
}

/// As many truth values as there are steps: ONNX counts steps by a sequence.
fn count(emit: &mut Emitter, site: &Site<'_>) -> Result<String, OnnxError> {
    let lengths: Vec<usize> = (site.nodes.iter())
        .filter_map(|node| match &node.op {
            Op::Scan(op) => Some(op.length),
            _ => None,
        })
        .collect();
    let length: Size = site.size(&lengths)?;
    let shape = emit.sizes(&[length]);
    let no = emit.scalar(DType::Bool, 0.0);
    Ok(emit.plain("Expand", &[&no, &shape]))
}
