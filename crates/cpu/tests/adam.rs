//! Adam's step in one pass gives the bits of its single steps, also where something else reads what lies between.

use regimen_cpu::simd::Level;
use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{Builder, DType, Engine, Graph, InputKind, Store, Tensor, Type, Var};

fn float(n: usize) -> Type {
    Type::new(DType::F32, vec![n])
}

/// What else a graph reads.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Also {
    Nothing,
    /// The square of the gradient.
    Square,
    /// The largest v so far, as AMSGrad has it.
    Largest,
    /// The new weights, decayed afterwards.
    Decay,
}

fn graph(n: usize, also: Also) -> Graph {
    let b = Builder::new();
    let state = |name: &str| b.input(name, float(n), InputKind::State);
    let (w, m, v, hat) = (state("w"), state("m"), state("v"), state("hat"));
    let g = b.input("g", float(n), InputKind::Feed);
    let lr = b.input("lr", Type::new(DType::F32, vec![]), InputKind::Feed);
    let toward = |mean: &Var, new: &Var, share: f64| mean + (new - mean) * share;
    let square = g.square();
    let next_m = toward(&m, &g, 0.1);
    let next_v = toward(&v, &square, 0.001);
    let largest = hat.maximum(&next_v);
    let root = if also == Also::Largest {
        &largest
    } else {
        &next_v
    };
    let step = &next_m * &lr / (root.sqrt() + 1e-7);
    let mut next_w = &w - step;
    if also == Also::Decay {
        next_w = &next_w * 0.99;
    }
    let mut updates = vec![(m, next_m), (v, next_v), (w, next_w)];
    if also == Also::Largest {
        updates.push((hat, largest));
    }
    let shown = if also == Also::Square { square } else { g };
    match b.finish(&[("shown", shown.sum_all())], &updates) {
        Ok(graph) => graph,
        Err(faults) => panic!("{faults}"),
    }
}

/// Numbers of all sizes, some of which become subnormal on the way.
fn numbers(n: usize, phase: f64) -> Tensor {
    let x = |i: usize| (i as f64 * 0.7 + phase).sin() * 10f64.powi(-((i * 7 % 42) as i32));
    Tensor::from_f64(DType::F32, vec![n], &(0..n).map(x).collect::<Vec<_>>())
}

fn run(engine: &CpuEngine, graph: &Graph, n: usize) -> Vec<Vec<u64>> {
    let mut program = engine.compile(graph).unwrap_or_else(|e| panic!("{e}"));
    let mut store: Box<dyn Store> = engine.store();
    store.put("w", &numbers(n, 0.3));
    store.put("m", &numbers(n, 1.3));
    let positive: Vec<f64> = numbers(n, 2.3).to_f64().iter().map(|x| x.abs()).collect();
    store.put("v", &Tensor::from_f64(DType::F32, vec![n], &positive));
    store.put("hat", &Tensor::zeros(&float(n)));
    let lr = Tensor::from_f64(DType::F32, vec![], &[0.01]);
    for step in 0..3 {
        let g = numbers(n, 5.0 + f64::from(step));
        program
            .run(store.as_mut(), &[&g, &lr])
            .unwrap_or_else(|e| panic!("{e}"));
    }
    let bits = |name: &str| match store.get(name) {
        Some(t) => t.to_f64().iter().map(|x| x.to_bits()).collect(),
        None => vec![],
    };
    ["w", "m", "v"].map(bits).to_vec()
}

#[test]
fn one_pass_has_the_bits_of_single_steps() {
    for level in Level::available() {
        let options = CpuOptions {
            threads: Some(2),
            level: Some(level),
            ..CpuOptions::default()
        };
        for also in [Also::Nothing, Also::Square, Also::Largest, Also::Decay] {
            for n in [2, 7, 8, 33, 1000, 40_000] {
                let graph = graph(n, also);
                let names: Vec<String> = CpuEngine::new(options)
                    .program(&graph)
                    .map(|p| p.launches().into_iter().map(|l| l.name).collect())
                    .unwrap_or_default();
                let found = names.iter().any(|name| name.starts_with("Adam"));
                let alone = matches!(also, Also::Nothing | Also::Square);
                assert_eq!(found, alone, "{also:?}: {names:?}");
                let joined = run(&CpuEngine::new(options), &graph, n);
                let single = run(&CpuEngine::new(options).without_fusion(), &graph, n);
                assert!(joined == single, "{level:?} {also:?} {n}");
            }
        }
    }
}
