//! The fused forms of cells against the scans of their steps: outputs, states and gradients.

use std::collections::BTreeMap;

use regimen_graph::{Builder, DType, InputKind, Plain, Type, evaluate, grad};

use super::*;
use crate::layers::{GRUCell, LSTMCell};

/// Numbers in (-1, 1) that do not repeat.
fn plain(shape: &[usize], phase: f64) -> Plain {
    let wave = |i| ((i as f64 + 1.0) * 0.7 + phase).sin();
    let n = regimen_graph::elements(shape);
    Plain::new(shape, (0..n).map(wave).collect())
}

/// What varies.
#[derive(Debug, Clone, Copy)]
struct Way {
    backwards: bool,
    masked: bool,
    dropped: bool,
}

/// Outputs, states and gradients of a cell with so many gates and states, by either form.
fn results(
    cell: &dyn Cell,
    fused: bool,
    [gates, states]: [usize; 2],
    biased: bool,
    way: Way,
) -> BTreeMap<String, Plain> {
    let (b, t, u) = (3, 4, 2);
    let builder = Builder::new();
    let mut values = BTreeMap::new();
    let mut input = |name: &str, dtype, shape: &[usize], value: Plain| {
        values.insert(name.to_string(), value);
        builder.input(name, Type::new(dtype, shape), InputKind::Feed)
    };
    let mut float =
        |name: &str, shape: &[usize], phase| input(name, DType::F32, shape, plain(shape, phase));
    let zx = float("zx", &[b, t, gates * u], 0.1);
    let recurrent_kernel = float("r", &[u, gates * u], 0.2);
    let names = ["h", "c"].into_iter().take(states);
    let states: Vec<Var> = names.map(|name| float(name, &[b, u], 0.3)).collect();
    let recurrent_bias = biased.then(|| float("bias", &[gates * u], 0.4));
    let state_factors = (way.dropped).then(|| float("factors", &[gates, b, u], 0.5));
    let weight = float("weight", &[b, t, u], 0.6);
    let open = [1., 0., 1., 1., 0., 1., 1., 0., 0., 0., 0., 0.];
    let open = Plain::new(vec![b, t], open.to_vec());
    let mask = (way.masked).then(|| input("mask", DType::Bool, &[b, t], open));
    let mut wrt = vec![zx.clone(), recurrent_kernel.clone()];
    wrt.extend(states.iter().chain(&recurrent_bias).cloned());
    wrt.extend(state_factors.clone());
    let parts = Parts {
        recurrent_kernel: Some(recurrent_kernel),
        recurrent_bias,
        state_factors,
        ..Parts::default()
    };
    let steps = Steps {
        z: &zx,
        states: &states,
        mask: mask.as_ref(),
        backwards: way.backwards,
    };
    let ran = if fused {
        cell.fused(steps, &parts).unwrap()
    } else {
        scanned(&Scope::new(&builder, Mode::Training), cell, &parts, steps)
    };
    let last = ran.states.iter().map(|s| s.square().sum_all());
    let loss = last.fold((&ran.outputs * weight).sum_all(), |sum, s| sum + s);
    let grads = grad(&loss, &wrt).unwrap();
    let mut named = vec![("outputs".to_string(), ran.outputs)];
    let states = ran.states.into_iter().enumerate();
    named.extend(states.map(|(i, s)| (format!("state {i}"), s)));
    let grads = grads.into_iter().enumerate();
    named.extend(grads.map(|(i, g)| (format!("gradient {i}"), g.unwrap())));
    let named: Vec<(&str, Var)> = named.iter().map(|(n, v)| (&n[..], v.clone())).collect();
    evaluate(&builder.finish(&named, &[]).unwrap(), &values).unwrap()
}

fn agree(name: &str, cell: &dyn Cell, sizes: [usize; 2], biased: bool) {
    for bits in 0..8 {
        let [backwards, masked, dropped] = [1, 2, 4].map(|bit| bits & bit != 0);
        let way = Way {
            backwards,
            masked,
            dropped,
        };
        let [fused, scanned] = [true, false].map(|fused| results(cell, fused, sizes, biased, way));
        assert_eq!(fused.len(), scanned.len());
        for (value, a) in &fused {
            let b = &scanned[value];
            assert_eq!(a.shape, b.shape, "{name}: {value}");
            let mut pairs = a.data.iter().zip(&b.data);
            let far = pairs.any(|(x, y)| (x - y).abs() > 1e-12);
            assert!(!far, "{name}: {value} {way:?}: {a:?} {b:?}");
        }
    }
}

#[test]
fn lstm() {
    agree("LSTM", &LSTMCell::new(2usize), [4, 2], false);
}

#[test]
fn gru() {
    for biased in [true, false] {
        agree("GRU", &GRUCell::new(2usize), [3, 1], biased);
    }
    let before = GRUCell::new(2usize).reset_after(false);
    agree("GRU, reset before", &before, [3, 1], false);
}

#[test]
fn other_activations_have_no_fused_form() {
    let builder = Builder::new();
    let input =
        |name, shape: &[usize]| builder.input(name, Type::new(DType::F32, shape), InputKind::Feed);
    let parts = Parts {
        recurrent_kernel: Some(input("r", &[2, 6])),
        ..Parts::default()
    };
    let (zx, states) = (input("zx", &[3, 4, 6]), [input("h", &[3, 2])]);
    let steps = Steps {
        z: &zx,
        states: &states,
        mask: None,
        backwards: false,
    };
    assert!(GRUCell::new(2usize).fused(steps, &parts).is_some());
    let relu = GRUCell::new(2usize).activation(crate::activations::Activation::named("relu"));
    assert!(relu.fused(steps, &parts).is_none());
}
