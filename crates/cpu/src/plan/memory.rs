//! Where every held value lies: inputs, constants, state written in place, and the arena for the rest.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::{Edge, Graph, Op};

use super::actions::{Actions, Kind};
use super::arena::{Span, pack};
use super::group::{Layout, may_overwrite};
use crate::buffer::LINE;
use crate::bytes;
use crate::launch::{ARENA, CONSTANTS, INPUTS, Place};

/// Places of a plan.
pub(crate) struct Memory {
    places: BTreeMap<Edge, Place>,
    stashes: Vec<Place>,
    scratch: BTreeMap<usize, Place>,
    pub(crate) arena: usize,
    pub(crate) constants: Vec<u8>,
    pub(crate) outputs: Vec<Place>,
    /// Copies at the end of a run, from and to and bytes: updates that are not written in place.
    pub(crate) finals: Vec<(Place, Place, usize)>,
}

/// Who owns a span of the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Value(Edge),
    Stash(usize),
    Scratch(usize),
}

struct Spans {
    list: Vec<Span>,
    owner: BTreeMap<Owner, usize>,
}

impl Spans {
    fn add(&mut self, owner: Owner, bytes: usize, at: usize) {
        self.owner.insert(owner, self.list.len());
        self.list.push(Span {
            bytes,
            first: at,
            last: at,
        });
    }

    fn last(&self, edge: Edge) -> Option<(usize, usize)> {
        let span = *self.owner.get(&Owner::Value(edge))?;
        Some((span, self.list[span].last))
    }
}

impl Memory {
    /// Places for the actions; `scratch` is the working memory that nodes ask for.
    pub(crate) fn of(
        graph: &Graph,
        layout: &Layout,
        actions: &Actions,
        scratch: &BTreeMap<usize, usize>,
    ) -> Memory {
        let mut memory = Memory {
            places: BTreeMap::new(),
            stashes: vec![],
            scratch: BTreeMap::new(),
            arena: 0,
            constants: vec![],
            outputs: vec![],
            finals: vec![],
        };
        memory.fix_sources(graph, actions);
        let spans = memory.spans(graph, layout, actions, scratch);
        let (offsets, size) = pack(&spans.list);
        memory.arena = size;
        memory.stashes = vec![Place { base: ARENA, at: 0 }; actions.stashes.len()];
        for (owner, &span) in &spans.owner {
            let place = Place {
                base: ARENA,
                at: offsets[span],
            };
            match owner {
                Owner::Value(edge) => memory.places.extend([(*edge, place)]),
                Owner::Stash(i) => memory.stashes[*i] = place,
                Owner::Scratch(node) => memory.scratch.extend([(*node, place)]),
            }
        }
        memory.finish(graph, layout, actions);
        memory
    }

    /// Inputs, constants and state that is written in place.
    fn fix_sources(&mut self, graph: &Graph, actions: &Actions) {
        for (node, n) in graph.nodes.iter().enumerate() {
            let edge = Edge { node, out: 0 };
            if let Op::Input(input) = &n.op {
                self.places.insert(
                    edge,
                    Place {
                        base: INPUTS + input.index as u32,
                        at: 0,
                    },
                );
            }
            if let (Op::Constant(c), true) = (&n.op, actions.needed.contains(&edge)) {
                let at = self.constants.len();
                self.constants.extend_from_slice(bytes::of(&c.value.data));
                self.constants
                    .resize(self.constants.len().next_multiple_of(LINE), 0);
                self.places.insert(
                    edge,
                    Place {
                        base: CONSTANTS,
                        at,
                    },
                );
            }
        }
        for (edge, state) in &actions.in_place {
            self.places.insert(
                *edge,
                Place {
                    base: INPUTS + *state as u32,
                    at: 0,
                },
            );
        }
    }

    /// Spans of all values in the arena. A group writes over an input of the same size that dies in it.
    fn spans(
        &self,
        graph: &Graph,
        layout: &Layout,
        actions: &Actions,
        scratch: &BTreeMap<usize, usize>,
    ) -> Spans {
        let mut last: BTreeMap<Edge, usize> = BTreeMap::new();
        for (at, action) in actions.list.iter().enumerate() {
            let until = actions.beside(at).unwrap_or(at);
            last.extend(action.reads.iter().map(|e| (*e, until)));
        }
        let results = graph
            .outputs
            .iter()
            .map(|o| o.1)
            .chain(graph.updates.iter().map(|u| u.1));
        last.extend(results.map(|e| (layout.dense_source(e), usize::MAX)));
        let mut spans = Spans {
            list: vec![],
            owner: BTreeMap::new(),
        };
        for (at, action) in actions.list.iter().enumerate() {
            let mut taken = BTreeSet::new();
            // What lives in a chain or in tracks lives to their end: the other thread may be anywhere.
            let beside = actions.beside(at);
            let (alone, until) = (beside.is_none(), beside.unwrap_or(at));
            let written = self.written(graph, layout, actions, &action.kind);
            // Products that are joined write the same value.
            let known = |e: &Edge| spans.owner.contains_key(&Owner::Value(*e));
            let new: Vec<Edge> = written.into_iter().filter(|e| !known(e)).collect();
            for edge in new {
                let bytes = graph.ty(edge).elements() * graph.ty(edge).dtype.size();
                let end = last.get(&edge).copied().unwrap_or(until);
                let dying = |e: &&Edge| {
                    let members = match &action.kind {
                        Kind::Group(members) => members,
                        _ => return false,
                    };
                    let same = spans.last(**e).is_some_and(|(s, end)| {
                        end == at && !taken.contains(&s) && spans.list[s].bytes == bytes
                    });
                    same && alone
                        && last.get(*e) == Some(&at)
                        && may_overwrite(layout, graph, members, **e)
                };
                match action.reads.iter().find(dying).and_then(|e| spans.last(*e)) {
                    Some((span, _)) => {
                        taken.insert(span);
                        spans.owner.insert(Owner::Value(edge), span);
                        spans.list[span].last = end;
                    }
                    None => {
                        spans.add(Owner::Value(edge), bytes, at);
                        let span = spans.list.len() - 1;
                        taken.insert(span);
                        spans.list[span].last = end;
                    }
                }
            }
            match &action.kind {
                Kind::Stash(i) => {
                    let ty = graph.ty(actions.stashes[*i]);
                    spans.add(Owner::Stash(*i), ty.elements() * ty.dtype.size(), at);
                    spans
                        .list
                        .iter_mut()
                        .next_back()
                        .into_iter()
                        .for_each(|s| s.last = usize::MAX);
                }
                Kind::Node(node) => {
                    if let Some(&bytes) = scratch.get(node) {
                        spans.add(Owner::Scratch(*node), bytes, at);
                        spans
                            .list
                            .iter_mut()
                            .next_back()
                            .into_iter()
                            .for_each(|s| s.last = until);
                    }
                }
                Kind::Group(_) | Kind::Copy(_) | Kind::Rows(_) => {}
            }
        }
        spans
    }

    /// The values an action writes to the arena.
    fn written(&self, graph: &Graph, layout: &Layout, actions: &Actions, kind: &Kind) -> Vec<Edge> {
        let free = |e: &Edge| !self.places.contains_key(e);
        match kind {
            Kind::Group(members) => {
                let edges = members.iter().map(|&node| Edge { node, out: 0 });
                edges
                    .filter(|e| actions.needed.contains(e))
                    .filter(free)
                    .collect()
            }
            Kind::Node(node) if layout.tails.contains_key(node) => {
                layout.tails[node].written().into_iter().collect()
            }
            Kind::Node(node) => {
                // A scan leaves out what nobody reads, but keeps its carries in its first outputs.
                let always = match &graph.nodes[*node].op {
                    Op::Scan(scan) => scan.carries,
                    _ => usize::MAX,
                };
                let edges =
                    (0..graph.nodes[*node].types.len()).map(|out| Edge { node: *node, out });
                edges
                    .filter(|e| e.out < always || actions.needed.contains(e))
                    .filter(free)
                    .collect()
            }
            Kind::Copy(edge) => vec![*edge],
            Kind::Stash(_) | Kind::Rows(_) => vec![],
        }
    }

    fn finish(&mut self, graph: &Graph, layout: &Layout, actions: &Actions) {
        for (index, (_, edge)) in graph.outputs.iter().enumerate() {
            let stash = actions.output_stash.get(&index).map(|&s| self.stashes[s]);
            let place = stash.unwrap_or_else(|| self.dense(graph, layout, *edge));
            self.outputs.push(place);
        }
        for (index, (state, edge)) in graph.updates.iter().enumerate() {
            let ty = graph.ty(*edge);
            let to = Place {
                base: INPUTS + *state as u32,
                at: 0,
            };
            let stash = actions.update_stash.get(&index).map(|&s| self.stashes[s]);
            let from = stash.unwrap_or_else(|| self.dense(graph, layout, *edge));
            if from != to {
                self.finals
                    .push((from, to, ty.elements() * ty.dtype.size()));
            }
        }
    }

    /// Where a held value lies, if it is held.
    pub(crate) fn held(&self, edge: Edge) -> Option<Place> {
        self.places.get(&edge).copied()
    }

    /// Where a value lies side by side.
    pub(crate) fn dense(&self, graph: &Graph, layout: &Layout, edge: Edge) -> Place {
        let view = layout.view(edge);
        let nowhere = Place { base: ARENA, at: 0 };
        if !view.is_contiguous() {
            return self.held(edge).unwrap_or(nowhere);
        }
        let start = self.held(view.base).unwrap_or(nowhere);
        Place {
            at: start.at + view.offset * graph.ty(view.base).dtype.size(),
            ..start
        }
    }

    /// Where element `offset` of a held value lies.
    pub(crate) fn within(&self, graph: &Graph, edge: Edge, offset: usize) -> Option<Place> {
        let start = self.held(edge)?;
        Some(Place {
            at: start.at + offset * graph.ty(edge).dtype.size(),
            ..start
        })
    }

    pub(crate) fn stash(&self, index: usize) -> Place {
        self.stashes[index]
    }

    /// Working memory of a node that asked for some.
    pub(crate) fn scratch(&self, node: usize) -> Option<Place> {
        self.scratch.get(&node).copied()
    }
}
