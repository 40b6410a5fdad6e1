//! The forward walk against plain f64 steps, the backward walk against central differences of them.

use super::*;
use crate::kernels::recurrent::RecurrentShape;
use crate::kernels::{Cpu, assert_close, noise, on_every_cpu};

struct Case {
    shape: RecurrentShape,
    zx: Vec<f32>,
    recurrent: Vec<f32>,
    h0: Vec<f32>,
    c0: Vec<f32>,
    mask: Option<Vec<u8>>,
    hmask: Option<Vec<f32>>,
}

fn case(shape: RecurrentShape, masked: bool, hmasked: bool) -> Case {
    let [state, _, gates] = shape.lens(4);
    Case {
        shape,
        zx: noise(gates, 1),
        recurrent: noise(4 * shape.units * shape.units, 2)
            .iter()
            .map(|r| r * 0.5)
            .collect(),
        h0: noise(state, 3),
        c0: noise(state, 4),
        mask: masked.then(|| {
            noise(shape.batch * shape.steps, 5)
                .iter()
                .map(|&v| u8::from(v > -0.4))
                .collect()
        }),
        hmask: hmasked.then(|| {
            noise(4 * state, 6)
                .iter()
                .map(|&v| if v > 0.0 { 1.25 } else { 0.0 })
                .collect()
        }),
    }
}

/// ys, h_last, c_last, gates, cs.
type Plain = [Vec<f64>; 5];

fn plain(case: &Case, zx: &[f64], h0: &[f64], c0: &[f64]) -> Plain {
    let RecurrentShape {
        batch,
        steps,
        units: u,
        ..
    } = case.shape;
    let [_, hidden, gates] = case.shape.lens(4);
    let (mut h, mut c) = (h0.to_vec(), c0.to_vec());
    let (mut ys, mut cs, mut all) = (vec![0.0; hidden], vec![0.0; hidden], vec![0.0; gates]);
    for (n, b) in (0..steps).flat_map(|n| (0..batch).map(move |b| (n, b))) {
        let at = b * steps + case.shape.step(n);
        let before = h[b * u..][..u].to_vec();
        for k in 0..4 * u {
            let factor = |j: usize| {
                case.hmask
                    .as_ref()
                    .map_or(1.0, |m| f64::from(m[(k / u * batch + b) * u + j]))
            };
            let carried =
                (0..u).map(|j| before[j] * factor(j) * f64::from(case.recurrent[j * 4 * u + k]));
            let z = zx[at * 4 * u + k] + carried.sum::<f64>();
            all[at * 4 * u + k] = if k / u == 2 {
                z.tanh()
            } else {
                1.0 / (1.0 + (-z).exp())
            };
        }
        for j in 0..u {
            let gate = |g: usize| all[(at * 4 + g) * u + j];
            if case.mask.as_ref().is_none_or(|m| m[at] != 0) {
                c[b * u + j] = gate(1) * c[b * u + j] + gate(0) * gate(2);
                h[b * u + j] = gate(3) * c[b * u + j].tanh();
            }
            (ys[at * u + j], cs[at * u + j]) = (h[b * u + j], c[b * u + j]);
        }
    }
    [ys, h, c, all, cs]
}

fn run(cpu: Cpu<'_>, case: &Case) -> [Vec<f32>; 5] {
    let [state, hidden, gates] = case.shape.lens(4);
    let mut out = [hidden, state, state, gates, hidden].map(|n| vec![f32::NAN; n]);
    let [ys, h_last, c_last, gates, cs] = &mut out;
    let inputs = LstmInputs {
        zx: &case.zx,
        recurrent: &case.recurrent,
        h0: &case.h0,
        c0: &case.c0,
        mask: case.mask.as_deref(),
        hmask: case.hmask.as_deref(),
    };
    lstm(
        cpu,
        &case.shape,
        inputs,
        LstmOutputs {
            ys,
            h_last,
            c_last,
            gates,
            cs,
        },
    );
    out
}

/// dzx, dh0, dc0 for the loss `sum(weights * outputs)`.
fn run_grad(cpu: Cpu<'_>, case: &Case, weights: [&[f32]; 3]) -> [Vec<f32>; 3] {
    let [_, _, _, gates, cs] = run(cpu, case);
    let [state, _, all] = case.shape.lens(4);
    let mut out = [all, state, state].map(|n| vec![f32::NAN; n]);
    let [dzx, dh0, dc0] = &mut out;
    let inputs = LstmGradInputs {
        recurrent: &case.recurrent,
        c0: &case.c0,
        mask: case.mask.as_deref(),
        hmask: case.hmask.as_deref(),
        gates: &gates,
        cs: &cs,
        dys: weights[0],
        dh_last: weights[1],
        dc_last: weights[2],
    };
    lstm_grad(cpu, &case.shape, inputs, LstmGradOutputs { dzx, dh0, dc0 });
    out
}

fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&v| f64::from(v)).collect()
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for (reverse, masked, hmasked) in (0..8).map(|i| (i & 1 > 0, i & 2 > 0, i & 4 > 0)) {
        all.push(case(
            RecurrentShape {
                batch: 3,
                steps: 4,
                units: 5,
                reverse,
            },
            masked,
            hmasked,
        ));
        all.push(case(
            RecurrentShape {
                batch: 19,
                steps: 3,
                units: 32,
                reverse,
            },
            masked,
            hmasked,
        ));
    }
    all.push(case(
        RecurrentShape {
            batch: 1,
            steps: 1,
            units: 1,
            reverse: false,
        },
        false,
        false,
    ));
    all
}

#[test]
fn forward_is_the_plain_walk() {
    for case in cases() {
        let exact = plain(&case, &wide(&case.zx), &wide(&case.h0), &wide(&case.c0));
        on_every_cpu(
            |cpu| run(cpu, &case),
            |level, out| {
                for (i, (got, exact)) in out.iter().zip(&exact).enumerate() {
                    assert_close(
                        got,
                        exact,
                        1e-5,
                        &format!("output {i} of {:?} at {level:?}", case.shape),
                    );
                }
            },
        );
    }
}

#[test]
fn backward_is_the_slope_of_the_plain_walk() {
    for case in cases() {
        let [state, hidden, _] = case.shape.lens(4);
        let weights = [noise(hidden, 7), noise(state, 8), noise(state, 9)];
        let loss = |zx: &[f64], h0: &[f64], c0: &[f64]| -> f64 {
            let out = plain(&case, zx, h0, c0);
            out.iter()
                .zip(&weights)
                .flat_map(|(o, w)| o.iter().zip(w))
                .map(|(o, &w)| o * f64::from(w))
                .sum()
        };
        let inputs = [wide(&case.zx), wide(&case.h0), wide(&case.c0)];
        // Every element of small cases, some of larger ones.
        let stride = (inputs[0].len() / 60).max(1);
        let slopes: Vec<Vec<(usize, f64)>> = (0..3)
            .map(|which| {
                let slope = |i: usize| {
                    let at = |step: f64| {
                        let mut moved = inputs.clone();
                        moved[which][i] += step;
                        loss(&moved[0], &moved[1], &moved[2])
                    };
                    (i, (at(1e-5) - at(-1e-5)) / 2e-5)
                };
                (0..inputs[which].len())
                    .step_by(stride)
                    .map(slope)
                    .collect()
            })
            .collect();
        on_every_cpu(
            |cpu| run_grad(cpu, &case, [&weights[0], &weights[1], &weights[2]]),
            |level, out| {
                for (got, exact) in out.iter().zip(&slopes) {
                    for &(i, slope) in exact {
                        let ok = (f64::from(got[i]) - slope).abs() < 2e-5 * slope.abs().max(1.0);
                        assert!(
                            ok,
                            "{:?} at {level:?}: {} instead of {slope}",
                            case.shape, got[i]
                        );
                    }
                }
            },
        );
    }
}
