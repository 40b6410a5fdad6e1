//! The order in which Keras lists a functional model's layers, and whether it is a plain chain.
//!
//! Layers stand by their distance from the outputs, far ones first, then by the order in which a walk from the
//! outputs meets them. Follows `map_graph` of keras/src/ops/function.py.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Model, ModelKind, TensorRef};

/// A call: layer and number of the call.
type Call = (usize, usize);

/// What a walk from the outputs finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Traversal {
    /// Indices of the layers, in Keras's order.
    pub(crate) layers: Vec<usize>,
    /// Calls that the outputs depend on, and inputs.
    pub(crate) calls: BTreeSet<Call>,
    /// Whether every layer is called once, on the output of the one before it.
    pub(crate) chain: bool,
}

impl Model {
    /// Indices of the layers in the order of Keras's `model.layers`.
    pub fn keras_order(&self) -> Vec<usize> {
        match self.kind {
            ModelKind::Sequential => (0..self.layers.len()).collect(),
            ModelKind::Functional => self.traversal().layers,
        }
    }

    /// Walks the graph of calls as Keras does.
    pub(crate) fn traversal(&self) -> Traversal {
        let (calls, met) = self.walk();
        let Depths {
            of_calls: mut call_depths,
            of_layers: mut layer_depths,
            ..
        } = self.depths(&calls);
        for input in &self.inputs {
            if !met.contains_key(&input.layer) {
                layer_depths.insert(input.layer, 0);
                call_depths.insert((input.layer, input.call), 0);
            }
        }
        let mut layers: Vec<usize> = layer_depths.keys().copied().collect();
        layers.sort_by_key(|l| {
            (
                std::cmp::Reverse(layer_depths[l]),
                met.get(l).copied().unwrap_or(-1),
            )
        });
        let depths: BTreeSet<usize> = call_depths.values().copied().collect();
        let alone = depths.len() == call_depths.len() && layer_depths.len() == call_depths.len();
        let chain = alone && call_depths.keys().all(|c| self.feeds(*c).len() <= 1);
        Traversal {
            layers,
            calls: call_depths.into_keys().collect(),
            chain,
        }
    }

    /// The tensors that a call reads; none for an input.
    fn feeds(&self, (layer, call): Call) -> Vec<TensorRef> {
        let node = &self.layers[layer];
        let fed = self
            .inputs
            .iter()
            .any(|t| (t.layer, t.call) == (layer, call));
        match node
            .calls
            .get(call)
            .filter(|_| node.input.is_none() && !fed)
        {
            Some(spec) => spec
                .inputs
                .iter()
                .chain(spec.tensors.iter().map(|(_, t)| t))
                .copied()
                .collect(),
            None => vec![],
        }
    }

    /// Calls from the inputs to the outputs, and when each layer was met first.
    fn walk(&self) -> (Vec<Call>, BTreeMap<usize, i64>) {
        let (mut done, mut calls, mut met) = (BTreeSet::new(), vec![], BTreeMap::new());
        for output in &self.outputs {
            let mut open = vec![((output.layer, output.call), false)];
            while let Some((call, left)) = open.pop() {
                if left {
                    calls.push(call);
                } else if done.insert(call) {
                    let number = met.len() as i64;
                    met.entry(call.0).or_insert(number);
                    open.push((call, true));
                    open.extend(
                        self.feeds(call)
                            .iter()
                            .rev()
                            .map(|t| ((t.layer, t.call), false)),
                    );
                }
            }
        }
        (calls, met)
    }

    /// Distance from the outputs of every call and every layer.
    fn depths(&self, calls: &[Call]) -> Depths {
        let mut depths = Depths::default();
        for &call in calls.iter().rev() {
            let before = depths.of_layers.get(&call.0).copied().unwrap_or(0);
            let depth = depths.deepen(call, before);
            depths.of_layers.insert(call.0, depth);
            for from in self.feeds(call) {
                depths.deepen((from.layer, from.call), depth + 1);
            }
        }
        depths
    }

    /// Calls in the order in which Keras runs them: far ones from the outputs first, then as the walk back met them. Those
    /// on which no output depends come last.
    pub fn order(&self) -> Vec<(usize, usize)> {
        let depths = self.depths(&self.walk().0);
        let mut order = depths.met;
        // Equal depths stay as they are.
        order.sort_by_key(|call| std::cmp::Reverse(depths.of_calls[call]));
        let mut done: BTreeSet<Call> = order.iter().copied().collect();
        let is_ready = |call: Call, done: &BTreeSet<Call>| {
            let mut feeds = self.feeds(call).into_iter();
            !done.contains(&call) && feeds.all(|t| done.contains(&(t.layer, t.call)))
        };
        // A circle, or a tensor that no call gives.
        let mut run = BTreeSet::new();
        order.retain(|&call| {
            let there = call.1 < self.layers[call.0].calls.len();
            let feeds = self.feeds(call);
            let ready = feeds.iter().all(|t| run.contains(&(t.layer, t.call)));
            there && ready && run.insert(call)
        });
        if order.len() < done.len() {
            done = run;
        }
        loop {
            let before = order.len();
            for (l, node) in self.layers.iter().enumerate() {
                for call in (0..node.calls.len()).map(|c| (l, c)) {
                    if is_ready(call, &done) {
                        done.insert(call);
                        order.push(call);
                    }
                }
            }
            if order.len() == before {
                return order;
            }
        }
    }
}

/// Distances from the outputs.
#[derive(Debug, Default)]
struct Depths {
    of_calls: BTreeMap<Call, usize>,
    of_layers: BTreeMap<usize, usize>,
    /// The calls as they were met.
    met: Vec<Call>,
}

impl Depths {
    /// The depth of a call, at least this.
    fn deepen(&mut self, call: Call, least: usize) -> usize {
        if !self.of_calls.contains_key(&call) {
            self.met.push(call);
        }
        let known = self.of_calls.entry(call).or_insert(0);
        *known = least.max(*known);
        *known
    }
}
