//! Gradient of the GRU op.
//!
//! Inputs: R (U, 3U), h0 (B, U), [mask (B, T)], [hmask (3, B, U)], h (B, T, U), what the forward op kept (B, T, 4U), then
//! the gradients dh (B, T, U), dh_last (B, U).
//! Outputs: dzx (B, T, 3U), dh0 (B, U), and with `reset_after` the gradient of h's share in each gate (B, T, 3U), which is
//! dzx but for the candidate's, r times that. The gradients by R and by its bias are written outside, over all steps.

use crate::check::{Case, Feed, floats};
use crate::ops::Gru;
use crate::ops::gru::variants;
use crate::recurrence::steps;
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// GRU's gradient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GruGrad {
    /// The forward op.
    pub gru: Gru,
}

impl GruGrad {
    /// Mask and factors on h, how many of them there are.
    fn lists(&self) -> usize {
        usize::from(self.gru.masked) + usize::from(self.gru.hmasked)
    }
}

impl Rule for GruGrad {
    fn name(&self) -> &'static str {
        "GruGrad"
    }

    fn outputs(&self) -> usize {
        2 + usize::from(self.gru.reset_after)
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let mend = "Write this op by differentiating a GRU.";
        let lists = self.lists();
        let all = inputs.len() == 6 + lists;
        let found = |i: usize| inputs.get(i).filter(|_| all);
        let shape = found(2 + lists).map(|h| &h.shape[..]);
        let (Some(&[b, t, u]), Some(r), Some(h0)) = (shape, found(0), found(1)) else {
            let found = format!("{} inputs", inputs.len());
            return Err(Fault::new(found, format!("{}", 6 + lists), mend));
        };
        // The forward op's rule on its own inputs.
        let of = |shape: &[usize]| Type::new(r.dtype, shape);
        let gates = u.saturating_mul(3);
        let mut forward = vec![of(&[b, t, gates]), r.clone(), h0.clone()];
        forward.extend(self.gru.reset_after.then(|| of(&[gates])));
        forward.extend_from_slice(&inputs[2..2 + lists]);
        let out = self.gru.types(&forward)?;
        let mut types = vec![forward[0].clone(), h0.clone()];
        types.extend(self.gru.reset_after.then(|| forward[0].clone()));
        let kept = [&out[0], &out[2], &out[0], &out[1]];
        let mut pairs = inputs[2 + lists..].iter().zip(kept);
        match pairs.find(|(found, want)| found != want) {
            None => Ok(types),
            Some((found, want)) => {
                Err(Fault::new(found.to_string(), want.to_string(), mend).meaning_all(types))
            }
        }
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Missing(
            "second derivatives pass through a scan of the cell, not through the GRU op".into(),
        )
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (r, h0) = (inputs[0], inputs[1]);
        let mask = self.gru.masked.then(|| inputs[2]);
        let hmask = self.gru.hmasked.then(|| inputs[1 + self.lists()]);
        let [hs, kept, dhs, dh_last] = [4, 3, 2, 1].map(|back| inputs[inputs.len() - back]);
        let (b, t, u) = (dhs.shape[0], dhs.shape[1], dhs.shape[2]);
        let mut dh = dh_last.clone();
        let mut dzx = Plain::full(&[b, t, 3 * u], 0.0);
        let mut dshare = dzx.clone();
        let order = steps(t, self.gru.reverse);
        for (nth, row) in (0..t)
            .rev()
            .flat_map(|nth| (0..b).map(move |row| (nth, row)))
        {
            let at = row * t + order[nth];
            let state = row * u..(row + 1) * u;
            dh.data[state.clone()]
                .iter_mut()
                .zip(&dhs.data[at * u..])
                .for_each(|(d, given)| *d += given);
            if mask.is_some_and(|m| m.data[at] == 0.0) {
                continue;
            }
            let before = match nth {
                0 => &h0.data[row * u..],
                _ => &hs.data[(row * t + order[nth - 1]) * u..],
            };
            let factor = |g: usize, j: usize| hmask.map_or(1.0, |m| m.data[(g * b + row) * u + j]);
            let gate = |g: usize, j: usize| kept.data[(at * 4 + g) * u + j];
            let d: Vec<f64> = dh.data[state.clone()].to_vec();
            let d_candidate = |j: usize| d[j] * (1.0 - gate(0, j)) * (1.0 - gate(2, j).powi(2));
            // Through the candidate's columns of R to what met them.
            let back = |j: usize| -> f64 {
                (0..u)
                    .map(|k| d_candidate(k) * r.data[j * 3 * u + 2 * u + k])
                    .sum()
            };
            for j in 0..u {
                let [z, r, g, met] = [0, 1, 2, 3].map(|n| gate(n, j));
                let d_reset = match self.gru.reset_after {
                    true => d_candidate(j) * met,
                    false => back(j) * before[j] * factor(2, j),
                };
                let dz = [
                    d[j] * (before[j] - g) * z * (1.0 - z),
                    d_reset * r * (1.0 - r),
                    d_candidate(j),
                ];
                let last = if self.gru.reset_after {
                    dz[2] * r
                } else {
                    dz[2]
                };
                for (n, (dz, share)) in dz.into_iter().zip([dz[0], dz[1], last]).enumerate() {
                    dzx.data[(at * 3 + n) * u + j] = dz;
                    dshare.data[(at * 3 + n) * u + j] = share;
                }
            }
            for (j, s) in state.enumerate() {
                let through = |k: usize| {
                    dshare.data[at * 3 * u + k] * r.data[j * 3 * u + k] * factor(k / u, j)
                };
                let direct = match self.gru.reset_after {
                    true => (2 * u..3 * u).map(through).sum(),
                    false => back(j) * gate(1, j) * factor(2, j),
                };
                dh.data[s] = d[j] * gate(0, j) + (0..2 * u).map(through).sum::<f64>() + direct;
            }
        }
        let mut out = vec![dzx, dh];
        out.extend(self.gru.reset_after.then_some(dshare));
        out
    }
}

/// Cases for engines: the op has no gradient of its own, so values alone count.
pub fn cases() -> Vec<Case> {
    let case = |(name, op, mut feeds): (String, Gru, Vec<Feed>)| {
        let n = feeds.len();
        feeds.extend([floats(&[2, 4, 3]), floats(&[2, 3])]);
        Case::many(format!("gru_grad/{name}"), feeds, move |b, x| {
            let (forward, grads) = x.split_at(n);
            let out = b.apply(Op::Gru(op.clone()), &forward.iter().collect::<Vec<_>>());
            let lists = 3 + usize::from(op.reset_after);
            let mut inputs = vec![&forward[1], &forward[2]];
            inputs.extend(&forward[lists..]);
            inputs.extend([&out[0], &out[2]]);
            inputs.extend(grads);
            let back = b.apply(Op::GruGrad(GruGrad { gru: op.clone() }), &inputs);
            back.iter().map(Var::stop_gradient).collect()
        })
        .rounds()
    };
    variants().into_iter().map(case).collect()
}
