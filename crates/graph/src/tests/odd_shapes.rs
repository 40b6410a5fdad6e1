//! Shape rules never panic, and what they accept the oracle computes in the shape they said.
//!
//! Starts from every op and input type of all cases, and changes sizes, axes, types and attributes
//! at random, to absurd numbers too.

use crate::check::all_cases;
use crate::philox::philox4x32;
use crate::{Builder, DType, InputKind, Op, Plain, Type, Var, evaluate, grad};

struct Rng(u32);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 += 1;
        philox4x32([self.0, 0, 0, 0], [99, 0])[0] as usize % n.max(1)
    }

    /// Mostly small, sometimes absurd.
    fn size(&mut self) -> usize {
        match self.below(12) {
            0 => usize::MAX,
            1 => 1 << 33,
            2 => usize::MAX / 2 + 1,
            _ => self.below(6),
        }
    }

    fn poke(&mut self, list: &mut Vec<usize>) {
        let at = self.below(list.len());
        match self.below(6) {
            0 => list.push(self.size()),
            1 => _ = list.pop(),
            _ if list.is_empty() => {}
            _ => list[at] = self.size(),
        }
    }

    fn poke_pairs(&mut self, list: &mut Vec<(usize, usize)>) {
        let mut flat: Vec<usize> = list.iter().flat_map(|p| [p.0, p.1]).collect();
        self.poke(&mut flat);
        *list = flat.chunks(2).map(|p| (p[0], p[p.len() - 1])).collect();
    }

    fn dtype(&mut self) -> DType {
        use DType::*;
        [F32, F64, BF16, I32, I64, U8, Bool][self.below(7)]
    }
}

fn change_conv(op: &mut crate::ops::Conv, rng: &mut Rng) {
    match rng.below(4) {
        0 => rng.poke(&mut op.strides),
        1 => rng.poke(&mut op.dilation),
        2 => rng.poke_pairs(&mut op.padding),
        _ => op.groups = rng.size(),
    }
}

fn change_window(op: &mut crate::ops::Window, rng: &mut Rng) {
    match rng.below(3) {
        0 => rng.poke(&mut op.size),
        1 => rng.poke(&mut op.strides),
        _ => rng.poke_pairs(&mut op.padding),
    }
}

fn change(op: &mut Op, rng: &mut Rng) {
    match op {
        Op::Iota(op) => match rng.below(2) {
            0 => op.axis = rng.size(),
            _ => rng.poke(&mut op.shape),
        },
        Op::Conv(op) => change_conv(op, rng),
        Op::ConvInputGrad(op) => match rng.below(2) {
            0 => change_conv(&mut op.conv, rng),
            _ => rng.poke(&mut op.input),
        },
        Op::ConvKernelGrad(op) => match rng.below(2) {
            0 => change_conv(&mut op.conv, rng),
            _ => rng.poke(&mut op.kernel),
        },
        Op::Window(op) => change_window(op, rng),
        Op::WindowMaxGrad(op) => change_window(&mut op.window, rng),
        Op::WindowSumGrad(op) => match rng.below(2) {
            0 => change_window(&mut op.window, rng),
            _ => rng.poke(&mut op.input),
        },
        Op::MatMul(op) => op.transpose_b = !op.transpose_b,
        Op::Reduce(op) => rng.poke(&mut op.axes),
        Op::ArgReduce(op) => op.axis = rng.size(),
        Op::Reshape(op) => rng.poke(&mut op.shape),
        Op::Transpose(op) => rng.poke(&mut op.perm),
        Op::Broadcast(op) => rng.poke(&mut op.shape),
        Op::Slice(op) => match rng.below(3) {
            0 => rng.poke(&mut op.start),
            1 => rng.poke(&mut op.stop),
            _ => rng.poke(&mut op.step),
        },
        Op::Pad(op) => match rng.below(3) {
            0 => rng.poke(&mut op.low),
            1 => rng.poke(&mut op.high),
            _ => rng.poke(&mut op.inner),
        },
        Op::Concat(op) => op.axis = rng.size(),
        Op::Reverse(op) => rng.poke(&mut op.axes),
        Op::ScatterAdd(op) => op.rows = rng.size(),
        Op::CumSum(op) => op.axis = rng.size(),
        Op::Sort(op) => op.limit = Some(rng.size()),
        Op::Random(op) => rng.poke(&mut op.shape),
        Op::Scan(op) => match rng.below(3) {
            0 => op.length = rng.size(),
            1 => op.carries = rng.size(),
            _ => op.sequences = rng.size(),
        },
        Op::Lstm(op) => op.masked = !op.masked,
        Op::LstmGrad(op) => op.lstm.hmasked = !op.lstm.hmasked,
        Op::Gru(op) => op.reset_after = !op.reset_after,
        Op::GruGrad(op) => op.gru.masked = !op.gru.masked,
        Op::Attention(op) => op.masked = !op.masked,
        Op::AttentionGrad(op) => op.attention.masked = !op.attention.masked,
        Op::Cast(op) => op.dtype = rng.dtype(),
        Op::Input(_)
        | Op::Constant(_)
        | Op::Unary(_)
        | Op::Binary(_)
        | Op::Compare(_)
        | Op::Select(_)
        | Op::Gather(_)
        | Op::LayerNorm(_)
        | Op::LayerNormGrad(_) => {}
    }
}

fn change_types(types: &mut [Type], rng: &mut Rng) {
    let at = rng.below(types.len());
    let Some(ty) = types.get_mut(at) else { return };
    match rng.below(8) {
        0 => ty.dtype = rng.dtype(),
        _ => rng.poke(&mut ty.shape),
    }
}

fn small(types: &[Type]) -> bool {
    types
        .iter()
        .all(|t| t.elements() < 500 && t.shape.iter().all(|&n| n < 500))
}

fn check(op: &Op, types: &[Type]) -> bool {
    let Ok(out) = op.rule().types(types) else {
        return false;
    };
    assert_eq!(out.len(), op.rule().outputs(), "{op:?} {types:?}");
    if small(types) && small(&out) {
        check_gradients(op, types);
        let values: Vec<Plain> = types.iter().map(|t| Plain::full(&t.shape, 1.0)).collect();
        let found = op.rule().oracle(&values.iter().collect::<Vec<_>>(), types);
        for (value, ty) in found.iter().zip(&out) {
            assert_eq!(
                (value.shape.as_slice(), value.data.len()),
                (ty.shape.as_slice(), ty.elements()),
                "{op:?} {types:?}"
            );
        }
    }
    true
}

/// Differentiates an accepted op by all its float inputs: no fault, no panic, gradients like inputs.
fn check_gradients(op: &Op, types: &[Type]) {
    let b = Builder::new();
    let feed = |(i, ty): (usize, &Type)| b.input(&format!("in{i}"), ty.clone(), InputKind::Feed);
    let inputs: Vec<Var> = types.iter().enumerate().map(feed).collect();
    let out = b.apply(op.clone(), &inputs.iter().collect::<Vec<_>>());
    let floats = out.iter().take(3).filter(|v| v.dtype() == DType::F32);
    let Some(loss) = floats.map(Var::sum_all).reduce(|a, b| a + b) else {
        return;
    };
    let wrt: Vec<Var> = inputs
        .iter()
        .filter(|v| v.dtype().is_float())
        .cloned()
        .collect();
    let Ok(grads) = grad(&loss, &wrt) else { return };
    let found = grads
        .iter()
        .zip(&wrt)
        .filter_map(|(g, x)| Some((g.clone()?, x)));
    let found: Vec<(Var, &Var)> = found.collect();
    found
        .iter()
        .for_each(|(g, x)| assert_eq!(g.ty(), x.ty(), "{op:?} {types:?}"));
    let outputs: Vec<(&str, Var)> = found.into_iter().map(|(g, _)| ("g", g)).collect();
    let graph = b
        .finish(&outputs, &[])
        .unwrap_or_else(|e| panic!("{op:?} {types:?}: {e}"));
    let values = types
        .iter()
        .enumerate()
        .map(|(i, t)| (format!("in{i}"), Plain::full(&t.shape, 1.0)));
    evaluate(&graph, &values.collect()).unwrap();
}

#[test]
fn rules_do_not_panic_and_the_oracle_agrees() {
    let mut rng = Rng(0);
    let (mut accepted, mut refused) = (0, 0);
    for case in all_cases() {
        let graph = case.graph_with_grads();
        for node in graph.nodes.iter().filter(|n| !matches!(n.op, Op::Input(_))) {
            let types: Vec<Type> = node.inputs.iter().map(|e| graph.ty(*e).clone()).collect();
            for round in 0..60 {
                let (mut op, mut types) = (node.op.clone(), types.clone());
                for _ in 0..=round % 3 {
                    if rng.below(2) == 0 {
                        change(&mut op, &mut rng)
                    } else {
                        change_types(&mut types, &mut rng)
                    }
                }
                if check(&op, &types) {
                    accepted += 1
                } else {
                    refused += 1
                }
            }
        }
    }
    assert!(
        accepted > 1000 && refused > 1000,
        "{accepted} accepted, {refused} refused"
    );
}
