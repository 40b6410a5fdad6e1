//! The LSTM op against a scan of its cell, written in ops: values and gradients, every variant.

use crate::check::{Case, all_cases};
use crate::{Builder, DType, Graph, InputKind, Type, Var, evaluate, ops::lstm::variants};

/// One step; inputs h, c, zx_t, [mask_t], R, [hmask].
fn cell(b: usize, u: usize, masked: bool, hmasked: bool) -> Graph {
    let builder = Builder::new();
    let feed = |name: &str, dtype, shape: &[usize]| {
        builder.input(name, Type::new(dtype, shape), InputKind::Feed)
    };
    let (h, c) = (
        feed("h", DType::F32, &[b, u]),
        feed("c", DType::F32, &[b, u]),
    );
    let zx = feed("zx", DType::F32, &[b, 4 * u]);
    let mask = masked.then(|| feed("mask", DType::Bool, &[b]));
    let r = feed("r", DType::F32, &[u, 4 * u]);
    let hmask = hmasked.then(|| feed("hmask", DType::F32, &[4, b, u]));
    let gate = |g: usize| {
        let factor = hmask.as_ref().map(|m| m.slice(0, g, g + 1).squeeze(0));
        let h = factor.map_or(h.clone(), |f| &h * f);
        zx.slice(1, g * u, (g + 1) * u) + h.matmul(&r.slice(1, g * u, (g + 1) * u))
    };
    let next_c = gate(1).sigmoid() * &c + gate(0).sigmoid() * gate(2).tanh();
    let next_h = gate(3).sigmoid() * next_c.tanh();
    let keep = |new: Var, old: &Var| match &mask {
        Some(mask) => mask.expand_dims(1).select(&new, old),
        None => new,
    };
    let (next_h, next_c) = (keep(next_h, &h), keep(next_c, &c));
    builder
        .finish(
            &[("h", next_h.clone()), ("c", next_c), ("out", next_h)],
            &[],
        )
        .unwrap()
}

#[test]
fn values_and_gradients_agree() {
    let ops = all_cases();
    for (name, op, feeds) in variants() {
        let name = format!("lstm/{name}");
        // The same name draws the same inputs and the same weights of the loss.
        let scanned = Case::many(name.clone(), feeds, move |builder, x| {
            let (b, t, u) = (x[0].dim(0), x[0].dim(1), x[0].dim(2) / 4);
            let mut sequences = vec![x[0].transpose(&[1, 0, 2])];
            let mut constants = vec![x[1].clone()];
            if op.masked {
                sequences.push(x[4].transpose(&[1, 0]));
            }
            if op.hmasked {
                constants.push(x[x.len() - 1].clone());
            }
            let body = cell(b, u, op.masked, op.hmasked);
            let out = builder.scan(body, (t, op.reverse), &x[2..4], &sequences, &constants);
            vec![
                out.results[0].transpose(&[1, 0, 2]),
                out.carries[0].clone(),
                out.carries[1].clone(),
            ]
        });
        let direct = ops.iter().find(|case| case.name == name).unwrap();
        let run = |case: &Case| evaluate(&case.graph_with_grads(), &case.plain_inputs()).unwrap();
        let (a, b) = (run(direct), run(&scanned));
        assert_eq!(
            a.keys().collect::<Vec<_>>(),
            b.keys().collect::<Vec<_>>(),
            "{name}"
        );
        assert!(a.len() >= 3 + 1 + 4);
        for (key, value) in &a {
            assert_eq!(value.shape, b[key].shape);
            for (p, q) in value.data.iter().zip(&b[key].data) {
                assert!(
                    (p - q).abs() <= 1e-12 * (1.0 + q.abs()),
                    "{name}: {key}: {p} against {q}"
                );
            }
        }
    }
}
