//! A trained run as a file that Keras and others open.

use std::path::Path;

use super::{RunError, Trained};

impl Trained<'_> {
    /// Writes the model and its weights, whole or not at all, in the format that the name says: `.keras` and `.h5` hold the
    /// model and what it was compiled with, `.keras` the optimizer's state, too, so that Keras goes on training; `.weights.h5`,
    /// `.weights.json`, `.safetensors` and `.npz` the weights alone. What the run file does to rows before the model
    /// (`data.inputs`, `data.scale`) is no part of it: rows have to be treated alike before they are given to it.
    ///
    /// # Errors
    ///
    /// A name that ends otherwise, and whatever writing a file may meet.
    pub fn save(&self, path: &Path) -> Result<(), RunError> {
        let saved = self.trainer.save(path);
        saved.map_err(|e| RunError(e.to_string()))
    }

    /// Whether the optimizer's state goes into `.keras` files.
    pub fn has_optimizer_state(&self) -> bool {
        !self.trainer.optimizer_state().is_empty()
    }
}
