//! Gradient of the LSTM op.
//!
//! Inputs: R (U, 4U), h0, c0 (B, U), [mask (B, T)], [hmask (4, B, U)], h (B, T, U), gates (B, T, 4U), c (B, T, U),
//! then the gradients dh (B, T, U), dh_last (B, U), dc_last (B, U).
//! Outputs: dzx (B, T, 4U), dh0, dc0 (B, U). The gradient by R is one product over time and batch, written outside.

use crate::check::{Case, Feed, floats};
use crate::ops::Lstm;
use crate::ops::lstm::variants;
use crate::recurrence::steps;
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// LSTM's gradient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LstmGrad {
    /// The forward op.
    pub lstm: Lstm,
}

impl Rule for LstmGrad {
    fn name(&self) -> &'static str {
        "LstmGrad"
    }

    fn outputs(&self) -> usize {
        3
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let lists = usize::from(self.lstm.masked) + usize::from(self.lstm.hmasked);
        let find = |i: usize| inputs.get(i).filter(|_| inputs.len() == 9 + lists);
        let (Some(gates), Some(h0)) = (find(4 + lists), find(1)) else {
            let found = format!("{} inputs", inputs.len());
            return Err(Fault::new(
                found,
                format!("{}", 9 + lists),
                "Write this op by differentiating an LSTM.",
            ));
        };
        // The forward op's rule on its own inputs: gates have the type of zx.
        let mut forward = vec![gates.clone()];
        forward.extend_from_slice(&inputs[..3 + lists]);
        let out = self.lstm.types(&forward)?;
        let kept = [&out[0], &out[3], &out[4], &out[0], &out[1], &out[2]];
        let types = vec![gates.clone(), h0.clone(), h0.clone()];
        match inputs[3 + lists..]
            .iter()
            .zip(kept)
            .find(|(found, want)| found != want)
        {
            None => Ok(types),
            Some((found, want)) => {
                let mend = "Write this op by differentiating an LSTM.";
                Err(Fault::new(found.to_string(), want.to_string(), mend).meaning_all(types))
            }
        }
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Missing(
            "second derivatives pass through a scan of the cell, not through the LSTM op".into(),
        )
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (r, c0) = (inputs[0], inputs[2]);
        let mask = self.lstm.masked.then(|| inputs[3]);
        let hmask = self
            .lstm
            .hmasked
            .then(|| inputs[3 + usize::from(self.lstm.masked)]);
        let [gates, cs, dhs, dh_last, dc_last] =
            [5, 4, 3, 2, 1].map(|back| inputs[inputs.len() - back]);
        let (b, t, u) = (dhs.shape[0], dhs.shape[1], dhs.shape[2]);
        let (mut dh, mut dc) = (dh_last.clone(), dc_last.clone());
        let mut dzx = Plain::full(&gates.shape, 0.0);
        let order = steps(t, self.lstm.reverse);
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
            for (j, s) in state.clone().enumerate() {
                let [i, f, g, o] = [0, 1, 2, 3].map(|k| gates.data[at * 4 * u + k * u + j]);
                let c_before = if nth == 0 {
                    c0.data[s]
                } else {
                    cs.data[(row * t + order[nth - 1]) * u + j]
                };
                let squashed = cs.data[at * u + j].tanh();
                let d_c = dc.data[s] + dh.data[s] * o * (1.0 - squashed * squashed);
                let d_o = dh.data[s] * squashed;
                let dz = [
                    d_c * g * i * (1.0 - i),
                    d_c * c_before * f * (1.0 - f),
                    d_c * i * (1.0 - g * g),
                    d_o * o * (1.0 - o),
                ];
                (0..4).for_each(|k| dzx.data[at * 4 * u + k * u + j] = dz[k]);
                dc.data[s] = d_c * f;
            }
            for (j, s) in state.enumerate() {
                let factor = |k: usize| hmask.map_or(1.0, |m| m.data[(k * b + row) * u + j]);
                let back =
                    |k: usize| dzx.data[at * 4 * u + k] * r.data[j * 4 * u + k] * factor(k / u);
                dh.data[s] = (0..4 * u).map(back).sum();
            }
        }
        vec![dzx, dh, dc]
    }
}

/// Cases for engines: the op has no gradient of its own, so values alone count.
pub fn cases() -> Vec<Case> {
    let case = |(name, op, mut feeds): (String, Lstm, Vec<Feed>)| {
        let n = feeds.len();
        let (hidden, state) = ([2, 4, 3], [2, 3]);
        feeds.extend([floats(&hidden), floats(&state), floats(&state)]);
        Case::many(format!("lstm_grad/{name}"), feeds, move |b, x| {
            let (forward, grads) = x.split_at(n);
            let out = b.apply(Op::Lstm(op.clone()), &forward.iter().collect::<Vec<_>>());
            let mut inputs: Vec<&Var> = forward[1..].iter().collect();
            inputs.extend([&out[0], &out[3], &out[4]]);
            inputs.extend(grads);
            let back = b.apply(Op::LstmGrad(LstmGrad { lstm: op.clone() }), &inputs);
            back.iter().map(Var::stop_gradient).collect()
        })
        .rounds()
    };
    variants().into_iter().map(case).collect()
}
