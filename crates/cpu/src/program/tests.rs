//! Sections: any order of two tracks' launches, or of bands, gives the bits of one launch after the other.

use regimen_graph::ops::Distribution;
use regimen_graph::{Builder, DType, Engine, Graph, InputKind, Tensor, Type, Var, grad};

use super::*;
use crate::{CpuEngine, CpuOptions};

/// Layers of a small network.
const LAYERS: usize = 2;

fn numbers(n: usize, phase: f64) -> Vec<f64> {
    (0..n)
        .map(|i| (i as f64 * 0.7 + phase).sin() * 0.3)
        .collect()
}

/// A step of training with momentum.
fn training() -> Graph {
    let b = Builder::new();
    let float = |shape: &[usize]| Type::new(DType::F32, shape.to_vec());
    let x = b.input("x", float(&[32, 64]), InputKind::Feed);
    let names: Vec<String> = (0..LAYERS).map(|i| format!("w{i}")).collect();
    let state = |name: &str| b.input(name, float(&[64, 64]), InputKind::State);
    let weights: Vec<Var> = names.iter().map(|n| state(n)).collect();
    let mut y = x.clone();
    for w in &weights {
        let z = y.matmul(w);
        y = z.maximum(&z.zeros_like());
    }
    let loss = (y - x).square().mean_all();
    let grads = grad(&loss, &weights).unwrap();
    let mut updates = vec![];
    for ((w, g), name) in weights.into_iter().zip(grads).zip(&names) {
        let v = state(&format!("v{name}"));
        let next = &v * 0.9 - g.unwrap() * 0.1;
        updates.push((w.clone(), w + &next));
        updates.push((v, next));
    }
    let mut graph = b.finish(&[("loss", loss)], &updates).unwrap();
    graph.guard = Some(0);
    graph
}

/// The state's bits after some steps whose launches `run` runs.
fn trained(run: impl Fn(&mut CpuProgram, &Context<'_>)) -> Vec<Vec<u64>> {
    let engine = CpuEngine::new(CpuOptions {
        threads: Some(2),
        ..CpuOptions::default()
    });
    let graph = training();
    let mut program = engine.program(&graph).unwrap();
    let mut store = engine.store();
    for i in 0..LAYERS {
        let w = Tensor::from_f64(DType::F32, vec![64, 64], &numbers(4096, i as f64));
        store.put(&format!("w{i}"), &w);
        store.put(
            &format!("vw{i}"),
            &Tensor::zeros(&Type::new(DType::F32, vec![64, 64])),
        );
    }
    for step in 0..4 {
        let x = Tensor::from_f64(
            DType::F32,
            vec![32, 64],
            &numbers(2048, 9.0 + f64::from(step)),
        );
        program.bind(store.as_mut(), &[&x]).unwrap();
        let (team, bases) = (Arc::clone(&program.team), program.bases.0.clone());
        let cx = Context {
            level: program.level,
            team: &team,
            bases: &bases,
        };
        run(&mut program, &cx);
    }
    let bits = |name: String| -> Vec<u64> {
        let values = store.get(&name).unwrap().to_f64();
        values.iter().map(|x| x.to_bits()).collect()
    };
    (0..LAYERS)
        .flat_map(|i| [bits(format!("w{i}")), bits(format!("vw{i}"))])
        .collect()
}

#[test]
fn tracks_may_run_in_any_order() {
    let tracks = |program: &CpuProgram| match program.sections.last() {
        Some(Section::Tracks(tracks)) => tracks.clone(),
        other => panic!("no tracks but {other:?}"),
    };
    if Team::default_threads() < 2 {
        // One processor gets no tracks.
        return;
    }
    let one_after_the_other = trained(|program, cx| run_all(&mut program.launches, cx));
    let second_first = trained(|program, cx| {
        let [first, second] = tracks(program);
        assert!(first.len() > 1 && second.len() > 1 && first.end == second.start);
        let (_, stateless) = program.guard.unwrap();
        assert!(stateless <= first.start);
        run_all(&mut program.launches[..first.start], cx);
        run_all(&mut program.launches[second.clone()], cx);
        run_all(&mut program.launches[first], cx);
        run_all(&mut program.launches[second.end..], cx);
    });
    let in_turn = trained(|program, cx| {
        let [first, second] = tracks(program);
        run_all(&mut program.launches[..first.start], cx);
        for i in 0..first.len().max(second.len()) {
            for track in [&second, &first] {
                if let Some(at) = track.clone().nth(i) {
                    run_all(&mut program.launches[at..=at], cx);
                }
            }
        }
        run_all(&mut program.launches[second.end..], cx);
    });
    let beside = trained(|program, _| program.execute(0..program.launches.len()).unwrap());
    assert!(one_after_the_other == second_first, "second track first");
    assert!(one_after_the_other == in_turn, "in turn");
    assert!(one_after_the_other == beside, "beside each other");
}

/// Rows of `by_rows`: of the last unit there is one.
const ROWS: usize = 145;

/// What bands can do: dropout, products, softmax, sums and places of largest numbers by rows, a sum of everything behind.
fn by_rows() -> Graph {
    let b = Builder::new();
    let float = |shape: &[usize]| Type::new(DType::F32, shape.to_vec());
    let x = b.input("x", float(&[ROWS, 41]), InputKind::Feed);
    let step = b.input("step", Type::new(DType::I64, vec![]), InputKind::Feed);
    let state = |name: &str, shape: &[usize]| b.input(name, float(shape), InputKind::State);
    let (first, second) = (state("w0", &[41, 48]), state("w1", &[48, 24]));
    let drawn = b.random(Distribution::Uniform, &[ROWS, 41], 7, &step, &step);
    let dropped = drawn.gt(&b.scalar(0.25)).select(&x, &x.zeros_like());
    let hidden = dropped.matmul(&first);
    let logits = hidden.maximum(&hidden.zeros_like()).matmul(&second) + state("b1", &[24]);
    let exp = (&logits - logits.max(&[1], true)).exp();
    let shares = &exp / &exp.sum(&[1], true);
    // As a gradient goes back: the right matrix is transposed.
    let back = shares.matmul_with(&second, false, true);
    let guess = logits.argmax(1).cast(DType::F32);
    let loss = (&shares * &logits).sum(&[1], false) + guess;
    let total = loss.mean_all();
    let outputs = [("back", back), ("total", total), ("loss", loss)];
    b.finish(&outputs, &[]).unwrap()
}

/// The outputs' bits, `threads` threads planned for, `run` running the bands.
fn outputs(threads: usize, run: impl Fn(&mut CpuProgram, &Context<'_>)) -> Vec<Vec<u64>> {
    let engine = CpuEngine::new(CpuOptions {
        threads: Some(threads),
        ..CpuOptions::default()
    });
    let graph = by_rows();
    let mut program = engine.program(&graph).unwrap();
    let mut store = engine.store();
    for (name, shape) in [("w0", vec![41, 48]), ("w1", vec![48, 24]), ("b1", vec![24])] {
        let n = shape.iter().product();
        store.put(name, &Tensor::from_f64(DType::F32, shape, &numbers(n, 1.0)));
    }
    let x = Tensor::from_f64(DType::F32, vec![ROWS, 41], &numbers(ROWS * 41, 2.0));
    let feeds = [&x, &Tensor::scalar_i64(5)];
    program.bind(store.as_mut(), &feeds).unwrap();
    let (team, bases) = (Arc::clone(&program.team), program.bases.0.clone());
    let cx = Context {
        level: program.level,
        team: &team,
        bases: &bases,
    };
    run(&mut program, &cx);
    let bits = |i: usize| -> Vec<u64> {
        let values = program.output(i).to_f64();
        values.iter().map(|x| x.to_bits()).collect()
    };
    (0..graph.outputs.len()).map(bits).collect()
}

#[test]
fn bands_may_be_cut_anywhere_and_run_in_any_order() {
    if Team::default_threads() < 2 {
        // One processor gets no bands.
        return;
    }
    let whole = outputs(1, |program, cx| {
        assert!(program.sections.is_empty());
        run_all(&mut program.launches, cx);
    });
    let beside = outputs(2, |program, _| {
        program.execute(0..program.launches.len()).unwrap();
    });
    assert!(whole == beside, "beside each other");
    for count in [1, 2, 3, 7, 9] {
        let in_turn = outputs(2, |program, cx| {
            let [Section::Bands { launches, rows, .. }] = &program.sections[..] else {
                panic!("no bands but {:?}", program.sections);
            };
            // All but the last sums: products, dropout, softmax, places.
            assert!(launches.len() >= 9 && launches.start == 0 && *rows == ROWS);
            let bands = launches.clone();
            for band in (0..count).rev() {
                let (first, n) = Bands::band(ROWS, band, count);
                let rows = Rows {
                    first,
                    count: n,
                    of: ROWS,
                };
                for launch in &program.launches[bands.clone()] {
                    launch.work.by_rows().unwrap().run_rows(cx, rows);
                }
            }
            run_all(&mut program.launches[bands.end..], cx);
        });
        assert!(whole == in_turn, "{count} bands, the last first");
    }
}
