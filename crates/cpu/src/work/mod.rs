//! From actions to launches: which kernel runs each op, on which places.

mod attention;
mod describe;
mod draw;
mod ending;
mod moves;
mod normalization;
mod product;
mod recurrent;
mod reduce;
mod rows;
mod scan;
mod sort;
mod whole;
mod windows;

use std::collections::BTreeMap;
use std::ops::Range;

use regimen_graph::{DType, Edge, EngineError, Graph, Node, Op, Type};

use crate::bytes::Pod;
use crate::fuse;
use crate::launch::{ByRows, Context, Launch, LaunchInfo, Place, Rows, Work};
use crate::plan::{Action, Kind, Layout, Memory, Plan, RowStep};

pub(crate) use moves::copy_bytes;

/// A value in memory, side by side.
#[derive(Debug, Clone)]
pub(crate) struct Array {
    pub(crate) place: Place,
    pub(crate) ty: Type,
}

impl Array {
    pub(crate) fn len(&self) -> usize {
        self.ty.elements()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.len() * self.ty.dtype.size()
    }

    /// The elements, read by a launch. `T` is as wide as the element type.
    pub(crate) fn read<'a, T: Pod>(&self, cx: &Context<'a>) -> &'a [T] {
        debug_assert_eq!(size_of::<T>(), self.ty.dtype.size());
        // SAFETY: by the contract of `Work`, the place holds the array and nothing writes it while the launch runs.
        unsafe { cx.slice(self.place, self.len()) }
    }

    /// The elements, written by a launch. `T` is as wide as the element type.
    #[allow(clippy::mut_from_ref, reason = "the arena hands out disjoint parts")]
    pub(crate) fn write<'a, T: Pod>(&self, cx: &Context<'a>) -> &'a mut [T] {
        debug_assert_eq!(size_of::<T>(), self.ty.dtype.size());
        // SAFETY: by the contract of `Work`, the place holds the array, and nothing else touches it while the launch runs.
        unsafe { cx.slice_mut(self.place, self.len()) }
    }

    /// Some of the elements, read as by [`Array::read`].
    pub(crate) fn read_part<'a, T: Pod>(&self, cx: &Context<'a>, part: Range<usize>) -> &'a [T] {
        let (place, len) = self.part::<T>(part);
        // SAFETY: as for `read`, for the part, which lies in the array.
        unsafe { cx.slice(place, len) }
    }

    /// Some of the elements, written as by [`Array::write`].
    #[allow(clippy::mut_from_ref, reason = "bands of rows have disjoint parts")]
    pub(crate) fn write_part<'a, T: Pod>(
        &self,
        cx: &Context<'a>,
        part: Range<usize>,
    ) -> &'a mut [T] {
        let (place, len) = self.part::<T>(part);
        // SAFETY: as for `write`, for the part, which lies in the array: other bands touch other parts.
        unsafe { cx.slice_mut(place, len) }
    }

    fn part<T>(&self, part: Range<usize>) -> (Place, usize) {
        debug_assert_eq!(size_of::<T>(), self.ty.dtype.size());
        assert!(part.end <= self.len(), "{part:?} of {} numbers", self.len());
        (self.place.skip(part.start * size_of::<T>()), part.len())
    }
}

/// A work that is one closure.
struct Call<F>(F);

impl<F: FnMut(&Context<'_>) + Send + Sync> Work for Call<F> {
    fn run(&mut self, cx: &Context<'_>) {
        (self.0)(cx);
    }
}

fn call(f: impl FnMut(&Context<'_>) + Send + Sync + 'static) -> Box<dyn Work> {
    Box::new(Call(f))
}

/// A work that is one closure, for all rows or some.
struct CallRows<F>(F);

impl<F: Fn(&Context<'_>, Rows) + Send + Sync> Work for CallRows<F> {
    fn run(&mut self, cx: &Context<'_>) {
        (self.0)(cx, Rows::ALL);
    }

    fn by_rows(&self) -> Option<&dyn ByRows> {
        Some(self)
    }
}

impl<F: Fn(&Context<'_>, Rows)> ByRows for CallRows<F> {
    fn run_rows(&self, cx: &Context<'_>, rows: Rows) {
        (self.0)(cx, rows);
    }
}

fn call_rows(f: impl Fn(&Context<'_>, Rows) + Send + Sync + 'static) -> Box<dyn Work> {
    Box::new(CallRows(f))
}

/// A node with the places of its values.
pub(crate) struct Spot<'a> {
    graph: &'a Graph,
    layout: &'a Layout,
    memory: &'a Memory,
    index: usize,
}

impl<'a> Spot<'a> {
    fn node(&self) -> &'a Node {
        &self.graph.nodes[self.index]
    }

    fn input(&self, i: usize) -> Array {
        let edge = self.node().inputs[i];
        Array {
            place: self.memory.dense(self.graph, self.layout, edge),
            ty: self.graph.ty(edge).clone(),
        }
    }

    /// An output that someone needs.
    fn wanted(&self, out: usize) -> Option<Array> {
        let place = self.memory.held(Edge {
            node: self.index,
            out,
        })?;
        Some(Array {
            place,
            ty: self.node().types[out].clone(),
        })
    }

    fn output(&self, out: usize) -> Result<Array, EngineError> {
        self.wanted(out).ok_or_else(|| {
            EngineError::Internal(format!("{} has no place", self.node().op.rule().name()))
        })
    }

    fn unsupported(&self) -> EngineError {
        unsupported(self.graph, self.node())
    }

    /// Refuses arrays that are not float32.
    fn floats(&self, arrays: &[&Array]) -> Result<(), EngineError> {
        if arrays.iter().all(|a| a.ty.dtype == DType::F32) {
            Ok(())
        } else {
            Err(self.unsupported())
        }
    }
}

fn unsupported(graph: &Graph, node: &Node) -> EngineError {
    let types: Vec<String> = node
        .inputs
        .iter()
        .map(|e| graph.ty(*e).to_string())
        .chain(node.types.iter().map(Type::to_string))
        .collect();
    EngineError::Unsupported {
        path: node.path.to_string(),
        op: node.op.rule().name().to_string(),
        detail: types.join(", "),
    }
}

/// What the launch of an action is.
pub(crate) fn info(
    graph: &Graph,
    layout: &Layout,
    steps: &[RowStep],
    action: &Action,
) -> LaunchInfo {
    match &action.kind {
        Kind::Rows(index) => describe::rows(graph, &steps[*index]),
        _ => describe::info(graph, layout, action),
    }
}

/// The launch of an action, if it does anything.
pub(crate) fn lower(
    graph: &Graph,
    layout: &Layout,
    memory: &Memory,
    bodies: &mut BTreeMap<usize, Plan>,
    stashes: &[Edge],
    steps: &[RowStep],
    action: &Action,
) -> Result<Option<Launch>, EngineError> {
    let work = match &action.kind {
        Kind::Group(members) => {
            let Some(group) = group(graph, layout, memory, members)? else {
                return Ok(None);
            };
            let info = describe::info(graph, layout, action);
            return Ok(Some(Launch {
                info: describe::steps(info, members.len(), &group),
                work: Box::new(group),
            }));
        }
        Kind::Node(index) => {
            let spot = Spot {
                graph,
                layout,
                memory,
                index: *index,
            };
            node(&spot, bodies)?
        }
        Kind::Rows(index) => {
            let step = &steps[*index];
            return Ok(Some(Launch {
                info: describe::rows(graph, step),
                work: rows::step(graph, layout, memory, step)?,
            }));
        }
        Kind::Copy(edge) => Some(moves::view(graph, layout, memory, *edge)?),
        Kind::Stash(i) => {
            let ty = graph.ty(stashes[*i]);
            let from = memory.dense(graph, layout, stashes[*i]);
            return Ok(Some(copy_bytes(
                from,
                memory.stash(*i),
                ty.elements() * ty.dtype.size(),
            )));
        }
    };
    Ok(work.map(|work| Launch {
        info: describe::info(graph, layout, action),
        work,
    }))
}

/// The work of a group of elementwise nodes.
fn group(
    graph: &Graph,
    layout: &Layout,
    memory: &Memory,
    members: &[usize],
) -> Result<Option<fuse::Pointwise>, EngineError> {
    if graph.nodes[members[0]].types[0].elements() == 0 {
        return Ok(None);
    }
    let stored: Vec<(usize, Place)> = members
        .iter()
        .filter_map(|&node| Some((node, memory.held(Edge { node, out: 0 })?)))
        .collect();
    let nowhere = Place {
        base: crate::launch::ARENA,
        at: 0,
    };
    let place = |e: Edge| memory.held(e).unwrap_or(nowhere);
    let source = fuse::Source {
        graph,
        layout,
        members,
        stored: &stored,
        place: &place,
    };
    match fuse::compile(&source) {
        Some(group) => Ok(Some(group)),
        None => Err(unsupported(graph, &graph.nodes[members[0]])),
    }
}

/// The work of a node that is not elementwise.
fn node(
    spot: &Spot<'_>,
    bodies: &mut BTreeMap<usize, Plan>,
) -> Result<Option<Box<dyn Work>>, EngineError> {
    let op = &spot.node().op;
    if spot.node().types.iter().all(|t| t.elements() == 0) {
        return Ok(None);
    }
    Ok(Some(match op {
        // Held by their bases; views move nothing, and elementwise ops form groups.
        Op::Input(_)
        | Op::Constant(_)
        | Op::Iota(_)
        | Op::Reshape(_)
        | Op::Broadcast(_)
        | Op::Slice(_) => {
            return Ok(None);
        }
        Op::Unary(_) | Op::Binary(_) | Op::Compare(_) | Op::Select(_) | Op::Cast(_) => {
            return Ok(None);
        }
        Op::MatMul(op) => product::matmul(spot, op)?,
        Op::Conv(op) => windows::conv(spot, op)?,
        Op::ConvInputGrad(op) => windows::conv_input_grad(spot, op)?,
        Op::ConvKernelGrad(op) => windows::conv_kernel_grad(spot, op)?,
        Op::Window(op) => windows::window(spot, op)?,
        Op::WindowMaxGrad(op) => windows::max_grad(spot, op)?,
        Op::WindowSumGrad(op) => windows::sum_grad(spot, op)?,
        Op::Reduce(op) => reduce::reduce(spot, op)?,
        Op::ArgReduce(op) => reduce::arg_reduce(spot, op)?,
        Op::CumSum(op) => reduce::cumulative_sum(spot, op)?,
        Op::Transpose(op) => moves::transpose(spot, op)?,
        Op::Pad(op) => moves::pad(spot, op)?,
        Op::Concat(op) => moves::concat(spot, op)?,
        Op::Reverse(op) => moves::reverse(spot, op)?,
        Op::Gather(_) => rows::gather(spot)?,
        Op::ScatterAdd(_) => rows::scatter_add(spot)?,
        Op::Sort(op) => sort::sort(spot, op)?,
        Op::Random(op) => draw::random(spot, op)?,
        Op::Scan(op) => {
            let body = bodies
                .remove(&spot.index)
                .ok_or_else(|| spot.unsupported())?;
            scan::scan(spot, op, body)?
        }
        Op::Lstm(op) => recurrent::lstm(spot, op)?,
        Op::LstmGrad(op) => recurrent::lstm_grad(spot, op)?,
        Op::Gru(op) => recurrent::gru(spot, op)?,
        Op::GruGrad(op) => recurrent::gru_grad(spot, op)?,
        Op::Attention(op) => attention::attention(spot, op)?,
        Op::AttentionGrad(op) => attention::attention_grad(spot, op)?,
        Op::LayerNorm(op) => normalization::forward(spot, op)?,
        Op::LayerNormGrad(_) => normalization::gradient(spot)?,
    }))
}
