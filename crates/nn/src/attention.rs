//! The arithmetic of multi-head attention: projections, scores along some axes, and their masks.
//!
//!   scores (B, N.., H, T.., S..) = q · k / sqrt(K);  y = softmax(scores) · v
//!
//! Follows keras/src/layers/attention/multi_head_attention.py.

use regimen_graph::{DType, Var, elements};
use serde_json::Value as Json;

use crate::{Call, Value};

/// What a call is given.
pub(crate) struct Given {
    pub query: Value,
    pub value: Value,
    pub key: Value,
    /// Masks that say which steps of the value may be seen.
    source_masks: Vec<Var>,
    attention_mask: Option<Var>,
    causal: bool,
    /// Whether the scores are returned.
    pub scores: bool,
}

impl Given {
    /// From positions or keywords; `None` without a query. As in Keras 3.15, the query's mask is the one
    /// that its tensor carries, whatever `query_mask` says.
    pub fn read(call: &Call) -> Option<Given> {
        let at = |i: usize, name: &str| call.tensor(name).or(call.inputs.get(i)).cloned();
        let flag = |name: &str| {
            call.kwargs
                .get(name)
                .and_then(Json::as_bool)
                .unwrap_or(false)
        };
        let given_mask = |name: &str| call.tensor(name).map(|m| m.x.clone());
        let query = at(0, "query")?;
        // The query alone looks at itself.
        let value = at(1, "value").unwrap_or(query.clone());
        let key = at(2, "key");
        let carried = key.as_ref().and_then(|k| k.mask.clone());
        let masks = [
            given_mask("value_mask").or(value.mask.clone()),
            given_mask("key_mask").or(carried),
        ];
        Some(Given {
            key: key.unwrap_or(value.clone()),
            source_masks: masks.iter().flatten().map(truth).collect(),
            attention_mask: given_mask("attention_mask").as_ref().map(truth),
            causal: flag("use_causal_mask"),
            scores: flag("return_attention_scores"),
            query,
            value,
        })
    }

    /// What may be seen, to be broadcast over the scores; none where everything may.
    pub fn mask(&self, window: Option<usize>) -> Option<Var> {
        let (q, v) = (&self.query.x, &self.value.x);
        let mut masks: Vec<Var> = vec![];
        masks.extend(self.attention_mask.clone());
        masks.extend(self.query.mask.iter().map(|m| m.expand_dims(-1)));
        masks.extend(self.source_masks.iter().map(|m| m.expand_dims(-2)));
        masks.extend(self.causal.then(|| causal(q, q.dim(1), v.dim(1))));
        masks.extend(window.map(|w| near(q, q.dim(1), v.dim(1), w)));
        masks.into_iter().reduce(|a, b| a.and(&b))
    }
}

/// A mask as truth values.
fn truth(mask: &Var) -> Var {
    if mask.dtype() == DType::Bool {
        mask.clone()
    } else {
        mask.ne_to(&mask.scalar_like(0.0))
    }
}

/// Which axes of (B, axes.., H, K) take part in attention; the others count as batch.
pub(crate) struct Layout {
    /// Axes before the heads that attend, sorted.
    pub attended: Vec<usize>,
    /// Axes before the heads that do not, the batch first.
    pub kept: Vec<usize>,
}

impl Layout {
    /// For projected values of `rank` axes.
    pub fn new(rank: usize, attended: &[usize]) -> Layout {
        let kept = (0..rank.saturating_sub(2))
            .filter(|i| !attended.contains(i))
            .collect();
        Layout {
            attended: attended.to_vec(),
            kept,
        }
    }

    /// (B, N.., H, T.., K) of a projected value (B, axes.., H, K).
    fn order(&self) -> Vec<usize> {
        let heads = self.attended.len() + self.kept.len();
        [&self.kept[..], &[heads], &self.attended, &[heads + 1]].concat()
    }

    /// As a batch of matrices (P, T, K).
    pub fn matrices(&self, x: &Var) -> Var {
        let moved = x.transpose(&self.order());
        let shape = moved.shape();
        let batch = self.kept.len() + 1;
        let steps = elements(&shape[batch..shape.len() - 1]);
        moved.reshape(&[elements(&shape[..batch]), steps, x.dim(-1)])
    }

    /// Matrices (P, T, K) back in the order of the projected value `like`.
    pub fn unfold(&self, matrices: &Var, like: &Var) -> Var {
        let order = self.order();
        let mut shape: Vec<usize> = order.iter().map(|&i| like.dim(i as isize)).collect();
        if let Some(last) = shape.last_mut() {
            *last = matrices.dim(-1);
        }
        let mut back = vec![0; order.len()];
        order
            .iter()
            .enumerate()
            .for_each(|(i, &from)| back[from] = i);
        matrices.reshape(&shape).transpose(&back)
    }

    /// Sizes of the scores (B, N.., H, T.., S..) of queries and keys.
    pub fn scores(&self, query: &Var, key: &Var) -> Vec<usize> {
        let heads = self.attended.len() + self.kept.len();
        let of = |x: &Var, axes: &[usize]| -> Vec<usize> {
            axes.iter().map(|&a| x.dim(a as isize)).collect()
        };
        let outer = of(query, &[&self.kept[..], &[heads]].concat());
        [outer, of(query, &self.attended), of(key, &self.attended)].concat()
    }
}

/// The last `k` axes of `x` joined and multiplied by a kernel (d1, .., dk, e1, .., em), plus a bias (e1, .., em).
pub(crate) fn project(x: &Var, kernel: &Var, bias: Option<&Var>, k: usize) -> Var {
    let (from, to) = (x.shape(), kernel.shape());
    let (outer, inner) = from.split_at(from.len() - k);
    let out = &to[k..];
    let flat = x.reshape(&[elements(outer), elements(inner)]);
    let y = flat.matmul(&kernel.reshape(&[elements(inner), elements(out)]));
    let y = y.reshape(&[outer, out].concat());
    match bias {
        Some(bias) => y + bias,
        None => y,
    }
}

/// A mask with axes of size 1 put in front of its last `inner` axes, until it has `rank` axes: the heads.
pub(crate) fn widened(mask: &Var, rank: usize, inner: usize) -> Var {
    let mut wide = mask.clone();
    while wide.rank() < rank {
        wide = wide.expand_dims(-(inner as isize) - 1);
    }
    wide
}

/// Which steps (1, T, S) may see which: those up to themselves.
fn causal(x: &Var, steps: usize, sources: usize) -> Var {
    let index = |axis| x.builder().iota(DType::I32, &[1, steps, sources], axis);
    index(1).ge(&index(2))
}

/// Which steps (1, T, S) may see which: those less than `window` away.
fn near(x: &Var, steps: usize, sources: usize, window: usize) -> Var {
    let index = |axis| x.builder().iota(DType::I32, &[1, steps, sources], axis);
    let distance = (index(1) - index(2)).abs();
    distance.lt(&distance.scalar_like(window as f64))
}
