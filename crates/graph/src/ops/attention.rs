//! Scaled dot-product attention as one op; equals products, a softmax and a product again.
//!
//!   s_bhtj = scale · Σ_k q_bthk k_bjgk, or -10⁹ where the mask is 0;  p = softmax_j(s);  y_bthv = Σ_j p_bhtj v_bjgv
//!
//! Inputs: q (B, T, H, K); k (B, S, G, K); v (B, S, G, V), of which H / G heads of q each share one head; then a mask
//! bool (B, H, T, S), any of its axes 1, if `masked`.
//! Outputs: y (B, T, H, V), and per row of scores its largest and one over the sum of exp(s - largest) (B, H, T, 2).
//! Vaswani et al. 2017; layout of keras.ops.nn.dot_product_attention; heads shared as in Ainslie et al. 2023.

use crate::check::{Case, Feed, bools, floats};
use crate::ops::AttentionGrad;
use crate::{DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// What a hidden score is: exp of it is zero beside any other, and equal shares where all are hidden.
pub const HIDDEN: f64 = -1e9;

/// Scaled dot-product attention.
#[derive(Debug, Clone, PartialEq)]
pub struct Attention {
    /// Factor on the scores.
    pub scale: f64,
    /// Whether a mask is given.
    pub masked: bool,
}

/// Sizes of an attention by the letters of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttentionSizes {
    /// Batch.
    pub b: usize,
    /// Steps of the query.
    pub t: usize,
    /// Steps of key and value.
    pub s: usize,
    /// Heads of the query.
    pub h: usize,
    /// Heads of key and value.
    pub g: usize,
    /// Size of query and key per head.
    pub k: usize,
    /// Size of the value per head.
    pub v: usize,
}

impl AttentionSizes {
    /// Of query, key and value; `None` where they do not go together.
    pub fn of(q: &[usize], k: &[usize], v: &[usize]) -> Option<AttentionSizes> {
        let (&[b, t, h, depth], &[kb, s, g, kd], &[vb, vs, vg, wide]) = (q, k, v) else {
            return None;
        };
        let sizes = AttentionSizes {
            b,
            t,
            s,
            h,
            g,
            k: depth,
            v: wide,
        };
        let agree = [kb, vb] == [b, b] && vs == s && vg == g && kd == depth;
        (agree && g > 0 && h.is_multiple_of(g) && s > 0).then_some(sizes)
    }

    /// Shape of y, of the scores, and of what is kept of them.
    fn shapes(&self) -> [Vec<usize>; 3] {
        let &AttentionSizes { b, t, s, h, v, .. } = self;
        [vec![b, t, h, v], vec![b, h, t, s], vec![b, h, t, 2]]
    }

    /// Every (b, h, t) with the key's head, in order.
    pub(crate) fn rows(self) -> impl Iterator<Item = [usize; 4]> {
        let AttentionSizes { b, t, h, g, .. } = self;
        (0..b * h * t).map(move |i| [i / (h * t), i / t % h, i % t, i / t % h / (h / g)])
    }
}

impl Attention {
    /// Scores of one row before softmax, and whether each may be seen.
    pub(crate) fn scores(
        &self,
        inputs: &[&Plain],
        z: AttentionSizes,
        [b, h, t, g]: [usize; 4],
    ) -> Vec<(f64, bool)> {
        let (q, k) = (&inputs[0].data, &inputs[1].data);
        let [_, scores, _] = z.shapes();
        let of = |j: usize| {
            let product = (0..z.k).map(|i| {
                q[((b * z.t + t) * z.h + h) * z.k + i] * k[((b * z.s + j) * z.g + g) * z.k + i]
            });
            let at = ((b * z.h + h) * z.t + t) * z.s + j;
            let open = !self.masked || inputs[3].broadcast_at(&scores, at) != 0.0;
            let score = self.scale * product.sum::<f64>();
            (if open { score } else { HIDDEN }, open)
        };
        (0..z.s).map(of).collect()
    }
}

impl Rule for Attention {
    fn name(&self) -> &'static str {
        "Attention"
    }

    fn outputs(&self) -> usize {
        2
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let found = inputs.iter().map(Type::to_string).collect::<Vec<_>>();
        let fault = |expected: &str, mend: &str| Fault::new(found.join(", "), expected, mend);
        let (Some([q, k, v]), given) = (inputs.first_chunk(), inputs.len()) else {
            return Err(fault("query, key and value", "Give all three."));
        };
        let Some(sizes) = AttentionSizes::of(&q.shape, &k.shape, &v.shape) else {
            return Err(fault(
                "query (B, T, H, K), key (B, S, G, K), value (B, S, G, V), H a multiple of G, S at least 1",
                "Make batch, steps, heads and sizes of query, key and value agree.",
            ));
        };
        let [y, scores, kept] = sizes.shapes();
        let types = vec![Type::new(q.dtype, y), Type::new(q.dtype, kept)];
        if !q.dtype.is_float() || [k.dtype, v.dtype] != [q.dtype; 2] {
            let mend = "Cast query, key and value to one float type.";
            return Err(fault("floats of one type", mend).meaning_all(types));
        }
        let fits = |mask: &Type| {
            let axes = mask.shape.iter().zip(&scores);
            mask.dtype == DType::Bool
                && mask.rank() == 4
                && axes.into_iter().all(|(m, s)| *m == 1 || m == s)
        };
        let mask = inputs.get(3);
        if given != 3 + usize::from(self.masked) || !mask.is_none_or(fits) {
            let mend = "Set `masked` when a mask is given; its axes are those of the scores, or 1.";
            return Err(fault("a mask bool (B, H, T, S) where masked", mend).meaning_all(types));
        }
        Ok(types)
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        if cx.grads[1].is_some() {
            return Gradient::Missing("only y of an attention has one".into());
        }
        let dy = cx.grad(0);
        let mut inputs: Vec<&Var> = cx.inputs.iter().collect();
        inputs.extend([&cx.outputs[0], &cx.outputs[1], &dy]);
        let op = Op::AttentionGrad(AttentionGrad {
            attention: self.clone(),
        });
        let mut answer: Vec<Option<Var>> = dy
            .builder()
            .apply(op, &inputs)
            .into_iter()
            .map(Some)
            .collect();
        answer.extend(self.masked.then_some(None));
        Gradient::Of(answer)
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let [q, k, v] = [0, 1, 2].map(|i| inputs[i]);
        let Some(z) = AttentionSizes::of(&q.shape, &k.shape, &v.shape) else {
            return vec![];
        };
        let [y, _, kept] = z.shapes();
        let (mut y, mut kept) = (Plain::full(&y, 0.0), Plain::full(&kept, 0.0));
        for (row, at @ [b, h, t, g]) in z.rows().enumerate() {
            let scores = self.scores(inputs, z, at);
            let largest = scores.iter().fold(f64::NEG_INFINITY, |m, s| m.max(s.0));
            let shares: Vec<f64> = scores.iter().map(|s| (s.0 - largest).exp()).collect();
            let over = 1.0 / shares.iter().sum::<f64>();
            for (j, share) in shares.iter().enumerate() {
                for i in 0..z.v {
                    y.data[((b * z.t + t) * z.h + h) * z.v + i] +=
                        share * over * v.data[((b * z.s + j) * z.g + g) * z.v + i];
                }
            }
            (kept.data[2 * row], kept.data[2 * row + 1]) = (largest, over);
        }
        vec![y, kept]
    }
}

/// Shared heads, masks of all shapes, odd sizes.
pub(crate) fn variants() -> Vec<(String, Attention, Vec<Feed>)> {
    let plain = |name: &str, [b, t, s, h, g, k, v]: [usize; 7], scale: f64| {
        let feeds = vec![
            floats(&[b, t, h, k]),
            floats(&[b, s, g, k]),
            floats(&[b, s, g, v]),
        ];
        let op = Attention {
            scale,
            masked: false,
        };
        (name.to_string(), op, feeds)
    };
    let masked = |name: &str, sizes: [usize; 7], mask: [usize; 4]| {
        let (name, mut op, mut feeds) = plain(name, sizes, 0.5);
        op.masked = true;
        feeds.push(bools(&mask));
        (name, op, feeds)
    };
    vec![
        plain("one head", [2, 3, 3, 1, 1, 2, 2], 1.0),
        plain("heads", [2, 3, 5, 2, 2, 4, 3], 0.5),
        plain("shared heads", [1, 3, 4, 4, 2, 3, 2], 0.7),
        plain("one query", [1, 1, 2, 2, 1, 3, 3], 1.0),
        plain("longer", [1, 53, 37, 1, 1, 5, 9], 0.4),
        masked("mask", [2, 3, 4, 2, 2, 3, 2], [2, 2, 3, 4]),
        masked("mask of steps", [2, 3, 4, 2, 1, 3, 2], [2, 1, 1, 4]),
        masked("mask of queries", [2, 3, 4, 2, 2, 3, 2], [2, 1, 3, 1]),
        masked("mask of heads", [2, 2, 3, 3, 3, 2, 2], [1, 3, 2, 3]),
    ]
}

/// Cases for gradients and engines. What is kept of the scores has no gradient and stays inside.
pub fn cases() -> Vec<Case> {
    let case = |(name, op, feeds): (String, Attention, Vec<Feed>)| {
        Case::many(format!("attention/{name}"), feeds, move |b, x| {
            b.apply(Op::Attention(op.clone()), &x.iter().collect::<Vec<_>>())[..1].to_vec()
        })
    };
    variants().into_iter().map(case).collect()
}
