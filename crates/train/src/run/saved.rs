//! A model out of a file (`.keras`, `.h5`), without a run: to be looked at, to predict, to be written in another format.

use std::path::{Path, PathBuf};

use regimen_data::{Array, CsvOptions, Table, Values, read_array, read_arrays, read_table};
use regimen_graph::{DType, Engine, Tensor};
use regimen_nn::dialect::{Door, Version};
use regimen_nn::model::InputInfo;
use regimen_nn::summary::{self, SummaryOptions};
use regimen_nn::{Model, Object};
use regimen_save::{LoadOptions, ModelFile, Saving, save};
use serde_json::Value as Json;

use super::compile_config::compile_config;
use super::new_rows::{at_data, in_words};
use super::{NewRows, Predicted, Predictions, RunError};
use crate::arrays::tensor;
use crate::{Arrays, CompileOptions, TrainError, Trainer, Weights};

/// Rows that are predicted at once, as in Keras.
const BATCH: usize = 32;

/// A model that was read from a file with its weights.
pub struct Saved<'e> {
    path: PathBuf,
    trainer: Trainer<'e>,
    compile: Json,
    /// The optimizer's variables.
    slots: Vec<Tensor>,
    /// Bytes that data may take.
    max_memory: Option<u64>,
}

impl std::fmt::Debug for Saved<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Saved")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// The model of a file, and the inputs that it states.
fn read_model(path: &Path) -> Result<(ModelFile, Model, Vec<InputInfo>), RunError> {
    let refused = |e: &dyn std::fmt::Display| RunError(e.to_string());
    let file = ModelFile::open(path).map_err(|e| refused(&e))?;
    let model = file.model().map_err(|e| refused(&e))?;
    if model.has_host_part() {
        return Err(RunError(format!(
            "{}: has layers that work on words and categories before the first step (TextVectorization, StringLookup); such files are not read yet",
            path.display()
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
    let (_, model, inputs) = read_model(path)?;
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
        max_memory: Option<u64>,
    ) -> Result<Saved<'e>, RunError> {
        let (file, model, inputs) = read_model(path)?;
        let description = model.describe(&inputs).map_err(|e| of_file(path, &e))?;
        let weights = file.load(&model, &description.weights, &LoadOptions::default());
        let weights: Weights = weights.map_err(|e| RunError(e.to_string()))?.weights;
        let slots = file.optimizer(&description.weights);
        let slots = slots.map_err(|e| RunError(e.to_string()))?;
        let trainer = Trainer::for_prediction(engine, model, inputs);
        let mut trainer = trainer.map_err(|e| of_file(path, &e))?;
        let set = trainer.set_weights(&weights);
        set.map_err(|e| of_file(path, &e))?;
        Ok(Saved {
            path: path.to_path_buf(),
            trainer,
            compile: compile_of(&file),
            slots,
            max_memory,
        })
    }

    /// The model with its weights.
    pub fn trainer(&mut self) -> &mut Trainer<'e> {
        &mut self.trainer
    }

    /// Rows for the model: a table of numbers alone, its columns in the order of the features; an array (`.npy`); or, for
    /// several inputs, arrays by the names of the inputs (`.npz`). They are taken as they are.
    ///
    /// # Errors
    ///
    /// What is no such file, cells that are no numbers, and sizes that the model does not take.
    pub fn read(&self, file: &Path) -> Result<NewRows, RunError> {
        self.rows(file).map_err(in_words)
    }

    fn rows(&self, file: &Path) -> Result<NewRows, TrainError> {
        let names = self.trainer.model().input_names();
        let kind = file.extension().unwrap_or_default().to_string_lossy();
        let arrays = match kind.to_lowercase().as_str() {
            "npz" => {
                let one = names.len() == 1;
                let wanted: Vec<Vec<&str>> = names
                    .iter()
                    .map(|name| if one { vec![*name, "x"] } else { vec![*name] })
                    .collect();
                let lists: Vec<&[&str]> = wanted.iter().map(Vec::as_slice).collect();
                let found = read_arrays(file, &lists, self.max_memory).map_err(at_data)?;
                let each = names.iter().zip(found);
                let each = each.map(|(name, found)| {
                    found.map(|(_, array)| array).ok_or_else(|| {
                        TrainError::Arguments(format!(
                            "{}: holds no array `{name}`, which is an input of the model",
                            file.display()
                        ))
                    })
                });
                each.collect::<Result<Vec<Array>, TrainError>>()?
            }
            "npy" => vec![read_array(file, self.max_memory).map_err(at_data)?],
            _ => {
                let options = CsvOptions::default();
                let table = read_table(file, &options, self.max_memory);
                vec![numbers(&table.map_err(at_data)?, file)?]
            }
        };
        if arrays.len() != names.len() {
            return Err(TrainError::Arguments(format!(
                "{}: one array, the model has {} inputs ({}); give them in a .npz file by these names",
                file.display(),
                names.len(),
                names.join(", ")
            )));
        }
        let inputs = self.trainer.inputs.iter();
        let each = inputs.zip(&names).zip(arrays);
        let x = each.map(|((info, name), array)| shaped(array, info, name, file));
        let arrays = Arrays {
            x: x.collect::<Result<Vec<Tensor>, TrainError>>()?,
            ..Arrays::default()
        };
        let name = file.display().to_string();
        arrays.check(&name)?;
        Ok(NewRows {
            name,
            arrays,
            notes: vec![],
            files: vec![],
            numbers: vec![],
        })
    }

    /// The model's outputs for all rows, in their order. What an output's classes are called, no file of Keras says.
    ///
    /// # Errors
    ///
    /// Values that the model refuses, and memory that is not there.
    pub fn predict(&mut self, rows: &NewRows) -> Result<Predictions, RunError> {
        let made = self.trainer.predict_rows(&rows.arrays, BATCH);
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

    /// Writes the model, whole or not at all, in the format that the name says: see [`regimen_save::save`].
    ///
    /// # Errors
    ///
    /// A name that ends otherwise, and whatever writing a file may meet.
    pub fn save(&self, path: &Path) -> Result<(), RunError> {
        let inputs = &self.trainer.inputs;
        let model = self.trainer.model();
        let description = model.describe(inputs).map_err(|e| of_file(path, &e))?;
        let optimizer = self.compile["optimizer"]["class_name"].as_str();
        let saving = Saving {
            model,
            inputs,
            description: &description,
            weight: &|path| self.trainer.weight(path),
            compile: &self.compile,
            optimizer: (optimizer.unwrap_or_default(), &self.slots),
        };
        save(path, &saving).map_err(|e| RunError(e.to_string()))
    }
}

/// What the model was compiled with, as Keras 3 has it. Options of old are brought up to date; null where they cannot be.
fn compile_of(file: &ModelFile) -> Json {
    let compile = file.compile();
    if matches!(file, ModelFile::Keras(_)) {
        return compile;
    }
    let version = file.version().map_or(Ok(Version::ONE), Version::parse);
    let read = |value: &Json| Object::read(value).ok();
    let translated = || -> Option<CompileOptions> {
        let optimizer = read(&compile["optimizer"])?;
        let optimizer = Door::new(version.ok()?).optimizer(&optimizer, "").ok()?;
        // Only what every version says alike is taken over: one loss by name, metrics by name.
        let loss = compile["loss"].as_str()?;
        let metrics = compile["metrics"].as_array().cloned().unwrap_or_default();
        let names = metrics.iter().filter_map(Json::as_str);
        let names = names.map(|name| if name == "acc" { "accuracy" } else { name });
        Some(CompileOptions::new(optimizer, loss).metrics(names))
    };
    translated().map_or(Json::Null, |options| compile_config(&options))
}

/// A table whose cells are numbers, all of them.
fn numbers(table: &Table, file: &Path) -> Result<Array, TrainError> {
    let (rows, columns) = (table.rows(), table.columns().len());
    let mut values = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        for column in 0..columns {
            let cell = table.cell(row, column);
            let value: f32 = cell.trim().parse().map_err(|_| {
                TrainError::Arguments(format!(
                    "{}: line {}: column `{}` holds {cell:?}, expected a number: a model of a file takes its features alone, as numbers, in their order",
                    file.display(),
                    table.line(row, column),
                    table.columns()[column],
                ))
            })?;
            values.push(value);
        }
    }
    Ok(Array {
        shape: vec![rows, columns],
        data: Values::F32(values),
    })
}

/// An array as an input takes it: rows of flat numbers are folded where they have as many as a row of the input.
fn shaped(array: Array, info: &InputInfo, name: &str, file: &Path) -> Result<Tensor, TrainError> {
    let own: Vec<usize> = array.shape.iter().skip(1).copied().collect();
    let fits = own.len() == info.shape.len()
        && own
            .iter()
            .zip(&info.shape)
            .all(|(n, size)| size.is_none_or(|size| size == *n));
    let known: Option<Vec<usize>> = info.shape.iter().copied().collect();
    let folded =
        known.filter(|shape| own.iter().product::<usize>() == shape.iter().product::<usize>());
    let shape = match (fits, folded) {
        (true, _) => own,
        (false, Some(folded)) => folded,
        (false, None) => {
            let expected = regimen_nn::model::show_optional(&info.shape);
            return Err(TrainError::Arguments(format!(
                "{}: rows have the shape {own:?}, the input `{name}` takes {expected}",
                file.display()
            )));
        }
    };
    let rows = array.shape.first().copied().unwrap_or(0);
    let whole = std::iter::once(rows).chain(shape).collect();
    let made = tensor(Array {
        shape: whole,
        data: array.data,
    });
    if info.dtype == DType::I32 {
        check_ids(&made, file)?;
    }
    Ok(typed(made, info.dtype))
}

/// An input of whole numbers takes no others: a fraction or NaN would become another id without a word.
fn check_ids(made: &Tensor, file: &Path) -> Result<(), TrainError> {
    let values = made.to_f64();
    let wrong =
        |v: &f64| v.fract() != 0.0 || !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(v);
    let Some(at) = values.iter().position(wrong) else {
        return Ok(());
    };
    let width = (values.len() / made.shape.first().copied().unwrap_or(1).max(1)).max(1);
    Err(TrainError::Arguments(format!(
        "{}: row {}, number {}: {}, expected a whole number: the input takes ids",
        file.display(),
        at / width + 1,
        at % width + 1,
        values[at]
    )))
}

/// The numbers in the type that the input declares.
fn typed(made: Tensor, dtype: DType) -> Tensor {
    match (dtype, made.dtype()) {
        (DType::I32, DType::F32) => Tensor {
            data: regimen_graph::Data::I32(made.to_f64().iter().map(|v| *v as i32).collect()),
            shape: made.shape,
        },
        (DType::F32, DType::I32) => Tensor {
            data: regimen_graph::Data::F32(made.to_f64().iter().map(|v| *v as f32).collect()),
            shape: made.shape,
        },
        _ => made,
    }
}
