//! Products with a bias and an activation in one launch, and products that read rows at a distance: the same numbers as
//! op by op, and one launch less where nobody else needs what lies between.

mod biases;
mod joined;
mod kept;

use std::collections::BTreeMap;

use regimen_cpu::{CpuEngine, CpuOptions, simd::Level};
use regimen_graph::{
    Builder, DType, Engine, Graph, InputKind, Plain, Program, Tensor, Type, Var, evaluate,
};

fn input(b: &Builder, name: &str, shape: &[usize]) -> Var {
    b.input(name, Type::new(DType::F32, shape), InputKind::Feed)
}

fn tensor(ty: &Type, seed: u64) -> Tensor {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
    };
    let values: Vec<f64> = (0..ty.elements()).map(|_| next()).collect();
    Tensor::from_f64(ty.dtype, ty.shape.clone(), &values)
}

/// Runs a graph op by op and fused, the plain level and the best, one thread and two, and compares with the oracle; gives the
/// launches of the fused one.
fn launches(name: &str, graph: &Graph) -> Vec<String> {
    let feeds: Vec<Tensor> = (graph.inputs.iter().enumerate())
        .map(|(i, decl)| tensor(&decl.ty, i as u64 + 1))
        .collect();
    launches_of(name, graph, &feeds)
}

/// The same with these inputs.
fn launches_of(name: &str, graph: &Graph, feeds: &[Tensor]) -> Vec<String> {
    let named = graph.inputs.iter().zip(feeds);
    let plain: BTreeMap<String, Plain> = named
        .map(|(decl, t)| (decl.name.clone(), Plain::of(t)))
        .collect();
    let exact = evaluate(graph, &plain).unwrap();
    let engine = |threads: usize, level: Option<Level>| {
        CpuEngine::new(CpuOptions {
            threads: Some(threads),
            level,
            ..CpuOptions::default()
        })
    };
    run(name, graph, feeds, &exact, engine(1, None).without_fusion());
    run(name, graph, feeds, &exact, engine(1, Some(Level::Portable)));
    let (names, alone) = run(name, graph, feeds, &exact, engine(1, None));
    let (_, shared) = run(name, graph, feeds, &exact, engine(2, None));
    assert_eq!(alone, shared, "{name}: other bits with two threads");
    names
}

/// Runs a graph and compares with the exact values; gives its launches and the bits of its outputs.
fn run(
    name: &str,
    graph: &Graph,
    feeds: &[Tensor],
    exact: &BTreeMap<String, Plain>,
    engine: CpuEngine,
) -> (Vec<String>, Vec<Vec<u64>>) {
    let mut program = engine.program(graph).unwrap();
    let mut store = engine.store();
    let feeds: Vec<&Tensor> = feeds.iter().collect();
    program.run(store.as_mut(), &feeds).unwrap();
    let mut bits = vec![];
    for (i, (output, _)) in graph.outputs.iter().enumerate() {
        let (found, want) = (program.output(i).to_f64(), &exact[output].data);
        let largest = want.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
        let near =
            |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-5 * largest || a.is_nan() && b.is_nan();
        let off = found.iter().zip(want).position(|pair| !near(pair));
        let at = off.map(|i| (i, found[i], want[i]));
        assert!(
            off.is_none() && found.len() == want.len(),
            "{name}: {output} is off: place, found, exact: {at:?}"
        );
        bits.push(found.iter().map(|x| x.to_bits()).collect());
    }
    let names = program.launches().into_iter().map(|l| l.name).collect();
    (names, bits)
}

fn graph(build: impl Fn(&Builder) -> Vec<Var>) -> Graph {
    let b = Builder::new();
    let outputs = build(&b);
    let names = ["first", "second", "third"];
    let outputs: Vec<(&str, Var)> = names.into_iter().zip(outputs).collect();
    b.finish(&outputs, &[]).unwrap()
}
