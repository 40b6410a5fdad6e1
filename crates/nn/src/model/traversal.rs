//! The order in which Keras lists a functional model's layers, and whether it is a plain chain.
//!
//! Layers stand by their distance from the outputs, far ones first, then by the order in which a walk from the
//! outputs meets them. Follows `map_graph` of keras/src/ops/function.py.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Model, TensorRef};

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
    /// Walks the graph of calls as Keras does.
    pub(crate) fn traversal(&self) -> Traversal {
        let (calls, met) = self.walk();
        let (mut call_depths, mut layer_depths) = self.depths(&calls);
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
    fn depths(&self, calls: &[Call]) -> (BTreeMap<Call, usize>, BTreeMap<usize, usize>) {
        let (mut of_calls, mut of_layers) = (BTreeMap::new(), BTreeMap::new());
        for &call in calls.iter().rev() {
            let before = of_layers.get(&call.0).copied().unwrap_or(0);
            let depth = before.max(of_calls.get(&call).copied().unwrap_or(0));
            of_layers.insert(call.0, depth);
            of_calls.insert(call, depth);
            for from in self.feeds(call) {
                let known = of_calls.entry((from.layer, from.call)).or_insert(0);
                *known = (depth + 1).max(*known);
            }
        }
        (of_calls, of_layers)
    }
}
