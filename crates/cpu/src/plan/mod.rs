//! From a graph to a flat list of launches over one arena.
//!
//! simplify -> views and groups -> actions in order -> buffers in the arena -> launches.

mod actions;
mod arena;
mod bands;
mod group;
mod joined;
mod memory;
mod rows;
mod simplify;
mod tail;
mod tracks;
mod view;

use std::collections::BTreeMap;
use std::ops::Range;

use regimen_graph::ops::{Gather, Input};
use regimen_graph::{EngineError, Graph, Op, Type};

use crate::launch::{Launch, LaunchInfo, Place, Together};
use crate::work;

use actions::Actions;
pub(crate) use actions::{Action, Kind};
pub(crate) use bands::Bands;
pub(crate) use group::{Class, Layout, class};
pub(crate) use memory::Memory;
pub(crate) use rows::RowStep;
use tracks::Cost;
pub(crate) use view::View;

/// A planned graph, free of any buffers.
pub(crate) struct Plan {
    pub(crate) launches: Vec<Launch>,
    /// Bytes of the arena.
    pub(crate) arena: usize,
    /// The constants, laid out.
    pub(crate) constants: Vec<u8>,
    /// Where the graph's outputs lie after a run.
    pub(crate) outputs: Vec<(Place, Type)>,
    /// The tables whose rows take steps by themselves.
    pub(crate) rows: Vec<RowStep>,
    /// Per input: what the program does with it.
    pub(crate) uses: Vec<Use>,
    /// The guard among the outputs, and the launches before the first that sets state.
    pub(crate) guard: Option<(usize, usize)>,
    /// Launches that threads run apart from the order, first to last.
    pub(crate) sections: Vec<Section>,
}

/// Launches that threads run apart from the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Section {
    /// Launches that all have so many rows, which each band of rows, of so many at most, goes through by itself.
    Bands {
        launches: Range<usize>,
        rows: usize,
        most: usize,
    },
    /// Two tracks of launches.
    Tracks([Range<usize>; 2]),
}

impl Section {
    pub(crate) fn launches(&self) -> Range<usize> {
        match self {
            Section::Bands { launches, .. } => launches.clone(),
            Section::Tracks([first, second]) => first.start..second.end,
        }
    }

    /// Says in the launches how they run.
    fn mark(&self, launches: &mut [Launch]) {
        let mut mark = |range: &Range<usize>, together| {
            let marked = launches[range.clone()].iter_mut();
            marked.for_each(|launch| launch.info.together = together);
        };
        match self {
            Section::Bands { launches, .. } => mark(launches, Together::Bands),
            Section::Tracks([first, second]) => {
                mark(first, Together::Track(1));
                mark(second, Together::Track(2));
            }
        }
    }
}

/// Microseconds of work up to which launches go faster in one thread than shared by two; bands and tracks may still pay.
const SMALL: u64 = 60;
/// Microseconds of work up to which launches are short: bands are looked for, and where there are two threads, tracks.
const SHORT: u64 = 500;
/// Operations of a product, and about the bytes of another launch, from which it has several tasks.
const SHARED: u64 = 1 << 19;
const SHARED_BYTES: u64 = 200 * 1024;

/// About the nanoseconds that a launch takes: a thread does some 50 operations or moves 15 bytes in one.
fn nanoseconds(info: &LaunchInfo) -> u64 {
    (info.flops / 50).max(info.bytes / 15)
}

impl Plan {
    /// Whether sharing the work with other threads would cost more time than it saves: a launch that is shared waits some
    /// microsecond for its threads.
    pub(crate) fn is_small(&self) -> bool {
        let time = self
            .launches
            .iter()
            .map(|l| nanoseconds(&l.info))
            .sum::<u64>();
        time < SMALL * 1000
    }
}

/// What a program does with an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Takes rows by id, nothing else: it can read rows that wait.
    Rows,
    /// Reads it.
    Whole,
    /// Sets it.
    Sets,
}

fn uses(graph: &Graph) -> Vec<Use> {
    let mut uses = vec![Use::Rows; graph.inputs.len()];
    let input = |node: usize| match graph.nodes[node].op {
        Op::Input(Input { index }) => Some(index),
        _ => None,
    };
    for node in &graph.nodes {
        for (at, e) in node.inputs.iter().enumerate() {
            if let Some(index) = input(e.node)
                && !(node.op == Op::Gather(Gather) && at == 0)
            {
                uses[index] = Use::Whole;
            }
        }
    }
    let results = graph.outputs.iter().map(|o| o.1);
    for e in results.chain(graph.updates.iter().map(|u| u.1)) {
        if let Some(index) = input(e.node) {
            uses[index] = Use::Whole;
        }
    }
    for (index, _) in &graph.updates {
        uses[*index] = Use::Sets;
    }
    uses
}

/// Cuts a program of short launches into bands and tracks.
fn share(graph: &Graph, layout: &Layout, rows: &[RowStep], actions: &mut Actions, threads: usize) {
    let info = |action: &Action| work::info(graph, layout, rows, action);
    let time = actions.list.iter().map(|a| nanoseconds(&info(a)));
    let time = time.sum::<u64>() / 1000;
    let cost = |action: &Action| {
        let info = info(action);
        let alone = nanoseconds(&info);
        let parts = info.flops >= SHARED || info.bytes >= SHARED_BYTES;
        let shared = match time >= SMALL && parts {
            true => alone * 2 / 3,
            false => alone,
        };
        Cost { alone, shared }
    };
    if threads > 1 && time < SHORT {
        actions.chain(graph, layout, cost);
    }
    // More than two threads share launches better than two tracks do.
    if threads == 2 && time < SHORT || threads > 2 && time < SMALL {
        actions.split(graph, layout, cost);
    }
}

/// Plans a graph for so many threads, which decide who runs what, never a number. Without `fuse`, every elementwise node runs
/// by itself.
pub(crate) fn plan(graph: &Graph, fuse: bool, threads: usize) -> Result<Plan, EngineError> {
    let (graph, rows) = rows::extract(simplify::simplify(graph));
    let graph = &graph;
    let layout = Layout::of(graph, &rows, fuse);
    let mut bodies = BTreeMap::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        if let Op::Scan(scan) = &node.op {
            bodies.insert(index, plan(&scan.body, fuse, 1)?);
        }
    }
    let mut actions = actions::order(graph, &layout, &rows);
    if !actions.complete {
        let text = "the planner found no order for the program";
        return Err(EngineError::Internal(text.to_string()));
    }
    share(graph, &layout, &rows, &mut actions, threads);
    let mut scratch: BTreeMap<usize, usize> =
        bodies.iter().map(|(i, body)| (*i, body.arena)).collect();
    for (index, node) in graph.nodes.iter().enumerate() {
        if let Op::Sort(sort) = &node.op
            && sort.limit.is_some()
        {
            scratch.insert(
                index,
                graph.ty(node.inputs[0]).elements() * size_of::<i32>(),
            );
        }
    }
    let memory = Memory::of(graph, &layout, &actions, &scratch);
    let mut launches = vec![];
    let mut stateless = None;
    // Launches before each action.
    let mut until = vec![];
    for action in &actions.list {
        until.push(launches.len());
        if actions.sets_state(action) {
            stateless.get_or_insert(launches.len());
        }
        launches.extend(work::lower(
            graph,
            &layout,
            &memory,
            &mut bodies,
            &actions.stashes,
            &rows,
            action,
        )?);
    }
    until.push(launches.len());
    let sections = sections(&actions, &until, &launches);
    sections
        .iter()
        .for_each(|section| section.mark(&mut launches));
    // Tracks run after the guard is known.
    let start = actions.tracks.map_or(launches.len(), |l| until[l.start]);
    let stateless = stateless.unwrap_or(launches.len()).min(start);
    for &(from, to, bytes) in &memory.finals {
        launches.push(work::copy_bytes(from, to, bytes));
    }
    let outputs = graph
        .outputs
        .iter()
        .zip(&memory.outputs)
        .map(|(o, place)| (*place, graph.ty(o.1).clone()))
        .collect();
    Ok(Plan {
        launches,
        arena: memory.arena,
        constants: memory.constants,
        outputs,
        uses: uses(graph),
        rows,
        guard: graph
            .guard
            .filter(|_| actions.guarded)
            .map(|output| (output, stateless)),
        sections,
    })
}

/// The sections of the actions as launches, of which there are `until` so many before each action.
fn sections(actions: &Actions, until: &[usize], launches: &[Launch]) -> Vec<Section> {
    let bands = actions.bands.map(|bands| Section::Bands {
        launches: until[bands.start]..until[bands.end],
        rows: bands.rows,
        most: bands.most,
    });
    let cut = |section: &Section| {
        let all = launches[section.launches()].iter();
        all.clone().all(|launch| launch.work.by_rows().is_some())
    };
    let tracks = actions.tracks.map(|l| {
        let [start, middle, end] = [l.start, l.middle, l.end].map(|at| until[at]);
        Section::Tracks([start..middle, middle..end])
    });
    bands.filter(cut).into_iter().chain(tracks).collect()
}
