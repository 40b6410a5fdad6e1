//! StackedRNNCells: cells on top of each other, as one cell.
//!
//!   x (B, D), states (B, U) -> h (B, U) of the last cell, next states;
//!   x_0 = x;  x_{i+1} = the output of cell i on x_i and its own states;  the output is that of the last cell
//!
//! Follows keras/src/layers/rnn/stacked_rnn_cells.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Cell, Configured, InnerLayer, Layer, LayerDef, Parts, Scope, Value,
    cell::{call_alone, projected_entry},
    keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "StackedRNNCells",
    aliases: &[],
    about: "recurrent cells on top of each other, as one",
    options: StackedRNNCells::options,
    read: limits::read::<StackedRNNCells>,
};

keras_config! {
    /// Recurrent cells on top of each other, as one cell for `RNN`.
    ///
    /// ```
    /// use regimen_nn::layers::{GRUCell, LSTMCell, StackedRNNCells};
    /// let stack = StackedRNNCells::new(vec![LSTMCell::new(16usize).into(), GRUCell::new(8usize).into()]);
    /// assert_eq!(stack.cells.len(), 2);
    /// ```
    pub struct StackedRNNCells(
        /// The cells, the one that reads the input first.
        cells: Vec<InnerLayer>,
    ) {}
}

impl StackedRNNCells {
    /// The cells with names that differ, as weight paths need them.
    fn each(&self) -> Vec<(String, bool, &dyn Cell)> {
        let mut list: Vec<(String, bool, &dyn Cell)> = vec![];
        for inner in &self.cells {
            let Some(cell) = inner.layer.cell() else {
                continue; // refused by the limits
            };
            let taken = |name: &str| list.iter().any(|c| c.0 == name);
            let free = (1..).map(|i| format!("{}_{i}", inner.name));
            let name = std::iter::once(inner.name.clone())
                .chain(free)
                .find(|n| !taken(n));
            list.push((name.unwrap_or(inner.name.clone()), inner.trainable, cell));
        }
        list
    }

    /// Number of states of each cell for an entry, and its input's shape.
    fn layout(&self, entry: &[usize]) -> Vec<(Vec<usize>, Vec<Vec<usize>>)> {
        let mut entry = entry.to_vec();
        let mut list = vec![];
        for (_, _, cell) in self.each() {
            let states = cell.state_shapes(&entry);
            let output = states[cell.shown()].clone();
            list.push((std::mem::replace(&mut entry, output), states));
        }
        list
    }
}

impl Limits for StackedRNNCells {
    fn limits(&self) -> Checks {
        let odd = self.cells.iter().find(|c| c.layer.cell().is_none());
        let found = odd.map_or("none", |c| c.layer.class_name());
        let ok = odd.is_none() && !self.cells.is_empty();
        Checks::new().holds(ok, "cells", found, "recurrent cells such as LSTMCell")
    }
}

impl Cell for StackedRNNCells {
    fn state_shapes(&self, entry: &[usize]) -> Vec<Vec<usize>> {
        let all: Vec<Vec<usize>> = self.layout(entry).into_iter().flat_map(|l| l.1).collect();
        match all.is_empty() {
            true => vec![entry.to_vec()], // refused by the limits
            false => all,
        }
    }

    /// The output of the last cell. Any entry will do to count states.
    fn shown(&self) -> usize {
        let counts: Vec<usize> = self.layout(&[1, 1]).iter().map(|l| l.1.len()).collect();
        let last = self.each().last().map_or(0, |c| c.2.shown());
        counts.iter().rev().skip(1).sum::<usize>() + last
    }

    fn parts(&self, s: &mut Scope, entry: &[usize]) -> Parts {
        limits::note(s, self);
        let layout = self.layout(entry);
        let mut cells = vec![];
        for ((name, trainable, cell), (entry, _)) in self.each().into_iter().zip(&layout) {
            cells.push(s.within(&name, trainable, |s| cell.parts(s, entry)));
        }
        Parts {
            cells,
            ..Parts::default()
        }
    }

    fn projected(&self, x: &Var, parts: &Parts) -> Var {
        match (self.each().first(), parts.cells.first()) {
            (Some((_, _, cell)), Some(parts)) => cell.projected(x, parts),
            _ => x.clone(),
        }
    }

    fn step(&self, s: &Scope, z: &Var, states: &[Var], parts: &Parts) -> Vec<Var> {
        let mut next: Vec<Var> = vec![];
        let mut output: Option<Var> = None;
        for ((_, _, cell), parts) in self.each().into_iter().zip(&parts.cells) {
            let z = match &output {
                None => z.clone(),
                Some(x) => projected_entry(cell, x, parts),
            };
            let entry = output.as_ref().unwrap_or(&z).shape();
            let count = cell.state_shapes(&entry).len();
            let from = next.len();
            let own = cell.step(s, &z, &states[from..from + count], parts);
            output = Some(own[cell.shown()].clone());
            next.extend(own);
        }
        match next.is_empty() {
            true => states.to_vec(),
            false => next,
        }
    }
}

impl Layer for StackedRNNCells {
    fn class_name(&self) -> &'static str {
        "StackedRNNCells"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, 1 + self.state_shapes(&[1, 1]).len())
    }

    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        let names = self.each().into_iter().map(|c| c.0);
        names
            .zip(&self.cells)
            .map(|(name, inner)| (name, inner.layer.as_ref()))
            .collect()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        call_alone(s, "StackedRNNCells", self, call)
    }
}
