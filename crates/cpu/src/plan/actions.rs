//! What runs, and in which order: groups, single ops, and copies of views that someone needs side by side.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use regimen_graph::{Edge, Graph, Op};

use super::bands::{self, Bands, Known};
use super::group::{Layout, may_overwrite};
use super::rows::RowStep;
use super::tracks::{self, Cost, Tracks};

/// What an action is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A group of elementwise nodes.
    Group(Vec<usize>),
    /// Any other node.
    Node(usize),
    /// A view written side by side.
    Copy(Edge),
    /// A copy of a value that lies outside the arena, for whom it must outlive the run: see [`Actions::stashes`].
    Stash(usize),
    /// A step on the rows of a table.
    Rows(usize),
}

/// An action with the held values it reads.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) kind: Kind,
    pub(crate) reads: Vec<Edge>,
    key: usize,
}

/// The actions of a graph, in order.
pub(crate) struct Actions {
    pub(crate) list: Vec<Action>,
    /// Values that a group or copy must write to memory.
    pub(crate) needed: BTreeSet<Edge>,
    /// Values copied by `Kind::Stash`.
    pub(crate) stashes: Vec<Edge>,
    /// Stash of each output that has one.
    pub(crate) output_stash: BTreeMap<usize, usize>,
    /// Stash of each update that has one.
    pub(crate) update_stash: BTreeMap<usize, usize>,
    /// Updates whose value is computed straight into the state's memory: value, state input.
    pub(crate) in_place: BTreeMap<Edge, usize>,
    /// Whether the graph has a guard, which is computed before any state is set.
    pub(crate) guarded: bool,
    /// Whether there is an order in which all actions run.
    pub(crate) complete: bool,
    /// A chain in bands of rows, where launches are short.
    pub(crate) bands: Option<Bands>,
    /// Tracks at the end, where launches are short.
    pub(crate) tracks: Option<Tracks>,
    /// Per action of the list, those that must have run before it.
    before: Vec<BTreeSet<usize>>,
}

impl Actions {
    /// Whether an action sets state.
    pub(crate) fn sets_state(&self, action: &Action) -> bool {
        let written = |node: &usize| self.in_place.keys().any(|e| e.node == *node);
        match &action.kind {
            Kind::Group(members) => members.iter().any(written),
            Kind::Node(node) => written(node),
            Kind::Rows(_) => true,
            Kind::Copy(_) | Kind::Stash(_) => false,
        }
    }

    /// The action that makes the guard.
    fn guard(&self, graph: &Graph, layout: &Layout) -> Option<usize> {
        let guard = layout.dense_source(graph.outputs.get(graph.guard?)?.1);
        self.list.iter().position(|a| match &a.kind {
            Kind::Group(members) => members.contains(&guard.node),
            Kind::Node(node) => layout.members[*node].contains(&guard.node),
            Kind::Copy(edge) => *edge == guard,
            Kind::Stash(_) | Kind::Rows(_) => false,
        })
    }
}

/// Finds the actions and puts them in order: as in the graph, but whoever reads a state comes before the action that
/// overwrites it.
pub(crate) fn order(graph: &Graph, layout: &Layout, rows: &[RowStep]) -> Actions {
    let mut actions = Actions {
        list: vec![],
        needed: BTreeSet::new(),
        stashes: vec![],
        output_stash: BTreeMap::new(),
        update_stash: BTreeMap::new(),
        in_place: BTreeMap::new(),
        guarded: false,
        complete: false,
        bands: None,
        tracks: None,
        before: vec![],
    };
    actions.collect(graph, layout, rows);
    actions.stash(graph, layout);
    let mut before = actions.dependencies(layout);
    actions.after_readers(graph, rows, &mut before);
    let guard = actions.guard(graph, layout);
    actions.guarded = guard.is_some();
    for (at, action) in actions.list.iter().enumerate() {
        if let (Kind::Rows(_), Some(guard)) = (&action.kind, guard) {
            before[at].insert(guard);
        }
    }
    actions.overwrite(graph, layout, guard, &mut before);
    let order = topological(&actions.list, &before);
    actions.complete = order.len() == actions.list.len();
    actions.before = before;
    actions.reorder(&order);
    actions
}

/// The input that a node is, if it is one.
fn input_of(graph: &Graph, node: usize) -> Option<usize> {
    match graph.nodes[node].op {
        Op::Input(regimen_graph::ops::Input { index }) => Some(index),
        _ => None,
    }
}

impl Actions {
    fn reorder(&mut self, order: &[usize]) {
        let mut place = vec![usize::MAX; self.list.len()];
        for (at, &i) in order.iter().enumerate() {
            place[i] = at;
        }
        let moved = |set: &BTreeSet<usize>| set.iter().map(|&b| place[b]).collect();
        self.before = order.iter().map(|&i| moved(&self.before[i])).collect();
        self.list = order.iter().map(|&i| self.list[i].clone()).collect();
    }

    /// The last action that may run beside the one at a position, where the order is not kept.
    pub(crate) fn beside(&self, at: usize) -> Option<usize> {
        let bands = self.bands.map(|bands| bands.start..bands.end);
        let tracks = self.tracks.map(|tracks| tracks.start..tracks.end);
        let mut sections = bands.into_iter().chain(tracks);
        sections.find(|s| s.contains(&at)).map(|s| s.end - 1)
    }

    /// Whether threads may take some of the actions apart from the order.
    fn is_plain(&self, graph: &Graph) -> bool {
        // Steps on rows write to tables beside the arena, and bodies of loops have an arena of their own: nobody looked after theirs.
        let is_plain = |a: &Action| match &a.kind {
            Kind::Rows(_) => false,
            Kind::Node(node) => !matches!(graph.nodes[*node].op, Op::Scan(_)),
            _ => true,
        };
        self.list.iter().all(is_plain)
    }

    /// Puts a chain of actions together that bands of rows can do apart, where that is worth it.
    pub(super) fn chain(&mut self, graph: &Graph, layout: &Layout, cost: impl Fn(&Action) -> Cost) {
        if !self.is_plain(graph) {
            return;
        }
        let costs: Vec<Cost> = self.list.iter().map(cost).collect();
        let sets_state: Vec<bool> = self.list.iter().map(|a| self.sets_state(a)).collect();
        let known = Known {
            graph,
            layout,
            list: &self.list,
            before: &self.before,
            costs: &costs,
            makers: &self.makers(layout),
            sets_state: &sets_state,
        };
        if let Some((order, bands)) = bands::find(&known) {
            self.reorder(&order);
            self.bands = Some(bands);
        }
    }

    /// Puts what two threads can do apart at the end, where that is worth it.
    pub(super) fn split(&mut self, graph: &Graph, layout: &Layout, cost: impl Fn(&Action) -> Cost) {
        if !self.is_plain(graph) {
            return;
        }
        let costs: Vec<Cost> = self.list.iter().map(cost).collect();
        // A state is set when the guard is known. What a chain needs stands before it, so it keeps its place.
        let chain = self.bands.map_or(0..0, |bands| bands.start..bands.end);
        let first: Vec<usize> = chain.chain(self.guard(graph, layout)).collect();
        if let Some((order, tracks)) = tracks::find(&costs, &self.before, &first) {
            self.reorder(&order);
            self.tracks = Some(tracks);
        }
    }

    fn collect(&mut self, graph: &Graph, layout: &Layout, rows: &[RowStep]) {
        let mut wanted: Vec<Edge> = vec![];
        for (unit, members) in layout
            .members
            .iter()
            .enumerate()
            .filter(|(_, m)| !m.is_empty())
        {
            let node = &graph.nodes[unit];
            let source = matches!(node.op, Op::Input(_) | Op::Constant(_));
            if source || layout.is_view(unit) {
                continue;
            }
            let inside = |e: &Edge| layout.unit[e.node] == unit && layout.members[unit].len() > 1;
            let mut reads: Vec<Edge> = members
                .iter()
                .flat_map(|&i| layout.reads(graph, i))
                .collect();
            reads.retain(|e| !inside(e));
            reads.sort_unstable();
            reads.dedup();
            wanted.extend(&reads);
            let pointwise = super::simplify::is_pointwise(&node.op);
            let kind = if pointwise {
                Kind::Group(members.clone())
            } else {
                Kind::Node(unit)
            };
            self.list.push(Action {
                kind,
                reads,
                key: members.last().copied().unwrap_or(unit),
            });
        }
        for (index, step) in rows.iter().enumerate() {
            let mut reads = step.reads().map(|e| layout.dense_source(e)).to_vec();
            reads.sort_unstable();
            reads.dedup();
            wanted.extend(&reads);
            self.list.push(Action {
                kind: Kind::Rows(index),
                reads,
                key: step.grads.node,
            });
        }
        let results = graph
            .outputs
            .iter()
            .map(|o| o.1)
            .chain(graph.updates.iter().map(|u| u.1));
        wanted.extend(results.map(|e| layout.dense_source(e)));
        while let Some(edge) = wanted.pop() {
            if self.needed.insert(edge) && layout.is_view(edge.node) {
                let base = layout.view(edge).base;
                wanted.push(base);
                self.list.push(Action {
                    kind: Kind::Copy(edge),
                    reads: vec![base],
                    key: edge.node,
                });
            }
        }
    }

    /// Outputs that are inputs or constants are copied into the arena; updates to another state's old value too.
    fn stash(&mut self, graph: &Graph, layout: &Layout) {
        let key = graph.nodes.len();
        for (index, (_, edge)) in graph.outputs.iter().enumerate() {
            let base = layout.dense_source(*edge);
            if matches!(graph.nodes[base.node].op, Op::Input(_) | Op::Constant(_)) {
                self.output_stash.insert(index, self.stashes.len());
                self.list.push(Action {
                    kind: Kind::Stash(self.stashes.len()),
                    reads: vec![base],
                    key,
                });
                self.stashes.push(*edge);
            }
        }
        for (index, (state, edge)) in graph.updates.iter().enumerate() {
            let base = layout.dense_source(*edge);
            let input = input_of(graph, base.node);
            if input.is_some_and(|i| i != *state || *edge != base) {
                self.update_stash.insert(index, self.stashes.len());
                self.list.push(Action {
                    kind: Kind::Stash(self.stashes.len()),
                    reads: vec![base],
                    key,
                });
                self.stashes.push(*edge);
            }
        }
    }

    /// The action that makes each node's value.
    fn makers(&self, layout: &Layout) -> BTreeMap<usize, usize> {
        let mut maker: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, action) in self.list.iter().enumerate() {
            match &action.kind {
                Kind::Group(members) => maker.extend(members.iter().map(|&m| (m, at))),
                Kind::Node(node) => maker.extend(layout.members[*node].iter().map(|&m| (m, at))),
                Kind::Copy(edge) => maker.extend([(edge.node, at)]),
                Kind::Stash(_) | Kind::Rows(_) => {}
            }
        }
        maker
    }

    /// Per action, the actions that must come before it.
    fn dependencies(&self, layout: &Layout) -> Vec<BTreeSet<usize>> {
        let maker = self.makers(layout);
        let from = |a: &Action| {
            a.reads
                .iter()
                .filter_map(|e| maker.get(&e.node).copied())
                .collect()
        };
        self.list.iter().map(from).collect()
    }

    /// Puts the steps on rows behind all that reads their tables.
    fn after_readers(&self, graph: &Graph, rows: &[RowStep], before: &mut [BTreeSet<usize>]) {
        for (at, action) in self.list.iter().enumerate() {
            let Kind::Rows(index) = action.kind else {
                continue;
            };
            let inputs = &rows[index].inputs;
            let is_table =
                |e: &Edge| input_of(graph, e.node).is_some_and(|input| inputs.contains(&input));
            let readers = (0..self.list.len()).filter(|&i| self.list[i].reads.iter().any(is_table));
            before[at].extend(readers);
        }
    }

    /// Chooses the updates that are computed in place, and orders the state's other readers before them.
    fn overwrite(
        &mut self,
        graph: &Graph,
        layout: &Layout,
        guard: Option<usize>,
        before: &mut [BTreeSet<usize>],
    ) {
        for (index, (state, edge)) in graph.updates.iter().enumerate() {
            let output = graph
                .outputs
                .iter()
                .any(|o| layout.dense_source(o.1) == *edge);
            let taken = self.in_place.contains_key(edge) || self.update_stash.contains_key(&index);
            let whole = layout.view(*edge).base == *edge;
            if output || taken || !whole || input_of(graph, edge.node).is_some() {
                continue;
            }
            let Some(node) = graph
                .nodes
                .iter()
                .position(|n| n.op == Op::Input(regimen_graph::ops::Input { index: *state }))
            else {
                continue;
            };
            let old = Edge { node, out: 0 };
            let writes = |a: &Action| match &a.kind {
                Kind::Group(members) => members.contains(&edge.node),
                Kind::Node(n) => *n == edge.node,
                Kind::Copy(_) | Kind::Stash(_) | Kind::Rows(_) => false,
            };
            let Some(writer) = self.list.iter().position(writes) else {
                continue;
            };
            let fits = match &self.list[writer].kind {
                Kind::Group(members) => may_overwrite(layout, graph, members, old),
                _ => !self.list[writer].reads.contains(&old),
            };
            // What must come before: all that reads the old value, and the guard.
            let readers: Vec<usize> = (0..self.list.len())
                .filter(|&i| i != writer && self.list[i].reads.contains(&old))
                .chain(guard)
                .collect();
            let below = ancestors_of_many(before, &readers);
            if fits && guard != Some(writer) && !below.contains(&writer) {
                before[writer].extend(readers);
                self.in_place.insert(*edge, *state);
            }
        }
    }
}

/// Everything that must come before any of `starts`.
fn ancestors_of_many(before: &[BTreeSet<usize>], starts: &[usize]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut stack = starts.to_vec();
    while let Some(at) = stack.pop() {
        stack.extend(before[at].iter().copied().filter(|&b| found.insert(b)));
    }
    found
}

/// An order that keeps `before`, smallest key first.
fn topological(list: &[Action], before: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut after = vec![vec![]; list.len()];
    let mut open: Vec<usize> = before.iter().map(BTreeSet::len).collect();
    for (at, set) in before.iter().enumerate() {
        set.iter().for_each(|&b| after[b].push(at));
    }
    let mut ready: BinaryHeap<Reverse<(usize, usize)>> = (0..list.len())
        .filter(|&i| open[i] == 0)
        .map(|i| Reverse((list[i].key, i)))
        .collect();
    let mut order = Vec::with_capacity(list.len());
    while let Some(Reverse((_, at))) = ready.pop() {
        order.push(at);
        for &next in &after[at] {
            open[next] -= 1;
            if open[next] == 0 {
                ready.push(Reverse((list[next].key, next)));
            }
        }
    }
    order
}
