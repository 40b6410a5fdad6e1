//! Gradient of the attention op.
//!
//!   p as in the forward op;  dv_bjgv = Σ_ht p_bhtj dy_bthv;  ds_bhtj = p_bhtj (dy_bth · v_bjg - dy_bth · y_bth)
//!   dq_bthk = scale Σ_j ds_bhtj k_bjgk;  dk_bjgk = scale Σ_ht ds_bhtj q_bthk;  ds is 0 where the mask is 0
//!
//! Inputs: q, k, v, [mask], y, what the forward op kept of its scores, then dy (B, T, H, V). Outputs: dq, dk, dv.
//! Dao et al. 2022, appendix B: the shares are computed again, not kept.

use crate::check::{Case, Feed, floats};
use crate::ops::attention::{Attention, AttentionSizes, variants};
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// Attention's gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct AttentionGrad {
    /// The forward op.
    pub attention: Attention,
}

impl Rule for AttentionGrad {
    fn name(&self) -> &'static str {
        "AttentionGrad"
    }

    fn outputs(&self) -> usize {
        3
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let given = 3 + usize::from(self.attention.masked);
        let mend = "Write this op by differentiating an attention.";
        if inputs.len() != given + 3 {
            let found = format!("{} inputs", inputs.len());
            return Err(Fault::new(found, (given + 3).to_string(), mend));
        }
        let (forward, rest) = inputs.split_at(given);
        let out = self.attention.types(forward)?;
        let types = forward[..3].to_vec();
        let want = [&out[0], &out[1], &out[0]];
        match rest.iter().zip(want).find(|(found, want)| found != want) {
            None => Ok(types),
            Some((found, want)) => {
                Err(Fault::new(found.to_string(), want.to_string(), mend).meaning_all(types))
            }
        }
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Missing(
            "second derivatives pass through products and a softmax, not through the attention op"
                .into(),
        )
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let [q, k, v] = [0, 1, 2].map(|i| inputs[i]);
        let [y, kept, dy] = [3, 2, 1].map(|back| inputs[inputs.len() - back]);
        let [mut dq, mut dk, mut dv] = [q, k, v].map(|x| Plain::full(&x.shape, 0.0));
        let Some(z) = AttentionSizes::of(&q.shape, &k.shape, &v.shape) else {
            return vec![dq, dk, dv];
        };
        let scale = self.attention.scale;
        for (row, at @ [b, h, t, g]) in z.rows().enumerate() {
            let scores = self.attention.scores(inputs, z, at);
            let (largest, over) = (kept.data[2 * row], kept.data[2 * row + 1]);
            let query = (b * z.t + t) * z.h + h;
            let mean: f64 = (0..z.v)
                .map(|i| dy.data[query * z.v + i] * y.data[query * z.v + i])
                .sum();
            for (j, (score, open)) in scores.into_iter().enumerate() {
                let share = (score - largest).exp() * over;
                let source = (b * z.s + j) * z.g + g;
                let mut through = -mean;
                for i in 0..z.v {
                    let d = dy.data[query * z.v + i];
                    dv.data[source * z.v + i] += share * d;
                    through += d * v.data[source * z.v + i];
                }
                let ds = if open { scale * share * through } else { 0.0 };
                for i in 0..z.k {
                    dq.data[query * z.k + i] += ds * k.data[source * z.k + i];
                    dk.data[source * z.k + i] += ds * q.data[query * z.k + i];
                }
            }
        }
        vec![dq, dk, dv]
    }
}

/// Cases for engines: the op has no gradient of its own, so values alone count.
pub fn cases() -> Vec<Case> {
    let case = |(name, op, mut feeds): (String, Attention, Vec<Feed>)| {
        let n = feeds.len();
        let (q, v) = (&feeds[0].ty.shape, &feeds[2].ty.shape);
        feeds.push(floats(&[q[0], q[1], q[2], v[3]]));
        Case::many(format!("attention_grad/{name}"), feeds, move |b, x| {
            let (forward, dy) = x.split_at(n);
            let mut inputs: Vec<&Var> = forward.iter().collect();
            let out = b.apply(Op::Attention(op.clone()), &inputs);
            inputs.extend(out.iter().chain(dy));
            let attention = op.clone();
            let back = b.apply(Op::AttentionGrad(AttentionGrad { attention }), &inputs);
            back.iter().map(Var::stop_gradient).collect()
        })
        .rounds()
    };
    variants().into_iter().map(case).collect()
}
