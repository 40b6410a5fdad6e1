//! From graphs to ONNX nodes, op by op. There is no wildcard arm: an op that is new has to be thought of here.

use std::sync::Arc;

use regimen_graph::{Edge, Graph, InputKind, Node, Op, Type};

use super::emit::Emitter;
use super::size::{Open, Size};
use super::trace::check_alike;
use super::{
    OnnxError, attention, constants, elementwise, layout, products, recurrent, reductions, rows,
    scan,
};

/// What lowering an op gives: the names of its outputs; empty where nothing reads them.
pub(super) type Outputs = Result<Vec<String>, OnnxError>;

/// A node in all writings of the graph, with the names of its inputs.
pub(super) struct Site<'a> {
    /// The node, one per writing.
    pub(super) nodes: Vec<&'a Node>,
    /// Names of its inputs.
    pub(super) inputs: Vec<String>,
    /// Types of its inputs per writing.
    pub(super) types: Vec<Vec<Type>>,
    /// What is open.
    pub(super) open: &'a Open,
    /// The graph it stands in, one per writing.
    pub(super) graphs: &'a [&'a Graph],
    /// Names of the graph's values so far, per node and output.
    pub(super) names: &'a [Vec<String>],
    /// Whether it is a body.
    pub(super) inner: bool,
}

impl Site<'_> {
    /// The name of an input.
    pub(super) fn x(&self, input: usize) -> &str {
        self.inputs.get(input).map_or("", String::as_str)
    }

    /// The type of an input in the first writing.
    pub(super) fn ty(&self, input: usize) -> &Type {
        &self.types[0][input]
    }

    /// The type of an output in the first writing.
    pub(super) fn out(&self, output: usize) -> &Type {
        &self.nodes[0].types[output]
    }

    /// A size that each writing has a number for.
    pub(super) fn size(&self, numbers: &[usize]) -> Result<Size, OnnxError> {
        self.known_size(numbers).ok_or_else(|| {
            self.refused(
                "a size that does not follow simply from those that the model leaves open",
                "Give the Input these sizes: Input(shape=..., batch_size=...)",
            )
        })
    }

    /// The same; `None` where it follows neither from what is open nor from the size of a value before it.
    pub(super) fn known_size(&self, numbers: &[usize]) -> Option<Size> {
        self.open
            .fit(numbers)
            .or_else(|| self.size_of_value(numbers))
    }

    /// A whole multiple of a size that a value before it has, where names of values can be read from everywhere.
    fn size_of_value(&self, numbers: &[usize]) -> Option<Size> {
        if self.inner {
            return None;
        }
        let places = (self.names.iter().enumerate()).flat_map(|(node, names)| {
            let outs = names
                .iter()
                .enumerate()
                .filter(|(_, name)| !name.is_empty());
            outs.map(move |(out, name)| (Edge { node, out }, name))
        });
        for (edge, name) in places {
            for axis in 0..self.graphs[0].ty(edge).rank() {
                let sizes = self.graphs.iter().map(|g| g.ty(edge).shape[axis]);
                let factor = numbers[0] / sizes.clone().next()?.max(1);
                let fits = sizes.zip(numbers).all(|(size, &n)| size * factor == n);
                if fits && factor > 0 {
                    return Some(Size::of_value(factor as i64, name, axis));
                }
            }
        }
        None
    }

    /// Sizes of an input.
    pub(super) fn input_sizes(&self, input: usize) -> Result<Vec<Size>, OnnxError> {
        let shapes: Vec<&[usize]> = self.types.iter().map(|t| &t[input].shape[..]).collect();
        self.across(&shapes)
    }

    /// Sizes of an output.
    pub(super) fn output_sizes(&self, output: usize) -> Result<Vec<Size>, OnnxError> {
        let shapes: Vec<&[usize]> = (self.nodes.iter())
            .map(|n| &n.types[output].shape[..])
            .collect();
        self.across(&shapes)
    }

    /// One size per place of lists of numbers, one list per writing.
    pub(super) fn across(&self, lists: &[&[usize]]) -> Result<Vec<Size>, OnnxError> {
        let places = lists.first().map_or(0, |list| list.len());
        (0..places)
            .map(|i| self.size(&lists.iter().map(|list| list[i]).collect::<Vec<_>>()))
            .collect()
    }

    /// The refusal of this op.
    pub(super) fn refused(&self, why: &str, mend: &str) -> OnnxError {
        let node = self.nodes[0];
        OnnxError::op(&node.path, node.op.rule().name(), why, mend)
    }
}

/// Lowers graphs that are the same but for sizes. `inputs` are the names of their inputs; the names of their outputs.
pub(super) fn lower(
    emit: &mut Emitter,
    open: &Open,
    graphs: &[&Graph],
    inputs: &[String],
) -> Outputs {
    check_alike(graphs)?;
    let Some(&graph) = graphs.first() else {
        return Ok(vec![]);
    };
    let mut names: Vec<Vec<String>> = Vec::with_capacity(graph.nodes.len());
    let outer = emit.at.clone();
    for (i, node) in graph.nodes.iter().enumerate() {
        emit.at = match (outer.as_str(), &*node.path) {
            (outer, "") => outer.to_owned(),
            ("", path) => path.to_owned(),
            (outer, path) => format!("{outer}/{path}"),
        };
        let made = match &node.op {
            Op::Input(op) => vec![inputs[op.index].clone()],
            _ => {
                let types = graphs.iter().map(|g| {
                    let of = |e: &Edge| g.ty(*e).clone();
                    node.inputs.iter().map(of).collect()
                });
                let site = Site {
                    nodes: graphs.iter().map(|g| &g.nodes[i]).collect(),
                    inputs: (node.inputs.iter())
                        .map(|e| names[e.node][e.out].clone())
                        .collect(),
                    types: types.collect(),
                    open,
                    graphs,
                    names: &names,
                    inner: emit.inside_body(),
                };
                match reductions::mean(emit, &site) {
                    Some(mean) => vec![mean],
                    None => {
                        check_inputs(&site)?;
                        one(emit, &site)?
                    }
                }
            }
        };
        names.push(made);
    }
    emit.at = outer;
    let outputs = graph.outputs.iter();
    Ok(outputs.map(|(_, e)| names[e.node][e.out].clone()).collect())
}

/// Refuses a node that reads what has no name.
fn check_inputs(site: &Site<'_>) -> Result<(), OnnxError> {
    let Some(lost) = site.inputs.iter().position(String::is_empty) else {
        return Ok(());
    };
    let from = &site.graphs[0].nodes[site.nodes[0].inputs[lost].node];
    Err(match &from.op {
        Op::Constant(_) => site.refused(
            "numbers that depend on sizes which the model leaves open",
            "Give the Input these sizes: Input(shape=..., batch_size=...)",
        ),
        op => {
            let why = format!(
                "reads an inner result of {}, which ONNX does not give",
                op.rule().name()
            );
            site.refused(&why, "Use another layer")
        }
    })
}

fn one(emit: &mut Emitter, site: &Site<'_>) -> Outputs {
    let single = |name: String| Ok(vec![name]);
    match &site.nodes[0].op {
        // Named before.
        Op::Input(_) => Ok(vec![]),
        Op::Constant(_) => constants::constant(emit, site),
        Op::Iota(op) => constants::iota(emit, site, op),
        Op::Unary(op) => single(elementwise::unary(
            emit,
            op.kind,
            site.x(0),
            site.ty(0).dtype,
        )),
        Op::Binary(op) => single(elementwise::binary(emit, op.kind, site)),
        Op::Compare(op) => single(elementwise::compare(emit, op.kind, site)),
        Op::Select(_) => single(elementwise::select(emit, site)),
        Op::Cast(op) => single(match site.ty(0).dtype == op.dtype {
            true => site.x(0).to_owned(),
            false => emit.cast(site.x(0), op.dtype),
        }),
        Op::MatMul(op) => single(products::matmul(emit, site, op)),
        Op::Conv(op) => single(products::conv(emit, site, op)),
        Op::ConvInputGrad(op) => products::conv_transposed(emit, site, op),
        Op::Window(op) => single(products::window(emit, site, op)),
        Op::Reduce(op) => single(reductions::reduce(emit, site, op)),
        Op::ArgReduce(op) => single(reductions::arg_reduce(emit, site, op)),
        Op::Reshape(_) => layout::reshape(emit, site),
        Op::Transpose(op) => single(layout::transpose(emit, site.x(0), &op.perm)),
        Op::Broadcast(_) => layout::broadcast(emit, site),
        Op::Slice(op) => layout::slice(emit, site, op),
        Op::Pad(op) => layout::pad(emit, site, op),
        Op::Concat(op) => single(layout::concat(emit, site, op)),
        Op::Reverse(op) => single(layout::reverse(emit, site, op)),
        Op::Gather(_) => single(rows::gather(emit, site)),
        Op::ScatterAdd(_) => rows::scatter_add(emit, site),
        Op::CumSum(op) => single(reductions::cumsum(emit, site, op)),
        Op::Sort(op) => rows::sort(emit, site, op),
        Op::Scan(op) => scan::scan(emit, site, op),
        Op::Lstm(op) => recurrent::lstm(emit, site, op),
        Op::Gru(op) => recurrent::gru(emit, site, op),
        Op::Attention(op) => attention::attention(emit, site, op),
        Op::LayerNorm(op) => reductions::layer_norm(emit, site, op),
        Op::Random(_) => Err(site.refused(
            "random numbers are drawn in inference too, and ONNX has no way to draw the same ones",
            "Leave the layer out of the model that is exported",
        )),
        Op::ConvKernelGrad(_)
        | Op::WindowMaxGrad(_)
        | Op::WindowSumGrad(_)
        | Op::LstmGrad(_)
        | Op::GruGrad(_)
        | Op::AttentionGrad(_)
        | Op::LayerNormGrad(_) => Err(site.refused(
            "a gradient is computed in inference, which ONNX has no operator for",
            "Leave the layer out of the model that is exported",
        )),
    }
}

/// Names of a graph's inputs: feeds as they are called outside, weights by their paths.
pub(super) fn name_inputs(
    emit: &mut Emitter,
    graph: &Graph,
    feeds: &[String],
) -> Result<Vec<String>, OnnxError> {
    let mut names = vec![];
    let mut feeds = feeds.iter();
    for input in &graph.inputs {
        names.push(match input.kind {
            InputKind::Feed => feeds.next().cloned().unwrap_or_default(),
            InputKind::State => emit.weight(&input.name, &input.ty.shape),
        });
    }
    Ok(names)
}

/// The bodies of a scan in all writings.
pub(super) fn bodies<'a>(site: &Site<'a>) -> Vec<&'a Arc<Graph>> {
    let body = |node: &&'a Node| match &node.op {
        Op::Scan(op) => Some(&op.body),
        _ => None,
    };
    site.nodes.iter().filter_map(body).collect()
}
