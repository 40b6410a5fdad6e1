//! A finished graph: nodes in topological order, named inputs, outputs and state updates.

use std::sync::Arc;

use crate::{Op, Type};

/// One value: an output of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Index into [`Graph::nodes`].
    pub node: usize,
    /// Which of the node's outputs.
    pub out: usize,
}

/// One op with its inputs.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it computes.
    pub op: Op,
    /// Its inputs, all earlier in the list.
    pub inputs: Vec<Edge>,
    /// Types of its outputs.
    pub types: Vec<Type>,
    /// Layer path it was written by.
    pub path: Arc<str>,
    /// Whether differentiation wrote it.
    pub backward: bool,
}

/// Who provides an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// Given anew at each run: a batch, a sample weight.
    Feed,
    /// Lives in the engine's store under its name: a weight, a slot, a counter.
    State,
}

/// A named input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputDecl {
    /// Unique name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Who provides it.
    pub kind: InputKind,
}

/// A pure computation. After a run, each update's value replaces its state input in the store.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Topologically ordered.
    pub nodes: Vec<Node>,
    /// Inputs; node `Op::Input(i)` reads entry `i`.
    pub inputs: Vec<InputDecl>,
    /// Named results.
    pub outputs: Vec<(String, Edge)>,
    /// Index of a state input, and its next value.
    pub updates: Vec<(usize, Edge)>,
    /// Index of a scalar output that is computed before any state is set: see [`crate::Program::run_guarded`].
    pub guard: Option<usize>,
}

impl Graph {
    /// The type of a value.
    pub fn ty(&self, edge: Edge) -> &Type {
        &self.nodes[edge.node].types[edge.out]
    }

    /// The index of the input with this name.
    pub fn input(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|i| i.name == name)
    }

    /// The index of the output with this name.
    pub fn output(&self, name: &str) -> Option<usize> {
        self.outputs.iter().position(|o| o.0 == name)
    }
}

impl PartialEq for Graph {
    fn eq(&self, other: &Graph) -> bool {
        let node = |n: &Node| (n.op.clone(), n.inputs.clone(), n.types.clone());
        self.inputs == other.inputs
            && self.outputs == other.outputs
            && self.updates == other.updates
            && self.nodes.len() == other.nodes.len()
            && self
                .nodes
                .iter()
                .zip(&other.nodes)
                .all(|(a, b)| node(a) == node(b))
    }
}
