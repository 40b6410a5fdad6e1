//! A trained run as a file that Keras and others open.

use std::path::Path;

use regimen_graph::Tensor;
use regimen_nn::optimizers;
use regimen_save::{Saving, save};

use super::compile_config::compile_config;
use super::{RunError, Trained, inputs};

/// Optimizers that keep other variables here than in Keras: what they keep is left out.
const OTHER_VARIABLES: [&str; 4] = ["Adafactor", "LossScaleOptimizer", "MultiOptimizer", "Nadam"];

impl Trained<'_> {
    /// Writes the model and its weights, whole or not at all, in the format that the name says: `.keras` and `.h5` hold the
    /// model, what it was compiled with and the optimizer's state, so that Keras goes on training; `.weights.h5`,
    /// `.weights.json`, `.safetensors` and `.npz` the weights alone. What the run file does to rows before the model
    /// (`data.inputs`, `data.scale`) is no part of it: rows have to be treated alike before they are given to it.
    ///
    /// # Errors
    ///
    /// A name that ends otherwise; layers that work on rows before the first step of training (TextVectorization,
    /// StringLookup), which are not written yet; and whatever writing a file may meet.
    pub fn save(&self, path: &Path) -> Result<(), RunError> {
        if let Some(host) = &self.host {
            let names = host.layer_names().join(", ");
            return Err(RunError(format!(
                "{}: {names}: layers that work on words and categories are not written to files of Keras yet; put their work into data.inputs",
                path.display()
            )));
        }
        let model = self.trainer.model();
        let inputs = &self.trainer.inputs;
        let description = model.describe(inputs);
        let description = description.map_err(|e| RunError(e.to_string()))?;
        let compile = inputs::compile(&self.spec);
        let slots = self.optimizer_state();
        let saving = Saving {
            model,
            inputs,
            description: &description,
            weight: &|path| self.trainer.weight(path),
            compile: &compile_config(&compile),
            optimizer: (&compile.optimizer.class_name, &slots),
        };
        save(path, &saving).map_err(|e| RunError(e.to_string()))
    }

    /// Whether the optimizer's state goes into `.keras` files.
    pub fn has_optimizer_state(&self) -> bool {
        !self.optimizer_state().is_empty()
    }

    /// The optimizer's variables in Keras's order. None where Keras would have others: for weights that the loss does not
    /// reach it keeps slots, too.
    fn optimizer_state(&self) -> Vec<Tensor> {
        let class = optimizers::find(&self.spec.compile.optimizer.class_name).map(|d| d.class_name);
        let other = class.is_none_or(|class| OTHER_VARIABLES.contains(&class));
        if other || !self.trainer.unreached().is_empty() || !self.has_slots {
            return vec![];
        }
        let variables = self.trainer.optimizer_variables();
        let each = variables.iter().map(|v| self.trainer.store.get(&v.name));
        each.collect::<Option<Vec<Tensor>>>().unwrap_or_default()
    }
}
