//! The engine: compiles graphs for this machine.

use std::sync::Arc;

use regimen_graph::{Engine, EngineError, Graph, InputKind, Program, Store};

use crate::memory;
use crate::plan;
use crate::program::CpuProgram;
use crate::simd::Level;
use crate::store::CpuStore;
use crate::team::Team;

/// Choices for the engine; `None` takes what the machine offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CpuOptions {
    /// Threads, the calling one included.
    pub threads: Option<usize>,
    /// Instruction set; the results' last bits depend on it.
    pub level: Option<Level>,
    /// Most bytes a program may take, state included.
    pub memory_limit: Option<u64>,
}

/// Runs graphs on this machine's cores.
#[derive(Debug)]
pub struct CpuEngine {
    team: Arc<Team>,
    /// The calling thread alone, for programs too small to share.
    alone: Arc<Team>,
    level: Level,
    memory_limit: Option<u64>,
    fuse: bool,
}

impl CpuEngine {
    /// An engine with a team of threads of its own.
    pub fn new(options: CpuOptions) -> CpuEngine {
        let threads = options.threads.unwrap_or_else(Team::default_threads);
        let level = options
            .level
            .filter(|l| l.is_available())
            .unwrap_or_else(Level::detect);
        CpuEngine {
            team: Arc::new(Team::new(threads)),
            alone: Arc::new(Team::new(1)),
            level,
            memory_limit: options.memory_limit,
            fuse: true,
        }
    }

    /// Runs every elementwise op by itself: what fusion is tested against.
    pub fn without_fusion(mut self) -> CpuEngine {
        self.fuse = false;
        self
    }

    /// Threads that share the work, the calling one included.
    pub fn threads(&self) -> usize {
        self.team.threads()
    }

    /// As [`Engine::compile`], giving the program itself, with its profile.
    pub fn program(&self, graph: &Graph) -> Result<CpuProgram, EngineError> {
        // Threads that wait for a processor are no use to short launches.
        let threads = match self.team.threads() {
            threads if threads <= Team::default_threads() => threads,
            _ => 1,
        };
        let plan = plan::plan(graph, self.fuse, threads)?;
        let state = graph.inputs.iter().filter(|i| i.kind == InputKind::State);
        let state: u64 = state
            .map(|i| (i.ty.elements() * i.ty.dtype.size()) as u64)
            .sum();
        let needed = (plan.arena + plan.constants.len()) as u64 + state;
        let available = self.memory_limit.unwrap_or_else(memory::available);
        if needed > available {
            return Err(EngineError::OutOfMemory { needed, available });
        }
        let team = match plan.is_small() {
            true => &self.alone,
            false => &self.team,
        };
        let teams = [team, &self.team].map(Arc::clone);
        CpuProgram::new(plan, graph, teams, self.level)
            .ok_or(EngineError::OutOfMemory { needed, available })
    }
}

impl Engine for CpuEngine {
    fn name(&self) -> String {
        let level = match self.level {
            Level::Portable => "portable",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        };
        let threads = self.team.threads();
        format!(
            "cpu ({level}, {threads} thread{})",
            if threads == 1 { "" } else { "s" }
        )
    }

    fn compile(&self, graph: &Graph) -> Result<Box<dyn Program>, EngineError> {
        Ok(Box::new(self.program(graph)?))
    }

    fn store(&self) -> Box<dyn Store> {
        Box::new(CpuStore::default())
    }

    fn beside(&self, errand: &(dyn Fn() -> bool + Sync), main: &mut dyn FnMut()) {
        self.team.beside(errand, main);
    }
}
