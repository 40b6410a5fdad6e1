//! Rows of a table by ids, their sum back into a table, and steps of an optimizer on them.

use regimen_graph::ops::Input;
use regimen_graph::{DType, EngineError, Graph, Op, Tensor, elements};

use super::moves::{fill, missing};
use super::whole::{Reader, Writer, integers};
use super::{Array, Spot, call};
use crate::bytes::{self, Pod};
use crate::kernels::gather::{gather_rows, scatter_add_rows};
use crate::launch::{Context, Work};
use crate::plan::{Layout, Memory, RowStep};
use crate::rows::{self, Batch};

pub(super) fn gather(spot: &Spot<'_>) -> Result<Box<dyn Work>, EngineError> {
    let (table, ids, out) = (spot.input(0), spot.input(1), spot.output(0)?);
    let width = elements(&table.ty.shape[1..]);
    let cell = Tensor::from_f64(table.ty.dtype, vec![], &[missing(table.ty.dtype)]);
    let state = match spot.graph.nodes[spot.node().inputs[0].node].op {
        Op::Input(Input { index }) => Some(index),
        _ => None,
    };
    Ok(call(move |cx| match table.ty.dtype.size() {
        _ if state.is_some_and(|input| waiting(cx, input, &ids, &out)) => {}
        8 => by_id::<f64>(cx, [&table, &ids, &out], width, &cell),
        4 => by_id::<f32>(cx, [&table, &ids, &out], width, &cell),
        2 => by_id::<u16>(cx, [&table, &ids, &out], width, &cell),
        _ => by_id::<u8>(cx, [&table, &ids, &out], width, &cell),
    }))
}

/// Takes rows as they are by now, if the rows of this input wait.
fn waiting(cx: &Context<'_>, input: usize, ids: &Array, out: &Array) -> bool {
    // SAFETY: the program's base for it, null or the store's for this run, in which nothing writes it before the step.
    let Some(table) = (unsafe { cx.rows(input).as_ref() }).filter(|rows| rows.waits(0)) else {
        return false;
    };
    match ids.ty.dtype {
        DType::I32 => table.gather(cx.cpu(), ids.read::<i32>(cx), out.write(cx)),
        _ => table.gather(cx.cpu(), ids.read::<i64>(cx), out.write(cx)),
    }
    true
}

/// An optimizer's step on the rows of a table.
pub(super) fn step(
    graph: &Graph,
    layout: &Layout,
    memory: &Memory,
    step: &RowStep,
) -> Result<Box<dyn Work>, EngineError> {
    let array = |e| Array {
        place: memory.dense(graph, layout, e),
        ty: graph.ty(e).clone(),
    };
    let [ids, grads, rate, lr] = step.reads().map(array);
    if [&grads, &rate, &lr]
        .iter()
        .any(|a| a.ty.dtype != DType::F32)
    {
        return Err(super::unsupported(graph, &graph.nodes[step.grads.node]));
    }
    let table = step.inputs[0];
    let mut batch = Batch::default();
    Ok(call(move |cx| {
        // SAFETY: the program's base for it, the store's for this run; no other launch runs meanwhile.
        let Some(table) = (unsafe { cx.rows(table).as_mut() }) else {
            return;
        };
        let rates = [rate.read::<f32>(cx)[0], lr.read::<f32>(cx)[0]];
        let grads = grads.read::<f32>(cx);
        match ids.ty.dtype {
            DType::I32 => rows::step(
                table,
                cx.cpu(),
                &mut batch,
                ids.read::<i32>(cx),
                grads,
                rates,
            ),
            _ => rows::step(
                table,
                cx.cpu(),
                &mut batch,
                ids.read::<i64>(cx),
                grads,
                rates,
            ),
        }
    }))
}

fn by_id<T: Pod + Send + Sync>(
    cx: &Context<'_>,
    [table, ids, out]: [&Array; 3],
    width: usize,
    cell: &Tensor,
) {
    // SAFETY: the tensor holds one element as wide as `T`, whose every bit pattern is a value.
    let missing = unsafe { bytes::of(&cell.data).as_ptr().cast::<T>().read_unaligned() };
    let (rows, to) = (table.read::<T>(cx), out.write::<T>(cx));
    if ids.ty.dtype == DType::I32 {
        gather_rows(cx.cpu(), rows, width, ids.read::<i32>(cx), missing, to);
    } else {
        gather_rows(cx.cpu(), rows, width, ids.read::<i64>(cx), missing, to);
    }
}

pub(super) fn scatter_add(spot: &Spot<'_>) -> Result<Box<dyn Work>, EngineError> {
    let (ids, updates, out) = (spot.input(0), spot.input(1), spot.output(0)?);
    let width = elements(&out.ty.shape[1..]);
    if updates.ty.dtype == DType::F32 {
        return Ok(call(move |cx| {
            let (from, to) = (updates.read(cx), out.write::<f32>(cx));
            if ids.ty.dtype == DType::I32 {
                scatter_add_rows(cx.cpu(), ids.read::<i32>(cx), from, width, to);
            } else {
                scatter_add_rows(cx.cpu(), ids.read::<i64>(cx), from, width, to);
            }
        }));
    }
    integers(spot, &updates)?;
    let rows = out.ty.shape[0];
    Ok(call(move |cx| {
        fill(cx, &out, &vec![0; out.ty.dtype.size()]);
        let (names, from, sum) = (
            Reader::new(&ids, cx),
            Reader::new(&updates, cx),
            Reader::new(&out, cx),
        );
        let mut to = Writer::new(&out, cx);
        for i in 0..ids.len() {
            let Some(row) = usize::try_from(names.get(i)).ok().filter(|&r| r < rows) else {
                continue;
            };
            for j in 0..width {
                let at = row * width + j;
                to.set(at, sum.get(at).wrapping_add(from.get(i * width + j)));
            }
        }
    }))
}
