//! Rows that a run has not seen: their labels by the run's classes, and what of them it does not know.

use std::collections::{BTreeMap, BTreeSet};

use regimen_run::nearest;
use regimen_run::spec::LabelEncoding;

use crate::DataError;
use crate::array::Array;
use crate::dataset::Part;
use crate::error::{DataErrors, Fault};
use crate::label_groups::LabelGroups;
use crate::labels::{LabelArray, cell_labels, class_indices, encode};
use crate::load::{check_finite, find_column};
use crate::numbers::{Rows, read_numbers, shorten};
use crate::preprocessing::{InputRecipe, Preprocessing};
use crate::table::Table;
use crate::text::{TextEncoding, for_each_word};
use crate::windows;

/// The most examples that are kept of what is not known.
const EXAMPLES: usize = 5;

/// A note on the words of a column that the vocabulary lacks, each occurrence counted; `None` when it lacks none.
pub(crate) fn unknown_words(
    table: &Table,
    column: usize,
    encoding: &TextEncoding,
) -> Option<String> {
    let known: BTreeSet<&str> = encoding.words.iter().map(String::as_str).collect();
    let mut all = 0;
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    for row in 0..table.rows() {
        for_each_word(table.cell(row, column), encoding.lower, |word| {
            all += 1;
            if !known.contains(word) {
                *unknown.entry(word.to_owned()).or_default() += 1;
            }
        });
    }
    let count: usize = unknown.values().sum();
    if count == 0 {
        return None;
    }
    let mut words: Vec<(String, usize)> = unknown.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let some: Vec<String> = words
        .iter()
        .take(EXAMPLES)
        .map(|(word, _)| format!("`{}`", shorten(word)))
        .collect();
    Some(format!(
        "{count} of {all} words of `{}` ({:.1} %) are unknown, such as {}",
        table.columns()[column],
        100.0 * count as f64 / all as f64,
        some.join(", ")
    ))
}

impl Preprocessing {
    /// Columns that neither inputs nor labels use.
    pub fn extra_columns(&self, table: &Table) -> Vec<String> {
        let mut used: BTreeSet<&str> = self.inputs.iter().flat_map(InputRecipe::columns).collect();
        let unnamed = self.label.is_none() && self.labels.is_empty();
        used.extend(unnamed.then_some(UNNAMED));
        used.extend(self.label.as_deref());
        used.extend(self.time.as_deref());
        used.extend(self.labels.iter().map(String::as_str));
        let columns = table.columns().iter();
        columns
            .filter(|c| !used.contains(c.as_str()))
            .cloned()
            .collect()
    }

    /// Rows of a series as windows, with their labels where they are given: those of the rows after
    /// each window. Rows stay as they are where the run has no windows.
    pub fn in_windows(
        &self,
        x: Vec<Array>,
        y: Option<Array>,
    ) -> Result<(Vec<Array>, Option<Array>), DataErrors> {
        let Some(spec) = &self.windows else {
            return Ok((x, y));
        };
        let fault = |fault| DataErrors::from(DataError::new("data", fault));
        let Some(y) = y else {
            let x = x.iter().map(|x| windows::cut_inputs(spec, x));
            return Ok((x.collect::<Result<_, _>>().map_err(fault)?, None));
        };
        let part = Part {
            x,
            y,
            stored: None,
            sample_weight: None,
        };
        let part = windows::cut(spec, &part, None).map_err(fault)?;
        Ok((part.x, Some(part.y)))
    }

    /// The last row of each window that `rows` rows without labels make; `None` where the run has no windows.
    pub fn window_ends(&self, rows: usize) -> Option<Vec<usize>> {
        let windows = self.windows.as_ref()?;
        Some(windows::last_rows(windows, rows))
    }

    /// The rows of a table that have a label; where a cell holds several or none, all.
    pub fn labelled_rows(&self, table: &Table, file: &str) -> Result<Vec<usize>, DataErrors> {
        let columns = self.label_columns(table, file)?;
        if self.label_separator.is_some() {
            return Ok((0..table.rows()).collect());
        }
        let full = |row: usize| move |&column: &usize| !table.cell(row, column).trim().is_empty();
        let given = |&row: &usize| columns.iter().all(full(row));
        Ok((0..table.rows()).filter(given).collect())
    }

    /// The labels of the rows named, as the loss takes them.
    pub fn table_labels(
        &self,
        table: &Table,
        file: &str,
        rows: &[usize],
    ) -> Result<Array, DataErrors> {
        let columns = self.label_columns(table, file)?;
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

    fn label_columns(&self, table: &Table, file: &str) -> Result<Vec<usize>, DataErrors> {
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
}

impl InputRecipe {
    /// The columns of a table that the input is made of.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            InputRecipe::Numeric { columns, .. } => columns.iter().map(String::as_str).collect(),
            InputRecipe::Categorical { columns, .. } | InputRecipe::Raw { columns, .. } => {
                columns.iter().map(String::as_str).collect()
            }
            InputRecipe::Date { column, .. } | InputRecipe::Text { column, .. } => vec![column],
            InputRecipe::Joined { parts, .. } => {
                parts.iter().flat_map(InputRecipe::columns).collect()
            }
            InputRecipe::Array { .. } => vec![],
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{CsvOptions, parse_csv};
    use regimen_run::spec::Side;

    fn table(text: &str) -> Table {
        parse_csv(text.as_bytes(), &CsvOptions::default()).unwrap()
    }

    fn preprocessing(encoding: LabelEncoding, classes: &[&str]) -> Preprocessing {
        Preprocessing {
            inputs: vec![InputRecipe::Text {
                name: None,
                column: "text".to_owned(),
                encoding: TextEncoding {
                    lower: true,
                    length: 3,
                    padding: Side::Post,
                    truncating: Side::Post,
                    start: false,
                    words: vec!["good".to_owned()],
                },
            }],
            label: Some("stars".to_owned()),
            labels: Vec::new(),
            label_separator: None,
            label_groups: BTreeMap::new(),
            label_encoding: encoding,
            classes: classes.iter().map(ToString::to_string).collect(),
            windows: None,
            time: None,
        }
    }

    #[test]
    fn unknown_words_and_extra_columns_are_told() {
        let p = preprocessing(LabelEncoding::Index, &["1", "2"]);
        let t = table("text,stars,id\nGood bad bad worse,1,9\n");
        let notes = |t: &Table| p.apply_rows(t, "t.csv").unwrap().notes;
        let text = "3 of 4 words of `text` (75.0 %) are unknown, such as `bad`, `worse`";
        assert_eq!(notes(&t), [text]);
        assert_eq!(p.extra_columns(&t), ["id"]);
        assert!(notes(&table("text,stars\ngood,1\n")).is_empty());
    }

    #[test]
    fn labels_follow_the_classes_of_the_run() {
        let p = preprocessing(LabelEncoding::Index, &["1", "2.5"]);
        let t = table("text,stars\na,2.50\nb,\nc,1.0\n");
        let rows = p.labelled_rows(&t, "t.csv").unwrap();
        assert_eq!(rows, [0, 2]);
        let y = p.table_labels(&t, "t.csv", &rows).unwrap();
        assert_eq!(y, Array::i32(vec![2], vec![1, 0]));
        let p = preprocessing(LabelEncoding::OneHot, &["bad", "good"]);
        let y = p.table_labels(&table("text,stars\na,good\n"), "t", &[0]);
        assert_eq!(y.unwrap(), Array::f32(vec![1, 2], vec![0.0, 1.0]));
    }

    #[test]
    fn a_class_that_the_run_does_not_know_is_refused_with_its_line() {
        let p = preprocessing(LabelEncoding::Index, &["bad", "good"]);
        let t = table("text,stars\na,good\nb,goood\nc,x\n");
        let error = p.table_labels(&t, "t.csv", &[0, 1, 2]).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("t.csv, line 3, column `stars`: `goood`"),
            "{text}"
        );
        assert!(text.contains("did you mean `good`?"), "{text}");
        assert!(text.contains("1 more"), "{text}");
    }

    #[test]
    fn several_labels_in_a_cell_and_in_columns() {
        let mut p = preprocessing(LabelEncoding::MultiHot, &["bad", "good"]);
        p.label_separator = Some("|".to_owned());
        let t = table("text,stars\na,good|bad\nb,good\nc,goood\n");
        let y = p.table_labels(&t, "t.csv", &[0, 1]).unwrap();
        assert_eq!(y, Array::f32(vec![2, 2], vec![1.0, 1.0, 0.0, 1.0]));
        let none = table("text,stars\na,\nb,good\n");
        assert_eq!(p.labelled_rows(&none, "t.csv").unwrap(), [0, 1]);
        let y = p.table_labels(&none, "t.csv", &[0, 1]).unwrap();
        assert_eq!(y, Array::f32(vec![2, 2], vec![0.0, 0.0, 0.0, 1.0]));
        let error = p
            .table_labels(&t, "t.csv", &[0, 2])
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 4, column `stars`: `goood`"), "{error}");
        let mut p = preprocessing(LabelEncoding::Number, &[]);
        (p.label, p.labels) = (None, vec!["u".to_owned(), "v".to_owned()]);
        let t = table("text,v,u\na,1,2\nb,,3\n");
        let rows = p.labelled_rows(&t, "t.csv").unwrap();
        let y = p.table_labels(&t, "t.csv", &rows).unwrap();
        assert_eq!(y, Array::f32(vec![1, 2], vec![2.0, 1.0]));
        assert!(p.extra_columns(&t).is_empty());
    }

    #[test]
    fn labels_that_came_from_folders_go_by_the_name_label() {
        let mut p = preprocessing(LabelEncoding::Index, &["neg", "pos"]);
        p.label = None;
        let t = table("text,label\na,pos\n");
        assert_eq!(
            p.table_labels(&t, "t", &[0]).unwrap(),
            Array::i32(vec![1], vec![1])
        );
        assert!(p.extra_columns(&t).is_empty());
        let error = p
            .labelled_rows(&table("text,x\na,pos\n"), "t.csv")
            .unwrap_err();
        assert!(
            error.to_string().contains("t.csv has no column `label`"),
            "{error}"
        );
    }

    #[test]
    fn arrays_of_labels() {
        let p = preprocessing(LabelEncoding::Index, &["0", "1", "2"]);
        let y = p.array_labels(Array::i32(vec![2, 1], vec![2, 0]), "y.npy");
        assert_eq!(y.unwrap(), Array::i32(vec![2], vec![2, 0]));
        let error = p.array_labels(Array::i32(vec![2], vec![2, 3]), "y.npy");
        assert!(error.unwrap_err().to_string().contains("row 1: label 3"));
        let wide = Array::f32(vec![1, 3], vec![0.0, 0.0, 1.0]);
        assert!(p.array_labels(wide.clone(), "y.npy").is_err());
        let p = preprocessing(LabelEncoding::OneHot, &["0", "1", "2"]);
        assert_eq!(p.array_labels(wide.clone(), "y.npy").unwrap(), wide);
        let p = preprocessing(LabelEncoding::Number, &[]);
        let y = p.array_labels(Array::i32(vec![2], vec![2, 3]), "y.npy");
        assert_eq!(y.unwrap(), Array::f32(vec![2], vec![2.0, 3.0]));
    }
}
