//! Penalties and constraints, as layers take them from their options.

use regimen_graph::Var;

use crate::{Scope, WeightOptions, constraints::Constraint, regularizers::Regularizer};

impl WeightOptions {
    /// Those of a weight that the optimizer moves.
    pub fn of(regularizer: &Option<Regularizer>, constraint: &Option<Constraint>) -> WeightOptions {
        WeightOptions {
            regularizer: regularizer.clone(),
            constraint: constraint.clone(),
            non_trainable: false,
        }
    }
}

impl Scope {
    /// Adds the penalty of a layer's output, divided by the batch size as in Keras, to the loss.
    pub fn add_activity_loss(&mut self, regularizer: &Option<Regularizer>, output: &Var) {
        let quiet = self.run.quiet.last() == Some(&self.path());
        if let Some(regularizer) = regularizer.as_ref().filter(|_| !quiet) {
            let batch = output.dim(0).max(1) as f64;
            let loss = regularizer.penalty(self.builder(), output) / batch;
            self.add_loss(loss);
        }
    }
}
