//! Rows for a trained run: from a table or arrays, or the part of its own data that it did not learn from.

use std::path::Path;

use regimen_data::{Array, CsvOptions, DataErrors, Table, Values, read_array, read_table};
use regimen_graph::Tensor;

use crate::arrays::tensor;
use crate::run::inputs::{self, Samples};
use crate::run::prepared::{Prepared, Row};
use crate::run::{RunError, RunOptions, Trained};
use crate::{Arrays, TrainError};

/// The most names or examples that a note tells.
const SHOWN: usize = 5;

/// Rows as the model takes them.
#[derive(Debug, Clone)]
pub struct NewRows {
    /// What they are: `the test part`, or a file.
    pub name: String,
    /// Inputs, and targets where labels were asked for.
    pub arrays: Arrays,
    /// What the user should know: columns left out, words not known.
    pub notes: Vec<String>,
}

impl Trained<'_> {
    /// Reads a table, or an array (`.npy`, IDX), to predict on; labels are not needed and not looked at.
    pub fn read(&self, file: &Path) -> Result<NewRows, RunError> {
        self.read_rows(file, None, false).map_err(in_words)
    }

    /// Reads a table with its label column, or arrays (`.npy`, IDX) of inputs and labels.
    pub fn read_labelled(&self, file: &Path, labels: Option<&Path>) -> Result<NewRows, RunError> {
        self.read_rows(file, labels, true).map_err(in_words)
    }

    /// The run's own test part, else its validation part, made anew from the spec.
    pub fn held_out(&self) -> Result<NewRows, RunError> {
        self.held_out_rows().map_err(in_words)
    }

    fn read_rows(
        &self,
        file: &Path,
        labels: Option<&Path>,
        labelled: bool,
    ) -> Result<NewRows, TrainError> {
        let rows = match is_array(file) {
            true => self.array_rows(file, labels, labelled)?,
            false if labels.is_some() => {
                let text = format!(
                    "{}: a table has its labels in a column; labels of their own belong to an array",
                    file.display()
                );
                return Err(TrainError::Arguments(text));
            }
            false => self.table_rows(file, labelled)?,
        };
        rows.arrays.check(&rows.name)?;
        Ok(rows)
    }

    fn table_rows(&self, file: &Path, labelled: bool) -> Result<NewRows, TrainError> {
        let options = self.spec.data.csv.as_ref().map(CsvOptions::of);
        let options = options.unwrap_or_default();
        let table = read_table(file, &options, self.options.max_memory).map_err(at_data)?;
        let name = file.display().to_string();
        let preprocessing = &self.prepared.preprocessing;
        let mut notes = self.table_notes(&table, &name);
        let applied = preprocessing.apply_rows(&table, &name)?;
        notes.extend(applied.notes.iter().map(|note| format!("{name}: {note}")));
        let mut x = applied.inputs;
        let mut y = vec![];
        if labelled {
            let rows = preprocessing.labelled_rows(&table, &name)?;
            if rows.len() < table.rows() && preprocessing.windows.is_some() {
                let text = format!(
                    "{name}: rows without a label cannot stand in a series; fill or cut them"
                );
                return Err(TrainError::Arguments(text));
            }
            if rows.len() < table.rows() {
                let (left, all) = (table.rows() - rows.len(), table.rows());
                notes.push(format!(
                    "{left} of {all} rows are left out: they have no label"
                ));
                x = x.iter().map(|a| a.take(&rows)).collect();
            }
            y.push(preprocessing.table_labels(&table, &name, &rows)?);
        }
        let (x, y) = preprocessing.in_windows(x, y.pop())?;
        let y = y.into_iter().collect();
        self.rows(name, x, y, notes)
    }

    fn table_notes(&self, table: &Table, name: &str) -> Vec<String> {
        let preprocessing = &self.prepared.preprocessing;
        let mut notes = vec![];
        let extra = preprocessing.extra_columns(table);
        if !extra.is_empty() {
            let are = if extra.len() == 1 {
                "column is"
            } else {
                "columns are"
            };
            notes.push(format!(
                "{name}: {} {are} not used: {}",
                extra.len(),
                some(&extra, extra.len())
            ));
        }
        notes
    }

    fn array_rows(
        &self,
        file: &Path,
        labels: Option<&Path>,
        labelled: bool,
    ) -> Result<NewRows, TrainError> {
        let read = |path: &Path| read_array(path, self.options.max_memory).map_err(at_data);
        let name = file.display().to_string();
        let preprocessing = &self.prepared.preprocessing;
        let x = vec![preprocessing.apply_array(self.with_channel(read(file)?), &name)?];
        let y = match (labelled, labels) {
            (false, _) => vec![],
            (true, Some(path)) => {
                let shown = path.display().to_string();
                vec![preprocessing.array_labels(read(path)?, &shown)?]
            }
            (true, None) => {
                let text =
                    format!("{name}: an array has no labels; give them with --labels FILE.npy");
                return Err(TrainError::Arguments(text));
            }
        };
        let (x, y) = preprocessing.in_windows(x, y.into_iter().next())?;
        self.rows(name, x, y.into_iter().collect(), vec![])
    }

    /// Grey images as the run has them: with a channel axis where it has one.
    fn with_channel(&self, mut array: Array) -> Array {
        let fits = |row: &Row| matches!(row.shape.split_last(), Some((1, rest)) if rest == array.row_shape());
        if array.shape.len() > 2 && self.prepared.inputs.first().is_some_and(fits) {
            array.shape.push(1);
        }
        array
    }

    /// Arrays in the order of the data as tensors in the order of the model.
    fn rows(
        &self,
        name: String,
        x: Vec<Array>,
        y: Vec<Array>,
        notes: Vec<String>,
    ) -> Result<NewRows, TrainError> {
        let mut x: Vec<Option<Array>> = x.into_iter().map(Some).collect();
        let mut inputs = vec![];
        for &i in &self.order {
            if let Some(array) = x.get_mut(i).and_then(Option::take) {
                inputs.push(like(&self.prepared.inputs[i], array, &name)?);
            }
        }
        let targets = self.prepared.targets.iter().zip(y);
        let targets: Result<Vec<Tensor>, TrainError> = targets
            .map(|(row, array)| like(row, array, &name))
            .collect();
        Ok(NewRows {
            arrays: Arrays {
                x: inputs,
                y: targets?,
                ..Arrays::default()
            },
            name,
            notes,
        })
    }

    fn held_out_rows(&self) -> Result<NewRows, TrainError> {
        let recorded = Path::new(&self.prepared.base);
        let folder = if recorded.is_dir() {
            recorded
        } else {
            Path::new(".")
        };
        let file = folder.join("run.toml"); // only its folder counts
        let options = RunOptions {
            data_dir: self.options.data_dir.clone(),
            max_memory: self.options.max_memory,
            ..RunOptions::default()
        };
        let dataset = inputs::load_dataset(&self.spec, &file, &options)?;
        let now = Prepared::parse(&Prepared::of(&dataset, &file).text()?, "the data")?;
        if let Some(what) = self.prepared.difference(&now) {
            return Err(TrainError::Arguments(format!(
                "the data is not what the run learned from: {what}; put it back, or name the DATA to use"
            )));
        }
        let samples = Samples::from(dataset, self.trainer.model())?;
        let (name, arrays) = if samples.test.rows() > 0 {
            ("the test part", samples.test)
        } else if samples.validation.rows() > 0 {
            ("the validation part", samples.validation)
        } else {
            let rows = samples.train.rows();
            let cut = (rows as f64 * (1.0 - self.spec.fit.validation_split)).floor() as usize;
            if cut == 0 || cut >= rows {
                let text =
                    "the run kept neither a test nor a validation part; name the DATA to use";
                return Err(TrainError::Arguments(text.to_owned()));
            }
            ("the validation part", samples.train.range(cut, rows))
        };
        Ok(NewRows {
            name: name.to_owned(),
            arrays,
            notes: vec![],
        })
    }
}

/// Whether a file holds an array: NumPy's, or IDX by the names that MNIST gives its files.
fn is_array(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default();
    let name = name.to_string_lossy().to_ascii_lowercase();
    name.ends_with(".npy") || name.contains(".idx") || name.contains("-ubyte")
}

/// An array with the type and row shape that the model was trained on.
fn like(row: &Row, array: Array, name: &str) -> Result<Tensor, TrainError> {
    if array.row_shape() != row.shape {
        return Err(TrainError::Arguments(format!(
            "{name}: rows have shape {:?}, the run learned from {:?}",
            array.row_shape(),
            row.shape
        )));
    }
    let Array { shape, data } = array;
    let data = match (data, row.integer) {
        (Values::I32(v), false) => Values::F32(v.into_iter().map(|x| x as f32).collect()),
        (Values::F32(v), true) => {
            let whole = |x: f32| (x.fract() == 0.0 && x.abs() < 2e9).then_some(x as i32);
            let ids: Option<Vec<i32>> = v.into_iter().map(whole).collect();
            Values::I32(ids.ok_or_else(|| {
                TrainError::Arguments(format!("{name}: the run learned from whole numbers (ids), but some values are not whole; save the ids as integers"))
            })?)
        }
        (data, _) => data,
    };
    Ok(tensor(Array { shape, data }))
}

/// Some names of a list, quoted.
fn some(names: &[String], all: usize) -> String {
    let quoted: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if all > SHOWN { ", ..." } else { "" };
    quoted.join(", ") + more
}

fn at_data(fault: regimen_data::Fault) -> TrainError {
    TrainError::Data(DataErrors::from(regimen_data::DataError::new(
        "data", fault,
    )))
}

fn in_words(error: TrainError) -> RunError {
    RunError(error.to_string())
}
