//! Against plain f64 loops, forward; against sums over the same shares, backward.

use super::*;
use crate::kernels::{assert_close, noise, on_every_cpu};

fn shape(
    batch: usize,
    [steps, sources]: [usize; 2],
    [heads, groups]: [usize; 2],
    [depth, width]: [usize; 2],
) -> AttentionShape {
    AttentionShape {
        batch,
        steps,
        sources,
        heads,
        groups,
        depth,
        width,
        scale: 0.6,
        mask: [0; 4],
    }
}

fn shapes() -> Vec<(AttentionShape, bool)> {
    let mut list = vec![
        (shape(1, [1, 1], [1, 1], [1, 1]), false),
        (shape(2, [7, 9], [2, 2], [5, 3]), false),
        (shape(1, [130, 70], [2, 1], [33, 17]), false),
        (shape(9, [20, 40], [4, 2], [8, 16]), false),
        // Rows of a block at a distance of whole pages.
        (shape(1, [9, 512], [1, 1], [4, 4]), false),
        (shape(1, [3, 3000], [1, 1], [4, 4]), false),
    ];
    let mut masked = shape(3, [11, 21], [4, 2], [6, 10]);
    masked.mask = [4 * 11 * 21, 11 * 21, 21, 1];
    list.push((masked, true));
    masked.mask = [21, 0, 0, 1];
    list.push((masked, true));
    masked.mask = [11, 0, 1, 0];
    list.push((masked, true));
    list
}

struct Plain {
    y: Vec<f64>,
    grads: [Vec<f64>; 3],
}

fn plain(z: &AttentionShape, [q, k, v, dy]: [&[f32]; 4], mask: Option<&[u8]>) -> Plain {
    let [nq, nk, nv, ny, ..] = z.lens();
    let mut y = vec![0.0; ny];
    let mut grads = [vec![0.0; nq], vec![0.0; nk], vec![0.0; nv]];
    let x = |list: &[f32], i: usize| f64::from(list[i]);
    for (b, h, t) in (0..z.batch)
        .flat_map(|b| (0..z.heads).flat_map(move |h| (0..z.steps).map(move |t| (b, h, t))))
    {
        let g = h / (z.heads / z.groups);
        let (qa, ya) = (z.query(b, t, h, z.depth), z.query(b, t, h, z.width));
        let (ka, va) = (z.source(b, g, z.depth), z.source(b, g, z.width));
        let (kr, vr) = (z.groups * z.depth, z.groups * z.width);
        let open = |j: usize| {
            mask.is_none_or(|m| {
                m[b * z.mask[0] + h * z.mask[1] + t * z.mask[2] + j * z.mask[3]] != 0
            })
        };
        let score = |j: usize| match open(j) {
            true => {
                f64::from(z.scale)
                    * (0..z.depth)
                        .map(|i| x(q, qa + i) * x(k, ka + j * kr + i))
                        .sum::<f64>()
            }
            false => -1e9,
        };
        let scores: Vec<f64> = (0..z.sources).map(score).collect();
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = scores.iter().map(|s| (s - top).exp()).sum();
        let p: Vec<f64> = scores.iter().map(|s| (s - top).exp() / sum).collect();
        let dp: Vec<f64> = (0..z.sources)
            .map(|j| {
                (0..z.width)
                    .map(|i| x(dy, ya + i) * x(v, va + j * vr + i))
                    .sum()
            })
            .collect();
        let mean: f64 = p.iter().zip(&dp).map(|(p, d)| p * d).sum();
        for j in 0..z.sources {
            let ds = if open(j) {
                f64::from(z.scale) * p[j] * (dp[j] - mean)
            } else {
                0.0
            };
            for i in 0..z.width {
                y[ya + i] += p[j] * x(v, va + j * vr + i);
                grads[2][va + j * vr + i] += p[j] * x(dy, ya + i);
            }
            for i in 0..z.depth {
                grads[0][qa + i] += ds * x(k, ka + j * kr + i);
                grads[1][ka + j * kr + i] += ds * x(q, qa + i);
            }
        }
    }
    Plain { y, grads }
}

#[test]
fn forward_and_backward_match_plain_loops() {
    for (z, masked) in shapes() {
        let [nq, nk, nv, ny, nkept, nmask] = z.lens();
        let (q, k, v, dy) = (noise(nq, 1), noise(nk, 2), noise(nv, 3), noise(ny, 4));
        let mask: Option<Vec<u8>> = masked.then(|| {
            noise(nmask, 5)
                .iter()
                .map(|&x| u8::from(x > -0.3))
                .collect()
        });
        let exact = plain(&z, [&q, &k, &v, &dy], mask.as_deref());
        on_every_cpu(
            |cpu| {
                let forward = AttentionInputs {
                    q: &q,
                    k: &k,
                    v: &v,
                    mask: mask.as_deref(),
                };
                let (mut y, mut kept) = (vec![7.0; ny], vec![7.0; nkept]);
                attention(cpu, &z, forward, &mut y, &mut kept);
                let [mut dq, mut dk, mut dv] = [nq, nk, nv].map(|n| vec![7.0; n]);
                let inputs = AttentionGradInputs {
                    forward,
                    y: &y,
                    kept: &kept,
                    dy: &dy,
                };
                let out = AttentionGradOutputs {
                    dq: &mut dq,
                    dk: &mut dk,
                    dv: &mut dv,
                };
                attention_grad(cpu, &z, inputs, out);
                [y, dq, dk, dv]
            },
            |level, [y, dq, dk, dv]| {
                assert_close(y, &exact.y, 2e-6, &format!("{level:?} y of {z:?}"));
                for (found, (exact, name)) in [dq, dk, dv]
                    .iter()
                    .zip(exact.grads.iter().zip(["dq", "dk", "dv"]))
                {
                    assert_close(found, exact, 1e-5, &format!("{level:?} {name} of {z:?}"));
                }
            },
        );
    }
}

#[test]
fn no_queries_leave_no_gradient() {
    let z = shape(2, [0, 3], [1, 1], [2, 2]);
    let kv = noise(12, 1);
    on_every_cpu(
        |cpu| {
            let forward = AttentionInputs {
                q: &[],
                k: &kv,
                v: &kv,
                mask: None,
            };
            attention(cpu, &z, forward, &mut [], &mut []);
            let (mut dk, mut dv) = (vec![1.0; 12], vec![1.0; 12]);
            let inputs = AttentionGradInputs {
                forward,
                y: &[],
                kept: &[],
                dy: &[],
            };
            let out = AttentionGradOutputs {
                dq: &mut [],
                dk: &mut dk,
                dv: &mut dv,
            };
            attention_grad(cpu, &z, inputs, out);
            [dk, dv].concat()
        },
        |_, grads| assert_eq!(grads, &vec![0.0; 24]),
    );
}
