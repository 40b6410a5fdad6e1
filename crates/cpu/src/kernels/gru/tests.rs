//! Both walks against the ops' own plain loops, at shapes that fill blocks, strips and vectors or leave rests of them.

use regimen_graph::ops::{Gru, GruGrad};
use regimen_graph::{DType, Plain, Rule, Type};

use super::*;
use crate::kernels::recurrent::RecurrentShape;
use crate::kernels::{Cpu, assert_close, noise, on_every_cpu};

struct Case {
    shape: RecurrentShape,
    op: Gru,
    zx: Vec<f32>,
    recurrent: Vec<f32>,
    h0: Vec<f32>,
    bias: Option<Vec<f32>>,
    mask: Option<Vec<u8>>,
    hmask: Option<Vec<f32>>,
}

fn case([batch, steps, units]: [usize; 3], op: Gru) -> Case {
    let shape = RecurrentShape {
        batch,
        steps,
        units,
        reverse: op.reverse,
    };
    let [state, _, gates] = shape.lens(3);
    let half = |v: f32| v * 0.5;
    let open = |v: f32| u8::from(v > -0.4);
    let factor = |v: f32| if v > 0.0 { 1.25 } else { 0.0 };
    Case {
        shape,
        zx: noise(gates, 1),
        recurrent: noise(3 * units * units, 2).into_iter().map(half).collect(),
        h0: noise(state, 3),
        bias: op.reset_after.then(|| noise(3 * units, 4)),
        mask: (op.masked).then(|| noise(batch * steps, 5).into_iter().map(open).collect()),
        hmask: (op.hmasked).then(|| noise(3 * state, 6).into_iter().map(factor).collect()),
        op,
    }
}

fn cases() -> Vec<Case> {
    let mut all = vec![];
    for bits in 0..16 {
        let [reverse, reset_after, masked, hmasked] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
        for dims in [[3, 4, 5], [19, 3, 32], [1, 1, 1]] {
            let op = Gru {
                reverse,
                reset_after,
                masked,
                hmasked,
            };
            all.push(case(dims, op));
        }
    }
    all
}

fn plain<T: Copy + Into<f64>>(shape: &[usize], data: &[T]) -> Plain {
    Plain::new(shape, data.iter().map(|&v| v.into()).collect())
}

impl Case {
    /// R, then h0, then mask and factors, as the ops take them.
    fn shared(&self) -> (Vec<Plain>, Vec<Plain>) {
        let RecurrentShape {
            batch: b,
            steps: t,
            units: u,
            ..
        } = self.shape;
        let first = vec![
            plain(&[u, 3 * u], &self.recurrent),
            plain(&[b, u], &self.h0),
        ];
        let mask = self.mask.iter().map(|m| plain(&[b, t], m));
        let hmask = self.hmask.iter().map(|m| plain(&[3, b, u], m));
        (first, mask.chain(hmask).collect())
    }

    fn exact(&self) -> Vec<Plain> {
        let (b, t, u) = (self.shape.batch, self.shape.steps, self.shape.units);
        let (first, lists) = self.shared();
        let mut inputs = vec![plain(&[b, t, 3 * u], &self.zx)];
        inputs.extend(first);
        inputs.extend(self.bias.iter().map(|bias| plain(&[3 * u], bias)));
        inputs.extend(lists);
        let types = [Type::new(DType::F32, [b, t, u])];
        self.op.oracle(&inputs.iter().collect::<Vec<_>>(), &types)
    }

    fn run(&self, cpu: Cpu<'_>) -> [Vec<f32>; 3] {
        let [state, hidden, _] = self.shape.lens(3);
        let mut out = [hidden, state, 4 * hidden].map(|n| vec![f32::NAN; n]);
        let [ys, h_last, kept] = &mut out;
        let inputs = GruInputs {
            zx: &self.zx,
            recurrent: &self.recurrent,
            h0: &self.h0,
            bias: self.bias.as_deref(),
            mask: self.mask.as_deref(),
            hmask: self.hmask.as_deref(),
        };
        gru(cpu, &self.shape, inputs, GruOutputs { ys, h_last, kept });
        out
    }
}

#[test]
fn forward_is_the_ops_oracle() {
    for case in cases() {
        let exact = case.exact();
        on_every_cpu(
            |cpu| case.run(cpu),
            |level, out| {
                for (i, (got, exact)) in out.iter().zip(&exact).enumerate() {
                    let what = format!("output {i} of {:?} {:?} at {level:?}", case.op, case.shape);
                    assert_close(got, &exact.data, 1e-5, &what);
                }
            },
        );
    }
}

#[test]
fn backward_is_the_ops_oracle() {
    for case in cases() {
        let (b, t, u) = (case.shape.batch, case.shape.steps, case.shape.units);
        let [state, hidden, gates] = case.shape.lens(3);
        let (dys, dh_last) = (noise(hidden, 7), noise(state, 8));
        let mut forward = case.exact();
        let (kept, hs) = (forward.remove(2), forward.remove(0));
        let (mut inputs, lists) = case.shared();
        inputs.extend(lists);
        inputs.extend([hs.clone(), kept.clone()]);
        inputs.extend([plain(&[b, t, u], &dys), plain(&[b, u], &dh_last)]);
        let op = GruGrad {
            gru: case.op.clone(),
        };
        let exact = op.oracle(&inputs.iter().collect::<Vec<_>>(), &[]);
        let narrow = |p: &Plain| p.data.iter().map(|&v| v as f32).collect::<Vec<_>>();
        let (ys, kept) = (narrow(&hs), narrow(&kept));
        let run = |cpu: Cpu<'_>| {
            let mut out = vec![vec![f32::NAN; gates], vec![f32::NAN; state]];
            out.extend(case.op.reset_after.then(|| vec![f32::NAN; gates]));
            let [dzx, dh0, dshare @ ..] = &mut out[..] else {
                unreachable!("two outputs or more")
            };
            let inputs = GruGradInputs {
                recurrent: &case.recurrent,
                h0: &case.h0,
                mask: case.mask.as_deref(),
                hmask: case.hmask.as_deref(),
                ys: &ys,
                kept: &kept,
                dys: &dys,
                dh_last: &dh_last,
            };
            let dshare = dshare.first_mut().map(|d| &mut d[..]);
            gru_grad(
                cpu,
                &case.shape,
                inputs,
                GruGradOutputs { dzx, dh0, dshare },
            );
            out
        };
        on_every_cpu(run, |level, out| {
            assert_eq!(out.len(), exact.len());
            for (i, (got, exact)) in out.iter().zip(&exact).enumerate() {
                let what = format!(
                    "gradient {i} of {:?} {:?} at {level:?}",
                    case.op, case.shape
                );
                assert_close(got, &exact.data, 1e-5, &what);
            }
        });
    }
}
