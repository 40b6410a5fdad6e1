//! The recurrence of an LSTM: its gates, and the fused op that runs all steps at once.
//!
//!   z_t = zx_t + h_{t-1} · R;  c_t = f c_{t-1} + i g;  h_t = o act(c_t)
//!
//! The fused op has tanh and sigmoid; any other activations go through the scan. Both give the same numbers.

use regimen_graph::{Op, Var, ops::Lstm};

use crate::{Object, OptionValue, Sequence, cell::Steps, initializers::Initializer};

/// The states h and c after a step, from the sums i, f, g, o before their activations and c before the step.
pub(crate) fn gated(
    [i, f, g, o]: [Var; 4],
    c: &Var,
    activation: impl Fn(&Var) -> Var,
    recurrent_activation: impl Fn(&Var) -> Var,
) -> Vec<Var> {
    let [i, f, o] = [i, f, o].map(|gate| recurrent_activation(&gate));
    let next = f * c + i * activation(&g);
    vec![o * activation(&next), next]
}

/// All steps by the fused op. R is (U, 4U); the factors on h are (4, B, U).
pub(crate) fn fused(steps: Steps<'_>, recurrent_kernel: &Var, factors: Option<&Var>) -> Sequence {
    let op = Lstm {
        reverse: steps.backwards,
        masked: steps.mask.is_some(),
        hmasked: factors.is_some(),
    };
    let mut list = vec![
        steps.z,
        recurrent_kernel,
        &steps.states[0],
        &steps.states[1],
    ];
    list.extend(steps.mask);
    list.extend(factors);
    let mut out = steps.z.builder().apply(Op::Lstm(op), &list);
    out.truncate(3);
    Sequence {
        states: out.split_off(1),
        outputs: out.swap_remove(0),
    }
}

/// How the bias (4U) begins.
pub(crate) fn first_bias(others: &Initializer, unit_forget_bias: bool) -> Initializer {
    if !unit_forget_bias {
        return others.clone();
    }
    Initializer::from(Object::named("UnitForgetBias").with("bias_initializer", others.write()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{Cell, Mode, Parts, Scope, activations::Activation, layers::LSTMCell, recurrence};
    use regimen_graph::{Builder, DType, InputKind, Plain, Type, evaluate, grad};

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
        let mut wrt = vec![zx.clone(), recurrent_kernel.clone()];
        wrt.extend(states.clone());
        wrt.extend(factors.clone());
        let parts = Parts {
            recurrent_kernel: Some(recurrent_kernel),
            state_factors: factors,
            ..Parts::default()
        };
        let steps = Steps {
            z: &zx,
            states: &states,
            mask: mask.as_ref(),
            backwards,
        };
        let cell = LSTMCell::new(u).activation(Activation::named("tanh"));
        let ran = if fused {
            cell.fused(steps, &parts).unwrap()
        } else {
            recurrence::scanned(&Scope::new(&builder, Mode::Training), &cell, &parts, steps)
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
