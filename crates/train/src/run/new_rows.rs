//! Rows for a trained run: from a table or arrays, or the part of its own data that it did not learn from.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use regimen_data::{
    Array, CsvOptions, DataErrors, Fault, Table, TableFault, Target, Values, parse_table,
    read_array, read_arrays, read_table,
};
use regimen_graph::Tensor;

use crate::arrays::tensor;
use crate::run::host::{self, InputTexts};
use crate::run::inputs::{self, Samples};
use crate::run::new_files::Came;
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
    /// The file of each row, where rows are files.
    pub files: Vec<String>,
    /// The row of the data, from 1 on, of each of these, where they are not simply its rows one after the other; of a window its
    /// last row.
    pub numbers: Vec<usize>,
}

/// How rows that come through a pipe are named.
const PIPED: &str = "standard input";

impl Trained<'_> {
    /// Reads a table, an array (`.npy`, `.npz`, IDX), or texts or images (a folder, an archive, one file), to predict on;
    /// labels are not needed and not looked at.
    pub fn read(&self, file: &Path) -> Result<NewRows, RunError> {
        self.read_rows(file, None, false).map_err(in_words)
    }

    /// Reads a table with its label column, arrays (`.npy`, `.npz`, IDX) of inputs and labels, or texts or images in a
    /// folder per class.
    pub fn read_labelled(&self, file: &Path, labels: Option<&Path>) -> Result<NewRows, RunError> {
        self.read_rows(file, labels, true).map_err(in_words)
    }

    /// Reads a CSV table that comes through a pipe.
    pub fn read_piped(&self, from: &mut dyn Read, labelled: bool) -> Result<NewRows, RunError> {
        let rows = self.piped_rows(from, labelled).map_err(in_words)?;
        rows.arrays.check(PIPED).map_err(in_words)?;
        Ok(rows)
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
        let refused = |why: &str| {
            let file = file.display();
            let text = format!("{file}: {why}; labels of their own belong to an array");
            Err(TrainError::Arguments(text))
        };
        let rows = match self.came(file)? {
            Came::Array => self.array_rows(file, labels, labelled)?,
            Came::Arrays => self.npz_rows(file, labels, labelled)?,
            Came::Table if labels.is_some() => {
                return refused("a table has its labels in a column");
            }
            _ if labels.is_some() => return refused("files have their labels in their folders"),
            Came::Table => self.table_rows(file, labelled)?,
            Came::Texts(column) => self.text_rows(file, column, labelled)?,
            Came::Images(images) => self.image_rows(file, images, labelled)?,
        };
        rows.arrays.check(&rows.name)?;
        Ok(rows)
    }

    fn table_rows(&self, file: &Path, labelled: bool) -> Result<NewRows, TrainError> {
        let limit = self.options.max_memory;
        let table =
            self.with_options(|options| read_table(file, options, limit).map_err(Box::new))?;
        self.rows_of_table(&table, file.display().to_string(), labelled)
    }

    fn piped_rows(&self, from: &mut dyn Read, labelled: bool) -> Result<NewRows, TrainError> {
        if !self.learned_from_table() {
            return Err(self.other_kind(Path::new(PIPED), "a table comes through a pipe"));
        }
        let limit = self.options.max_memory.unwrap_or(u64::MAX - 1);
        let mut bytes = Vec::new();
        let read = from.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|e| TrainError::Arguments(format!("{PIPED}: {e}")))?;
        if bytes.len() as u64 > limit {
            let text =
                format!("{PIPED}: more than the {limit} bytes of memory at hand; give parts of it");
            return Err(TrainError::Arguments(text));
        }
        let limit = self.options.max_memory;
        let table = self.with_options(|options| {
            parse_table(bytes.clone(), PIPED, options, limit).map_err(Box::new)
        })?;
        self.rows_of_table(&table, PIPED.to_owned(), labelled)
    }

    /// Reads a table as the run's is read. Where the run file names the columns of a table without header, new rows may
    /// lack those of the labels.
    fn with_options(
        &self,
        read: impl Fn(&CsvOptions) -> Result<Table, Box<Fault>>,
    ) -> Result<Table, TrainError> {
        let options = self.spec.data.csv.as_ref().map(CsvOptions::of);
        let mut options = options.unwrap_or_default();
        let targets = self.spec.data.all_targets();
        let labels: BTreeSet<&String> = (targets.iter())
            .flat_map(|target| target.label.iter().chain(&target.labels))
            .collect();
        let fault = match read(&options) {
            Ok(table) => return Ok(table),
            Err(fault) => *fault,
        };
        match fault {
            Fault::Table {
                fault: TableFault::Columns { given, found },
                ..
            } if found + labels.len() == given => {
                options.columns.retain(|name| !labels.contains(name));
                read(&options).map_err(|fault| at_data(*fault))
            }
            fault => Err(at_data(fault)),
        }
    }

    fn rows_of_table(
        &self,
        table: &Table,
        name: String,
        labelled: bool,
    ) -> Result<NewRows, TrainError> {
        let preprocessing = &self.prepared.preprocessing;
        let mut notes = self.table_notes(table, &name);
        let taken = preprocessing.taken_rows(table, &name, labelled)?;
        notes.extend(taken.notes);
        let moved = taken.table.is_some();
        let table = taken.table.as_ref().unwrap_or(table);
        let applied = preprocessing.apply_rows(table, &name)?;
        notes.extend(applied.notes.iter().map(|note| format!("{name}: {note}")));
        let (mut x, texts) = (applied.inputs, applied.texts);
        let mut y = vec![];
        if labelled {
            let rows = preprocessing.labelled_rows(table, &name)?;
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
            y = preprocessing.table_labels(table, &name, &rows)?;
        }
        let numbers = match (labelled, preprocessing.window_ends(table.rows())) {
            (true, _) => vec![],
            (false, Some(ends)) => ends.iter().map(|&end| taken.rows[end] + 1).collect(),
            (false, None) if moved => taken.rows.iter().map(|row| row + 1).collect(),
            (false, None) => vec![],
        };
        let (x, y) = preprocessing.in_windows(x, y)?;
        let rows = self.rows(name, (x, &texts), y, notes)?;
        Ok(NewRows { numbers, ..rows })
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
        let x = read_array(file, self.options.max_memory).map_err(at_data)?;
        let name = file.display().to_string();
        let y = self.labels_of(&name, vec![], labels, labelled)?;
        self.rows_of_arrays((name, x), y)
    }

    /// Rows of the arrays that a `.npz` file holds under the names that the run file gives them, or `x`, and `y` or the
    /// names of outputs.
    fn npz_rows(
        &self,
        file: &Path,
        labels: Option<&Path>,
        labelled: bool,
    ) -> Result<NewRows, TrainError> {
        let spec = self.spec.data.npz.as_ref();
        let own = |i: usize| spec.and_then(|s| s.y.iter().nth(i)).map(|(_, array)| array);
        let names = |own: Option<&'_ str>, other: &str| -> Vec<String> {
            let names = own.into_iter().chain([other]);
            names.map(str::to_owned).collect()
        };
        let targets = self.prepared.preprocessing.targets.iter().enumerate();
        let mut wanted = vec![names(spec.map(|s| s.x.as_str()), "x")];
        if labelled {
            let y = |(i, t): (usize, &Target)| names(own(i), t.name.as_deref().unwrap_or("y"));
            wanted.extend(targets.map(y));
        }
        let wanted: Vec<Vec<&str>> = (wanted.iter())
            .map(|names| names.iter().map(String::as_str).collect())
            .collect();
        let lists: Vec<&[&str]> = wanted.iter().map(Vec::as_slice).collect();
        let found = read_arrays(file, &lists, self.options.max_memory).map_err(at_data)?;
        let mut found = found.into_iter();
        let Some(x) = found.next().flatten() else {
            let text = format!("{}: it holds no array", file.display());
            return Err(TrainError::Arguments(text));
        };
        let shown = file.display().to_string();
        let beside: Vec<Option<(String, Array)>> = found.collect();
        let own = beside.iter().zip(wanted.iter().skip(1));
        if let (Some(labels), Some((own, name))) = (
            labels,
            own.filter_map(|(y, name)| Some((&y.as_ref()?.0, name.first()?)))
                .next(),
        ) {
            return Err(TrainError::Arguments(format!(
                "{own}: labels, and {} holds labels, too; leave out --labels, or give a file without `{name}`",
                labels.display(),
            )));
        }
        let y = self.labels_of(&shown, beside, labels, labelled)?;
        self.rows_of_arrays(x, y)
    }

    /// Labels beside the features of the array `name`, target by target, or those of the one target in a file of their own.
    fn labels_of(
        &self,
        name: &str,
        beside: Vec<Option<(String, Array)>>,
        labels: Option<&Path>,
        labelled: bool,
    ) -> Result<Vec<Array>, TrainError> {
        let targets = &self.prepared.preprocessing.targets;
        if !labelled {
            return Ok(vec![]);
        }
        let refused = |text: String| Err(TrainError::Arguments(format!("{name}: {text}")));
        let names = targets.iter().filter_map(|target| target.name.as_deref());
        let names = names.collect::<Vec<_>>().join("`, `");
        let given = match labels {
            Some(path) if targets.several() => {
                let path = path.display();
                return refused(format!(
                    "the run learned several targets, and {path} holds one; give a .npz file with `x`, `{names}`"
                ));
            }
            Some(path) => {
                let array = read_array(path, self.options.max_memory).map_err(at_data)?;
                vec![Some((path.display().to_string(), array))]
            }
            None => beside,
        };
        let mut given = given.into_iter();
        let mut y = vec![];
        for target in targets.iter() {
            let Some((shown, array)) = given.next().flatten() else {
                return refused(match targets.several() {
                    true => format!("an array for each target is needed; give a .npz file with `x`, `{names}`"),
                    false => "an array has no labels; give them with --labels FILE.npy, or as `y` of a .npz file".to_owned(),
                });
            };
            y.push(target.array_labels(array, &shown)?);
        }
        Ok(y)
    }

    fn rows_of_arrays(
        &self,
        (name, x): (String, Array),
        y: Vec<Array>,
    ) -> Result<NewRows, TrainError> {
        let preprocessing = &self.prepared.preprocessing;
        let x = vec![preprocessing.apply_array(self.with_channel(x), &name)?];
        let ends = preprocessing.window_ends(x.first().map_or(0, Array::rows));
        let numbers = match (y.is_empty(), ends) {
            (true, Some(ends)) => ends.iter().map(|end| end + 1).collect(),
            _ => vec![],
        };
        let (x, y) = preprocessing.in_windows(x, y)?;
        let rows = self.rows(name, (x, &vec![]), y, vec![])?;
        Ok(NewRows { numbers, ..rows })
    }

    /// Grey images as the run has them: with a channel axis where it has one.
    fn with_channel(&self, mut array: Array) -> Array {
        let fits = |row: &Row| matches!(row.shape.split_last(), Some((1, rest)) if rest == array.row_shape());
        if array.shape.len() > 2 && self.prepared.inputs.first().is_some_and(fits) {
            array.shape.push(1);
        }
        array
    }

    /// Arrays in the order of the data, with the texts that their numbers stand for, as tensors in the order of the model.
    pub(super) fn rows(
        &self,
        name: String,
        (x, texts): (Vec<Array>, &InputTexts),
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
        if let Some(host) = &self.host {
            let texts: InputTexts = (self.order.iter())
                .map(|&i| texts.get(i).cloned().flatten())
                .collect();
            inputs = host::apply(host, inputs, &texts)?;
        }
        let known = self
            .targets
            .iter()
            .filter_map(|&t| self.prepared.targets.get(t));
        let targets = known.zip(inputs::in_order(y, &self.targets));
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
            files: vec![],
            numbers: vec![],
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
        let now = Prepared {
            // A function of rows and recipes, which are compared.
            learnt: self.prepared.learnt.clone(),
            ..Prepared::of(&dataset, &file)
        };
        let now = Prepared::parse(&now.text()?, "the data")?;
        if let Some(what) = self.prepared.difference(&now) {
            return Err(TrainError::Arguments(format!(
                "the data is not what the run learned from: {what}; put it back, or name the DATA to use"
            )));
        }
        let (order, host) = (&self.order, self.host.as_ref());
        let model = self.trainer.model();
        let samples = Samples::from(dataset, order, &self.targets, host, model)?;
        if let Some(learned) = self.learned_from
            && samples.fingerprint()? != learned
        {
            let text = "the data is not what the run learned from: rows or values have changed, and its held-out part may \
                        hold rows that the run learned from; put the former data back, or name the DATA to use";
            return Err(TrainError::Arguments(text.to_owned()));
        }
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
            files: vec![],
            numbers: vec![],
        })
    }
}

/// Whether a file holds an array: NumPy's, or IDX by the names that MNIST gives its files.
pub(super) fn is_array(file: &Path) -> bool {
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
pub(super) fn some(names: &[String], all: usize) -> String {
    let quoted: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if all > SHOWN { ", ..." } else { "" };
    quoted.join(", ") + more
}

pub(super) fn at_data(fault: regimen_data::Fault) -> TrainError {
    TrainError::Data(DataErrors::from(regimen_data::DataError::new(
        "data", fault,
    )))
}

pub(super) fn in_words(error: TrainError) -> RunError {
    RunError(error.to_string())
}
