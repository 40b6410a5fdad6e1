//! GRU over a sequence as one op; equals the scan of its cell.
//!
//!   z, r = sigmoid of zx_t + (h_{t-1} ⊙ hmask) · R + b;  gate order z, r, g
//!   g = tanh(zx_t + s);  s = r ⊙ ((h_{t-1} ⊙ hmask) · R + b), or (r ⊙ h_{t-1} ⊙ hmask) · R without reset_after
//!   h_t = z h_{t-1} + (1 - z) g;  where mask_t is 0, h stays.
//!
//! Inputs: zx (B, T, 3U) = x · W + its bias; R (U, 3U); h0 (B, U); then b (3U) if `reset_after`; then mask (B, T) bool if
//! `masked`; then hmask (3, B, U), a factor on h per gate, if `hmasked`.
//! Outputs: h of every step (B, T, U); last h (B, U); z, r, g of every step and what the reset gate met there, (B, T, 4U):
//! h's share of the candidate with `reset_after`, otherwise r ⊙ h ⊙ hmask, the product's input.
//! Cho et al. 2014; layout of keras/src/layers/rnn/gru.py.

use crate::check::{Case, Feed, bools, floats};
use crate::ops::{GruGrad, UnaryKind};
use crate::recurrence::{before, checked, over_steps, steps};
use crate::{DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// GRU over a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gru {
    /// From the last step to the first; outputs stay at their step's place.
    pub reverse: bool,
    /// Whether the state is reset after its product with R, which then has a bias.
    pub reset_after: bool,
    /// Whether a mask is given.
    pub masked: bool,
    /// Whether factors on h are given.
    pub hmasked: bool,
}

/// The number of outputs of a GRU: h, last h, what the gradient needs of each step.
const OUTPUTS: usize = 3;

impl Gru {
    /// Place of the mask and of the factors on h among the inputs.
    fn optional(&self) -> (Option<usize>, Option<usize>) {
        let mask = 3 + usize::from(self.reset_after);
        let hmask = mask + usize::from(self.masked);
        (self.masked.then_some(mask), self.hmasked.then_some(hmask))
    }

    /// Name and type of all inputs for batch, time, units.
    fn wanted(&self, dtype: DType, [b, t, u]: [usize; 3]) -> Vec<(&'static str, Type)> {
        let gates = u.saturating_mul(3);
        let of = |shape: &[usize]| Type::new(dtype, shape);
        let mut list = vec![
            ("zx", of(&[b, t, gates])),
            ("R", of(&[u, gates])),
            ("h0", of(&[b, u])),
        ];
        list.extend(self.reset_after.then(|| ("b", of(&[gates]))));
        list.extend(
            self.masked
                .then(|| ("mask", Type::new(DType::Bool, [b, t]))),
        );
        list.extend(self.hmasked.then(|| ("hmask", of(&[3, b, u]))));
        list
    }

    /// Gradient by R: one product over batch and time where all of its columns meet the same h.
    fn recurrent_grad(&self, before: &Var, hmask: Option<&Var>, kept: &Var, d: &Var) -> Var {
        let u = before.dim(-1);
        let columns = |from: usize, to: usize| d.slice(2, from * u, to * u);
        let gate = |g: usize, hmask: &Var| {
            let factor = hmask.slice(0, g, g + 1).squeeze(0).expand_dims(1);
            over_steps(&(before * factor), &columns(g, g + 1))
        };
        let of_h = if self.reset_after { 3 } else { 2 };
        let mut parts = match hmask {
            None if self.reset_after => return over_steps(before, d),
            None => vec![over_steps(before, &columns(0, of_h))],
            Some(hmask) => (0..of_h).map(|g| gate(g, hmask)).collect(),
        };
        if !self.reset_after {
            parts.push(over_steps(&kept.slice(2, 3 * u, 4 * u), &columns(2, 3)));
        }
        Var::concat(&parts.iter().collect::<Vec<_>>(), 1)
    }

    /// Gradient by the factors on h.
    fn hmask_grad(&self, before: &Var, recurrent: &Var, kept: &Var, d: &Var) -> Var {
        let u = before.dim(-1);
        let part = |v: &Var, axis, g: usize| v.slice(axis, g * u, (g + 1) * u);
        let gate = |g: usize| {
            let dh = part(d, 2, g).matmul_with(&part(recurrent, 1, g), false, true);
            let met = match g {
                2 if !self.reset_after => before * part(kept, 2, 1),
                _ => before.clone(),
            };
            (dh * met).sum(&[1], false).expand_dims(0)
        };
        let gates: Vec<Var> = (0..3).map(gate).collect();
        Var::concat(&gates.iter().collect::<Vec<_>>(), 0)
    }
}

impl Rule for Gru {
    fn name(&self) -> &'static str {
        "Gru"
    }

    fn outputs(&self) -> usize {
        OUTPUTS
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let zx = &inputs[0];
        let &[b, t, gates] = &zx.shape[..] else {
            return Err(Fault::new(
                format!("{zx}"),
                "(batch, time, 3 * units)",
                "Give the input a time axis.",
            ));
        };
        let u = gates / 3;
        let of = |shape: &[usize]| Type::new(zx.dtype, shape);
        let kept = of(&[b, t, u.saturating_mul(4)]);
        let types = vec![of(&[b, t, u]), of(&[b, u]), kept];
        checked(inputs, &self.wanted(zx.dtype, [b, t, u]), types)
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        if cx.grads[2].is_some() {
            return Gradient::Missing("only h and the last h of a GRU have one".into());
        }
        let (mask, hmask) = self.optional();
        let (recurrent, h0, kept) = (&cx.inputs[1], &cx.inputs[2], &cx.outputs[2]);
        let grads = [cx.grad(0), cx.grad(1)];
        let mut inputs = vec![recurrent, h0];
        inputs.extend(mask.into_iter().chain(hmask).map(|i| &cx.inputs[i]));
        inputs.extend([&cx.outputs[0], kept]);
        inputs.extend(&grads);
        let op = Op::GruGrad(GruGrad { gru: self.clone() });
        let back = h0.builder().apply(op, &inputs);
        // The gradient of h's share in each gate; with the reset before the product it is that of zx.
        let share = back.get(2).unwrap_or(&back[0]);
        let before = before(&cx.outputs[0], h0, self.reverse);
        let factors = hmask.map(|i| &cx.inputs[i]);
        let dr = cx.needs[1].then(|| self.recurrent_grad(&before, factors, kept, share));
        let mut answer = vec![Some(back[0].clone()), dr, Some(back[1].clone())];
        if self.reset_after {
            answer.push(cx.needs[3].then(|| share.sum(&[0, 1], false)));
        }
        answer.extend(mask.map(|_| None));
        let by_factors = || self.hmask_grad(&before, recurrent, kept, share);
        answer.extend(hmask.map(|i| cx.needs[i].then(by_factors)));
        Gradient::Of(answer)
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (zx, r) = (inputs[0], inputs[1]);
        let (b, t, u) = (zx.shape[0], zx.shape[1], zx.shape[2] / 3);
        let (mask, hmask) = self.optional();
        let bias = |k: usize| {
            if self.reset_after {
                inputs[3].data[k]
            } else {
                0.0
            }
        };
        let mut h = inputs[2].clone();
        let mut hs = Plain::full(&[b, t, u], 0.0);
        let mut kept = Plain::full(&[b, t, 4 * u], 0.0);
        for (step, row) in steps(t, self.reverse)
            .into_iter()
            .flat_map(|s| (0..b).map(move |row| (s, row)))
        {
            let at = row * t + step;
            let factor =
                |g: usize, j: usize| hmask.map_or(1.0, |i| inputs[i].data[(g * b + row) * u + j]);
            // h as a gate sees it.
            let seen = |g: usize| -> Vec<f64> {
                (0..u).map(|j| h.data[row * u + j] * factor(g, j)).collect()
            };
            let share = |h: &[f64], k: usize| {
                let product = |(j, h): (usize, &f64)| h * r.data[j * 3 * u + k];
                h.iter().enumerate().map(product).sum::<f64>() + bias(k)
            };
            let input = |k: usize| zx.data[at * 3 * u + k];
            let [update, reset] = [0, 1].map(|g| -> Vec<f64> {
                let sum = |j: usize| input(g * u + j) + share(&seen(g), g * u + j);
                (0..u).map(|j| UnaryKind::Sigmoid.eval(sum(j))).collect()
            });
            let mut met = seen(2);
            if self.reset_after {
                met = (0..u).map(|j| share(&met, 2 * u + j)).collect();
            } else {
                met.iter_mut().zip(&reset).for_each(|(h, r)| *h *= r);
            }
            let candidate = |j: usize| {
                let share = match self.reset_after {
                    true => reset[j] * met[j],
                    false => share(&met, 2 * u + j),
                };
                (input(2 * u + j) + share).tanh()
            };
            let candidate: Vec<f64> = (0..u).map(candidate).collect();
            for (place, part) in [&update, &reset, &candidate, &met].into_iter().enumerate() {
                kept.data[(at * 4 + place) * u..][..u].copy_from_slice(part);
            }
            let open = mask.is_none_or(|i| inputs[i].data[at] != 0.0);
            for j in 0..u {
                let state = &mut h.data[row * u + j];
                if open {
                    *state = update[j] * *state + (1.0 - update[j]) * candidate[j];
                }
                hs.data[at * u + j] = *state;
            }
        }
        vec![hs, h, kept]
    }
}

/// Every combination of direction, place of the reset, mask and factors on h.
pub(crate) fn variants() -> Vec<(String, Gru, Vec<Feed>)> {
    let mut list = vec![];
    for bits in 0..16 {
        let [reverse, reset_after, masked, hmasked] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
        let op = Gru {
            reverse,
            reset_after,
            masked,
            hmasked,
        };
        let names = [
            (!reset_after, "reset before"),
            (reverse, "reverse"),
            (masked, "masked"),
            (hmasked, "hmasked"),
        ];
        let set: Vec<&str> = names.iter().filter(|n| n.0).map(|n| n.1).collect();
        let name = match set.is_empty() {
            true => "plain".into(),
            false => set.join(", "),
        };
        let feed = |(name, ty): (&str, Type)| match name {
            "mask" => bools(&ty.shape),
            _ => floats(&ty.shape),
        };
        let wanted = op.wanted(DType::F32, [2, 4, 3]);
        list.push((name, op, wanted.into_iter().map(feed).collect()));
    }
    list
}

/// Cases for gradients and engines. What is kept of every step has no gradient and stays inside.
pub fn cases() -> Vec<Case> {
    let case = |(name, op, feeds): (String, Gru, Vec<Feed>)| {
        Case::many(format!("gru/{name}"), feeds, move |b, x| {
            b.apply(Op::Gru(op.clone()), &x.iter().collect::<Vec<_>>())[..2].to_vec()
        })
    };
    variants().into_iter().map(case).collect()
}
