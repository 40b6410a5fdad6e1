//! A planned graph with its memory.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use regimen_graph::{EngineError, Graph, InputDecl, InputKind, Program, Store, Tensor, Type};

use crate::buffer::{Buffer, LINE};
use crate::bytes;
use crate::kernels::Shared;
use crate::launch::{ARENA, Bases, CONSTANTS, Context, INPUTS, Launch, LaunchInfo, Place, Rows};
use crate::peak;
use crate::plan::{Bands, Plan, RowStep, Section, Use};
use crate::simd::{Level, prefetch};
use crate::store::CpuStore;
use crate::team::Team;

/// Bytes of a feed that the cache nearest to the core takes whole.
const SMALL_FEED: usize = 32 * 1024;

/// A graph ready to run on the CPU.
pub struct CpuProgram {
    launches: Vec<Launch>,
    arena: Buffer,
    constants: Buffer,
    outputs: Vec<(Place, Type)>,
    inputs: Vec<InputDecl>,
    bases: Bases,
    /// Slot of each state input in the store of this generation.
    slots: Vec<usize>,
    /// Of each input that is part of a table whose rows wait: which of the store's, and the array in it.
    waiting: Vec<Option<(usize, usize)>>,
    /// The tables whose rows take steps here.
    rows: Vec<RowStep>,
    uses: Vec<Use>,
    /// The guard among the outputs, and the launches before the first that sets state.
    guard: Option<(usize, usize)>,
    generation: u64,
    /// Launches that threads run apart from the order.
    sections: Vec<Section>,
    /// Runs the sections; as `team`, or larger.
    wide: Arc<Team>,
    team: Arc<Team>,
    level: Level,
}

impl std::fmt::Debug for CpuProgram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (launches, memory) = (self.launches.len(), self.memory());
        f.debug_struct("CpuProgram")
            .field("launches", &launches)
            .field("memory", &memory)
            .finish()
    }
}

impl CpuProgram {
    /// The program of a plan; `None` when there is no memory for it. A launch runs on the first of the teams, sections on
    /// the second.
    pub(crate) fn new(
        plan: Plan,
        graph: &Graph,
        [team, wide]: [Arc<Team>; 2],
        level: Level,
    ) -> Option<CpuProgram> {
        let arena = Buffer::zeroed(plan.arena)?;
        let mut constants = Buffer::zeroed(plan.constants.len())?;
        constants.bytes_mut().copy_from_slice(&plan.constants);
        let mut bases = vec![std::ptr::null_mut(); INPUTS as usize + 2 * graph.inputs.len()];
        bases[ARENA as usize] = arena.as_ptr();
        bases[CONSTANTS as usize] = constants.as_ptr();
        Some(CpuProgram {
            launches: plan.launches,
            arena,
            constants,
            outputs: plan.outputs,
            inputs: graph.inputs.clone(),
            bases: Bases(bases),
            slots: vec![usize::MAX; graph.inputs.len()],
            waiting: vec![None; graph.inputs.len()],
            rows: plan.rows,
            uses: plan.uses,
            guard: plan.guard,
            generation: 0,
            sections: plan.sections,
            wide,
            team,
            level,
        })
    }

    /// What the program does, in order.
    pub fn launches(&self) -> Vec<LaunchInfo> {
        self.launches.iter().map(|l| l.info.clone()).collect()
    }

    /// Threads that share a launch: one where the program is small.
    pub fn threads(&self) -> usize {
        self.team.threads()
    }

    /// Floating-point operations a nanosecond that these threads reach at most, measured now: multiply-adds in registers.
    pub fn peak_flops(&self) -> f64 {
        peak::flops(self.level, &self.team)
    }

    /// As [`Program::run`]; nanoseconds per launch.
    pub fn run_profiled(
        &mut self,
        store: &mut dyn Store,
        feeds: &[&Tensor],
    ) -> Result<Vec<u64>, EngineError> {
        self.bind(store, feeds)?;
        let mut times = Vec::with_capacity(self.launches.len());
        for index in 0..self.launches.len() {
            let start = Instant::now();
            self.execute(index..index + 1)?;
            times.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
        Ok(times)
    }

    /// Checks the inputs and points the bases at them.
    fn bind(&mut self, store: &mut dyn Store, feeds: &[&Tensor]) -> Result<(), EngineError> {
        let Some(store) = store.as_any().downcast_mut::<CpuStore>() else {
            return Err(EngineError::Internal(
                "the store belongs to another engine".to_string(),
            ));
        };
        if store.generation() != self.generation {
            self.resolve(store)?;
        }
        let mut feeds = feeds.iter();
        for (index, input) in self.inputs.iter().enumerate() {
            self.bases.0[INPUTS as usize + index] = match input.kind {
                InputKind::State => match self.waiting[index] {
                    None => store.pointer(self.slots[index]),
                    Some((table, array)) => {
                        let own = self.rows.iter().any(|r| r.inputs.contains(&index));
                        // Only gathers from the table itself know of rows that wait.
                        let whole = !own
                            && match self.uses[index] {
                                Use::Rows => array > 0,
                                Use::Whole => true,
                                Use::Sets => false,
                            };
                        if !own && self.uses[index] == Use::Sets {
                            store.hand_over(table);
                        }
                        let to = INPUTS as usize + self.inputs.len() + index;
                        self.bases.0[to] = match whole {
                            true => std::ptr::null_mut(),
                            false => store.rows(table).cast(),
                        };
                        match whole {
                            true => store.whole(table, array),
                            false => store.pointer(self.slots[index]),
                        }
                    }
                },
                InputKind::Feed => {
                    let feed = feeds.next();
                    let fits =
                        |t: &&&Tensor| t.dtype() == input.ty.dtype && t.shape == input.ty.shape;
                    let bytes = feed.filter(fits).map(|t| bytes::of(&t.data));
                    let size = input.ty.elements() * input.ty.dtype.size();
                    match bytes.filter(|b| b.len() == size) {
                        // Launches only read feeds.
                        Some(bytes) => {
                            ask_for(bytes);
                            bytes.as_ptr().cast_mut()
                        }
                        None => return Err(wrong(input, feed.map(|t| t.ty()))),
                    }
                }
            };
        }
        match feeds.next() {
            None => Ok(()),
            Some(extra) => Err(EngineError::WrongType {
                name: "feeds".to_string(),
                found: format!("another feed of type {}", extra.ty()),
                expected: "one feed per feed input".to_string(),
            }),
        }
    }

    /// Looks up the state inputs in a store that is new or has changed.
    fn resolve(&mut self, store: &mut CpuStore) -> Result<(), EngineError> {
        self.generation = 0;
        for (slot, input) in self.slots.iter_mut().zip(&self.inputs) {
            if input.kind == InputKind::Feed {
                continue;
            }
            let found = store
                .slot(&input.name)
                .ok_or_else(|| EngineError::MissingState(input.name.clone()))?;
            match store.slot_type(found) {
                Some(ty) if *ty == input.ty => *slot = found,
                ty => return Err(wrong(input, ty.cloned())),
            }
        }
        for step in &self.rows {
            let slots: Vec<usize> = step.inputs.iter().map(|&i| self.slots[i]).collect();
            store.let_wait(step.rule, self.level, step.size, &slots);
        }
        let waiting = self.slots.iter().map(|&slot| store.waiting(slot));
        self.waiting = waiting.collect();
        self.bases.0[INPUTS as usize + self.inputs.len()..].fill(std::ptr::null_mut());
        self.generation = store.generation();
        Ok(())
    }

    fn execute(&mut self, range: Range<usize>) -> Result<(), EngineError> {
        let cx = Context {
            level: self.level,
            team: &self.team,
            bases: &self.bases.0,
        };
        let Range { start, end } = range;
        let (launches, wide) = (&mut self.launches[..], &*self.wide);
        let run = AssertUnwindSafe(|| {
            let mut next = start;
            for section in &self.sections {
                let own = section.launches();
                if start <= own.start && own.end <= end {
                    run_all(&mut launches[next..own.start], &cx);
                    run_section(section, launches, wide, &cx);
                    next = own.end;
                }
            }
            run_all(&mut launches[next..end], &cx);
        });
        catch_unwind(run).map_err(|payload| {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            EngineError::Internal(text.unwrap_or("a worker panicked").to_string())
        })
    }

    fn output_bytes(&self, index: usize) -> Option<(&Type, &[u8])> {
        let (place, ty) = self.outputs.get(index)?;
        let end = place.at + ty.elements() * ty.dtype.size();
        Some((
            ty,
            self.arena.bytes().get(place.at..end).unwrap_or_default(),
        ))
    }
}

fn run_all(launches: &mut [Launch], cx: &Context<'_>) {
    launches.iter_mut().for_each(|launch| launch.work.run(cx));
}

fn run_section(section: &Section, launches: &mut [Launch], team: &Team, cx: &Context<'_>) {
    match section {
        Section::Bands {
            launches: range,
            rows,
            most,
        } => {
            let count = Bands::count(*rows, *most, team.threads());
            run_bands(&launches[range.clone()], *rows, count, team, cx);
        }
        Section::Tracks(tracks) => run_tracks(launches, tracks, team, cx),
    }
}

/// Runs launches in so many bands of rows, each as one task.
fn run_bands(launches: &[Launch], rows: usize, count: usize, team: &Team, cx: &Context<'_>) {
    team.run(count, &|band| {
        let (first, n) = Bands::band(rows, band, count);
        let band = Rows {
            first,
            count: n,
            of: rows,
        };
        for launch in launches {
            // invariant: the planner makes bands of launches alone that can be cut (`plan::sections`).
            debug_assert!(launch.work.by_rows().is_some());
            if let Some(work) = launch.work.by_rows() {
                work.run_rows(cx, band);
            }
        }
    });
}

/// Runs two tracks of launches, each as one task.
fn run_tracks(launches: &mut [Launch], tracks: &[Range<usize>; 2], team: &Team, cx: &Context<'_>) {
    let launches = Shared::new(launches);
    team.run(tracks.len(), &|track| {
        let Range { start, end } = tracks[track];
        // SAFETY: the tracks are ranges of the launches that do not overlap, and each is one task's.
        let track = unsafe { launches.part(start, end - start) };
        run_all(track, cx);
    });
}

/// Asks for a small feed, which another thread has just gathered and still has in its cache, before it is read.
fn ask_for(bytes: &[u8]) {
    if bytes.len() <= SMALL_FEED {
        bytes.iter().step_by(LINE).for_each(|byte| prefetch(byte));
    }
}

fn wrong(input: &InputDecl, found: Option<Type>) -> EngineError {
    EngineError::WrongType {
        name: input.name.clone(),
        found: found.map_or("nothing".to_string(), |t| t.to_string()),
        expected: input.ty.to_string(),
    }
}

impl Program for CpuProgram {
    fn run(&mut self, store: &mut dyn Store, feeds: &[&Tensor]) -> Result<(), EngineError> {
        self.bind(store, feeds)?;
        self.execute(0..self.launches.len())
    }

    fn run_guarded(
        &mut self,
        store: &mut dyn Store,
        feeds: &[&Tensor],
    ) -> Result<bool, EngineError> {
        let Some((guard, stateless)) = self.guard else {
            return self.run(store, feeds).map(|()| true);
        };
        self.bind(store, feeds)?;
        self.execute(0..stateless)?;
        let goes = self.scalar(guard).is_finite();
        if goes {
            self.execute(stateless..self.launches.len())?;
        }
        Ok(goes)
    }

    fn output(&self, index: usize) -> Tensor {
        match self.output_bytes(index) {
            Some((ty, data)) => bytes::tensor(ty, data),
            None => Tensor {
                shape: vec![0],
                data: regimen_graph::Data::F32(vec![]),
            },
        }
    }

    fn scalar(&self, index: usize) -> f64 {
        match self.output_bytes(index) {
            Some((ty, data)) if ty.elements() == 1 => bytes::scalar(ty.dtype, data),
            _ => f64::NAN,
        }
    }

    fn memory(&self) -> usize {
        self.arena.len() + self.constants.len()
    }
}

#[cfg(test)]
mod tests;
