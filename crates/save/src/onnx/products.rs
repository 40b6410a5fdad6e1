//! Matrix products, convolutions and pooling. ONNX has channels first: arrays are transposed around each op, and
//! onnxruntime takes the transposes between two of them out again.
//!
//!   (B, S.., C) -> (B, C, S..) -> op -> (B, C, S..) -> (B, S.., C)

use regimen_graph::ops::{Conv, ConvInputGrad, MatMul, Window, WindowKind};
use regimen_graph::{DType, Op};

use super::emit::Emitter;
use super::layout::transpose;
use super::lower::{Outputs, Site};
use super::message::Attr;

/// A matrix product over the last two axes.
pub(super) fn matmul(emit: &mut Emitter, site: &Site<'_>, op: &MatMul) -> String {
    let [a, b] = [(0, op.transpose_a), (1, op.transpose_b)].map(|(i, swapped)| {
        let rank = site.ty(i).rank();
        let mut perm: Vec<usize> = (0..rank).collect();
        if swapped {
            perm.swap(rank - 2, rank - 1);
        }
        transpose(emit, site.x(i), &perm)
    });
    emit.plain("MatMul", &[&a, &b])
}

/// Channels moved before the spatial axes.
fn channels_first(emit: &mut Emitter, x: &str, rank: usize) -> String {
    let perm: Vec<usize> = [0, rank - 1].into_iter().chain(1..rank - 1).collect();
    transpose(emit, x, &perm)
}

/// Channels moved behind the spatial axes.
fn channels_last(emit: &mut Emitter, x: &str, rank: usize) -> String {
    let perm: Vec<usize> = [0].into_iter().chain(2..rank).chain([1]).collect();
    transpose(emit, x, &perm)
}

/// A kernel (K.., C / groups, O) as ONNX has it: (O, C / groups, K..).
fn kernel_first(emit: &mut Emitter, kernel: &str, rank: usize) -> String {
    let perm: Vec<usize> = [rank - 1, rank - 2]
        .into_iter()
        .chain(0..rank - 2)
        .collect();
    transpose(emit, kernel, &perm)
}

fn ints(values: &[usize]) -> Attr {
    Attr::Ints(values.iter().map(|&value| value as i64).collect())
}

/// What comes before all axes, then what comes behind them.
fn pads(padding: &[(usize, usize)]) -> Attr {
    let low = padding.iter().map(|pad| pad.0 as i64);
    let high = padding.iter().map(|pad| pad.1 as i64);
    Attr::Ints(low.chain(high).collect())
}

fn geometry(conv: &Conv) -> Vec<(&'static str, Attr)> {
    vec![
        ("strides", ints(&conv.strides)),
        ("dilations", ints(&conv.dilation)),
        ("pads", pads(&conv.padding)),
        ("group", Attr::Int(conv.groups as i64)),
    ]
}

/// A convolution.
pub(super) fn conv(emit: &mut Emitter, site: &Site<'_>, op: &Conv) -> String {
    let rank = site.ty(0).rank();
    let x = channels_first(emit, site.x(0), rank);
    let kernel = kernel_first(emit, site.x(1), rank);
    let y = emit.node("Conv", &[&x, &kernel], geometry(op));
    channels_last(emit, &y, rank)
}

/// A transposed convolution: the gradient of one by its input. What its windows do not reach at the end of an axis is added
/// as output padding.
pub(super) fn conv_transposed(emit: &mut Emitter, site: &Site<'_>, op: &ConvInputGrad) -> Outputs {
    let rank = site.ty(0).rank();
    let conv = &op.conv;
    let beyond = |writing: usize| -> Vec<i64> {
        let (kernel, y) = (&site.types[writing][0], &site.types[writing][1]);
        let input = match &site.nodes[writing].op {
            Op::ConvInputGrad(op) => &op.input[..],
            _ => &[],
        };
        let axis = |i: usize| {
            let (low, high) = conv.padding[i];
            let reach = (kernel.shape[i] - 1) * conv.dilation[i] + 1;
            let reached = conv.strides[i] * (y.shape[i + 1] - 1) + reach;
            input[i] as i64 - (reached as i64 - low as i64 - high as i64)
        };
        (0..rank - 2).map(axis).collect()
    };
    let first = beyond(0);
    if (1..site.nodes.len()).any(|writing| beyond(writing) != first) {
        return Err(site.refused(
            "sizes of the result that do not follow simply from those that the model leaves open",
            "Give the Input these sizes: Input(shape=...)",
        ));
    }
    let x = channels_first(emit, site.x(1), rank);
    let kernel = kernel_first(emit, site.x(0), rank);
    let mut attrs = geometry(conv);
    attrs.push(("output_padding", Attr::Ints(first)));
    let y = emit.node("ConvTranspose", &[&x, &kernel], attrs);
    Ok(vec![channels_last(emit, &y, rank)])
}

/// Pooling. A sum is the average, padding counted, times the window's cells.
pub(super) fn window(emit: &mut Emitter, site: &Site<'_>, op: &Window) -> String {
    let (rank, dtype) = (site.ty(0).rank(), site.ty(0).dtype);
    let x = match dtype.is_float() {
        true => site.x(0).to_owned(),
        false => emit.cast(site.x(0), DType::F32),
    };
    let x = channels_first(emit, &x, rank);
    let mut attrs = vec![
        ("kernel_shape", ints(&op.size)),
        ("strides", ints(&op.strides)),
        ("pads", pads(&op.padding)),
    ];
    let y = match op.kind {
        WindowKind::Max => emit.node("MaxPool", &[&x], attrs),
        WindowKind::Sum => {
            attrs.push(("count_include_pad", Attr::Int(1)));
            let mean = emit.node("AveragePool", &[&x], attrs);
            let cells: usize = op.size.iter().product();
            let cells = match dtype {
                DType::F64 => emit.scalar(DType::F64, cells as f64),
                _ => emit.scalar(DType::F32, cells as f64),
            };
            emit.plain("Mul", &[&mean, &cells])
        }
    };
    let y = channels_last(emit, &y, rank);
    match dtype.is_float() {
        true => y,
        false => {
            let whole = emit.plain("Round", &[&y]);
            emit.cast(&whole, dtype)
        }
    }
}
