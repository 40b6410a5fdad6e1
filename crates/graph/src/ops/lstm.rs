//! LSTM over a sequence as one op; equals the scan of its cell.
//!
//!   z_t = zx_t + (h_{t-1} ⊙ hmask) · R;  i, f, o = sigmoid;  g = tanh  (gate order i, f, g, o)
//!   c_t = f c_{t-1} + i g;  h_t = o tanh(c_t);  where mask_t is 0, h and c stay.
//!
//! Inputs: zx (B, T, 4U) = x · W + b; R (U, 4U); h0 (B, U); c0 (B, U); then mask (B, T) bool if `masked`;
//! then hmask (4, B, U), a factor on h per gate, if `hmasked`.
//! Outputs: h of every step (B, T, U), last h, last c (B, U), gates after activation (B, T, 4U), c of every step (B, T, U).
//! Hochreiter and Schmidhuber 1997; Gers et al. 2000; layout of keras/src/layers/rnn/lstm.py.

use crate::check::{Case, Feed, bools, floats};
use crate::ops::{LstmGrad, UnaryKind};
use crate::recurrence::{before, checked, over_steps, steps};
use crate::{DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// LSTM over a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lstm {
    /// From the last step to the first; outputs stay at their step's place.
    pub reverse: bool,
    /// Whether a mask is given.
    pub masked: bool,
    /// Whether factors on h are given.
    pub hmasked: bool,
}

/// The number of outputs of an LSTM: h, last h, last c, gates, c.
const OUTPUTS: usize = 5;

impl Lstm {
    /// Place of the mask and of the factors on h among the inputs.
    fn optional(&self) -> (Option<usize>, Option<usize>) {
        (
            self.masked.then_some(4),
            self.hmasked.then_some(4 + usize::from(self.masked)),
        )
    }

    /// Shapes of all inputs for batch, time, units.
    fn shapes(&self, b: usize, t: usize, u: usize) -> Vec<Vec<usize>> {
        let gates = u.saturating_mul(4);
        let mut shapes = vec![vec![b, t, gates], vec![u, gates], vec![b, u], vec![b, u]];
        if self.masked {
            shapes.push(vec![b, t]);
        }
        if self.hmasked {
            shapes.push(vec![4, b, u]);
        }
        shapes
    }

    /// Gradient by R: one product over batch and time, per gate where h has factors.
    fn recurrent_grad(&self, before: &Var, hmask: Option<&Var>, dzx: &Var) -> Var {
        let u = before.dim(-1);
        let Some(hmask) = hmask else {
            return over_steps(before, dzx);
        };
        let gate = |g: usize| {
            let factor = hmask.slice(0, g, g + 1).squeeze(0).expand_dims(1);
            over_steps(&(before * factor), &dzx.slice(2, g * u, (g + 1) * u))
        };
        let gates: Vec<Var> = (0..4).map(gate).collect();
        Var::concat(&gates.iter().collect::<Vec<_>>(), 1)
    }

    /// Gradient by the factors on h.
    fn hmask_grad(before: &Var, recurrent: &Var, dzx: &Var) -> Var {
        let u = before.dim(-1);
        let gate = |g: usize| {
            let part = |v: &Var, axis| v.slice(axis, g * u, (g + 1) * u);
            let dh = part(dzx, 2).matmul_with(&part(recurrent, 1), false, true);
            (dh * before).sum(&[1], false).expand_dims(0)
        };
        let gates: Vec<Var> = (0..4).map(gate).collect();
        Var::concat(&gates.iter().collect::<Vec<_>>(), 0)
    }
}

impl Rule for Lstm {
    fn name(&self) -> &'static str {
        "Lstm"
    }

    fn outputs(&self) -> usize {
        OUTPUTS
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let zx = &inputs[0];
        let &[b, t, gates] = &zx.shape[..] else {
            return Err(Fault::new(
                format!("{zx}"),
                "(batch, time, 4 * units)",
                "Give the input a time axis.",
            ));
        };
        let u = gates / 4;
        let shapes = self.shapes(b, t, u);
        let of = |shape: &[usize]| Type::new(zx.dtype, shape);
        let (state, hidden) = (of(&[b, u]), of(&[b, t, u]));
        let types = vec![
            hidden.clone(),
            state.clone(),
            state,
            of(&[b, t, gates]),
            hidden,
        ];
        let mut names = vec!["zx", "R", "h0", "c0"];
        names.extend(self.masked.then_some("mask"));
        names.extend(self.hmasked.then_some("hmask"));
        let named = |(name, shape): (&'static str, Vec<usize>)| {
            let dtype = if name == "mask" {
                DType::Bool
            } else {
                zx.dtype
            };
            (name, Type::new(dtype, shape))
        };
        let wanted: Vec<_> = names.into_iter().zip(shapes).map(named).collect();
        checked(inputs, &wanted, types)
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        if cx.grads[3].is_some() || cx.grads[4].is_some() {
            return Gradient::Missing(
                "only h, the last h and the last c of an LSTM have one".into(),
            );
        }
        let (mask, hmask) = self.optional();
        let (recurrent, h0) = (&cx.inputs[1], &cx.inputs[2]);
        let grads = [cx.grad(0), cx.grad(1), cx.grad(2)];
        let mut inputs: Vec<&Var> = cx.inputs[1..].iter().collect();
        inputs.extend([&cx.outputs[0], &cx.outputs[3], &cx.outputs[4]]);
        inputs.extend(&grads);
        let back = h0
            .builder()
            .apply(Op::LstmGrad(LstmGrad { lstm: self.clone() }), &inputs);
        let before = before(&cx.outputs[0], h0, self.reverse);
        let factors = hmask.map(|i| &cx.inputs[i]);
        let dr = cx.needs[1].then(|| self.recurrent_grad(&before, factors, &back[0]));
        let mut answer = vec![
            Some(back[0].clone()),
            dr,
            Some(back[1].clone()),
            Some(back[2].clone()),
        ];
        answer.extend(mask.map(|_| None));
        answer.extend(
            hmask.map(|i| cx.needs[i].then(|| Lstm::hmask_grad(&before, recurrent, &back[0]))),
        );
        Gradient::Of(answer)
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (zx, r) = (inputs[0], inputs[1]);
        let (b, t, u) = (zx.shape[0], zx.shape[1], zx.shape[2] / 4);
        let (mask, hmask) = self.optional();
        let (mut h, mut c) = (inputs[2].clone(), inputs[3].clone());
        let mut hs = Plain::full(&[b, t, u], 0.0);
        let (mut gates, mut cs) = (Plain::full(&zx.shape, 0.0), hs.clone());
        for (step, row) in steps(t, self.reverse)
            .into_iter()
            .flat_map(|s| (0..b).map(move |row| (s, row)))
        {
            let at = row * t + step;
            let before = h.data[row * u..][..u].to_vec();
            let factor =
                |g: usize, j: usize| hmask.map_or(1.0, |i| inputs[i].data[(g * b + row) * u + j]);
            for k in 0..4 * u {
                let carried = |j: usize| before[j] * factor(k / u, j) * r.data[j * 4 * u + k];
                let z = zx.data[at * 4 * u + k] + (0..u).map(carried).sum::<f64>();
                let kind = if k / u == 2 {
                    UnaryKind::Tanh
                } else {
                    UnaryKind::Sigmoid
                };
                gates.data[at * 4 * u + k] = kind.eval(z);
            }
            let open = mask.is_none_or(|i| inputs[i].data[at] != 0.0);
            for j in 0..u {
                let gate = |g: usize| gates.data[at * 4 * u + g * u + j];
                let state = row * u + j;
                if open {
                    c.data[state] = gate(1) * c.data[state] + gate(0) * gate(2);
                    h.data[state] = gate(3) * c.data[state].tanh();
                }
                hs.data[at * u + j] = h.data[state];
                cs.data[at * u + j] = c.data[state];
            }
        }
        vec![hs, h, c, gates, cs]
    }
}

/// Every combination of direction, mask and factors on h.
pub(crate) fn variants() -> Vec<(String, Lstm, Vec<Feed>)> {
    let (b, t, u) = (2, 4, 3);
    let mut list = vec![];
    for (reverse, masked, hmasked) in (0..8).map(|i| (i & 1 != 0, i & 2 != 0, i & 4 != 0)) {
        let op = Lstm {
            reverse,
            masked,
            hmasked,
        };
        let names = [
            (reverse, "reverse"),
            (masked, "masked"),
            (hmasked, "hmasked"),
        ];
        let set: Vec<&str> = names.iter().filter(|n| n.0).map(|n| n.1).collect();
        let name = if set.is_empty() {
            "plain".into()
        } else {
            set.join(", ")
        };
        let feed = |(i, shape): (usize, Vec<usize>)| {
            if masked && i == 4 {
                bools(&shape)
            } else {
                floats(&shape)
            }
        };
        let feeds = op
            .shapes(b, t, u)
            .into_iter()
            .enumerate()
            .map(feed)
            .collect();
        list.push((name, op, feeds));
    }
    list
}

/// Cases for gradients and engines. The gates and c of every step have no gradient and stay inside.
pub fn cases() -> Vec<Case> {
    let case = |(name, op, feeds): (String, Lstm, Vec<Feed>)| {
        Case::many(format!("lstm/{name}"), feeds, move |b, x| {
            b.apply(Op::Lstm(op.clone()), &x.iter().collect::<Vec<_>>())[..3].to_vec()
        })
    };
    variants().into_iter().map(case).collect()
}
