//! Data that moves and does not change: copies of views, transpose, pad, concatenate, reverse.

use regimen_graph::ops::{Concat, Pad, Reverse, Transpose};
use regimen_graph::{DType, Edge, EngineError, Graph, Tensor, elements, row_major_strides};

use super::{Array, Spot, call};
use crate::bytes;
use crate::kernels::strided::{MAX_RANK, Strided, copy_strided};
use crate::launch::{Context, Launch, LaunchInfo, Place, Together, Work};
use crate::plan::{Layout, Memory};

/// A copy of a run of bytes.
pub(crate) fn copy_bytes(from: Place, to: Place, bytes: usize) -> Launch {
    let work = call(move |cx| {
        // SAFETY: by the contract of `Work`, both places hold so many bytes and do not overlap.
        let (source, target) =
            unsafe { (cx.slice::<u8>(from, bytes), cx.slice_mut::<u8>(to, bytes)) };
        target.copy_from_slice(source);
    });
    let info = LaunchInfo {
        name: "Copy".into(),
        path: String::new(),
        flops: 0,
        bytes: 2 * bytes as u64,
        together: Together::Alone,
    };
    Launch { info, work }
}

/// A strided view of one array written as a strided view of another.
struct Move {
    from: Array,
    to: Array,
    shape: Vec<usize>,
    source: (usize, Vec<isize>),
    target: (usize, Vec<isize>),
}

impl Move {
    fn run(&self, cx: &Context<'_>) {
        match self.to.ty.dtype.size() {
            8 => self.copy::<f64>(cx),
            4 => self.copy::<f32>(cx),
            2 => self.copy::<u16>(cx),
            _ => self.copy::<u8>(cx),
        }
    }

    fn copy<T: bytes::Pod + Send + Sync>(&self, cx: &Context<'_>) {
        let from = Strided {
            offset: self.source.0,
            strides: &self.source.1,
        };
        let to = Strided {
            offset: self.target.0,
            strides: &self.target.1,
        };
        copy_strided(
            cx.cpu(),
            &self.shape,
            (self.from.read::<T>(cx), from),
            (self.to.write::<T>(cx), to),
        );
    }
}

fn signed(strides: &[usize]) -> Vec<isize> {
    strides.iter().map(|&s| s as isize).collect()
}

/// Writes a view side by side.
pub(super) fn view(
    graph: &Graph,
    layout: &Layout,
    memory: &Memory,
    edge: Edge,
) -> Result<Box<dyn Work>, EngineError> {
    let view = layout.view(edge);
    let no_place = || EngineError::Internal("a view has no place".to_string());
    let from = Array {
        place: memory.held(view.base).ok_or_else(no_place)?,
        ty: graph.ty(view.base).clone(),
    };
    let to = Array {
        place: memory.held(edge).ok_or_else(no_place)?,
        ty: graph.ty(edge).clone(),
    };
    if view.shape.len() > MAX_RANK {
        return Err(super::unsupported(graph, &graph.nodes[edge.node]));
    }
    let target = (0, signed(&row_major_strides(&view.shape)));
    let step = Move {
        from,
        to,
        shape: view.shape.clone(),
        source: (view.offset, signed(&view.strides)),
        target,
    };
    Ok(call(move |cx| step.run(cx)))
}

fn checked(spot: &Spot<'_>, rank: usize) -> Result<(), EngineError> {
    if rank <= MAX_RANK {
        Ok(())
    } else {
        Err(spot.unsupported())
    }
}

pub(super) fn transpose(spot: &Spot<'_>, op: &Transpose) -> Result<Box<dyn Work>, EngineError> {
    let (from, to) = (spot.input(0), spot.output(0)?);
    checked(spot, op.perm.len())?;
    let own = row_major_strides(&from.ty.shape);
    let strides: Vec<usize> = op.perm.iter().map(|&p| own[p]).collect();
    let target = (0, signed(&row_major_strides(&to.ty.shape)));
    let step = Move {
        shape: to.ty.shape.clone(),
        from,
        to,
        source: (0, signed(&strides)),
        target,
    };
    Ok(call(move |cx| step.run(cx)))
}

pub(super) fn reverse(spot: &Spot<'_>, op: &Reverse) -> Result<Box<dyn Work>, EngineError> {
    let (from, to) = (spot.input(0), spot.output(0)?);
    let shape = to.ty.shape.clone();
    checked(spot, shape.len())?;
    let own = signed(&row_major_strides(&shape));
    let mut source = (0, own.clone());
    for &axis in &op.axes {
        source.0 += (shape[axis] - 1) * own[axis] as usize;
        source.1[axis] = -own[axis];
    }
    let step = Move {
        from,
        to,
        shape,
        source,
        target: (0, own),
    };
    Ok(call(move |cx| step.run(cx)))
}

pub(super) fn concat(spot: &Spot<'_>, op: &Concat) -> Result<Box<dyn Work>, EngineError> {
    let to = spot.output(0)?;
    checked(spot, to.ty.rank())?;
    let own = row_major_strides(&to.ty.shape);
    let mut steps = vec![];
    let mut at = 0;
    for i in 0..spot.node().inputs.len() {
        let from = spot.input(i);
        let shape = from.ty.shape.clone();
        let source = (0, signed(&row_major_strides(&shape)));
        let target = (at * own[op.axis], signed(&own));
        at += shape[op.axis];
        if elements(&shape) > 0 {
            steps.push(Move {
                from,
                to: to.clone(),
                shape,
                source,
                target,
            });
        }
    }
    Ok(call(move |cx| steps.iter().for_each(|step| step.run(cx))))
}

pub(super) fn pad(spot: &Spot<'_>, op: &Pad) -> Result<Box<dyn Work>, EngineError> {
    let (from, to) = (spot.input(0), spot.output(0)?);
    let shape = from.ty.shape.clone();
    checked(spot, shape.len())?;
    let own = row_major_strides(&to.ty.shape);
    let offset: usize = op.low.iter().zip(&own).map(|(l, s)| l * s).sum();
    let strides: Vec<isize> = op
        .inner
        .iter()
        .zip(&own)
        .map(|(i, s)| ((i + 1) * s) as isize)
        .collect();
    let cell = bytes::of(&Tensor::from_f64(to.ty.dtype, vec![], &[op.value]).data).to_vec();
    let source = (0, signed(&row_major_strides(&shape)));
    let step = Move {
        from,
        to: to.clone(),
        shape,
        source,
        target: (offset, strides),
    };
    Ok(call(move |cx| {
        fill(cx, &to, &cell);
        if step.from.len() > 0 {
            step.run(cx);
        }
    }))
}

/// Bytes that a task fills.
const FILL: usize = 1 << 16;

/// One element, given by its bytes, everywhere.
pub(super) fn fill(cx: &Context<'_>, to: &Array, cell: &[u8]) {
    let size = cell.len().max(1);
    let count = to.len();
    let block = FILL / size;
    cx.team.run(count.div_ceil(block), &|task| {
        let (start, end) = (task * block, ((task + 1) * block).min(count));
        let place = Place {
            at: to.place.at + start * size,
            ..to.place
        };
        // SAFETY: each task owns its block of the array.
        let bytes = unsafe { cx.slice_mut::<u8>(place, (end - start) * size) };
        if cell.iter().all(|&b| b == 0) {
            bytes.fill(0);
        } else {
            bytes
                .chunks_exact_mut(size)
                .for_each(|c| c.copy_from_slice(cell));
        }
    });
}

/// The element that marks what is missing: NaN for floats, else 0.
pub(super) fn missing(dtype: DType) -> f64 {
    if dtype.is_float() { f64::NAN } else { 0.0 }
}
