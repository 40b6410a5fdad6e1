//! What this machine can do, for profiles: multiply-adds in registers, and bytes to and from memory.
//!
//!   floor of a launch = max(FLOPs / peak, bytes / bandwidth)   (Williams, Waterman and Patterson 2009: the roofline)

use std::time::Instant;

use regimen::cpu::{CpuEngine, CpuProgram};
use regimen::graph::{Builder, DType, Engine, EngineError, InputKind, Program, Tensor, Type};

/// Rounds of which the fastest counts.
const ROUNDS: usize = 9;
/// Numbers that are read and written to time the memory: 32 MiB each way.
const NUMBERS: usize = 1 << 23;

/// The fastest that was seen here a moment ago.
#[derive(Debug, Clone, Copy)]
pub(super) struct Roofline {
    /// Floating-point operations a nanosecond.
    pub(super) flops: f64,
    /// Bytes a nanosecond, of all threads.
    pub(super) bytes: f64,
    /// Threads that the operations are of.
    pub(super) threads: usize,
}

impl Roofline {
    /// For the threads that a program has for a launch.
    pub(super) fn measure(
        engine: &CpuEngine,
        program: &CpuProgram,
    ) -> Result<Roofline, EngineError> {
        let sweep = fastest_sweep(engine)?;
        Ok(Roofline {
            flops: program.peak_flops(),
            threads: program.threads(),
            bytes: 8.0 * NUMBERS as f64 / sweep,
        })
    }

    /// The part of its time that a launch would take at the machine's limit; above 1 where its bytes lie in the cache.
    pub(super) fn share(&self, flops: u64, bytes: u64, ns: u64) -> f64 {
        let floor = (flops as f64 / self.flops).max(bytes as f64 / self.bytes);
        floor / ns.max(1) as f64
    }
}

/// Nanoseconds of the fastest run over numbers that are read, halved and written.
fn fastest_sweep(engine: &CpuEngine) -> Result<f64, EngineError> {
    let b = Builder::new();
    let x = b.input("x", Type::new(DType::F32, [NUMBERS]), InputKind::Feed);
    let graph = b.finish(&[("y", x * 0.5)], &[]);
    let graph = graph.map_err(|faults| EngineError::Internal(faults.to_string()))?;
    let mut program = engine.program(&graph)?;
    let mut store = engine.store();
    let numbers = Tensor::from_f64(DType::F32, [NUMBERS], &vec![0.5; NUMBERS]);
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        program.run(store.as_mut(), &[&numbers])?;
        best = best.min(start.elapsed().as_nanos() as f64);
    }
    Ok(best)
}
