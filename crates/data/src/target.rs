//! A target as it is kept with a run: how its labels became numbers, so that those of new rows become the same.

use std::collections::BTreeMap;

use regimen_run::nearest;
use regimen_run::spec::{LabelEncoding, TargetSpec};
use serde::{Deserialize, Serialize};

use crate::DataError;
use crate::array::Array;
use crate::error::{DataErrors, Fault};
use crate::label_groups::LabelGroups;
use crate::labels::{LabelArray, Labels, cell_labels, class_indices, encode};
use crate::load::{check_finite, find_column};
use crate::numbers::{Rows, read_numbers, shorten};
use crate::table::Table;

/// What one output of the model learnt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The output's name; `None` where the data have one target without a name.
    #[serde(default, rename = "output", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Label column of the table, if there was one.
    pub label: Option<String>,
    /// Label columns, where there were several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Between the labels of a cell, where it held several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_separator: Option<String>,
    /// Labels under a common name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub label_groups: BTreeMap<String, Vec<String>>,
    /// How labels reached the loss.
    pub label_encoding: LabelEncoding,
    /// Label names by class index; empty when labels are numbers.
    pub classes: Vec<String>,
}

impl Target {
    /// What is kept of labels that were read as `spec` says.
    pub(crate) fn of(spec: &TargetSpec, labels: &Labels) -> Target {
        Target {
            name: spec.name.clone(),
            label: spec.label.clone(),
            labels: spec.labels.clone(),
            label_separator: spec.label_separator.clone(),
            label_groups: spec.label_groups.clone(),
            label_encoding: labels.encoding,
            classes: labels.classes.clone(),
        }
    }

    /// The columns of a table that hold the labels, by the names that the run gives them.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let named = self.label.iter().chain(&self.labels).map(String::as_str);
        let unnamed = self.label.is_none() && self.labels.is_empty();
        named.chain(unnamed.then_some(UNNAMED))
    }

    /// The columns of this table that hold the labels.
    pub(crate) fn find_columns(&self, table: &Table, file: &str) -> Result<Vec<usize>, DataErrors> {
        let names: Vec<&String> = self.label.iter().chain(&self.labels).collect();
        if names.is_empty() {
            let column = find_column(table, file, UNNAMED).map_err(|_| {
                at_label(Fault::Option {
                    option: file.to_owned(),
                    reason: format!(
                        "has no column `{UNNAMED}`; the run's labels came from folders or an array, so a table's go by that name"
                    ),
                })
            });
            return Ok(vec![column?]);
        }
        let find = |name: &String| find_column(table, file, name).map_err(at_label);
        names.into_iter().map(find).collect()
    }

    /// The labels of the rows named, as the loss takes them.
    pub(crate) fn table_labels(
        &self,
        table: &Table,
        file: &str,
        rows: &[usize],
    ) -> Result<Array, DataErrors> {
        let columns = self.find_columns(table, file)?;
        let from = Rows { table, file, rows };
        let column = match columns[..] {
            [column] if self.label_encoding != LabelEncoding::Number => column,
            _ => {
                let mut y = read_numbers(from, &columns, AT_LABEL).map_err(DataErrors)?;
                if columns.len() == 1 {
                    y.shape = vec![rows.len()];
                }
                return Ok(y);
            }
        };
        let classes: BTreeMap<&str, u32> =
            self.classes.iter().map(String::as_str).zip(0..).collect();
        let strange = |row: usize, found: &str, more: usize| {
            let names = self.classes.iter().map(String::as_str);
            let some: Vec<&str> = names.clone().take(20).collect();
            let near = nearest(found, names);
            let known = format!(
                "({}){}",
                some.join(", "),
                near.map_or(String::new(), |name| format!("; did you mean `{name}`?"))
            );
            at_label(Fault::UnknownClass {
                file: file.to_owned(),
                line: table.line(row, column),
                column: table.columns()[column].clone(),
                cell: shorten(found),
                known,
                more,
            })
        };
        let groups = LabelGroups::new(&self.label_groups);
        let labels = |row: usize| -> Vec<&str> {
            let cell = table.cell(row, column).trim();
            match &self.label_separator {
                Some(separator) => cell_labels(cell, separator)
                    .map(|label| groups.class(label))
                    .collect(),
                None => vec![groups.class(cell)],
            }
        };
        let mut found: Vec<Vec<u32>> = Vec::with_capacity(rows.len());
        let mut bad: Option<(usize, &str, usize)> = None;
        for &row in rows {
            let mut of_row = Vec::new();
            for label in labels(row) {
                match (class_index(&classes, label), &mut bad) {
                    (Some(class), _) => of_row.push(class),
                    (None, Some((.., more))) => *more += 1,
                    (None, none) => *none = Some((row, label, 0)),
                }
            }
            found.push(of_row);
        }
        if let Some((row, label, more)) = bad {
            return Err(strange(row, label, more));
        }
        let width = self.classes.len();
        if self.label_separator.is_some() {
            let mut data = vec![0.0; rows.len() * width];
            for (of_row, data) in found.iter().zip(data.chunks_mut(width.max(1))) {
                of_row.iter().for_each(|&class| data[class as usize] = 1.0);
            }
            return Ok(Array::f32(vec![rows.len(), width], data));
        }
        let class_of: Vec<u32> = found.into_iter().flatten().collect();
        Ok(encode(&class_of, width, self.label_encoding))
    }

    /// Labels from classes, as the loss takes them.
    pub fn class_labels(&self, class_of: &[u32]) -> Array {
        encode(class_of, self.classes.len(), self.label_encoding)
    }

    /// Labels from an array, as the loss takes them: numbers, class indices, or one-hot rows.
    pub fn array_labels(&self, mut array: Array, file: &str) -> Result<Array, DataErrors> {
        if let [rows, 1] = array.shape[..] {
            array.shape = vec![rows];
        }
        check_finite(&array, file, AT_LABEL)?;
        let classes = self.classes.len();
        let found = array.shape.clone();
        let shape = |expected: String| {
            at_label(Fault::Shape {
                file: file.to_owned(),
                found,
                expected,
            })
        };
        match (self.label_encoding, array.shape.as_slice()) {
            (LabelEncoding::Number, _) => Ok(array.into_f32()),
            (encoding, [_]) => {
                let label = LabelArray {
                    array,
                    file,
                    at: AT_LABEL,
                };
                let class_of = class_indices(&label).map_err(DataErrors::from)?;
                let beyond = |&&c: &&u32| c as usize >= classes;
                match class_of.iter().find(beyond) {
                    Some(&c) => Err(at_label(Fault::LabelRange {
                        file: file.to_owned(),
                        row: class_of.iter().position(|&x| x == c).unwrap_or_default(),
                        found: f64::from(c),
                        most: classes.saturating_sub(1),
                        more: class_of.iter().filter(beyond).count() - 1,
                    })),
                    None => Ok(encode(&class_of, classes, encoding)),
                }
            }
            (LabelEncoding::OneHot | LabelEncoding::MultiHot, [_, width]) if *width == classes => {
                Ok(array.into_f32())
            }
            (LabelEncoding::OneHot, _) => Err(shape(format!(
                "(N,) class indices or (N, {classes}) one-hot rows"
            ))),
            _ => Err(shape("(N,) class indices".to_owned())),
        }
    }
}

const AT_LABEL: &str = "data.label";
/// Label column of tables for runs whose own labels had none.
const UNNAMED: &str = "label";

fn at_label(fault: Fault) -> DataErrors {
    DataError::new(AT_LABEL, fault).into()
}

/// The class of a cell: its text, or the number that it writes in another way ("1.0" for 1).
fn class_index(classes: &BTreeMap<&str, u32>, cell: &str) -> Option<u32> {
    let number = || {
        let value = cell.parse::<f64>().ok().filter(|v| v.is_finite())?;
        classes.get((value + 0.0).to_string().as_str())
    };
    classes.get(cell).or_else(number).copied()
}
