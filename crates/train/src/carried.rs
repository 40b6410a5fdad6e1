//! What stateful layers carry from batch to batch: read, set, and put back to zeros.

use regimen_graph::{DType, Tensor, Type};
use regimen_nn::StateInfo;

use crate::{TrainError, Trainer};

impl Trainer<'_> {
    /// Sets what stateful layers carry from batch to batch back to zeros, as Keras's `reset_states()` of each. Nothing
    /// else does: training, evaluation and prediction all carry on from the batch before.
    pub fn reset_states(&mut self) {
        let all: Vec<String> = self.states.iter().map(|s| s.path.clone()).collect();
        self.reset_states_at(&all);
    }

    /// The same of some states, by path; others and unknown ones are left alone.
    pub fn reset_states_at(&mut self, paths: &[String]) {
        for info in self.states.iter().filter(|s| paths.contains(&s.path)) {
            let zeros = Tensor::zeros(&Type::new(DType::F32, info.shape.clone()));
            self.store.put(&info.path, &zeros);
        }
    }

    /// Paths and shapes of what stateful layers carry: `lstm/rnn_state`.
    pub fn state_infos(&self) -> &[StateInfo] {
        &self.states
    }

    /// What a stateful layer carries now, by path.
    pub fn carried(&self, path: &str) -> Option<Tensor> {
        let known = self.states.iter().any(|s| s.path == path);
        known.then(|| self.store.get(path)).flatten()
    }

    /// Sets what a stateful layer carries into the next batch.
    ///
    /// # Errors
    ///
    /// A path that there is not, and another shape.
    pub fn set_carried(&mut self, path: &str, value: &Tensor) -> Result<(), TrainError> {
        let known = self.states.iter().find(|s| s.path == path);
        match known.map(|s| s.shape == value.shape) {
            Some(true) => {
                self.store.put(path, value);
                Ok(())
            }
            Some(false) => Err(TrainError::Arguments(format!(
                "{path}: a state of shape {:?}, expected {:?}",
                value.shape,
                known.map_or(&[][..], |s| &s.shape)
            ))),
            None => Err(TrainError::Arguments(format!("there is no state `{path}`"))),
        }
    }
}
