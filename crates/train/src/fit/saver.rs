//! Writes the files that callbacks ask for.

use std::path::Path;

use regimen_save::{Checkpoint, FileConfig, WeightsFormat};
use serde_json::json;

use crate::callbacks::Callback;
use crate::checkpoint::{self, Position};
use crate::{Output, TrainError, Trainer};

/// Where files of a training go, and how far it is.
pub(crate) struct Saver<'s> {
    pub(crate) output: &'s mut dyn Output,
    pub(crate) position: &'s Position,
    /// Fingerprint of the data.
    pub(crate) data: Option<u64>,
}

impl Saver<'_> {
    /// Writes the whole state, or the weights alone; then `replaces` goes.
    pub(crate) fn save(
        &mut self,
        trainer: &Trainer<'_>,
        callbacks: &[Box<dyn Callback>],
        path: &str,
        weights_only: bool,
        replaces: Option<&str>,
    ) -> Result<(), TrainError> {
        if WeightsFormat::of(Path::new(path)).is_ok() {
            // Training does not end for want of a name that Keras knows.
            let config = match (weights_only, &trainer.file_config) {
                (true, _) => FileConfig::Left,
                (false, Some(given)) => FileConfig::Given(given),
                (false, None) => FileConfig::Ours,
            };
            let save = &mut |place: &Path| trainer.save_with(place, config);
            self.output.place(path, save)?;
            return match replaces {
                Some(old) => self.output.remove(old),
                None => Ok(()),
            };
        }
        let packed = match weights_only {
            false => checkpoint::pack(trainer, self.position, callbacks, self.data),
            true => Checkpoint {
                meta: json!({"weights_only": true}),
                tensors: trainer.weights(),
            },
        };
        self.output.write(path, &packed.to_bytes())?;
        match replaces {
            Some(old) => self.output.remove(old),
            None => Ok(()),
        }
    }
}
