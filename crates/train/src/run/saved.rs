//! A model out of a file (`.keras`, `.h5`), without a run: to be looked at, to predict, to be written in another format.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use regimen_graph::{Engine, Tensor};
use regimen_nn::host::HostInfo;
use regimen_nn::model::{HostPart, InputInfo};
use regimen_nn::summary::{self, SummaryOptions};
use regimen_nn::{Model, WeightInfo};
use regimen_save::{LoadOptions, Loaded, ModelFile, load_weights};

use super::saved_compile::{compile_of, with_rate};
use super::{NewRows, Predicted, Predictions, RunError, host};
use crate::{Trainer, Weights};

/// Rows that are predicted at once, as in Keras.
const BATCH: usize = 32;

/// How a model is taken from a file.
#[derive(Debug, Clone, Default)]
pub struct SavedOptions {
    /// A file that the weights are taken from, instead of the model's own.
    pub weights: Option<PathBuf>,
    /// How these are matched.
    pub load: LoadOptions,
    /// Bytes that data may take; `None` is no limit.
    pub max_memory: Option<u64>,
}

/// Refuses weights that do not fit into the memory.
fn check_memory(path: &Path, weights: &[WeightInfo], options: &SavedOptions) -> Result<(), String> {
    let bytes = |w: &WeightInfo| (w.shape.iter().product::<usize>() * size_of::<f32>()) as u64;
    let all: u64 = weights.iter().map(bytes).sum();
    let Some(most) = options.max_memory.filter(|most| all > *most) else {
        return Ok(());
    };
    let (path, all, most) = (path.display(), all >> 20, most >> 20);
    Err(format!(
        "{path}: the model's weights take {all} MiB, {most} MiB of memory are free"
    ))
}

/// Weights that were left as they were.
fn notes_of(from: &Path, read: &Loaded, all: usize, otherwise: &str) -> Vec<String> {
    let skipped = read.skipped.iter();
    let mut notes: Vec<String> = skipped.map(|line| format!("skipped: {line}")).collect();
    if read.weights.len() < all {
        let from = from.display();
        let taken = read.weights.len();
        notes.push(format!(
            "{taken} of {all} weights are those of {from}, the others stay {otherwise}"
        ));
    }
    notes
}

/// A model that was read from a file with its weights.
pub struct Saved<'e> {
    path: PathBuf,
    pub(super) trainer: Trainer<'e>,
    /// Name, type and sizes of each input of the whole model.
    pub(super) inputs: Vec<(String, HostInfo)>,
    /// What happens to rows before the trainer's model: layers on words and categories.
    pub(super) host: Option<Arc<HostPart>>,
    /// What the user should know of the weights.
    notes: Vec<String>,
    /// Bytes that data may take.
    pub(super) max_memory: Option<u64>,
}

impl std::fmt::Debug for Saved<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Saved")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// The model of a file, and the inputs that it states.
fn read_model(
    path: &Path,
    weights: Option<&Path>,
) -> Result<(ModelFile, Model, Vec<InputInfo>), RunError> {
    let refused = |e: &dyn std::fmt::Display| RunError(e.to_string());
    let file = ModelFile::open(path).map_err(|e| refused(&e))?;
    let model = match weights {
        Some(weights) => file.model_with(weights),
        None => file.model(),
    };
    let model = model.map_err(|e| refused(&e))?;
    let lacking = model.unadapted();
    if !lacking.is_empty() {
        return Err(RunError(format!(
            "{}: {}: the file does not hold what the layer learns from data (a vocabulary, a mean); in Keras call its adapt() before saving, and save the whole model as .keras: .h5 and JSON keep no vocabulary that was learned",
            path.display(),
            lacking.join(", ")
        )));
    }
    let inputs = model.declared_inputs().ok_or_else(|| {
        RunError(format!(
            "{}: the model does not state the sizes of its inputs: it was saved before it was built; in Keras call it on data, or give it an Input, and save it again",
            path.display()
        ))
    })?;
    Ok((file, model, inputs))
}

/// Keras's summary of the model in a file, no wider than a terminal of `terminal_width` columns where that leaves room.
///
/// # Errors
///
/// A file that is no model, is damaged, or names what does not exist here.
pub fn summary_of_file(path: &Path, terminal_width: Option<usize>) -> Result<String, RunError> {
    let (_, model, inputs) = read_model(path, None)?;
    let description = model.describe(&inputs).map_err(|e| of_file(path, &e))?;
    let fitting = SummaryOptions {
        terminal_width,
        ..SummaryOptions::default()
    };
    let text = summary::summary_with(&model, Some(&description), &fitting);
    Ok(text.unwrap_or_else(|_| summary::summary(&model, &description, None)))
}

fn of_file(path: &Path, fault: &dyn std::fmt::Display) -> RunError {
    RunError(format!("{}: {fault}", path.display()))
}

impl<'e> Saved<'e> {
    /// Reads a model and its weights. Nothing in the file is run.
    ///
    /// # Errors
    ///
    /// As [`summary_of_file`], and weights that do not fit the model.
    pub fn open(
        path: &Path,
        engine: &'e dyn Engine,
        options: &SavedOptions,
    ) -> Result<Saved<'e>, RunError> {
        let (file, model, inputs) = read_model(path, options.weights.as_deref())?;
        let description = model.describe(&inputs).map_err(|e| of_file(path, &e))?;
        let refused = |e: &dyn std::fmt::Display| RunError(e.to_string());
        check_memory(path, &description.weights, options).map_err(RunError)?;
        let mut weights = Weights::new();
        let mut slots = vec![];
        let json = matches!(file, ModelFile::Json { .. });
        let mut notes = file.notes();
        let own = || {
            let own = file.load(&model, &description.weights, &LoadOptions::default());
            own.map(|own| own.weights).map_err(|e| refused(&e))
        };
        match &options.weights {
            Some(from) => {
                let read = load_weights(from, &model, &description.weights, &options.load);
                let read = read.map_err(|e| refused(&e))?;
                // The file's own are another copy of all: where none of them is left, they are not read.
                if !json && read.weights.len() < description.weights.len() {
                    weights = own()?;
                }
                let otherwise = if json {
                    "as they begin"
                } else {
                    "as in the model's file"
                };
                notes.extend(notes_of(from, &read, description.weights.len(), otherwise));
                weights.extend(read.weights);
            }
            None => {
                weights = own()?;
                let read = file.optimizer(&description.weights);
                slots = read.map_err(|e| refused(&e))?;
            }
        }
        let names = model.input_names().into_iter().map(str::to_owned);
        let names = names.zip(model.host_inputs()).collect();
        let whole = match model.has_host_part() {
            true => Some((
                file.model().map_err(|e| RunError(e.to_string()))?,
                inputs.clone(),
            )),
            false => None,
        };
        let (host, model) = host::split(model).map_err(|e| of_file(path, &e))?;
        let inputs = host::infos(host.as_ref(), &model, inputs);
        let trainer = Trainer::for_prediction(engine, model, inputs, weights);
        let mut trainer = trainer.map_err(|e| of_file(path, &e))?;
        let (compile, note) = compile_of(&file, &trainer.model().output_names());
        notes.extend(note);
        trainer.compile = compile;
        let class = trainer.compile["optimizer"]["class_name"].as_str();
        trainer.optimizer_class = class.unwrap_or_default().to_owned();
        // Without an optimizer they would be nobody's.
        let slots = match trainer.optimizer_class.is_empty() {
            true => vec![],
            false => with_rate(slots, &file, &trainer.compile),
        };
        (trainer.whole, trainer.slots_of_file) = (whole, Some(slots));
        Ok(Saved {
            inputs: names,
            host,
            path: path.to_path_buf(),
            trainer,
            max_memory: options.max_memory,
            notes,
        })
    }

    /// What the user should know: weights that are not those of the file that was named.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The model with its weights.
    pub fn trainer(&mut self) -> &mut Trainer<'e> {
        &mut self.trainer
    }

    /// The model's outputs for all rows, in their order. What an output's classes are called, no file of Keras says.
    ///
    /// # Errors
    ///
    /// Values that the model refuses, and memory that is not there.
    pub fn predict(&mut self, rows: &NewRows) -> Result<Predictions, RunError> {
        // Sizes that the model leaves open are those of the data.
        let declared = self.trainer.take_sizes(rows.arrays.inputs());
        let batch = self.trainer.model().batch_size().unwrap_or(BATCH);
        let made = self.trainer.predict_rows(&rows.arrays, batch);
        self.trainer.take_sizes(declared);
        let outputs = made.map_err(|e| RunError(e.to_string()))?;
        let names = self.trainer.model().output_names();
        let predicted = |(name, values): (&&str, Tensor)| Predicted {
            name: (*name).to_owned(),
            values,
            scores: None,
            labels: vec![],
        };
        Ok(Predictions {
            outputs: names.iter().zip(outputs).map(predicted).collect(),
            files: vec![],
            numbers: vec![],
        })
    }

    /// Whether the file has what the model's optimizer kept.
    pub fn has_optimizer_state(&self) -> bool {
        !self.trainer.optimizer_state().is_empty()
    }

    /// Writes the model, whole or not at all, in the format that the name says: see [`regimen_save::save`].
    ///
    /// # Errors
    ///
    /// A name that ends otherwise, and whatever writing a file may meet.
    pub fn save(&self, path: &Path) -> Result<(), RunError> {
        let saved = self.trainer.save(path);
        saved.map_err(|e| RunError(e.to_string()))
    }
}
