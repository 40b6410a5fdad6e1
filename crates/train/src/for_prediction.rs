//! A trainer that is only asked.

use regimen_graph::Engine;
use regimen_nn::model::{InputInfo, Model};

use crate::compile::Compiled;
use crate::{TrainError, Trainer};

impl<'e> Trainer<'e> {
    /// A model that is only asked: it predicts, and has neither a loss nor an optimizer that would do anything.
    pub fn for_prediction(
        engine: &'e dyn Engine,
        model: Model,
        inputs: Vec<InputInfo>,
    ) -> Result<Trainer<'e>, TrainError> {
        let description = model.describe(&inputs)?;
        let mut trainer = Trainer::assembled(engine, model, description, Compiled::nothing()?, 0);
        trainer.inputs = inputs;
        trainer.initialize()?;
        Ok(trainer)
    }
}
