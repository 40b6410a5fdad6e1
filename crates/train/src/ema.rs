//! Moving averages of the weights: exchanged with the weights, set to them, or taken for them.
//!
//! The optimizer keeps them in the step (option `use_ema`), as the state `optimizer/<weight>/average`. Follows
//! `finalize_variable_values` of keras/src/optimizers/base_optimizer.py and keras/src/callbacks/swap_ema_weights.py.

use regimen_graph::Tensor;
use regimen_nn::optimizers::slot_name;

use crate::{TrainError, Trainer};

/// Slot of a weight's moving average.
pub(crate) const AVERAGE: &str = "average";

impl Trainer<'_> {
    /// Exchanges every weight with its moving average; a second call undoes it.
    pub fn swap_ema(&mut self) -> Result<(), TrainError> {
        for (path, average) in self.averages()? {
            if let Some(weight) = self.store.get(&path) {
                self.store.put(&slot_name(&path, AVERAGE), &weight);
                self.store.put(&path, &average);
            }
        }
        Ok(())
    }

    /// Sets the moving averages to the weights as they are.
    pub fn set_ema(&mut self) -> Result<(), TrainError> {
        for (path, _) in self.averages()? {
            if let Some(weight) = self.store.get(&path) {
                self.store.put(&slot_name(&path, AVERAGE), &weight);
            }
        }
        Ok(())
    }

    /// Gives the weights the values of their moving averages, where there are any: the end of training in Keras. Before the
    /// first step they are zeros, and nobody's average.
    pub(crate) fn take_ema(&mut self) {
        if self.step() == 0 {
            return;
        }
        for (path, average) in self.averages().unwrap_or_default() {
            self.store.put(&path, &average);
        }
    }

    /// Whether there are averages, or what is to be set for them.
    pub(crate) fn check_ema(&self) -> Result<(), String> {
        self.averages().map(drop).map_err(|e| e.to_string())
    }

    /// Paths of weights that have a moving average, with it.
    fn averages(&self) -> Result<Vec<(String, Tensor)>, TrainError> {
        let kept = |path: &String| Some((path.clone(), self.store.get(&slot_name(path, AVERAGE))?));
        let found: Vec<_> = self.weights.iter().filter_map(|w| kept(&w.path)).collect();
        if found.is_empty() {
            return Err(TrainError::Arguments(
                "the optimizer keeps no moving averages of the weights: set `use_ema` of the optimizer to true".to_string(),
            ));
        }
        Ok(found)
    }
}
