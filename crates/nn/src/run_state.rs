//! What a scope keeps beyond weights: states that pass from batch to batch, and what wrappers do to the layer inside.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use regimen_graph::{DType, InputKind, Type, Var};

use crate::Scope;

/// A state that a layer carries from batch to batch: no weight, zeros until the first batch and after a reset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateInfo {
    /// Unique path in the run's state table: `lstm/rnn_state`.
    pub path: String,
    /// Shape with the batch axis; float32.
    pub shape: Vec<usize>,
}

/// The part of a scope that only stateful layers and wrappers use.
#[derive(Default)]
pub(crate) struct RunState {
    /// The batch size that the model's input fixes.
    pub fixed_batch: Option<usize>,
    /// States in order of creation.
    pub states: Vec<StateInfo>,
    /// Weights by path that something else stands in for.
    pub replaced: BTreeMap<String, Var>,
    /// Whether weights that are tied count as several, as files have them.
    pub untied: bool,
    /// Whether the graph is bounded by the weights: that of a model whose config a file had.
    pub bounded: bool,
    /// Paths of weights that are not trained.
    pub frozen: BTreeSet<String>,
    /// Shapes of the random draws so far.
    pub drawn: Vec<Vec<usize>>,
    /// Paths of the layers whose own activity penalty does not count, innermost last.
    pub quiet: Vec<String>,
    /// Calls of layers so far, here and in graphs aside.
    pub calls: Rc<Cell<usize>>,
}

impl Scope {
    /// States that pass from batch to batch need this: the model's inputs have `rows` rows, always.
    pub fn fix_batch(&mut self, rows: usize) {
        self.run.fixed_batch = Some(rows);
    }

    /// The batch size that the model's input fixes, if any.
    pub fn fixed_batch(&self) -> Option<usize> {
        self.run.fixed_batch
    }

    /// A state of the current layer that passes from batch to batch. Its value after this step is what
    /// [`Scope::update`] gives.
    pub fn carried(&mut self, name: &str, shape: &[usize]) -> Var {
        if let Some(pending) = self.pending(name) {
            return pending;
        }
        let path = format!("{}/{name}", self.path());
        if self.run.states.iter().all(|s| s.path != path) {
            let shape = shape.to_vec();
            self.run.states.push(StateInfo {
                path: path.clone(),
                shape,
            });
        }
        self.builder()
            .input(&path, Type::new(DType::F32, shape), InputKind::State)
    }

    /// States that pass from batch to batch, in order of creation.
    pub fn states(&self) -> &[StateInfo] {
        &self.run.states
    }

    /// From here on `stand_in` is read instead of the weight at `path`.
    pub fn stand_in(&mut self, path: &str, stand_in: Var) {
        self.run.replaced.insert(path.to_string(), stand_in);
    }

    /// Runs `f` where `stand_in` is read instead of the weight at `path`.
    pub(crate) fn replacing<R>(
        &mut self,
        path: &str,
        stand_in: Var,
        f: impl FnOnce(&mut Scope) -> R,
    ) -> R {
        let before = self.run.replaced.insert(path.to_string(), stand_in);
        let result = f(self);
        match before {
            Some(before) => _ = self.run.replaced.insert(path.to_string(), before),
            None => _ = self.run.replaced.remove(path),
        }
        result
    }

    /// Runs `f` without the activity penalty of the layer `name` inside the current one; those of layers
    /// inside it count.
    pub(crate) fn without_activity_loss<R>(
        &mut self,
        name: &str,
        f: impl FnOnce(&mut Scope) -> R,
    ) -> R {
        let path = self.path();
        self.run.quiet.push(if path.is_empty() {
            name.to_string()
        } else {
            format!("{path}/{name}")
        });
        let result = f(self);
        self.run.quiet.pop();
        result
    }
}
