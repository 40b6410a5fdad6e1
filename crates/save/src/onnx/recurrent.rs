//! LSTM and GRU. Without a mask and behind x · W + b they are ONNX's own operators; otherwise a Scan of their cell.
//!
//!   LSTM: gates i, f, g, o here; i, o, f, g in ONNX.  GRU: z, r, g in both; `linear_before_reset` is `reset_after`.
//!
//! ONNX's operators have R as (1, gates · U, U) and know the lengths of sequences, but no mask of single steps.

use regimen_graph::ops::{Binary, BinaryKind, Gru, Lstm, MatMul};
use regimen_graph::{DType, Op};

use super::emit::Emitter;
use super::layout::{squeeze, transpose, unsqueeze};
use super::lower::{Outputs, Site};
use super::message::Attr;
use super::scan::{Steps, steps};

/// What enters the gates: x (B, T, D), W (D, gates · U), b (gates · U).
struct Entry {
    x: String,
    w: String,
    b: Option<String>,
}

/// The product behind zx, if it is x · W or x · W + b.
fn entry(site: &Site<'_>) -> Option<Entry> {
    let node = |edge: regimen_graph::Edge| &site.graphs[0].nodes[edge.node];
    let name = |edge: regimen_graph::Edge| site.names[edge.node][edge.out].clone();
    let zx = *site.nodes[0].inputs.first()?;
    let product = |edge: regimen_graph::Edge| match (&node(edge).op, &node(edge).inputs[..]) {
        (
            Op::MatMul(MatMul {
                transpose_a: false,
                transpose_b: false,
            }),
            [x, w],
        ) => {
            let fits = site.graphs[0].ty(*x).rank() == 3 && site.graphs[0].ty(*w).rank() == 2;
            fits.then(|| (name(*x), name(*w)))
        }
        _ => None,
    };
    if let Some((x, w)) = product(zx) {
        return Some(Entry { x, w, b: None });
    }
    let (
        Op::Binary(Binary {
            kind: BinaryKind::Add,
        }),
        [sum, b],
    ) = (&node(zx).op, &node(zx).inputs[..])
    else {
        return None;
    };
    let (x, w) = product(*sum)?;
    let fits = site.graphs[0].ty(*b).shape == site.graphs[0].ty(zx).shape[2..];
    fits.then(|| Entry {
        x,
        w,
        b: Some(name(*b)),
    })
}

/// Columns, gate by gate in ONNX's order, as rows: (D, gates · U) to (1, gates · U, D), or (gates · U) to itself.
fn gates(emit: &mut Emitter, x: &str, order: &[usize], matrix: bool) -> String {
    let x = match matrix {
        true => transpose(emit, x, &[1, 0]),
        false => x.to_owned(),
    };
    let x = match order.windows(2).all(|pair| pair[0] < pair[1]) {
        true => x,
        false => {
            let parts = emit.nodes("Split", &[&x], vec![("axis", Attr::Int(0))], order.len());
            let parts: Vec<&str> = order.iter().map(|&i| parts[i].as_str()).collect();
            emit.node("Concat", &parts, vec![("axis", Attr::Int(0))])
        }
    };
    match matrix {
        true => unsqueeze(emit, &x, &[0]),
        false => x,
    }
}

/// Inputs X, W, R, B of ONNX's operator. `bias` is what stands beside R.
fn operands(
    emit: &mut Emitter,
    site: &Site<'_>,
    entry: &Entry,
    (order, bias): (&[usize], Option<&str>),
) -> [String; 4] {
    let count = site.ty(1).shape[1];
    let x = transpose(emit, &entry.x, &[1, 0, 2]);
    let w = gates(emit, &entry.w, order, true);
    let r = gates(emit, site.x(1), order, true);
    let zeros = || regimen_graph::Tensor::from_f64(DType::F32, vec![count], &vec![0.0; count]);
    let [first, second] = [entry.b.as_deref(), bias].map(|b| match b {
        Some(b) => gates(emit, b, order, false),
        None => emit.constant(&zeros()),
    });
    let b = emit.node("Concat", &[&first, &second], vec![("axis", Attr::Int(0))]);
    [x, w, r, unsqueeze(emit, &b, &[0])]
}

fn attrs(site: &Site<'_>, reverse: bool) -> Vec<(&'static str, Attr)> {
    let units = site.ty(1).shape[0] as i64;
    let way = match reverse {
        true => "reverse",
        false => "forward",
    };
    vec![
        ("hidden_size", Attr::Int(units)),
        ("direction", Attr::Text(way)),
    ]
}

/// Y (T, 1, B, U) as (B, T, U).
fn by_row(emit: &mut Emitter, y: &str) -> String {
    let y = squeeze(emit, y, &[1]);
    transpose(emit, &y, &[1, 0, 2])
}

fn unused(site: &Site<'_>) -> super::OnnxError {
    site.refused(
        "factors on the state between steps, which are those of dropout in training",
        "Export the model as it is in inference",
    )
}

/// An LSTM: h of every step, last h, last c; gates and c of every step are for the gradient.
pub(super) fn lstm(emit: &mut Emitter, site: &Site<'_>, op: &Lstm) -> Outputs {
    if op.hmasked {
        return Err(unused(site));
    }
    let mut made = match entry(site).filter(|_| !op.masked && site.ty(0).dtype == DType::F32) {
        Some(entry) => {
            let [x, w, r, b] = operands(emit, site, &entry, (&[0, 3, 1, 2], None));
            let [h, c] = [2, 3].map(|i| unsqueeze(emit, site.x(i), &[0]));
            let inputs = [&x, &w, &r, &b, "", &h, &c];
            let y = emit.nodes("LSTM", &inputs, attrs(site, op.reverse), 3);
            let steps = by_row(emit, &y[0]);
            let [h, c] = [1, 2].map(|i| squeeze(emit, &y[i], &[0]));
            vec![steps, h, c]
        }
        None => lstm_steps(emit, site, op)?,
    };
    made.resize(5, String::new());
    Ok(made)
}

fn lstm_steps(emit: &mut Emitter, site: &Site<'_>, op: &Lstm) -> Outputs {
    let dtype = site.ty(0).dtype;
    let around = over(site, (&[2, 3], op.masked.then_some(4)), op.reverse);
    let mut made = steps(emit, &around, |emit, at| {
        let (h, c, z) = (&at[0], &at[1], &at[2]);
        let carried = emit.plain("MatMul", &[h, site.x(1)]);
        let sum = emit.plain("Add", &[z, &carried]);
        let parts = emit.nodes("Split", &[&sum], vec![("axis", Attr::Int(-1))], 4);
        let [i, f, o] = [0, 1, 3].map(|gate: usize| emit.plain("Sigmoid", &[&parts[gate]]));
        let g = emit.plain("Tanh", &[&parts[2]]);
        let kept = emit.plain("Mul", &[&f, c]);
        let new = emit.plain("Mul", &[&i, &g]);
        let next_c = emit.plain("Add", &[&kept, &new]);
        let shown = emit.plain("Tanh", &[&next_c]);
        let next_h = emit.plain("Mul", &[&o, &shown]);
        let next = [(&next_h, h), (&next_c, c)];
        let [h, c] = next.map(|(next, before)| open_only(emit, at.get(3), next, before));
        Ok(vec![h.clone(), c, h])
    })?;
    debug_assert!(dtype.is_float());
    made.rotate_right(1);
    Ok(made)
}

/// A GRU: h of every step, last h; what its gradient reads is left out.
pub(super) fn gru(emit: &mut Emitter, site: &Site<'_>, op: &Gru) -> Outputs {
    if op.hmasked {
        return Err(unused(site));
    }
    let mut made = match entry(site).filter(|_| !op.masked && site.ty(0).dtype == DType::F32) {
        Some(entry) => {
            let bias = op.reset_after.then(|| site.x(3));
            let [x, w, r, b] = operands(emit, site, &entry, (&[0, 1, 2], bias));
            let h = unsqueeze(emit, site.x(2), &[0]);
            let mut attrs = attrs(site, op.reverse);
            attrs.push(("linear_before_reset", Attr::Int(i64::from(op.reset_after))));
            let y = emit.nodes("GRU", &[&x, &w, &r, &b, "", &h], attrs, 2);
            vec![by_row(emit, &y[0]), squeeze(emit, &y[1], &[0])]
        }
        None => gru_steps(emit, site, op)?,
    };
    made.resize(3, String::new());
    Ok(made)
}

fn gru_steps(emit: &mut Emitter, site: &Site<'_>, op: &Gru) -> Outputs {
    let (dtype, units) = (site.ty(0).dtype, site.ty(1).shape[0] as i64);
    let mask = 3 + usize::from(op.reset_after);
    let around = over(site, (&[2], op.masked.then_some(mask)), op.reverse);
    let mut made = steps(emit, &around, |emit, at| {
        let (h, z) = (&at[0], &at[1]);
        let inputs = emit.nodes("Split", &[z], vec![("axis", Attr::Int(-1))], 3);
        let reset_first = !op.reset_after;
        let shares = match reset_first {
            false => {
                let carried = emit.plain("MatMul", &[h, site.x(1)]);
                let sum = emit.plain("Add", &[&carried, site.x(3)]);
                emit.nodes("Split", &[&sum], vec![("axis", Attr::Int(-1))], 3)
            }
            true => {
                let widths = emit.ints(&[2 * units, units]);
                let axis = || vec![("axis", Attr::Int(-1))];
                let r = emit.nodes("Split", &[site.x(1), &widths], axis(), 2);
                let carried = emit.plain("MatMul", &[h, &r[0]]);
                let mut parts = emit.nodes("Split", &[&carried], axis(), 2);
                parts.push(r[1].clone());
                parts
            }
        };
        let [update, reset] = [0, 1].map(|gate: usize| {
            let sum = emit.plain("Add", &[&inputs[gate], &shares[gate]]);
            emit.plain("Sigmoid", &[&sum])
        });
        let share = match reset_first {
            false => emit.plain("Mul", &[&reset, &shares[2]]),
            true => {
                let kept = emit.plain("Mul", &[&reset, h]);
                emit.plain("MatMul", &[&kept, &shares[2]])
            }
        };
        let sum = emit.plain("Add", &[&inputs[2], &share]);
        let g = emit.plain("Tanh", &[&sum]);
        let one = emit.scalar(dtype, 1.0);
        let rest = emit.plain("Sub", &[&one, &update]);
        let kept = emit.plain("Mul", &[&update, h]);
        let new = emit.plain("Mul", &[&rest, &g]);
        let next = emit.plain("Add", &[&kept, &new]);
        let h = open_only(emit, at.get(2), &next, h);
        Ok(vec![h.clone(), h])
    })?;
    made.rotate_right(1);
    Ok(made)
}

/// What goes over the steps of zx (B, T, ..) and a mask (B, T): states at these inputs, and h as the result.
fn over<'a>(
    site: &'a Site<'_>,
    (states, mask): (&[usize], Option<usize>),
    reverse: bool,
) -> Steps<'a> {
    let dtype = site.ty(0).dtype;
    let mut sequences = vec![(site.x(0), dtype, 1)];
    sequences.extend(mask.map(|i| (site.x(i), DType::Bool, 1)));
    Steps {
        carries: states.iter().map(|&i| (site.x(i), dtype)).collect(),
        sequences,
        results: vec![(dtype, 1)],
        reverse,
    }
}

/// The next state where the step's mask (B) is open, otherwise the one before.
fn open_only(emit: &mut Emitter, mask: Option<&String>, next: &str, before: &str) -> String {
    let Some(mask) = mask else {
        return next.to_owned();
    };
    let open = unsqueeze(emit, mask, &[1]);
    emit.plain("Where", &[&open, next, before])
}
