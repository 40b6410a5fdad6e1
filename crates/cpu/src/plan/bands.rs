//! A chain of launches in bands of rows: a thread takes a band of samples through all of them, then another, before the threads meet.
//!
//! On the way forward and back through dense layers, what belongs to a sample is computed from that sample and the weights
//! alone: products by rows, elementwise groups, sums over columns, dropout. Cut by samples, such launches need no meeting
//! between them, and what one thread writes stays in its cache for the next launch. Gradients of weights, and whatever else
//! takes samples together, come after the chain; nothing in it sets state. Every kernel gives each row the bits it has in the
//! whole, so bands change no number. What lives in the chain lives to its end (`memory.rs`): the bands are at different launches.
//!
//! Worth it where launches are short, as for tracks. On an AMD EPYC (two cores of a virtual machine, AVX2) a step of `bench mlp5`
//! takes 0.7 to 0.75 of the time so that it takes with launches shared one by one; one of `bench mlp2`, 30 µs in one thread, gains
//! no more than the machine's noise.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::{DType, Edge, Graph, InputKind, Op, elements};

use super::actions::{Action, Kind};
use super::group::Layout;
use super::tracks::{Cost, LEAST};
use super::view::View;
use crate::kernels::gemm;

/// Bands begin at multiples of so many rows, and none has fewer. So they begin with a vector, a strip and a block of the four
/// numbers that are drawn together, and none has a single row, whose product would be dot products, which add in another order.
const UNIT: usize = 16;

/// Positions of the chain among the actions, and the rows that all its values have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bands {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) rows: usize,
    /// Bands that are worth it at most.
    pub(crate) most: usize,
}

impl Bands {
    /// The rows of band `i` of `count`: the first, and how many.
    pub(crate) fn band(rows: usize, i: usize, count: usize) -> (usize, usize) {
        let units = rows / UNIT;
        let first = |i: usize| match i == count {
            true => rows,
            false => units * i / count * UNIT,
        };
        (first(i), first(i + 1) - first(i))
    }

    /// Bands for so many threads: two each, where they are not too small, so that a thread that is held up gives one away.
    pub(crate) fn count(rows: usize, most: usize, threads: usize) -> usize {
        let units = rows / UNIT;
        let count = (2 * threads).min(units / 2).max(threads.min(units));
        count.min(most).max(1)
    }
}

/// What is known of the actions.
pub(super) struct Known<'a> {
    pub(super) graph: &'a Graph,
    pub(super) layout: &'a Layout,
    pub(super) list: &'a [Action],
    /// Per action, those that must have run before it.
    pub(super) before: &'a [BTreeSet<usize>],
    pub(super) costs: &'a [Cost],
    /// The action that makes each node's value.
    pub(super) makers: &'a BTreeMap<usize, usize>,
    /// Whether each action sets state.
    pub(super) sets_state: &'a [bool],
}

/// The actions in an order in which a chain stands together, if there is one that pays.
pub(super) fn find(known: &Known<'_>) -> Option<(Vec<usize>, Bands)> {
    let rows = known.samples()?;
    let chain = known.chain(rows);
    let time: u64 = chain.iter().map(|&at| known.costs[at].shared).sum();
    if time < 2 * LEAST {
        return None;
    }
    let mut early = BTreeSet::new();
    let mut stack: Vec<usize> = chain.iter().copied().collect();
    while let Some(at) = stack.pop() {
        let needed = known.before[at].iter().filter(|b| !chain.contains(b));
        stack.extend(needed.filter(|b| early.insert(**b)));
    }
    let bands = Bands {
        start: early.len(),
        end: early.len() + chain.len(),
        rows,
        most: 2 * usize::try_from(time / (2 * LEAST)).unwrap_or(1),
    };
    let late = (0..known.list.len()).filter(|at| !chain.contains(at) && !early.contains(at));
    let late: Vec<usize> = late.collect();
    Some((early.into_iter().chain(chain).chain(late).collect(), bands))
}

impl Known<'_> {
    /// Samples of a batch: rows of the first feed.
    fn samples(&self) -> Option<usize> {
        let mut feeds = self.graph.inputs.iter();
        let feed = feeds.find(|i| i.kind == InputKind::Feed && i.ty.rank() > 0)?;
        feed.ty.shape.first().copied().filter(|&n| n >= 2 * UNIT)
    }

    /// The actions that can be cut into rows, and need nothing between them that cannot.
    fn chain(&self, rows: usize) -> BTreeSet<usize> {
        let mut chain = BTreeSet::new();
        // What hangs on the chain without being in it.
        let mut late = vec![false; self.list.len()];
        for (at, action) in self.list.iter().enumerate() {
            let before = &self.before[at];
            let linked: Vec<usize> = before.intersection(&chain).copied().collect();
            let after_all = before.iter().any(|&b| late[b]);
            let fits = !after_all && !self.sets_state[at] && self.fits(action, &chain, rows);
            // Some other reason to come later than the chain's action than reading its value.
            let reads = |b: &usize| action.reads.iter().any(|e| self.maker(*e) == Some(*b));
            if fits && linked.iter().all(reads) && (!linked.is_empty() || self.begins(action)) {
                chain.insert(at);
            } else {
                late[at] = after_all || !linked.is_empty();
            }
        }
        chain
    }

    fn maker(&self, edge: Edge) -> Option<usize> {
        self.makers.get(&edge.node).copied()
    }

    /// Whether an action that reads nothing of the chain belongs to the samples: it reads a feed, or draws.
    fn begins(&self, action: &Action) -> bool {
        let is_feed = |e: &Edge| match &self.graph.nodes[e.node].op {
            Op::Input(input) => self.graph.inputs[input.index].kind == InputKind::Feed,
            _ => false,
        };
        let draws = match action.kind {
            Kind::Node(node) => matches!(self.graph.nodes[node].op, Op::Random(_)),
            _ => false,
        };
        draws || action.reads.iter().any(is_feed)
    }

    /// Whether each row of what the action makes comes from the same row of the chain's values.
    fn fits(&self, action: &Action, chain: &BTreeSet<usize>, rows: usize) -> bool {
        let inside = |e: Edge| self.maker(e).is_some_and(|at| chain.contains(&at));
        let by_rows = |view: &View| {
            !inside(view.base) || keeps_rows(view, self.graph.ty(view.base).elements(), rows)
        };
        match &action.kind {
            Kind::Group(members) => {
                let outside = |view: &&View| !members.contains(&view.base.node);
                let operands = members.iter().flat_map(|&i| &self.layout.operands[i]);
                self.elements(members[0]).is_multiple_of(rows)
                    && operands.filter(outside).all(by_rows)
            }
            Kind::Node(node) => {
                let types = &self.graph.nodes[*node].types;
                let is_cut = types.len() == 1
                    && types[0].shape.first() == Some(&rows)
                    && types[0].elements() > 0;
                is_cut && self.node_fits(*node, &inside, &by_rows)
            }
            Kind::Copy(_) | Kind::Stash(_) | Kind::Rows(_) => false,
        }
    }

    fn elements(&self, node: usize) -> usize {
        self.graph.nodes[node].types[0].elements()
    }

    fn node_fits(
        &self,
        index: usize,
        inside: &dyn Fn(Edge) -> bool,
        by_rows: &dyn Fn(&View) -> bool,
    ) -> bool {
        let node = &self.graph.nodes[index];
        let first = node.inputs.first().map(|e| self.layout.view(*e));
        let is_float = |e: &Edge| self.graph.ty(*e).dtype == DType::F32;
        match &node.op {
            Op::Random(_) => !node
                .inputs
                .iter()
                .any(|e| inside(self.layout.view(*e).base)),
            Op::MatMul(op) => {
                let right = self.layout.view(node.inputs[1]).base;
                let depth = *self.graph.ty(node.inputs[0]).shape.last().unwrap_or(&0);
                let tail = self.layout.tails.get(&index);
                let kept = |(base, first): (Edge, usize)| {
                    first == 0 && self.graph.ty(base).elements() == self.elements(index)
                };
                let tail_fits = tail.is_none_or(|tail| {
                    tail.columns.is_none()
                        && tail.bias.is_none_or(|(base, _)| !inside(base))
                        && tail.keep.is_none_or(|keep| !inside(keep.0) || kept(keep))
                });
                let one = self.graph.ty(node.inputs[1]).rank() == 2;
                one && !op.transpose_a
                    && gemm::keeps_rows_apart(depth)
                    && !inside(right)
                    && tail_fits
                    && first.is_some_and(by_rows)
            }
            Op::Reduce(op) => {
                !op.axes.contains(&0)
                    && is_float(&node.inputs[0])
                    && first.is_some_and(|view| view.is_contiguous() && by_rows(view))
            }
            Op::ArgReduce(op) => {
                op.axis != 0
                    && is_float(&node.inputs[0])
                    && first.is_some_and(|view| view.is_contiguous() && by_rows(view))
            }
            _ => false,
        }
    }
}

/// Whether each of so many rows of a view reads the same row of its base, which has `base` elements.
fn keeps_rows(view: &View, base: usize, rows: usize) -> bool {
    let n = elements(&view.shape);
    if !base.is_multiple_of(rows) || !n.is_multiple_of(rows) || n == 0 {
        return false;
    }
    let shape = match view.shape.first() == Some(&rows) {
        true => view.shape.clone(),
        false => vec![rows, n / rows],
    };
    let Some(strides) = view.strides_over(&shape) else {
        return false;
    };
    let columns = shape.iter().zip(&strides).skip(1);
    let reach = view.offset + columns.map(|(n, s)| (n - 1) * s).sum::<usize>();
    strides[0] == base / rows && reach < base / rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_whole_units_and_all_rows() {
        for rows in [32, 33, 49, 61, 128, 1000] {
            for threads in [1, 2, 3, 8, 100] {
                let count = Bands::count(rows, 20, threads);
                assert!(count <= 20 && count <= 2 * threads);
                let mut next = 0;
                for i in 0..count {
                    let (first, n) = Bands::band(rows, i, count);
                    assert!(first == next && n >= UNIT && first.is_multiple_of(UNIT));
                    next += n;
                }
                assert_eq!(next, rows);
            }
        }
    }

    #[test]
    fn rows_that_read_their_own() {
        const BASE: Edge = Edge { node: 0, out: 0 };
        let dense = View::dense(BASE, &[32, 6]);
        assert!(keeps_rows(&dense, 192, 32));
        // As one axis, and as other columns.
        assert!(keeps_rows(&View::dense(BASE, &[192]), 192, 32));
        assert!(keeps_rows(&View::dense(BASE, &[32, 2, 3]), 192, 32));
        // The same row for all, a number per row, columns of a wider row, and columns beyond its end.
        let view = |offset, shape: &[usize], strides: &[usize]| View {
            base: BASE,
            offset,
            shape: shape.to_vec(),
            strides: strides.to_vec(),
        };
        assert!(!keeps_rows(&view(0, &[32, 6], &[0, 1]), 6, 32));
        assert!(keeps_rows(&view(0, &[32, 6], &[1, 0]), 32, 32));
        assert!(keeps_rows(&view(2, &[32, 3], &[6, 1]), 192, 32));
        assert!(!keeps_rows(&view(4, &[32, 3], &[6, 1]), 192, 32));
        // Transposed.
        assert!(!keeps_rows(&view(0, &[32, 32], &[1, 32]), 1024, 32));
    }
}
