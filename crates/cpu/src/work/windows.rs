//! Convolution and pooling.

use regimen_graph::EngineError;
use regimen_graph::ops::{
    Conv, ConvInputGrad, ConvKernelGrad, Window, WindowKind, WindowMaxGrad, WindowSumGrad,
};

use super::{Array, Spot, call};
use crate::kernels::conv::{self, ConvShape};
use crate::kernels::pool::{self, Pool, PoolGrad, PoolShape};
use crate::kernels::window::Axis;
use crate::launch::{Rows, Work};

/// The kernels' shape of a convolution of x with a kernel, given by their shapes.
fn shape_of(op: &Conv, x: &[usize], kernel: &[usize]) -> ConvShape {
    let spatial = x.len() - 2;
    let axis = |i: usize| {
        Axis::new(
            x[i + 1],
            kernel[i],
            op.strides[i],
            op.dilation[i],
            op.padding[i],
        )
    };
    let axes: Vec<Axis> = (0..spatial).map(axis).collect();
    ConvShape::new(x[0], x[spatial + 1], kernel[spatial + 1], op.groups, &axes)
}

/// A shape (B, S.., C).
fn channels_last(batch: usize, spatial: &[usize], channels: usize) -> Vec<usize> {
    [&[batch], spatial, &[channels]].concat()
}

pub(super) fn conv(spot: &Spot<'_>, op: &Conv) -> Result<Box<dyn Work>, EngineError> {
    let (x, kernel) = (spot.input(0), spot.input(1));
    let (y, ending) = spot.product()?;
    spot.floats(&[&x, &kernel, &y])?;
    let shape = shape_of(op, &x.ty.shape, &kernel.ty.shape);
    Ok(call(move |cx| {
        conv::conv(
            cx.cpu(),
            &shape,
            x.read(cx),
            kernel.read(cx),
            ending.epilogue(cx, Rows::ALL),
            y.write(cx),
        );
    }))
}

pub(super) fn conv_input_grad(
    spot: &Spot<'_>,
    op: &ConvInputGrad,
) -> Result<Box<dyn Work>, EngineError> {
    let (kernel, dy, dx) = (spot.input(0), spot.input(1), spot.output(0)?);
    spot.floats(&[&kernel, &dy, &dx])?;
    let shape = shape_of(&op.conv, &dx.ty.shape, &kernel.ty.shape);
    Ok(call(move |cx| {
        conv::conv_input_grad(cx.cpu(), &shape, kernel.read(cx), dy.read(cx), dx.write(cx))
    }))
}

pub(super) fn conv_kernel_grad(
    spot: &Spot<'_>,
    op: &ConvKernelGrad,
) -> Result<Box<dyn Work>, EngineError> {
    let (x, dy, dk) = (spot.input(0), spot.input(1), spot.output(0)?);
    spot.floats(&[&x, &dy, &dk])?;
    let shape = shape_of(&op.conv, &x.ty.shape, &dk.ty.shape);
    Ok(call(move |cx| {
        conv::conv_kernel_grad(cx.cpu(), &shape, x.read(cx), dy.read(cx), dk.write(cx))
    }))
}

/// The kernels' shape of a pooling of (B, S.., C).
fn pool_shape(op: &Window, x: &[usize]) -> PoolShape {
    let spatial = x.len() - 2;
    let axis = |i: usize| Axis::new(x[i + 1], op.size[i], op.strides[i], 1, op.padding[i]);
    let axes: Vec<Axis> = (0..spatial).map(axis).collect();
    PoolShape::new(x[0], x[spatial + 1], &axes)
}

fn kind_of(op: &Window) -> Pool {
    match op.kind {
        WindowKind::Max => Pool::Max,
        WindowKind::Sum => Pool::Sum,
    }
}

pub(super) fn window(spot: &Spot<'_>, op: &Window) -> Result<Box<dyn Work>, EngineError> {
    let (x, y) = (spot.input(0), spot.output(0)?);
    spot.floats(&[&x, &y])?;
    let (shape, kind) = (pool_shape(op, &x.ty.shape), kind_of(op));
    Ok(call(move |cx| {
        pool::pool(cx.cpu(), &shape, kind, x.read(cx), y.write(cx))
    }))
}

pub(super) fn max_grad(spot: &Spot<'_>, op: &WindowMaxGrad) -> Result<Box<dyn Work>, EngineError> {
    let (x, dy) = (spot.input(0), spot.input(1));
    let (dx, ending) = spot.product()?;
    spot.floats(&[&x, &dy, &dx])?;
    let shape = pool_shape(&op.window, &x.ty.shape);
    // What a pooling's gradient is kept by is x itself: see `plan/tail.rs`.
    let kind = match ending.is_kept() {
        true => PoolGrad::MaxOfRelu,
        false => PoolGrad::Max,
    };
    Ok(call(move |cx| {
        pool::pool_grad(
            cx.cpu(),
            &shape,
            kind,
            x.read(cx),
            dy.read(cx),
            dx.write(cx),
        )
    }))
}

pub(super) fn sum_grad(spot: &Spot<'_>, op: &WindowSumGrad) -> Result<Box<dyn Work>, EngineError> {
    let (dy, dx): (Array, Array) = (spot.input(0), spot.output(0)?);
    spot.floats(&[&dy, &dx])?;
    let last = dy.ty.shape.last().copied().unwrap_or(1);
    let shape = pool_shape(&op.window, &channels_last(dy.ty.shape[0], &op.input, last));
    Ok(call(move |cx| {
        pool::pool_grad(
            cx.cpu(),
            &shape,
            PoolGrad::Sum,
            &[],
            dy.read(cx),
            dx.write(cx),
        )
    }))
}
