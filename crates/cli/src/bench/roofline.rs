//! What this machine can do, for profiles: multiply-adds on data in the cache, and bytes to and from memory.
//!
//!   floor of a launch = max(FLOPs / peak, bytes / bandwidth)   (Williams, Waterman and Patterson 2009: the roofline)

use std::time::Instant;

use regimen::cpu::CpuEngine;
use regimen::graph::{Builder, DType, Engine, EngineError, InputKind, Program, Tensor, Type, Var};

/// Rounds of which the fastest counts.
const ROUNDS: usize = 9;
/// Rows and columns of the product that is timed.
const SIDE: usize = 384;
/// Numbers that are read and written to time the memory: 32 MiB each way.
const NUMBERS: usize = 1 << 23;

/// The fastest that was seen here a moment ago.
#[derive(Debug, Clone, Copy)]
pub(super) struct Roofline {
    /// Floating-point operations a nanosecond.
    pub(super) flops: f64,
    /// Bytes a nanosecond.
    pub(super) bytes: f64,
}

impl Roofline {
    pub(super) fn measure(engine: &CpuEngine) -> Result<Roofline, EngineError> {
        let product = fastest(engine, &[vec![SIDE, SIDE], vec![SIDE, SIDE]], |v| {
            v[0].matmul(&v[1])
        })?;
        let sweep = fastest(engine, &[vec![NUMBERS]], |v| &v[0] * 0.5)?;
        Ok(Roofline {
            flops: 2.0 * SIDE.pow(3) as f64 / product,
            bytes: 8.0 * NUMBERS as f64 / sweep,
        })
    }

    /// The part of its time that a launch would take at the machine's limit; above 1 where its bytes lie in the cache.
    pub(super) fn share(&self, flops: u64, bytes: u64, ns: u64) -> f64 {
        let floor = (flops as f64 / self.flops).max(bytes as f64 / self.bytes);
        floor / ns.max(1) as f64
    }
}

/// Nanoseconds of the fastest run of a graph over inputs of these shapes.
fn fastest(
    engine: &CpuEngine,
    shapes: &[Vec<usize>],
    build: impl Fn(&[Var]) -> Var,
) -> Result<f64, EngineError> {
    let b = Builder::new();
    let input = |(i, shape): (usize, &Vec<usize>)| {
        b.input(
            &format!("x{i}"),
            Type::new(DType::F32, shape.clone()),
            InputKind::Feed,
        )
    };
    let inputs: Vec<Var> = shapes.iter().enumerate().map(input).collect();
    let graph = b.finish(&[("y", build(&inputs))], &[]);
    let graph = graph.map_err(|faults| EngineError::Internal(faults.to_string()))?;
    let mut program = engine.program(&graph)?;
    let mut store = engine.store();
    let half = |shape: &Vec<usize>| {
        let count = shape.iter().product();
        Tensor::from_f64(DType::F32, shape.clone(), &vec![0.5; count])
    };
    let feeds: Vec<Tensor> = shapes.iter().map(half).collect();
    let feeds: Vec<&Tensor> = feeds.iter().collect();
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        program.run(store.as_mut(), &feeds)?;
        best = best.min(start.elapsed().as_nanos() as f64);
    }
    Ok(best)
}
