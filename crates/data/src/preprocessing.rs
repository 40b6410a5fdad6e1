//! How rows became arrays, as plain data: kept with a run so that new rows are treated alike.

use regimen_run::spec::LabelEncoding;
use serde::{Deserialize, Serialize};

use crate::array::Array;
use crate::error::{DataErrors, Fault, tuple};
use crate::numbers::{Rows, read_numbers};
use crate::scaling::Scaling;
use crate::table::Table;
use crate::text::TextEncoding;
use crate::{DataError, load};

/// Vocabularies, statistics and class names of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preprocessing {
    /// One per model input.
    pub inputs: Vec<InputRecipe>,
    /// Label column of the table, if there was one.
    pub label: Option<String>,
    /// How labels reached the loss.
    pub label_encoding: LabelEncoding,
    /// Label names by class index; empty when labels are numbers.
    pub classes: Vec<String>,
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

impl Preprocessing {
    /// The model inputs of every row of a table. `file` names it in errors.
    pub fn apply_table(&self, table: &Table, file: &str) -> Result<Vec<Array>, DataErrors> {
        let mut errors = Vec::new();
        let mut inputs = Vec::new();
        for (i, recipe) in self.inputs.iter().enumerate() {
            match recipe.apply_table(table, file, &format!("data.inputs[{i}]")) {
                Ok(array) => inputs.push(array),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() {
            Ok(inputs)
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
    fn apply_table(&self, table: &Table, file: &str, at: &str) -> Result<Array, Vec<DataError>> {
        let find = |name: &String| {
            load::find_column(table, file, name).map_err(|fault| vec![DataError::new(at, fault)])
        };
        let every: Vec<usize> = (0..table.rows()).collect();
        let rows = Rows {
            table,
            file,
            rows: &every,
        };
        match self {
            InputRecipe::Numeric {
                columns, scaling, ..
            } => {
                let columns = columns.iter().map(find).collect::<Result<Vec<_>, _>>()?;
                let array = read_numbers(rows, &columns, at)?;
                Ok(match scaling {
                    Some(scaling) => scaling.apply(array),
                    None => array,
                })
            }
            InputRecipe::Text {
                column, encoding, ..
            } => {
                let column = find(column)?;
                Ok(encoding.encode(every.iter().map(|&row| table.cell(row, column))))
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
