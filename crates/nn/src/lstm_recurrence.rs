//! The recurrence of an LSTM after its input is projected: one fused op, or a scan of the cell.
//!
//!   z_t = zx_t + h_{t-1} · R;  c_t = f c_{t-1} + i g;  h_t = o act(c_t)
//!
//! The fused op has tanh and sigmoid; any other activations go through the scan. Both give the same numbers.

use regimen_graph::{Builder, Graph, InputKind, ModelFaults, Op, Type, Var, ops::Lstm};

use crate::{Mode, Scope, activations::Activation, recurrent::Sequence};

/// What the recurrence reads.
pub(crate) struct Recurrence<'a> {
    /// x · W + b (B, T, 4U).
    pub zx: Var,
    /// R (U, 4U).
    pub recurrent_kernel: Var,
    /// h and c before the first step (B, U).
    pub states: Vec<Var>,
    /// True where a step counts (B, T).
    pub mask: Option<Var>,
    /// Factors on h per gate (4, B, U).
    pub factors: Option<Var>,
    /// From the last step to the first.
    pub backwards: bool,
    /// Of candidate and cell.
    pub activation: &'a Activation,
    /// Of the gates.
    pub recurrent_activation: &'a Activation,
}

impl Recurrence<'_> {
    /// Writes it.
    pub fn run(&self, s: &Scope) -> Sequence {
        let fused =
            self.activation.name() == "tanh" && self.recurrent_activation.name() == "sigmoid";
        if fused { self.fused() } else { self.scanned(s) }
    }

    fn units(&self) -> usize {
        self.recurrent_kernel.dim(0)
    }

    fn fused(&self) -> Sequence {
        let op = Lstm {
            reverse: self.backwards,
            masked: self.mask.is_some(),
            hmasked: self.factors.is_some(),
        };
        let mut list = vec![
            &self.zx,
            &self.recurrent_kernel,
            &self.states[0],
            &self.states[1],
        ];
        list.extend(&self.mask);
        list.extend(&self.factors);
        let mut out = self.zx.builder().apply(Op::Lstm(op), &list);
        out.truncate(3);
        Sequence {
            states: out.split_off(1),
            outputs: out.swap_remove(0),
        }
    }

    fn scanned(&self, s: &Scope) -> Sequence {
        let zx = by_step(&self.zx);
        let mut sequences = vec![zx.clone()];
        sequences.extend(self.mask.as_ref().map(|m| by_step(m).expand_dims(-1)));
        let mut constants = vec![self.recurrent_kernel.clone()];
        constants.extend(self.factors.clone());
        match self.step(&sequences) {
            Ok(body) => {
                let order = (zx.dim(0), self.backwards);
                let ran = s
                    .builder()
                    .scan(body, order, &self.states, &sequences, &constants);
                Sequence {
                    outputs: by_step(&ran.results[0]),
                    states: ran.carries,
                }
            }
            Err(faults) => {
                for fault in faults.0 {
                    s.builder().fault(&fault.op, fault.fault);
                }
                let shape = vec![zx.dim(1), zx.dim(0), self.units()];
                let outputs = s.builder().placeholder(Type::new(zx.dtype(), shape));
                Sequence {
                    outputs,
                    states: self.states.clone(),
                }
            }
        }
    }

    /// One step: states, projected input, mask and constants to the next states and the output.
    fn step(&self, sequences: &[Var]) -> Result<Graph, ModelFaults> {
        let body = Builder::new();
        let scope = Scope::new(&body, Mode::Inference);
        let feed = |name: &str, ty: Type| body.input(name, ty, InputKind::Feed);
        let entry = |v: &Var| Type::new(v.dtype(), v.shape()[1..].to_vec());
        let (h, c) = (
            feed("h", self.states[0].ty()),
            feed("c", self.states[1].ty()),
        );
        let zx = feed("zx", entry(&sequences[0]));
        let open = sequences.get(1).map(|m| feed("mask", entry(m)));
        let r = feed("recurrent_kernel", self.recurrent_kernel.ty());
        let factors = self.factors.as_ref().map(|f| feed("factors", f.ty()));
        let u = self.units();
        let carried = |g: usize| match &factors {
            Some(f) => (&h * f.slice(0, g, g + 1).squeeze(0)).matmul(&part(&r, g, u)),
            None => h.matmul(&part(&r, g, u)),
        };
        let gate = |g: usize| part(&zx, g, u) + carried(g);
        let gates = [0, 1, 3].map(|g| self.recurrent_activation.apply(&scope, &gate(g)));
        let [i, f, o] = gates;
        let next_c = f * &c + i * self.activation.apply(&scope, &gate(2));
        let next_h = o * self.activation.apply(&scope, &next_c);
        let keep = |next: Var, before: &Var| match &open {
            Some(open) => open.select(&next, before),
            None => next,
        };
        let (next_h, next_c) = (keep(next_h, &h), keep(next_c, &c));
        body.finish(
            &[("h", next_h.clone()), ("c", next_c), ("output", next_h)],
            &[],
        )
    }
}

/// Columns of a gate.
fn part(x: &Var, gate: usize, units: usize) -> Var {
    x.slice(1, gate * units, (gate + 1) * units)
}

/// (B, T, ...) to (T, B, ...) and back.
fn by_step(x: &Var) -> Var {
    let mut perm: Vec<usize> = (0..x.rank()).collect();
    perm.swap(0, 1);
    x.transpose(&perm)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use regimen_graph::{DType, Plain, evaluate, grad};

    /// Numbers in (-1, 1) that do not repeat.
    fn plain(shape: &[usize], phase: f64) -> Plain {
        let n = regimen_graph::elements(shape);
        Plain::new(
            shape,
            (0..n)
                .map(|i| ((i as f64 + 1.0) * 0.7 + phase).sin())
                .collect(),
        )
    }

    /// Outputs, states and gradients of either form.
    fn results(
        fused: bool,
        backwards: bool,
        masked: bool,
        dropped: bool,
    ) -> BTreeMap<String, Plain> {
        let (b, t, u) = (3, 4, 2);
        let builder = Builder::new();
        let mut values = BTreeMap::new();
        let mut input = |name: &str, dtype, shape: &[usize], value: Plain| {
            values.insert(name.to_string(), value);
            builder.input(name, Type::new(dtype, shape), InputKind::Feed)
        };
        let mut float = |name: &str, shape: &[usize], phase| {
            input(name, DType::F32, shape, plain(shape, phase))
        };
        let zx = float("zx", &[b, t, 4 * u], 0.1);
        let recurrent_kernel = float("r", &[u, 4 * u], 0.2);
        let states = vec![float("h", &[b, u], 0.3), float("c", &[b, u], 0.4)];
        let factors = dropped.then(|| float("factors", &[4, b, u], 0.5));
        let weight = float("weight", &[b, t, u], 0.6);
        let open = Plain::new(
            vec![b, t],
            vec![1., 0., 1., 1., 0., 1., 1., 0., 0., 0., 0., 0.],
        );
        let mask = masked.then(|| input("mask", DType::Bool, &[b, t], open));
        let (tanh, sigmoid) = (Activation::named("tanh"), Activation::named("sigmoid"));
        let mut wrt = vec![zx.clone(), recurrent_kernel.clone()];
        wrt.extend(states.clone());
        wrt.extend(factors.clone());
        let recurrence = Recurrence {
            zx,
            recurrent_kernel,
            states,
            mask,
            factors,
            backwards,
            activation: &tanh,
            recurrent_activation: &sigmoid,
        };
        let scope = Scope::new(&builder, Mode::Training);
        let ran = if fused {
            recurrence.fused()
        } else {
            recurrence.scanned(&scope)
        };
        let loss = (&ran.outputs * weight).sum_all() + (&ran.states[0] * &ran.states[1]).sum_all();
        let grads = grad(&loss, &wrt).unwrap();
        let mut named = vec![
            ("outputs", ran.outputs),
            ("h'", ran.states[0].clone()),
            ("c'", ran.states[1].clone()),
        ];
        named.extend(
            ["dzx", "dr", "dh", "dc", "df"]
                .into_iter()
                .zip(grads)
                .map(|(n, g)| (n, g.unwrap())),
        );
        evaluate(&builder.finish(&named, &[]).unwrap(), &values).unwrap()
    }

    #[test]
    fn the_fused_form_equals_the_scan() {
        for bits in 0..8 {
            let [backwards, masked, dropped] = [1, 2, 4].map(|bit| bits & bit != 0);
            let fused = results(true, backwards, masked, dropped);
            let scanned = results(false, backwards, masked, dropped);
            assert_eq!(fused.len(), scanned.len());
            for (name, a) in &fused {
                let b = &scanned[name];
                assert_eq!(a.shape, b.shape, "{name}");
                let far = a
                    .data
                    .iter()
                    .zip(&b.data)
                    .any(|(x, y)| (x - y).abs() > 1e-12);
                assert!(
                    !far,
                    "{name} backwards {backwards} masked {masked} dropped {dropped}: {a:?} {b:?}"
                );
            }
        }
    }
}
