//! What Attention and AdditiveAttention share: query, value and key, masks of scores, the weighted sum.
//!
//!   query (B, T, D), value (B, S, V), key (B, S, D), scores (B, T, S) -> y (B, T, V);  y = softmax(scores) · value
//!
//! Follows keras/src/layers/attention/attention.py.

use regimen_graph::{DType, Fault, Type, Var, elements};
use serde_json::Value as Json;

use crate::{
    Call, Scope, Value, activations::softmax, attention::causal, input_spec::TOKENS,
    layers::dropout::drop,
};

/// What a call is given.
pub(crate) struct Sequences {
    pub query: Value,
    pub value: Value,
    pub key: Var,
    causal: bool,
    returns_scores: bool,
}

impl Sequences {
    /// The inputs in order: query, value, and key where it is not the value.
    pub fn read(call: &Call) -> Sequences {
        let flag = |name: &str| {
            call.kwargs
                .get(name)
                .and_then(Json::as_bool)
                .unwrap_or(false)
        };
        let value = call.inputs[1].clone();
        Sequences {
            query: call.inputs[0].clone(),
            key: call.inputs.get(2).unwrap_or(&value).x.clone(),
            value,
            causal: flag("use_causal_mask"),
            returns_scores: flag("return_attention_scores"),
        }
    }

    /// What is wrong with the inputs.
    pub fn fault(&self) -> Option<Fault> {
        let [q, v, k] = [&self.query.x, &self.value.x, &self.key];
        let found = format!("query {}, value {}, key {}", q.ty(), v.ty(), k.ty());
        if [q, v, k].iter().any(|x| !x.dtype().is_float()) {
            return Some(Fault::new(found, "float inputs", TOKENS));
        }
        let rank = q.rank();
        let outer = |x: &Var| x.shape()[..rank.saturating_sub(2)].to_vec();
        let fits = rank >= 3
            && [v, k]
                .iter()
                .all(|x| x.rank() == rank && outer(x) == outer(q))
            && q.dim(-1) == k.dim(-1)
            && v.dim(-2) == k.dim(-2);
        if !fits {
            let expected = "query (B, T, D), value (B, S, V), key (B, S, D), with equal B, S and D";
            let mend =
                "Bring query and key to one last size before, for instance by a Dense layer.";
            return Some(Fault::new(found, expected, mend));
        }
        let misfit = |v: &&Value| {
            let steps = &v.x.shape()[..rank - 1];
            v.mask.as_ref().is_some_and(|m| m.shape() != steps)
        };
        let wrong = [&self.query, &self.value].into_iter().find(misfit)?;
        let mask = wrong.mask.as_ref().map_or(wrong.x.ty(), Var::ty);
        Some(Fault::new(
            format!("a mask {mask} for an input {}", wrong.x.ty()),
            "a mask of one value per step",
            "Mask whole steps: the mask of (B, T, D) is (B, T).",
        ))
    }

    /// Query and key with axes between them: (B, T, 1, D) and (B, 1, S, D).
    pub fn pairs(&self) -> (Var, Var) {
        (self.query.x.expand_dims(-2), self.key.expand_dims(-3))
    }

    /// Whether the scores stay inside, and every query sees something: then they need not be written down.
    pub fn is_plain(&self) -> bool {
        self.value.mask.is_none() && !self.returns_scores
    }

    /// What the layer returns for products of query and key as scores, times `scale`, where [`Sequences::is_plain`].
    pub fn attend(&self, scale: Option<Var>) -> Vec<Value> {
        let x = &self.query.x;
        let query = scale.map_or(x.clone(), |scale| x * scale);
        // One head, and all axes before the steps as batch.
        let heads = |x: &Var| {
            let (steps, size) = (x.dim(-2), x.dim(-1));
            x.reshape(&[elements(&x.shape()[..x.rank() - 2]), steps, 1, size])
        };
        let (q, k, v) = (heads(&query), heads(&self.key), heads(&self.value.x));
        let mask = self
            .causal
            .then(|| causal(x, q.dim(1), k.dim(1)).expand_dims(0));
        let mut shape = x.shape();
        shape[x.rank() - 1] = v.dim(-1);
        let y = q.attention(&k, &v, mask.as_ref(), 1.0).reshape(&shape);
        self.results(self.masked_rows(y), None)
    }

    /// What the layer returns for the scores before softmax.
    pub fn answer(
        &self,
        s: &mut Scope,
        scores: &Var,
        dropout: f64,
        seed: Option<i64>,
    ) -> Vec<Value> {
        let shares = softmax(&self.masked(scores), -1);
        let shares = drop(s, &shares, dropout, &shares.shape(), seed);
        let y = self.masked_rows(shares.matmul(&self.value.x));
        self.results(y, Some(shares))
    }

    /// Zeros where the query's steps are masked.
    fn masked_rows(&self, y: Var) -> Var {
        match &self.query.mask {
            None => y,
            Some(mask) => mask.expand_dims(-1).select(&y, &y.scalar_like(0.0)),
        }
    }

    /// Outputs of the right types and no meaning.
    pub fn meant(&self, s: &Scope) -> Vec<Value> {
        let (q, v) = (&self.query.x, &self.value.x);
        let outer = q.shape()[..q.rank().saturating_sub(1)].to_vec();
        let placeholder = |last: usize| {
            let shape = [outer.clone(), vec![last]].concat();
            s.builder().placeholder(Type::new(DType::F32, shape))
        };
        self.results(placeholder(v.dim(-1)), Some(placeholder(v.dim(-2))))
    }

    fn results(&self, y: Var, shares: Option<Var>) -> Vec<Value> {
        let mask = self.query.mask.clone();
        let mut results = vec![Value { x: y, mask }];
        results.extend(shares.filter(|_| self.returns_scores).map(Value::from));
        results
    }

    /// Scores that are as good as minus infinity where nothing may be seen. Keras takes 10⁹ off in float32, which leaves
    /// nothing of the score but its gradient: so does this in any precision.
    fn masked(&self, scores: &Var) -> Var {
        let steps = scores.shape();
        let order = self.causal.then(|| {
            let [t, s] = [steps[steps.len() - 2], steps[steps.len() - 1]];
            causal(scores, t, s)
        });
        let open = self.value.mask.as_ref().map(|m| m.expand_dims(-2));
        let Some(open) = [open, order].into_iter().flatten().reduce(|a, b| a.and(&b)) else {
            return scores.clone();
        };
        let hidden = scores - scores.stop_gradient() - 1e9;
        open.select(scores, &hidden)
    }
}
