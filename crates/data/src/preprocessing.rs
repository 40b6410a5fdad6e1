//! How rows became arrays, as plain data: kept with a run so that new rows are treated alike.

use std::sync::Arc;

use regimen_run::spec::WindowsSpec;
use serde::{Deserialize, Serialize};

use crate::array::{Array, Values};
use crate::categories::CategoryEncoding;
use crate::dates::DateEncoding;
use crate::error::{DataErrors, Fault, tuple};
use crate::missing::fill_in;
use crate::new_rows::unknown_words;
use crate::numbers::{Rows, read_features};
use crate::per_target::PerTarget;
use crate::raw_texts::RawTexts;
use crate::scaling::Scaling;
use crate::table::Table;
use crate::target::Target;
use crate::text::TextEncoding;
use crate::{DataError, load};

/// Vocabularies, statistics and class names of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preprocessing {
    /// One per model input.
    pub inputs: Vec<InputRecipe>,
    /// How labels became numbers, for each target.
    #[serde(flatten)]
    pub targets: PerTarget<Target>,
    /// Windows over rows, for series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<WindowsSpec>,
    /// Column whose times put the rows of a series in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// How one model input is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InputRecipe {
    /// Columns of numbers.
    Numeric {
        /// Name of the model input.
        name: Option<String>,
        /// Columns in order.
        columns: Vec<String>,
        /// Scaling, if any.
        scaling: Option<Scaling>,
        /// Cells that count as missing.
        #[serde(default)]
        missing_values: Vec<String>,
        /// What fills each column's missing cells; without it they are an error.
        #[serde(default)]
        fill: Option<Vec<f32>>,
        /// Whether rows with a missing cell are left out.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        drop: bool,
    },
    /// Columns of categories.
    Categorical {
        /// Name of the model input.
        name: Option<String>,
        /// Columns in order.
        columns: Vec<String>,
        /// Categories of each column, and the numbers that they become.
        encoding: CategoryEncoding,
    },
    /// A column of dates.
    Date {
        /// Name of the model input.
        name: Option<String>,
        /// Column.
        column: String,
        /// Format, parts and scaling.
        encoding: DateEncoding,
    },
    /// Blocks side by side.
    Joined {
        /// Name of the model input.
        name: Option<String>,
        /// Blocks in order.
        parts: Vec<InputRecipe>,
    },
    /// Columns of texts as they are.
    Raw {
        /// Name of the model input.
        name: Option<String>,
        /// Columns in order.
        columns: Vec<String>,
        /// The texts of the rows at hand, which numbers stand for; not kept with a run.
        #[serde(skip)]
        texts: Arc<RawTexts>,
    },
    /// A column of text.
    Text {
        /// Name of the model input.
        name: Option<String>,
        /// Column.
        column: String,
        /// Vocabulary, length and sides.
        encoding: TextEncoding,
    },
    /// An array from a file.
    Array {
        /// Sizes of one row.
        shape: Vec<usize>,
        /// Scaling, if any.
        scaling: Option<Scaling>,
    },
}

/// New rows made ready for the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// One array per model input.
    pub inputs: Vec<Array>,
    /// The texts that the numbers of an input stand for, where it is one of texts as they are.
    pub texts: Vec<Option<Arc<RawTexts>>>,
    /// Counts of what the training part did not know, and of cells filled.
    pub notes: Vec<String>,
}

impl Preprocessing {
    /// The model inputs of every row of a table. `file` names it in errors.
    pub fn apply_table(&self, table: &Table, file: &str) -> Result<Vec<Array>, DataErrors> {
        self.apply_rows(table, file).map(|applied| applied.inputs)
    }

    /// [`Preprocessing::apply_table`] with notes on unknown categories and words.
    pub fn apply_rows(&self, table: &Table, file: &str) -> Result<Applied, DataErrors> {
        let mut errors = Vec::new();
        let mut applied = Applied {
            inputs: Vec::new(),
            texts: Vec::new(),
            notes: Vec::new(),
        };
        for (i, recipe) in self.inputs.iter().enumerate() {
            let at = format!("data.inputs[{i}]");
            if let InputRecipe::Raw { columns, .. } = recipe {
                match raw_columns(table, file, columns, &at) {
                    Ok((texts, array)) => {
                        applied.inputs.push(array);
                        applied.texts.push(Some(Arc::new(texts)));
                    }
                    Err(found) => errors.extend(found),
                }
                continue;
            }
            applied.texts.push(None);
            match recipe.apply_table(table, file, &at, &mut applied.notes) {
                Ok(array) => applied.inputs.push(array),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() {
            Ok(applied)
        } else {
            Err(DataErrors(errors))
        }
    }

    /// The model input of an array from a file, for runs that learned from arrays or a sample.
    pub fn apply_array(&self, array: Array, file: &str) -> Result<Array, DataErrors> {
        let fault = |expected: String| {
            let found = array.shape.clone();
            let file = file.to_owned();
            DataErrors::from(DataError::new(
                "data",
                Fault::Shape {
                    file,
                    found,
                    expected,
                },
            ))
        };
        let (shape, scaling) = match self.inputs.as_slice() {
            [InputRecipe::Array { shape, scaling }] => (shape.clone(), scaling),
            [
                InputRecipe::Numeric {
                    columns, scaling, ..
                },
            ] => (vec![columns.len()], scaling),
            _ => return Err(fault("a table, as the run learned from one".to_owned())),
        };
        if array.shape == shape {
            let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
            return Err(fault(format!("(N, {}) for N rows", sizes.join(", "))));
        }
        if array.row_shape() != shape {
            return Err(fault(format!("rows of shape {}", tuple(&shape))));
        }
        load::check_finite(&array, file, "data")?;
        Ok(match scaling {
            Some(scaling) => scaling.apply(array),
            None => array,
        })
    }
}

impl InputRecipe {
    /// Name of the model input; `None`: by order.
    pub fn name(&self) -> Option<&String> {
        match self {
            InputRecipe::Numeric { name, .. }
            | InputRecipe::Categorical { name, .. }
            | InputRecipe::Date { name, .. }
            | InputRecipe::Joined { name, .. }
            | InputRecipe::Raw { name, .. }
            | InputRecipe::Text { name, .. } => name.as_ref(),
            InputRecipe::Array { .. } => None,
        }
    }

    /// Whether it may stand beside others in one model input.
    pub(crate) fn joins(&self) -> bool {
        !matches!(
            self,
            InputRecipe::Text { .. } | InputRecipe::Raw { .. } | InputRecipe::Array { .. }
        )
    }

    /// The texts that the numbers of this input stand for, where it is one of texts as they are.
    pub fn raw_texts(&self) -> Option<&Arc<RawTexts>> {
        match self {
            InputRecipe::Raw { texts, .. } => Some(texts),
            _ => None,
        }
    }

    fn apply_table(
        &self,
        table: &Table,
        file: &str,
        at: &str,
        notes: &mut Vec<String>,
    ) -> Result<Array, Vec<DataError>> {
        let find = |name: &String| {
            load::find_column(table, file, name).map_err(|fault| vec![DataError::new(at, fault)])
        };
        let every: Vec<usize> = (0..table.rows()).collect();
        let rows = Rows {
            table,
            file,
            rows: &every,
        };
        let count = table.rows();
        match self {
            InputRecipe::Numeric {
                columns,
                scaling,
                missing_values,
                fill,
                ..
            } => {
                let found = columns.iter().map(find).collect::<Result<Vec<_>, _>>()?;
                let mut array = read_features(rows, &found, at, missing_values, fill.is_some())?;
                if let (Some(fill), Values::F32(data)) = (fill, &mut array.data) {
                    let filled = fill_in(data, fill);
                    for (column, n) in columns.iter().zip(filled).filter(|(_, n)| *n > 0) {
                        notes.push(format!("{n} missing cells of `{column}` filled"));
                    }
                }
                Ok(scaled(scaling, array))
            }
            InputRecipe::Categorical {
                columns, encoding, ..
            } => {
                let found = columns.iter().map(find).collect::<Result<Vec<_>, _>>()?;
                let cells: Vec<_> = found.iter().map(|&c| load::intern(rows, c)).collect();
                let (array, unknown) = encoding.encode(&cells);
                for (column, n) in columns.iter().zip(unknown).filter(|(_, n)| *n > 0) {
                    notes.push(format!("{n} of {count} rows hold an unknown `{column}`"));
                }
                Ok(array)
            }
            InputRecipe::Date {
                column, encoding, ..
            } => {
                let (_, dates) = load::read_dates(rows, find(column)?, &encoding.format, at)?;
                Ok(scaled(&encoding.scaling, encoding.encode(dates.iter())))
            }
            InputRecipe::Joined { parts, .. } => {
                let mut arrays = Vec::new();
                let mut errors = Vec::new();
                for part in parts {
                    match part.apply_table(table, file, at, notes) {
                        Ok(array) => arrays.push(array),
                        Err(found) => errors.extend(found),
                    }
                }
                match errors.is_empty() {
                    true => Ok(hstack(arrays.iter())),
                    false => Err(errors),
                }
            }
            InputRecipe::Raw { columns, .. } => {
                raw_columns(table, file, columns, at).map(|(_, array)| array)
            }
            InputRecipe::Text {
                column, encoding, ..
            } => {
                let found = find(column)?;
                let ids = encoding.encode(every.iter().map(|&row| table.cell(row, found)));
                notes.extend(unknown_words(table, found, encoding));
                Ok(ids)
            }
            InputRecipe::Array { .. } => Err(vec![DataError::new(
                at,
                Fault::Option {
                    option: file.to_owned(),
                    reason: "is a table, but the run learned from arrays (.npy)".to_owned(),
                },
            )]),
        }
    }
}

/// Columns of texts as they are.
fn raw_columns(
    table: &Table,
    file: &str,
    columns: &[String],
    at: &str,
) -> Result<(RawTexts, Array), Vec<DataError>> {
    let find = |name: &String| {
        load::find_column(table, file, name).map_err(|fault| vec![DataError::new(at, fault)])
    };
    let found = columns.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<usize> = (0..table.rows()).collect();
    let rows = Rows {
        table,
        file,
        rows: &rows,
    };
    Ok(RawTexts::of(rows, &found))
}

fn scaled(scaling: &Option<Scaling>, array: Array) -> Array {
    match scaling {
        Some(scaling) => scaling.apply(array),
        None => array,
    }
}

/// Arrays (rows, widths) side by side: int32 when all are, else float32.
pub(crate) fn hstack<'a>(arrays: impl Iterator<Item = &'a Array> + Clone) -> Array {
    let rows = arrays.clone().next().map_or(0, Array::rows);
    let width = arrays.clone().map(Array::row_len).sum();
    let ids: Option<Vec<&[i32]>> = arrays.clone().map(Array::as_i32).collect();
    let shape = vec![rows, width];
    match ids {
        Some(ids) => {
            let widths: Vec<usize> = arrays.map(Array::row_len).collect();
            let mut data = Vec::with_capacity(rows * width);
            for row in 0..rows {
                for (ids, w) in ids.iter().zip(&widths) {
                    data.extend_from_slice(&ids[row * w..(row + 1) * w]);
                }
            }
            Array::i32(shape, data)
        }
        None => {
            let mut data = Vec::with_capacity(rows * width);
            for row in 0..rows {
                for array in arrays.clone() {
                    let w = array.row_len();
                    data.extend((row * w..(row + 1) * w).map(|i| array.at(i) as f32));
                }
            }
            Array::f32(shape, data)
        }
    }
}
