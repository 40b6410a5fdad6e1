//! What the size of an embedding costs a step: tables of 150,000 and of 10,000,000 rows of 16, read and trained with Adam
//! at the same ids, 5,000 a step. Prints the time of a step (median of rounds that alternate between the tables) and the
//! memory of the process, in which 10,000,000 rows with their two slots take 1.8 GiB.
//!
//! `cargo bench -p regimen-cpu --bench embedding_rows [-- ROWS]`

#![allow(clippy::print_stdout)]

use std::time::Instant;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{
    Builder, DType, Engine, EngineError, Graph, InputKind, ModelFaults, Program, Store, Tensor,
    Type, Var,
};

const WIDTH: usize = 16;
const IDS: usize = 5000;
const SMALL: usize = 150_000;
const STEPS: usize = 400;
const ROUNDS: usize = 9;

/// Rows by id, a loss of them, and Adam's step as `nn` writes it.
fn training(rows: usize) -> Result<Graph, ModelFaults> {
    let b = Builder::new();
    let table = |name: &str| {
        let ty = Type::new(DType::F32, vec![rows, WIDTH]);
        b.input(name, ty, InputKind::State)
    };
    let (w, m, v) = (table("w"), table("m"), table("v"));
    let ids = b.input("ids", Type::new(DType::I32, vec![IDS]), InputKind::Feed);
    let read = w.gather(&ids);
    // The gradient of Σ (x - 1)² / 2.
    let g = Var::scatter_add(&ids, &(&read - 1.0), rows);
    let alpha = b.input("alpha", Type::new(DType::F32, vec![]), InputKind::Feed);
    let m2 = &m + (&g - &m) * 0.1;
    let v2 = &v + (g.square() - &v) * 0.001;
    let w2 = &w - &m2 * alpha / (v2.sqrt() + 1e-7);
    b.finish(
        &[("loss", read.mean(&[0, 1], false))],
        &[(w, w2), (m, m2), (v, v2)],
    )
}

struct Table {
    program: Box<dyn Program>,
    store: Box<dyn Store>,
    rows: usize,
    /// Seconds of a step, per round.
    times: Vec<f64>,
}

impl Table {
    fn new(engine: &CpuEngine, rows: usize) -> Result<Table, EngineError> {
        let graph = training(rows).map_err(|f| EngineError::Internal(f.to_string()))?;
        let mut store = engine.store();
        for name in ["w", "m", "v"] {
            let ty = Type::new(DType::F32, vec![rows, WIDTH]);
            store.put(name, &Tensor::zeros(&ty));
        }
        Ok(Table {
            program: engine.compile(&graph)?,
            store,
            rows,
            times: vec![],
        })
    }

    fn round(&mut self, batches: &[Tensor]) -> Result<(), EngineError> {
        let alpha = Tensor::scalar(1e-3);
        let start = Instant::now();
        for ids in batches {
            self.program.run(self.store.as_mut(), &[ids, &alpha])?;
        }
        self.times
            .push(start.elapsed().as_secs_f64() / batches.len() as f64);
        Ok(())
    }

    fn median(&mut self) -> f64 {
        self.times.sort_by(f64::total_cmp);
        self.times[self.times.len() / 2]
    }
}

/// Ids of the small table, the same for both.
fn batches() -> Vec<Tensor> {
    let mut state = 1u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((state >> 33) as usize % SMALL) as f64
    };
    let ids = |_| (0..IDS).map(|_| next()).collect::<Vec<f64>>();
    let list: Vec<Vec<f64>> = (0..STEPS).map(ids).collect();
    let tensor = |ids: Vec<f64>| Tensor::from_f64(DType::I32, vec![IDS], &ids);
    list.into_iter().map(tensor).collect()
}

fn main() -> Result<(), EngineError> {
    let asked = std::env::args().filter_map(|a| a.parse().ok()).next();
    let engine = CpuEngine::new(CpuOptions::default());
    let batches = batches();
    let mut tables = vec![];
    for rows in [SMALL, asked.unwrap_or(10_000_000)] {
        tables.push(Table::new(&engine, rows)?);
    }
    for _ in 0..ROUNDS {
        for table in &mut tables {
            table.round(&batches)?;
        }
    }
    let first = tables[0].median();
    for table in &mut tables {
        let (rows, time) = (table.rows, table.median());
        println!(
            "{rows} rows: {:.1} us a step, {:.2} x",
            time * 1e6,
            time / first
        );
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|l| l.starts_with("VmHWM"));
    println!("{}", peak.unwrap_or("peak memory unknown"));
    Ok(())
}
