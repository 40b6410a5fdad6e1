//! A run taken from its folder to be used: model, weights and preprocessing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use regimen_data::Target;
use regimen_graph::{Engine, Tensor};
use regimen_nn::model::{HostPart, InputInfo, Model};
use regimen_run::{RunFolder, RunSpec};
use regimen_save::{Checkpoint, CheckpointError, LoadOptions, ModelFile, WeightsFormat};
use serde_json::Value;

use crate::run::prepared::{self, Prepared, Row};
use crate::run::{RunError, host, inputs, targets};
use crate::{TrainError, Trainer, Weights, checkpoint};

/// How far above a checkpoint its run folder may lie.
const ABOVE: usize = 8;

/// How a trained run is taken up.
#[derive(Debug, Clone, Default)]
pub struct TrainedOptions {
    /// A file of `ModelCheckpoint`, in the run folder or elsewhere; `None`: the run's last state.
    pub checkpoint: Option<PathBuf>,
    /// Second place of relative data paths (`REGIMEN_DATA`).
    pub data_dir: Option<PathBuf>,
    /// Bytes of memory that may be used; `None` is no limit.
    pub max_memory: Option<u64>,
}

/// A trained model with the preprocessing that it learned with.
///
/// ```
/// use regimen_graph::Reference;
/// use regimen_run::RunSpec;
/// use regimen_train::run::{self, RunOptions, Trained, TrainedOptions};
///
/// let text = r#"
///     data = { sample = "digits", scale = "min_max" }
///     compile = { optimizer = "adam", loss = "sparse_categorical_crossentropy" }
///     fit = { epochs = 1, batch_size = 256 }
///     model.layers = [{ class_name = "Dense", units = 10, activation = "softmax" }]
/// "#;
/// let (spec, lines) = RunSpec::from_toml(text, "softmax.toml")?;
/// let dir = tempfile::tempdir()?;
/// let options = RunOptions { folder: Some(dir.path().to_path_buf()), ..RunOptions::default() };
/// run::train(&spec, &lines, "softmax.toml".as_ref(), &Reference, &options, &mut |_| {})?;
///
/// let mut trained = Trained::open(dir.path(), &Reference, &TrainedOptions::default())?;
/// let rows = trained.held_out()?;
/// let evaluation = trained.evaluate(&rows)?;
/// assert_eq!(evaluation.outputs[0].classes.len(), 10);
/// assert!(evaluation.metrics.iter().any(|m| m.name == "accuracy"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Trained<'e> {
    pub(super) spec: RunSpec,
    pub(super) prepared: Prepared,
    pub(super) trainer: Trainer<'e>,
    /// Which data input feeds each input of the whole model.
    pub(super) order: Vec<usize>,
    /// Which data target each output with a loss learnt.
    pub(super) targets: Vec<usize>,
    /// What happens to rows before the trainer's model.
    pub(super) host: Option<Arc<HostPart>>,
    pub(super) options: TrainedOptions,
    weights_from: String,
    /// The checksum of the data that the run learned from, where it is kept.
    pub(super) learned_from: Option<u64>,
}

impl<'e> Trained<'e> {
    /// Takes up the run in a folder, or that of a checkpoint in or below it.
    pub fn open(
        folder: &Path,
        engine: &'e dyn Engine,
        options: &TrainedOptions,
    ) -> Result<Trained<'e>, RunError> {
        let opened = Trained::build(folder, engine, options);
        opened.map_err(|e| RunError(e.to_string()))
    }

    fn build(
        folder: &Path,
        engine: &'e dyn Engine,
        options: &TrainedOptions,
    ) -> Result<Trained<'e>, TrainError> {
        let (folder, file) = run_of(folder)?;
        let folder = folder.as_path();
        let file = options.checkpoint.as_deref().or(file.as_deref());
        let spec = RunFolder::open(folder)?.spec().map_err(|e| {
            TrainError::Arguments(format!(
                "{}: its spec does not read:\n{e}",
                folder.display()
            ))
        })?;
        let prepared = read_prepared(folder)?;
        let (model, rows) = whole_model(&spec, &prepared)?;
        let order = order_of(&prepared, &model)?;
        let whole = match model.has_host_part() {
            true => Some(whole_model(&spec, &prepared)?),
            false => None,
        };
        let mut errors = vec![];
        let order_of_targets = targets::order(&spec, &model.output_names(), &mut errors);
        if !errors.is_empty() {
            return Err(TrainError::Options(errors));
        }
        let (host, model) = host::split(model)?;
        let rows = host::infos(host.as_ref(), &model, rows);
        let learnt = order_of_targets
            .iter()
            .filter_map(|&t| prepared.targets.get(t));
        let targets = learnt.map(Row::info).collect();
        let compile = inputs::compile(&spec);
        let mut trainer = Trainer::for_shapes(engine, model, &compile, rows, targets, spec.seed)?;
        trainer.whole = whole;
        let (weights_from, data, has_slots) = load_weights(&mut trainer, folder, file)?;
        if !has_slots && trainer.slots_of_file.is_none() {
            trainer.slots_of_file = Some(vec![]);
        }
        let learned_from = data.or_else(|| data_of_run(folder));
        Ok(Trained {
            spec,
            prepared,
            trainer,
            order,
            targets: order_of_targets,
            host,
            options: options.clone(),
            weights_from,
            learned_from,
        })
    }

    /// File of the weights and when they were taken, such as `checkpoint.regimen, after epoch 20`.
    pub fn weights_from(&self) -> &str {
        &self.weights_from
    }

    /// Label names of the first target by class index; empty when its labels are numbers.
    pub fn classes(&self) -> &[String] {
        &self.prepared.preprocessing.targets.first.classes
    }

    /// What an output of the model learnt.
    pub(super) fn target_of(&self, output: usize) -> Option<&Target> {
        let mut losses = self.trainer.compiled.losses.iter();
        let of = losses.find(|of| of.output == output)?;
        let target = *self.targets.get(of.target)?;
        self.prepared.preprocessing.targets.get(target)
    }

    /// The model with its weights.
    pub fn trainer(&mut self) -> &mut Trainer<'e> {
        &mut self.trainer
    }
}

/// Which data input feeds each input of the model.
fn order_of(prepared: &Prepared, model: &Model) -> Result<Vec<usize>, TrainError> {
    let names: Vec<Option<String>> = prepared.inputs.iter().map(|r| r.name.clone()).collect();
    inputs::order(&names, model)
}

/// The model of a run, layers on words and categories among its own, with what it learned of the data before training; and
/// type and sizes of a row of each of its inputs.
pub(super) fn whole_model(
    spec: &RunSpec,
    prepared: &Prepared,
) -> Result<(Model, Vec<InputInfo>), TrainError> {
    let mut model: Model = inputs::model(spec)?;
    let order = order_of(prepared, &model)?;
    let rows: Vec<InputInfo> = (order.iter()).map(|&i| prepared.inputs[i].info()).collect();
    let recipes = &prepared.preprocessing.inputs;
    let recipes: Vec<_> = order.iter().map(|&i| &recipes[i]).collect();
    host::declare(&mut model, &recipes, &rows)?;
    host::restore(&mut model, &prepared.learnt)?;
    Ok((model, rows))
}

/// The run folder that a path means, and the checkpoint where it is one.
fn run_of(path: &Path) -> Result<(PathBuf, Option<PathBuf>), TrainError> {
    if !path.is_file() {
        return Ok((path.to_path_buf(), None));
    }
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let above = |a: &&Path| a.join(prepared::FILE).is_file();
    match whole.ancestors().skip(1).take(ABOVE).find(above) {
        Some(folder) => Ok((folder.to_path_buf(), Some(whole.clone()))),
        None => Err(TrainError::Arguments(format!(
            "{}: not a run folder but a file, and no spec.json and preprocessing.json of a run lie beside or above it; \
             give the folder that `regimen train` wrote, or RUN --checkpoint FILE",
            path.display()
        ))),
    }
}

fn read_prepared(folder: &Path) -> Result<Prepared, TrainError> {
    let file = folder.join(prepared::FILE);
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(&file).map_err(|e| {
        let reason = match e.kind() {
            std::io::ErrorKind::NotFound => {
                "missing: the run has not begun, or an earlier version wrote it; `regimen train ... --resume` writes the file".to_owned()
            }
            _ => e.to_string(),
        };
        unusable(&shown, reason)
    })?;
    Prepared::parse(&text, &shown)
}

/// What the run's own state says of its data; files of `ModelCheckpoint` may say nothing.
fn data_of_run(folder: &Path) -> Option<u64> {
    let bytes = std::fs::read(folder.join(checkpoint::FILE)).ok()?;
    data_of(&Checkpoint::from_bytes(&bytes).ok()?.meta)
}

fn data_of(meta: &Value) -> Option<u64> {
    meta.get("data")?.as_u64()
}

/// Puts saved weights, and the optimizer's state where there is one, into a fresh model; says where they come from, the
/// checksum of the data they learned from, and whether there was a state.
fn load_weights(
    trainer: &mut Trainer<'_>,
    folder: &Path,
    named: Option<&Path>,
) -> Result<(String, Option<u64>, bool), TrainError> {
    let file = match named {
        None => folder.join(checkpoint::FILE),
        Some(path) if path.is_file() => path.to_path_buf(),
        Some(path) => folder.join(path),
    };
    let shown = file.display().to_string();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if WeightsFormat::of(&file).is_ok() && file.is_file() {
        trainer.load_weights(&file, &LoadOptions::default())?;
        let slots = match WeightsFormat::of(&file) {
            Ok(WeightsFormat::Keras) => ModelFile::open(&file)
                .and_then(|saved| saved.optimizer(trainer.weight_infos()))
                .map_err(|e| unusable(&shown, e.to_string()))?,
            _ => vec![],
        };
        trainer.slots_of_file = Some(slots);
        return Ok((name.into_owned(), None, false));
    }
    let bytes = std::fs::read(&file).map_err(|e| {
        let reason = match (e.kind(), named) {
            (std::io::ErrorKind::NotFound, None) => {
                "missing: the run has saved no state yet".to_owned()
            }
            (std::io::ErrorKind::NotFound, Some(_)) => {
                "there is no such file, here or in the run folder".to_owned()
            }
            _ => e.to_string(),
        };
        unusable(&shown, reason)
    })?;
    let saved = Checkpoint::from_bytes(&bytes).map_err(|e| unusable(&shown, with_mend(&e)))?;
    let mut weights = Weights::new();
    for info in trainer.weight_infos() {
        let found: Option<&Tensor> = saved.tensors.get(&info.path);
        let tensor = found.ok_or_else(|| {
            let text = format!(
                "`{}` is missing; the file belongs to another model",
                info.path
            );
            unusable(&shown, text)
        })?;
        weights.insert(info.path.clone(), tensor.clone());
    }
    trainer
        .set_weights(&weights)
        .map_err(|e| unusable(&shown, e.to_string()))?;
    let from = match when(&saved.meta) {
        Some(when) => format!("{name}, {when}"),
        None => name.into_owned(),
    };
    let slots = trainer.optimizer_variables();
    let slots: Option<Vec<(&str, &Tensor)>> = slots
        .iter()
        .map(|slot| Some((slot.name.as_str(), saved.tensors.get(&slot.name)?)))
        .collect();
    for (name, slot) in slots.iter().flatten() {
        trainer.store.put(name, slot);
    }
    Ok((from, data_of(&saved.meta), slots.is_some()))
}

/// When in its run a state was taken, where it says so.
fn when(meta: &Value) -> Option<String> {
    let epoch = meta.get("epoch")?.as_u64()?;
    match meta.get("batch").and_then(Value::as_u64) {
        Some(batch) if batch > 0 => Some(format!("after {batch} batches of epoch {}", epoch + 1)),
        _ => Some(format!("after epoch {epoch}")),
    }
}

/// Nothing is written here: the file stays as it is.
fn with_mend(error: &CheckpointError) -> String {
    let mend = match error {
        CheckpointError::NotACheckpoint => "give the run folder, or a checkpoint in it",
        _ => "name another one with --checkpoint, or put a whole copy in its place",
    };
    format!("{error}; {mend}")
}

fn unusable(file: &str, reason: String) -> TrainError {
    TrainError::Checkpoint {
        file: file.to_owned(),
        reason,
    }
}
