//! Reductions, means, running sums and layer normalization.

use regimen_graph::ops::{
    ArgKind, ArgReduce, Binary, BinaryKind, CumSum, LayerNorm, Reduce, ReduceKind,
};
use regimen_graph::{DType, Graph, Op};

use super::emit::Emitter;
use super::lower::{Outputs, Site};
use super::message::Attr;

/// Small and truth types are reduced as int32, for which there are kernels.
fn widened(emit: &mut Emitter, x: &str, dtype: DType) -> (String, DType) {
    match dtype {
        DType::Bool | DType::U8 => (emit.cast(x, DType::I32), DType::I32),
        other => (x.to_owned(), other),
    }
}

/// A sum, product, largest or smallest over axes.
pub(super) fn reduce(emit: &mut Emitter, site: &Site<'_>, op: &Reduce) -> String {
    // No axes mean all of them in ONNX.
    if op.axes.is_empty() {
        return site.x(0).to_owned();
    }
    let dtype = site.ty(0).dtype;
    let (x, wide) = widened(emit, site.x(0), dtype);
    let axes: Vec<i64> = op.axes.iter().map(|&axis| axis as i64).collect();
    let keep = ("keepdims", Attr::Int(i64::from(op.keepdims)));
    let name = match op.kind {
        ReduceKind::Sum => "ReduceSum",
        ReduceKind::Prod => "ReduceProd",
        ReduceKind::Max => "ReduceMax",
        ReduceKind::Min => "ReduceMin",
    };
    let y = match op.kind {
        // The one of them whose axes are an input in opset 17.
        ReduceKind::Sum => {
            let axes = emit.ints(&axes);
            emit.node(name, &[&x, &axes], vec![keep])
        }
        _ => emit.node(name, &[&x], vec![("axes", Attr::Ints(axes)), keep]),
    };
    match wide == dtype {
        true => y,
        false => emit.cast(&y, dtype),
    }
}

/// A sum times one over the number of what is summed, if the node is one: a mean, whatever that number follows from.
pub(super) fn mean(emit: &mut Emitter, site: &Site<'_>) -> Option<String> {
    let multiplies = |op: &Op| {
        *op == Op::Binary(Binary {
            kind: BinaryKind::Mul,
        })
    };
    let node = site.nodes[0];
    let (true, &[sum, share]) = (multiplies(&node.op), &node.inputs[..]) else {
        return None;
    };
    let Op::Reduce(op) = &site.graphs[0].nodes[sum.node].op else {
        return None;
    };
    if op.kind != ReduceKind::Sum || op.axes.is_empty() || !site.ty(0).dtype.is_float() {
        return None;
    }
    let x = site.graphs[0].nodes[sum.node].inputs[0];
    let is_share = |graph: &&Graph| {
        let count: usize = op
            .axes
            .iter()
            .map(|&axis| graph.ty(x).shape[axis])
            .product();
        match &graph.nodes[share.node].op {
            Op::Constant(c) if c.value.shape.is_empty() => {
                let near = |value: &f64| (value * count as f64 - 1.0).abs() < 1e-6;
                c.value.to_f64().iter().all(near)
            }
            _ => false,
        }
    };
    if !site.graphs.iter().all(is_share) {
        return None;
    }
    let axes = op.axes.iter().map(|&axis| axis as i64).collect();
    let attrs = vec![
        ("axes", Attr::Ints(axes)),
        ("keepdims", Attr::Int(i64::from(op.keepdims))),
    ];
    let x = &site.names[x.node][x.out];
    (!x.is_empty()).then(|| emit.node("ReduceMean", &[x], attrs))
}

/// The place of the largest or smallest, the first among equals.
pub(super) fn arg_reduce(emit: &mut Emitter, site: &Site<'_>, op: &ArgReduce) -> String {
    let (mut x, dtype) = widened(emit, site.x(0), site.ty(0).dtype);
    if dtype == DType::I64 {
        x = emit.cast(&x, DType::F64);
    }
    let name = match op.kind {
        ArgKind::Max => "ArgMax",
        ArgKind::Min => "ArgMin",
    };
    let attrs = vec![
        ("axis", Attr::Int(op.axis as i64)),
        ("keepdims", Attr::Int(0)),
    ];
    let place = emit.node(name, &[&x], attrs);
    emit.cast(&place, DType::I32)
}

/// A running sum.
pub(super) fn cumsum(emit: &mut Emitter, site: &Site<'_>, op: &CumSum) -> String {
    let dtype = site.ty(0).dtype;
    let (x, wide) = widened(emit, site.x(0), dtype);
    let axis = emit.scalar(DType::I64, op.axis as f64);
    let attrs = vec![
        ("exclusive", Attr::Int(i64::from(op.exclusive))),
        ("reverse", Attr::Int(i64::from(op.reverse))),
    ];
    let y = emit.node("CumSum", &[&x, &axis], attrs);
    match wide == dtype {
        true => y,
        false => emit.cast(&y, dtype),
    }
}

/// Layer normalization; mean and deviation of the rows are what a gradient would read.
pub(super) fn layer_norm(emit: &mut Emitter, site: &Site<'_>, op: &LayerNorm) -> Outputs {
    let attrs = vec![
        ("axis", Attr::Int(-1)),
        ("epsilon", Attr::Float(op.epsilon as f32)),
    ];
    let inputs = [site.x(0), site.x(1), site.x(2)];
    let y = emit.node("LayerNormalization", &inputs, attrs);
    Ok(vec![y, String::new(), String::new()])
}
