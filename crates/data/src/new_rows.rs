//! Rows that a run has not seen: their labels, their windows, and what of them it does not know.

use std::collections::{BTreeMap, BTreeSet};

use crate::DataError;
use crate::array::Array;
use crate::dataset::Part;
use crate::error::DataErrors;
use crate::numbers::shorten;
use crate::per_target::PerTarget;
use crate::preprocessing::{InputRecipe, Preprocessing};
use crate::table::Table;
use crate::target::Target;
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
        used.extend(self.targets.iter().flat_map(Target::columns));
        used.extend(self.time.as_deref());
        let columns = table.columns().iter();
        columns
            .filter(|c| !used.contains(c.as_str()))
            .cloned()
            .collect()
    }

    /// Rows of a series as windows, with their labels where they are given, target by target: those of the rows after
    /// each window. Rows stay as they are where the run has no windows.
    pub fn in_windows(
        &self,
        x: Vec<Array>,
        y: Vec<Array>,
    ) -> Result<(Vec<Array>, Vec<Array>), DataErrors> {
        let Some(spec) = &self.windows else {
            return Ok((x, y));
        };
        let fault = |fault| DataErrors::from(DataError::new("data", fault));
        let Some(PerTarget { first, more }) = PerTarget::of(y) else {
            let x = x.iter().map(|x| windows::cut_inputs(spec, x));
            return Ok((x.collect::<Result<_, _>>().map_err(fault)?, Vec::new()));
        };
        let part = Part {
            x,
            y: first,
            more,
            stored: None,
            sample_weight: None,
        };
        let part = windows::cut(spec, &part, None).map_err(fault)?;
        let y = std::iter::once(part.y).chain(part.more).collect();
        Ok((part.x, y))
    }

    /// The last row of each window that `rows` rows without labels make; `None` where the run has no windows.
    pub fn window_ends(&self, rows: usize) -> Option<Vec<usize>> {
        let windows = self.windows.as_ref()?;
        Some(windows::last_rows(windows, rows))
    }

    /// The rows of a table that have a label of each target; where a cell holds several or none, all.
    pub fn labelled_rows(&self, table: &Table, file: &str) -> Result<Vec<usize>, DataErrors> {
        let mut needed = Vec::new();
        for target in self.targets.iter() {
            let columns = target.find_columns(table, file)?;
            if target.label_separator.is_none() {
                needed.extend(columns);
            }
        }
        let full = |row: usize| move |&column: &usize| !table.cell(row, column).trim().is_empty();
        let given = |&row: &usize| needed.iter().all(full(row));
        Ok((0..table.rows()).filter(given).collect())
    }

    /// The labels of the rows named, as the losses take them, target by target.
    pub fn table_labels(
        &self,
        table: &Table,
        file: &str,
        rows: &[usize],
    ) -> Result<Vec<Array>, DataErrors> {
        let of = |target: &Target| target.table_labels(table, file, rows);
        self.targets.iter().map(of).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{CsvOptions, parse_csv};
    use regimen_run::spec::{LabelEncoding, Side};

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
            targets: PerTarget::one(Target {
                name: None,
                label: Some("stars".to_owned()),
                labels: Vec::new(),
                label_separator: None,
                label_groups: BTreeMap::new(),
                label_encoding: encoding,
                classes: classes.iter().map(ToString::to_string).collect(),
            }),
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
        assert_eq!(y, [Array::i32(vec![2], vec![1, 0])]);
        let p = preprocessing(LabelEncoding::OneHot, &["bad", "good"]);
        let y = p.table_labels(&table("text,stars\na,good\n"), "t", &[0]);
        assert_eq!(y.unwrap(), [Array::f32(vec![1, 2], vec![0.0, 1.0])]);
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
        p.targets.first.label_separator = Some("|".to_owned());
        let t = table("text,stars\na,good|bad\nb,good\nc,goood\n");
        let y = p.table_labels(&t, "t.csv", &[0, 1]).unwrap();
        assert_eq!(y, [Array::f32(vec![2, 2], vec![1.0, 1.0, 0.0, 1.0])]);
        let none = table("text,stars\na,\nb,good\n");
        assert_eq!(p.labelled_rows(&none, "t.csv").unwrap(), [0, 1]);
        let y = p.table_labels(&none, "t.csv", &[0, 1]).unwrap();
        assert_eq!(y, [Array::f32(vec![2, 2], vec![0.0, 0.0, 0.0, 1.0])]);
        let error = p
            .table_labels(&t, "t.csv", &[0, 2])
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 4, column `stars`: `goood`"), "{error}");
        let mut p = preprocessing(LabelEncoding::Number, &[]);
        let target = &mut p.targets.first;
        (target.label, target.labels) = (None, vec!["u".to_owned(), "v".to_owned()]);
        let t = table("text,v,u\na,1,2\nb,,3\n");
        let rows = p.labelled_rows(&t, "t.csv").unwrap();
        let y = p.table_labels(&t, "t.csv", &rows).unwrap();
        assert_eq!(y, [Array::f32(vec![1, 2], vec![2.0, 1.0])]);
        assert!(p.extra_columns(&t).is_empty());
    }

    #[test]
    fn labels_that_came_from_folders_go_by_the_name_label() {
        let mut p = preprocessing(LabelEncoding::Index, &["neg", "pos"]);
        p.targets.first.label = None;
        let t = table("text,label\na,pos\n");
        assert_eq!(
            p.table_labels(&t, "t", &[0]).unwrap(),
            [Array::i32(vec![1], vec![1])]
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
        let y = p
            .targets
            .first
            .array_labels(Array::i32(vec![2, 1], vec![2, 0]), "y.npy");
        assert_eq!(y.unwrap(), Array::i32(vec![2], vec![2, 0]));
        let error = p
            .targets
            .first
            .array_labels(Array::i32(vec![2], vec![2, 3]), "y.npy");
        assert!(error.unwrap_err().to_string().contains("row 1: label 3"));
        let wide = Array::f32(vec![1, 3], vec![0.0, 0.0, 1.0]);
        assert!(p.targets.first.array_labels(wide.clone(), "y.npy").is_err());
        let p = preprocessing(LabelEncoding::OneHot, &["0", "1", "2"]);
        assert_eq!(
            p.targets.first.array_labels(wide.clone(), "y.npy").unwrap(),
            wide
        );
        let p = preprocessing(LabelEncoding::Number, &[]);
        let y = p
            .targets
            .first
            .array_labels(Array::i32(vec![2], vec![2, 3]), "y.npy");
        assert_eq!(y.unwrap(), Array::f32(vec![2], vec![2.0, 3.0]));
    }
}
