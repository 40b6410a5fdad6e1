//! A trained run as a file that Keras opens.

use std::path::Path;

use regimen_save::keras::KerasFile;
use serde_json::Value;

use super::{RunError, Trained};

impl Trained<'_> {
    /// Writes the model and its weights as a `.keras` file of Keras 3, whole or not at all. It is not compiled there. What
    /// the run file does to rows before the model (`data.inputs`, `data.scale`) is no part of it: rows have to be
    /// treated alike before they are given to it.
    ///
    /// # Errors
    ///
    /// Layers that work on rows before the first step of training (TextVectorization, StringLookup) are not written yet;
    /// and whatever writing a file may meet.
    pub fn save_keras(&self, path: &Path) -> Result<(), RunError> {
        if let Some(host) = &self.host {
            let names = host.layer_names().join(", ");
            return Err(RunError(format!(
                "{}: {names}: layers that work on words and categories are not written to .keras files yet; put their work into data.inputs",
                path.display()
            )));
        }
        let model = self.trainer.model();
        let inputs = &self.trainer.inputs;
        let description = model.describe(inputs);
        let description = description.map_err(|e| RunError(e.to_string()))?;
        let weight = |path: &str| self.trainer.weight(path);
        let written = KerasFile::write(
            path,
            model,
            (inputs, &description),
            &weight,
            (&Value::Null, ("", &[])),
        );
        written.map_err(|e| RunError(e.to_string()))
    }
}
