//! Ops against the ops that they stand for, and groups against their single ops, each as a program of the engine.

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::ops::{Gru, LayerNorm, Lstm};
use regimen_graph::{
    Builder, DType, Engine, EngineError, Graph, InputKind, Op, Program, Store, Tensor, Type, Var,
    grad,
};

use crate::{Line, noise};

/// A program and what it runs on.
struct Ready {
    program: Box<dyn Program>,
    store: Box<dyn Store>,
    feeds: Vec<Tensor>,
}

impl Ready {
    fn new(engine: &CpuEngine, graph: &Graph) -> Result<Ready, EngineError> {
        let filled = |(i, ty): (usize, &Type)| {
            let numbers = noise(ty.elements(), i as u32 + 1);
            let numbers: Vec<f64> = numbers.iter().map(|&v| f64::from(v) * 0.5).collect();
            Tensor::from_f64(ty.dtype, ty.shape.clone(), &numbers)
        };
        let mut store = engine.store();
        let (state, feeds): (Vec<_>, Vec<_>) =
            (graph.inputs.iter()).partition(|i| i.kind == InputKind::State);
        for input in state {
            store.put(&input.name, &Tensor::zeros(&input.ty));
        }
        Ok(Ready {
            program: engine.compile(graph)?,
            store,
            feeds: feeds
                .iter()
                .map(|i| &i.ty)
                .enumerate()
                .map(filled)
                .collect(),
        })
    }

    fn run(&mut self) {
        let feeds: Vec<&Tensor> = self.feeds.iter().collect();
        if let Err(error) = self.program.run(self.store.as_mut(), &feeds) {
            println!("{error}");
        }
    }
}

/// Inputs of these shapes, what becomes of them, and with `back` the gradients by all of them of a weighted sum of it. What is
/// computed goes to state, which is written where it lies.
fn graph(shapes: &[&[usize]], back: bool, f: &dyn Fn(&[Var]) -> Var) -> Option<Graph> {
    let b = Builder::new();
    let input = |(i, shape): (usize, &&[usize])| {
        b.input(
            &format!("x{i}"),
            Type::new(DType::F32, *shape),
            InputKind::Feed,
        )
    };
    let x: Vec<Var> = shapes.iter().enumerate().map(input).collect();
    let mut results = vec![f(&x)];
    if back {
        let weight = b.input("weight", results[0].ty(), InputKind::Feed);
        let grads = grad(&(&results[0] * weight).sum_all(), &x).ok()?;
        results.extend(grads.into_iter().flatten());
    }
    let kept = |(i, next): (usize, Var)| {
        let state = b.input(&format!("result{i}"), next.ty(), InputKind::State);
        (state, next)
    };
    let updates: Vec<(Var, Var)> = results.into_iter().enumerate().map(kept).collect();
    b.finish(&[], &updates).ok()
}

type Formula = fn(&[Var]) -> Var;

/// One op, or one group, and what it stands for.
struct Pair {
    what: &'static str,
    shapes: &'static [&'static [usize]],
    ours: Formula,
    plain: &'static str,
    theirs: Formula,
    /// Whether the plain way runs every elementwise op by itself.
    single: bool,
}

const PAIRS: [Pair; 6] = [
    Pair {
        what: "layer norm of 6400 rows of 32",
        shapes: &[&[6400, 32], &[32], &[32]],
        ours: norm,
        plain: "ops",
        theirs: norm_of_ops,
        single: false,
    },
    Pair {
        what: "layer norm of 1600 rows of 512",
        shapes: &[&[1600, 512], &[512], &[512]],
        ours: norm,
        plain: "ops",
        theirs: norm_of_ops,
        single: false,
    },
    Pair {
        what: "LSTM of 128, 32 x 80 steps",
        shapes: &[&[32, 80, 512], &[128, 512]],
        ours: lstm_op,
        plain: "scan",
        theirs: lstm_scan,
        single: false,
    },
    Pair {
        what: "GRU of 128, 32 x 80 steps",
        shapes: &[&[32, 80, 384], &[128, 384], &[384]],
        ours: gru_op,
        plain: "scan",
        theirs: gru_scan,
        single: false,
    },
    Pair {
        what: "attention, 32 x 200 x 2 x 32",
        shapes: &[&[32, 200, 2, 32], &[32, 200, 2, 32], &[32, 200, 2, 32]],
        ours: attention,
        plain: "ops",
        theirs: attention_of_ops,
        single: false,
    },
    Pair {
        what: "bias, dropout and a sum, 1000 x 1000",
        shapes: &[&[1000, 1000], &[1000], &[1000, 1000]],
        ours: dropped,
        plain: "single ops",
        theirs: dropped,
        single: true,
    },
];

/// Hands every line to `each`.
pub(crate) fn lines(each: &mut dyn FnMut(Line<'_>)) {
    let engine = || {
        CpuEngine::new(CpuOptions {
            threads: Some(1),
            ..CpuOptions::default()
        })
    };
    let (engine, single) = (engine(), engine().without_fusion());
    steps_on_a_table(&engine, each);
    for pair in PAIRS {
        for back in [false, true] {
            let ready = |engine, f: Formula| {
                let graph = graph(pair.shapes, back, &f)?;
                Ready::new(engine, &graph).ok()
            };
            let plain_engine = if pair.single { &single } else { &engine };
            let ours = ready(&engine, pair.ours);
            let (Some(mut ours), Some(mut plain)) = (ours, ready(plain_engine, pair.theirs)) else {
                println!("{}: does not compile", pair.what);
                continue;
            };
            each(Line {
                what: pair.what,
                back,
                plain: pair.plain,
                run_plain: Box::new(move || plain.run()),
                run: Box::new(move || ours.run()),
            });
        }
    }
}

/// A table of 150,000 rows of 16 and Adam's step on it, at 5,000 ids: by rows that wait, or where `dense` all rows.
fn table(dense: bool) -> Option<Graph> {
    let b = Builder::new();
    let rows = 150_000;
    let state = |name| b.input(name, Type::new(DType::F32, [rows, 16]), InputKind::State);
    let (w, m, v) = (state("w"), state("m"), state("v"));
    let ids = b.input("ids", Type::new(DType::I32, [5000]), InputKind::Feed);
    let read = w.gather(&ids);
    let alpha = b.input("alpha", Type::new(DType::F32, []), InputKind::Feed);
    let g = Var::scatter_add(&ids, &(&read - 1.0), rows);
    let m2 = &m + (&g - &m) * 0.1;
    let v2 = &v + (g.square() - &v) * 0.001;
    let w2 = &w - &m2 * alpha / (v2.sqrt() + 1e-7);
    let mut outputs = vec![("loss", read.mean_all())];
    // Whoever else reads the table sees all rows.
    outputs.extend(dense.then(|| ("first", w.slice(0, 0, 1).mean_all())));
    b.finish(&outputs, &[(w, w2), (m, m2), (v, v2)]).ok()
}

fn steps_on_a_table(engine: &CpuEngine, each: &mut dyn FnMut(Line<'_>)) {
    let ready = |dense| {
        let mut ready = Ready::new(engine, &table(dense)?).ok()?;
        let ids = (0..5000).map(|i| f64::from(i * 7919 % 150_000));
        let ids: Vec<f64> = ids.collect();
        ready.feeds[0] = Tensor::from_f64(DType::I32, [5000], &ids);
        Some(ready)
    };
    if let (Some(mut rows), Some(mut dense)) = (ready(false), ready(true)) {
        each(Line {
            what: "Adam on 150,000 rows of 16 at 5000 ids",
            back: false,
            plain: "dense",
            run_plain: Box::new(move || dense.run()),
            run: Box::new(move || rows.run()),
        });
    }
}

fn norm(x: &[Var]) -> Var {
    let op = Op::LayerNorm(LayerNorm { epsilon: 1e-3 });
    x[0].builder()
        .apply(op, &[&x[0], &x[1], &x[2]])
        .swap_remove(0)
}

fn norm_of_ops(x: &[Var]) -> Var {
    let centred = &x[0] - x[0].mean(&[-1], true);
    let variance = centred.square().mean(&[-1], true);
    centred * (variance + 1e-3).rsqrt() * &x[1] + &x[2]
}

/// A state of zeros for the rows of a sequence.
fn still(x: &Var, units: usize) -> Var {
    let ty = Type::new(DType::F32, [x.dim(0), units]);
    x.builder().constant(Tensor::zeros(&ty))
}

/// (B, T, ..) to (T, B, ..) and back.
fn by_step(x: &Var) -> Var {
    x.transpose(&[1, 0, 2])
}

/// The outputs (B, T, U) of a cell: states, zx (B, G U) and constants to the next states, of which the first is shown.
fn scanned(zx: &Var, states: &[Var], constants: &[Var], cell: fn(&[Var]) -> Vec<Var>) -> Var {
    let body = Builder::new();
    let steps = by_step(zx);
    let entry = Type::new(DType::F32, steps.shape()[1..].to_vec());
    let types = states.iter().map(Var::ty).chain([entry]);
    let types = types.chain(constants.iter().map(Var::ty)).enumerate();
    let feed = |(i, ty)| body.input(&format!("x{i}"), ty, InputKind::Feed);
    let next = cell(&types.map(feed).collect::<Vec<_>>());
    let mut named = vec![("h", next[0].clone())];
    named.extend(next.get(1).map(|c| ("c", c.clone())));
    named.push(("out", next[0].clone()));
    match body.finish(&named, &[]) {
        Ok(body) => {
            let order = (steps.dim(0), false);
            let ran = zx.builder().scan(body, order, states, &[steps], constants);
            by_step(&ran.results[0])
        }
        Err(faults) => panic!("the cell does not fit together: {faults}"),
    }
}

fn lstm_op(x: &[Var]) -> Var {
    let op = Op::Lstm(Lstm {
        reverse: false,
        masked: false,
        hmasked: false,
    });
    let state = still(&x[0], x[1].dim(0));
    x[0].builder()
        .apply(op, &[&x[0], &x[1], &state, &state])
        .swap_remove(0)
}

fn lstm_scan(x: &[Var]) -> Var {
    let state = still(&x[0], x[1].dim(0));
    scanned(&x[0], &[state.clone(), state], &x[1..], |x| {
        let [h, c, zx, r] = x else { return vec![] };
        let (z, u) = (zx + h.matmul(r), h.dim(1));
        let gate = |g: usize| z.slice(1, g * u, (g + 1) * u);
        let c = gate(1).sigmoid() * c + gate(0).sigmoid() * gate(2).tanh();
        vec![gate(3).sigmoid() * c.tanh(), c]
    })
}

fn gru_op(x: &[Var]) -> Var {
    let op = Op::Gru(Gru {
        reverse: false,
        reset_after: true,
        masked: false,
        hmasked: false,
    });
    let state = still(&x[0], x[1].dim(0));
    x[0].builder()
        .apply(op, &[&x[0], &x[1], &state, &x[2]])
        .swap_remove(0)
}

fn gru_scan(x: &[Var]) -> Var {
    let state = still(&x[0], x[1].dim(0));
    scanned(&x[0], &[state], &x[1..], |x| {
        let [h, zx, r, bias] = x else { return vec![] };
        let (share, u) = (h.matmul(r) + bias, h.dim(1));
        let part = |x: &Var, g: usize| x.slice(1, g * u, (g + 1) * u);
        let gate = |g: usize| (part(zx, g) + part(&share, g)).sigmoid();
        let candidate = (part(zx, 2) + gate(1) * part(&share, 2)).tanh();
        let update = gate(0);
        vec![&update * h + (update.scalar_like(1.0) - &update) * candidate]
    })
}

fn attention(x: &[Var]) -> Var {
    x[0].attention(&x[1], &x[2], None, 0.2)
}

fn attention_of_ops(x: &[Var]) -> Var {
    let heads = |v: &Var| v.transpose(&[0, 2, 1, 3]);
    let scores = (heads(&x[0]) * 0.2).matmul_with(&heads(&x[1]), false, true);
    let e = (&scores - scores.max(&[-1], true)).exp();
    let shares = &e / e.sum(&[-1], true);
    shares.matmul(&heads(&x[2])).transpose(&[0, 2, 1, 3])
}

/// What follows a layer in a transformer: a bias, dropout by numbers drawn before, and the way around the layer.
fn dropped(x: &[Var]) -> Var {
    let biased = &x[2] + &x[1];
    let kept = x[0].gt(&x[0].scalar_like(-0.4));
    &x[0] + kept.select(&(&biased * 1.25), &biased.zeros_like())
}
