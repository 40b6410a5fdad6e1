//! The arithmetic of multi-head attention: scores along some axes, their masks, the weighted sum.
//!
//!   scores (B, N.., H, T.., S..) = q · k / sqrt(K);  y = softmax(scores) · v
//!
//! Follows keras/src/layers/attention/multi_head_attention.py.

use regimen_graph::ops::HIDDEN;
use regimen_graph::{DType, Fault, Type, Var, broadcast, elements};
use serde_json::Value as Json;

use crate::{Call, Scope, Value, activations::softmax, layers::dropout::drop};

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
    scores: bool,
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

    /// What a layer gives that was called without a query, with the fault.
    pub fn missing(s: &mut Scope, class_name: &str) -> Value {
        let mend = "Call the layer with query and value.";
        let fault = Fault::new("no query", "query and value", mend);
        let meant = Type::new(DType::F32, vec![1, 1, 1]);
        s.fault(class_name, fault, meant).into()
    }

    /// Lets the keyword `query_mask` go before the mask that the query carries.
    pub fn mask_query(&mut self, call: &Call) {
        let given = call.tensor("query_mask").map(|m| truth(&m.x));
        self.query.mask = given.or(self.query.mask.take());
    }

    /// The outputs that were asked for.
    pub fn results(&self, y: Var, scores: Option<Var>, mask: Option<Var>) -> Vec<Value> {
        let mut results = vec![Value { x: y, mask }];
        results.extend(scores.filter(|_| self.scores).map(Value::from));
        results
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

/// A mask with axes of size 1 put in front of its last `inner` axes, until it has `rank` axes: the heads.
fn widened(mask: &Var, rank: usize, inner: usize) -> Var {
    let mut wide = mask.clone();
    while wide.rank() < rank {
        wide = wide.expand_dims(-(inner as isize) - 1);
    }
    wide
}

/// Which steps (1, T, S) may see which: those up to themselves.
pub(crate) fn causal(x: &Var, steps: usize, sources: usize) -> Var {
    let index = |axis| x.builder().iota(DType::I32, &[1, steps, sources], axis);
    index(1).ge(&index(2))
}

/// Which steps (1, T, S) may see which: those less than `window` away.
fn near(x: &Var, steps: usize, sources: usize, window: usize) -> Var {
    let index = |axis| x.builder().iota(DType::I32, &[1, steps, sources], axis);
    let distance = (index(1) - index(2)).abs();
    distance.lt(&distance.scalar_like(window as f64))
}

/// How a layer attends.
pub(crate) struct Attending {
    pub class_name: &'static str,
    /// Part of the shares to drop while training.
    pub dropout: f64,
    pub seed: Option<i64>,
    /// Steps see only steps less than this far away.
    pub window: Option<usize>,
}

impl Attending {
    /// The weighted sum of the values (B, axes.., H, V), and the shares (B, N.., H, T.., S..) where somebody wants them, of
    /// projected values. Keys and values may have fewer heads, each shared by some of the query's.
    pub fn attend(
        &self,
        s: &mut Scope,
        given: &Given,
        layout: &Layout,
        [query, key, value]: [&Var; 3],
    ) -> (Var, Option<Var>) {
        let shape = layout.scores(query, key);
        let mask = self.mask(s, given, &shape, layout.attended.len());
        let scale = 1.0 / (query.dim(-1).max(1) as f64).sqrt();
        let drops = self.dropout > 0.0 && (s.training() || mask.is_some());
        if shape.len() == 4 && !drops && !given.scores {
            return (query.attention(key, value, mask.as_ref(), scale), None);
        }
        let heads = query.dim(-2);
        let (key, value) = (shared(key, heads), shared(value, heads));
        let scaled = layout.matrices(query) * scale;
        let raw = scaled.matmul_with(&layout.matrices(&key), false, true);
        let shares = masked_softmax(&raw, mask, &shape);
        let kept = drop(s, &shares, self.dropout, &shares.shape(), self.seed);
        let y = layout.unfold(&kept.matmul(&layout.matrices(&value)), query);
        (y, Some(shares.reshape(&shape)))
    }

    /// What may be seen, with as many axes as the scores; none where everything may, or the mask does not fit.
    fn mask(&self, s: &Scope, given: &Given, shape: &[usize], inner: usize) -> Option<Var> {
        let mask = widened(&given.mask(self.window)?, shape.len(), 2 * inner);
        if broadcast(&mask.shape(), shape).as_deref() == Some(shape) {
            return Some(mask);
        }
        let fault = Fault::new(
            format!(
                "a mask of shape {:?} for scores of shape {shape:?}",
                mask.shape()
            ),
            "a mask that broadcasts to (B, heads, T, S)",
            "Give attention_mask as (B, T, S), and masks of query and value as (B, T) and (B, S).",
        );
        s.builder().fault(self.class_name, fault);
        None
    }
}

/// Softmax over what may be seen, zeros where nothing may. (Keras gives equal shares there on its fast path, as does the
/// attention op; it comes here where it keeps the scores: with dropout, asked-for scores or further axes.)
fn masked_softmax(raw: &Var, mask: Option<Var>, shape: &[usize]) -> Var {
    let Some(mask) = mask else {
        return softmax(raw, -1);
    };
    let mask = mask.broadcast_to(shape).reshape(&raw.shape());
    let shares = softmax(&mask.select(raw, &raw.scalar_like(HIDDEN)), -1);
    mask.select(&shares, &shares.scalar_like(0.0))
}

/// Each head of (B, .., G, K) as often as `heads` heads share it.
fn shared(x: &Var, heads: usize) -> Var {
    let times = heads / x.dim(-2).max(1);
    if times <= 1 {
        return x.clone();
    }
    let mut shape = x.shape();
    let axis = shape.len() - 1;
    shape.insert(axis, times);
    let repeated = x.expand_dims(axis as isize).broadcast_to(&shape);
    shape.remove(axis);
    shape[axis - 1] = heads;
    repeated.reshape(&shape)
}
