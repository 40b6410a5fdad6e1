//! Which rows of a new table a run takes, and in which order: those without the gaps that it leaves out, and those of a series
//! by time, as in training.

use crate::DataError;
use crate::error::{DataErrors, Fault};
use crate::load::{find_column, times};
use crate::missing::Marks;
use crate::numbers::Rows;
use crate::preprocessing::{InputRecipe, Preprocessing};
use crate::table::Table;

/// Rows of a table that a run takes.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenRows {
    /// The rows in the order in which they count; `None` where they are the table's as they stand.
    pub table: Option<Table>,
    /// The row of the table that was given for each, from 0 on.
    pub rows: Vec<usize>,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl Preprocessing {
    /// The rows of a table that the run takes, in the order in which it takes them. Rows with an empty text are left out where they
    /// are `labelled`, as in training; without labels each of them gets an answer.
    pub fn taken_rows(
        &self,
        table: &Table,
        file: &str,
        labelled: bool,
    ) -> Result<TakenRows, DataErrors> {
        let mut notes = Vec::new();
        let mut rows: Vec<usize> = (0..table.rows()).collect();
        for recipe in &self.inputs {
            without_gaps(recipe, table, file, &mut rows, &mut notes);
            if let InputRecipe::Text { column, .. } = recipe
                && labelled
            {
                with_cells(table, file, (column, &[], "empty"), &mut rows, &mut notes);
            }
        }
        if rows.is_empty() && table.rows() > 0 {
            let reason = format!(
                "in {file} every row lacks a number or a text; {}",
                notes.join("; ")
            );
            return Err(DataError::new("data", Fault::NoRows { reason }).into());
        }
        if self.windows.is_some() && rows.len() < table.rows() {
            let reason = format!(
                "{}, and rows that are no neighbours must not meet in a window; fill the cells",
                notes.join("; ")
            );
            return Err(DataError::new("data", Fault::Windows { reason }).into());
        }
        if let Some(column) = &self.time {
            match table.columns().contains(column) {
                true => by_time(table, file, column, &mut rows, &mut notes)?,
                false => notes.push(format!(
                    "{file} has no column `{column}`, by which the run's rows were put in order: these count as they stand, \
                     and must be in the order of time"
                )),
            }
        }
        let as_it_stands = rows.iter().copied().eq(0..table.rows());
        let table = match as_it_stands {
            true => None,
            false => Some(table.take(&rows).map_err(|fault| {
                let file = file.to_owned();
                DataErrors::from(DataError::new("data", Fault::Table { file, fault }))
            })?),
        };
        Ok(TakenRows { table, rows, notes })
    }
}

/// Leaves out rows with a missing cell in the columns of which they were left out in training. Columns that the table lacks are
/// told by those who read them.
fn without_gaps(
    recipe: &InputRecipe,
    table: &Table,
    file: &str,
    rows: &mut Vec<usize>,
    notes: &mut Vec<String>,
) {
    match recipe {
        InputRecipe::Joined { parts, .. } => {
            for part in parts {
                without_gaps(part, table, file, rows, notes);
            }
        }
        InputRecipe::Numeric {
            columns,
            missing_values,
            drop: true,
            ..
        } => {
            for name in columns {
                with_cells(table, file, (name, missing_values, "missing"), rows, notes);
            }
        }
        _ => {}
    }
}

/// Leaves out rows whose cell of a column is empty or one of some marks, and says why they are left out.
fn with_cells(
    table: &Table,
    file: &str,
    (name, marks, why): (&String, &[String], &str),
    rows: &mut Vec<usize>,
    notes: &mut Vec<String>,
) {
    let Ok(column) = find_column(table, file, name) else {
        return;
    };
    let marks = Marks::new(marks);
    let before = rows.len();
    rows.retain(|&row| {
        let cell = table.cell(row, column).trim();
        !marks.cover(cell, cell.parse().is_ok_and(f32::is_finite))
    });
    let (dropped, all) = (before - rows.len(), table.rows());
    if dropped > 0 {
        notes.push(format!(
            "{dropped} of {all} rows are left out: `{name}` is {why}"
        ));
    }
}

/// Sorts rows by the times of a column; rows of one time stay in their order.
fn by_time(
    table: &Table,
    file: &str,
    name: &str,
    rows: &mut Vec<usize>,
    notes: &mut Vec<String>,
) -> Result<(), DataErrors> {
    let column = find_column(table, file, name)
        .map_err(|fault| DataErrors::from(DataError::new("data.split.column", fault)))?;
    let from = Rows { table, file, rows };
    let times = times(from, column).map_err(DataErrors)?;
    if times.is_sorted() {
        return Ok(());
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
    *rows = order.into_iter().map(|i| rows[i]).collect();
    notes.push(format!("{file}: rows are put in order by `{name}`"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use regimen_run::spec::{LabelEncoding, WindowsSpec};

    use super::*;
    use crate::per_target::PerTarget;
    use crate::table::{CsvOptions, parse_csv};
    use crate::target::Target;

    fn run(drop: bool, time: Option<&str>) -> Preprocessing {
        Preprocessing {
            inputs: vec![InputRecipe::Numeric {
                name: None,
                columns: vec!["a".to_owned(), "b".to_owned()],
                scaling: None,
                missing_values: vec!["NA".to_owned()],
                fill: None,
                drop,
            }],
            targets: PerTarget::one(Target {
                name: None,
                label: Some("y".to_owned()),
                labels: Vec::new(),
                label_separator: None,
                label_groups: BTreeMap::new(),
                label_encoding: LabelEncoding::Number,
                classes: Vec::new(),
            }),
            windows: None,
            time: time.map(str::to_owned),
        }
    }

    fn table(text: &str) -> Table {
        parse_csv(text.as_bytes(), &CsvOptions::default()).unwrap()
    }

    #[test]
    fn rows_with_a_gap_are_left_out_and_counted() {
        let t = table("a,b\n1,2\nna,3\n4,\n5,6\n");
        let taken = run(true, None).taken_rows(&t, "t.csv", true).unwrap();
        assert_eq!(taken.rows, [0, 3]);
        assert_eq!(
            taken.notes,
            [
                "1 of 4 rows are left out: `a` is missing",
                "1 of 4 rows are left out: `b` is missing"
            ]
        );
        let kept = taken.table.unwrap();
        assert_eq!((kept.cell(1, 0), kept.line(1, 0)), ("5", 5));
        let whole = run(false, None).taken_rows(&t, "t.csv", true).unwrap();
        assert_eq!((whole.table, whole.rows.len()), (None, 4));
        let none = run(true, None).taken_rows(&table("a,b\n,1\n"), "t.csv", true);
        let words = none.unwrap_err().to_string();
        assert!(words.contains("every row lacks a number"), "{words}");
    }

    #[test]
    fn rows_with_an_empty_text_are_left_out_as_in_training() {
        let text = r#"{"kind":"text","name":null,"column":"t","encoding":{"words":["hi"],"length":2,"padding":"post",
            "truncating":"post","lower":true,"start":false}}"#;
        let mut run = run(false, None);
        run.inputs = vec![serde_json::from_str(text).unwrap()];
        let taken = run
            .taken_rows(&table("t,a\nhi,1\n  ,2\nho,3\n"), "t.csv", true)
            .unwrap();
        assert_eq!(taken.rows, [0, 2]);
        assert_eq!(taken.notes, ["1 of 3 rows are left out: `t` is empty"]);
        let t = table("t,a\nhi,1\n  ,2\n");
        let all = run.taken_rows(&t, "t.csv", false).unwrap();
        assert_eq!(all.rows, [0, 1]);
    }

    #[test]
    fn rows_of_a_series_are_sorted_as_in_training() {
        let run = run(false, Some("day"));
        let t = table("day,a,b\n2020-01-03,3,0\n2020-01-01,1,0\n2020-01-02,2,0\n");
        let taken = run.taken_rows(&t, "t.csv", true).unwrap();
        assert_eq!(taken.rows, [1, 2, 0]);
        assert_eq!(taken.notes, ["t.csv: rows are put in order by `day`"]);
        assert_eq!(taken.table.unwrap().cell(0, 1), "1");
        assert_eq!(run.extra_columns(&t), Vec::<String>::new());
        let t = table("day,a,b\n1,3,0\n2,1,0\n");
        assert_eq!(run.taken_rows(&t, "t.csv", true).unwrap().table, None);
        let taken = run.taken_rows(&table("a,b\n1,2\n"), "t.csv", true).unwrap();
        assert!(taken.notes[0].contains("t.csv has no column `day`"));
        let words = run.taken_rows(&table("day,a,b\n1,2,3\nx,2,3\n"), "t.csv", true);
        assert!(words.unwrap_err().to_string().contains("line 3"));
    }

    #[test]
    fn a_gap_inside_a_series_is_refused() {
        let mut run = run(true, None);
        run.windows = Some(WindowsSpec {
            length: 2,
            horizon: 1,
            stride: 1,
        });
        let words = run.taken_rows(&table("a,b\n1,2\n,2\n3,4\n"), "t.csv", true);
        let words = words.unwrap_err().to_string();
        assert!(words.contains("fill the cells"), "{words}");
        assert_eq!(run.window_ends(5), Some(vec![1, 2, 3, 4]));
    }
}
