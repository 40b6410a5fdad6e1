//! Scaled dot-product attention, written out.
//!
//!   s = scale · q · kᵀ per head, -10⁹ where the mask is 0;  p = softmax(s);  y = p · v
//!
//! Where heads of the query share one of the key, they stand in an axis of their own: (B, G, H / G, T, K).

use regimen_graph::DType;
use regimen_graph::ops::{Attention, HIDDEN};

use super::emit::Emitter;
use super::layout::{reshape_to, transpose, unsqueeze};
use super::lower::{Outputs, Site};
use super::message::Attr;
use super::size::Size;

/// The attention's y; what is kept of the scores is for its gradient.
pub(super) fn attention(emit: &mut Emitter, site: &Site<'_>, op: &Attention) -> Outputs {
    let dtype = match site.ty(0).dtype {
        DType::F64 => DType::F64,
        _ => DType::F32,
    };
    let (q, k, v) = (
        site.input_sizes(0)?,
        site.input_sizes(1)?,
        site.input_sizes(2)?,
    );
    let (heads, shared) = (site.ty(0).shape[2], site.ty(1).shape[2]);
    let share = Size::of((heads / shared) as i64);
    let grouped = heads != shared;
    // (B, H, T, K); (B, G, K, S); (B, G, S, V).
    let mut query = transpose(emit, site.x(0), &[0, 2, 1, 3]);
    let mut key = transpose(emit, site.x(1), &[0, 2, 3, 1]);
    let mut value = transpose(emit, site.x(2), &[0, 2, 1, 3]);
    if grouped {
        let parted = [&q[0], &k[2], &share, &q[1], &q[3]].map(Size::clone);
        query = reshape_to(emit, &query, &parted);
        key = unsqueeze(emit, &key, &[2]);
        value = unsqueeze(emit, &value, &[2]);
    }
    let scores = emit.plain("MatMul", &[&query, &key]);
    let scale = emit.scalar(dtype, op.scale);
    let mut scores = emit.plain("Mul", &[&scores, &scale]);
    if grouped && op.masked {
        let whole = [&q[0], &q[2], &q[1], &k[1]].map(Size::clone);
        scores = reshape_to(emit, &scores, &whole);
    }
    if op.masked {
        let hidden = emit.scalar(dtype, HIDDEN);
        scores = emit.plain("Where", &[site.x(3), &scores, &hidden]);
    }
    let mut shares = emit.node("Softmax", &[&scores], vec![("axis", Attr::Int(-1))]);
    if grouped && op.masked {
        let parted = [&q[0], &k[2], &share, &q[1], &k[1]].map(Size::clone);
        shares = reshape_to(emit, &shares, &parted);
    }
    let mut y = emit.plain("MatMul", &[&shares, &value]);
    if grouped {
        let whole = [&q[0], &q[2], &q[1], &v[3]].map(Size::clone);
        y = reshape_to(emit, &y, &whole);
    }
    let y = transpose(emit, &y, &[0, 2, 1, 3]);
    Ok(vec![y, String::new()])
}
