//! A trainer that is only asked.

use regimen_graph::Engine;
use regimen_nn::model::{InputInfo, Model};

use crate::compile::Compiled;
use crate::{TrainError, Trainer, Weights};

impl<'e> Trainer<'e> {
    /// A model that is only asked: it predicts, and has neither a loss nor an optimizer that would do anything. Weights that
    /// are not given begin as their initializers draw them; those that are given are let go one by one, so that no second
    /// copy of them is held.
    ///
    /// # Errors
    ///
    /// A model that its inputs do not fit, and weights of unknown paths or other shapes.
    pub fn for_prediction(
        engine: &'e dyn Engine,
        model: Model,
        inputs: Vec<InputInfo>,
        weights: Weights,
    ) -> Result<Trainer<'e>, TrainError> {
        let description = model.describe(&inputs)?;
        let mut trainer = Trainer::assembled(engine, model, description, Compiled::nothing()?, 0);
        trainer.inputs = inputs;
        trainer.check_weights(&weights)?;
        trainer.initialize_except(&weights)?;
        for (path, value) in weights {
            trainer.store.take(&path, value);
        }
        Ok(trainer)
    }
}
