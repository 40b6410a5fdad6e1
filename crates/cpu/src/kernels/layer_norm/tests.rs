//! Both ways against the ops' own plain loops: rests of vectors, many tasks, rows longer than a task, far from zero.

use regimen_graph::ops::{LayerNorm, LayerNormGrad};
use regimen_graph::{Plain, Rule};

use super::*;
use crate::kernels::{assert_close, noise, on_every_cpu};

const EPSILON: f64 = 1e-3;

fn plain(shape: &[usize], data: &[f32]) -> Plain {
    Plain::new(shape, data.iter().map(|&v| f64::from(v)).collect())
}

/// y, mean and rstd of rows.
fn forward(cpu: Cpu<'_>, rows: usize, [x, gamma, beta]: [&[f32]; 3]) -> [Vec<f32>; 3] {
    let mut out = [x.len(), rows, rows].map(|n| vec![f32::NAN; n]);
    let [y, mean, rstd] = &mut out;
    let inputs = LayerNormInputs {
        x,
        gamma,
        beta,
        epsilon: EPSILON as f32,
    };
    layer_norm(cpu, inputs, LayerNormOutputs { y, mean, rstd });
    out
}

/// Rows, columns: rests of vectors, many tasks, rows longer than a task.
const SHAPES: [[usize; 2]; 8] = [
    [0, 5000],
    [1, 1],
    [3, 5],
    [7, 32],
    [1100, 33],
    [40, 100],
    [2, 9000],
    [3, 200_001],
];

/// An image as one row, its numbers around a thousand: a sum of all in f32 would lose the mean.
#[test]
fn a_long_row_far_from_zero_keeps_its_mean() {
    let d = 150_528;
    let x: Vec<f32> = noise(d, 1).iter().map(|v| v + 1000.1).collect();
    let (gamma, beta) = (vec![1.0; d], vec![0.0; d]);
    let op = LayerNorm { epsilon: EPSILON };
    let (x64, along) = (plain(&[1, d], &x), [&gamma, &beta].map(|v| plain(&[d], v)));
    let exact = op.oracle(&[&x64, &along[0], &along[1]], &[]);
    let run = |cpu: Cpu<'_>| forward(cpu, 1, [&x, &gamma, &beta]);
    on_every_cpu(run, |level, out| {
        // The mean in f32 is off by half a step of 6e-5 at most.
        let far = |a: &f32, b: &f64| (f64::from(*a) - b).abs();
        let worst = out[0].iter().zip(&exact[0].data).map(|(a, b)| far(a, b));
        let worst = worst.fold(0.0, f64::max);
        assert!(worst < 2e-4, "{level:?}: {worst}");
    });
}

#[test]
fn rows_are_those_of_the_oracle() {
    for [rows, d] in SHAPES {
        let (x, gamma, beta) = (noise(rows * d, 1), noise(d, 2), noise(d, 3));
        let op = LayerNorm { epsilon: EPSILON };
        let (x64, along) = (
            plain(&[rows, d], &x),
            [&gamma, &beta].map(|v| plain(&[d], v)),
        );
        let exact = op.oracle(&[&x64, &along[0], &along[1]], &[]);
        let run = |cpu: Cpu<'_>| forward(cpu, rows, [&x, &gamma, &beta]);
        on_every_cpu(run, |level, out| {
            for (i, (got, exact)) in out.iter().zip(&exact).enumerate() {
                let what = format!("output {i} of {rows} x {d} at {level:?}");
                assert_close(got, &exact.data, 2e-5, &what);
            }
        });
    }
}

#[test]
fn gradients_are_those_of_the_oracle() {
    for [rows, d] in SHAPES {
        let [x, dy] = [1, 2].map(|seed| noise(rows * d, seed));
        let gamma = noise(d, 3);
        let mean = noise(rows, 4);
        let rstd: Vec<f32> = noise(rows, 5).iter().map(|v| v + 2.0).collect();
        let of_rows = [&x, &dy].map(|v| plain(&[rows, d], v));
        let statistics = [&mean, &rstd].map(|v| plain(&[rows], v));
        let op = LayerNormGrad {
            forward: LayerNorm { epsilon: EPSILON },
        };
        let ([x64, dy64], [mean64, rstd64]) = (&of_rows, &statistics);
        let exact = op.oracle(&[x64, &plain(&[d], &gamma), mean64, rstd64, dy64], &[]);
        let run = |cpu: Cpu<'_>| {
            let mut out = [rows * d, d, d].map(|n| vec![f32::NAN; n]);
            let [dx, dgamma, dbeta] = &mut out;
            let inputs = LayerNormGradInputs {
                x: &x,
                gamma: &gamma,
                mean: &mean,
                rstd: &rstd,
                dy: &dy,
            };
            layer_norm_grad(cpu, inputs, LayerNormGradOutputs { dx, dgamma, dbeta });
            out
        };
        on_every_cpu(run, |level, out| {
            for (i, (got, exact)) in out.iter().zip(&exact).enumerate() {
                let what = format!("gradient {i} of {rows} x {d} at {level:?}");
                assert_close(got, &exact.data, 2e-5, &what);
            }
        });
    }
}
