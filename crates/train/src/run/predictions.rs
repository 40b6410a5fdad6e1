//! What a trained run says of rows: class scores or numbers, as CSV or NumPy's array.

use regimen_data::{Array, write_npy};
use regimen_graph::{Data, Tensor};
use regimen_run::spec::LabelEncoding;

use crate::run::{NewRows, RunError, Trained};

/// The model's outputs for some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// One per model output, in their order.
    pub outputs: Vec<Predicted>,
    /// The file of each row, where rows are files.
    pub files: Vec<String>,
    /// The row of the data, from 1 on, where results are not simply those of its rows one after the other.
    pub numbers: Vec<usize>,
}

/// What one output of the model says of some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicted {
    /// The output's name.
    pub name: String,
    /// As the model gives them.
    pub values: Tensor,
    /// Probabilities of the classes, where the output tells classes.
    pub scores: Option<Scores>,
    /// The label columns where there are several and each has a column of the output.
    pub labels: Vec<String>,
}

/// A probability of every class for every row.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Class names.
    pub classes: Vec<String>,
    /// Rows of as many numbers as there are classes.
    pub probabilities: Vec<f32>,
    /// Whether a row may have several classes, or none: those above one half are predicted then.
    pub several: Option<Several>,
}

/// Rows with several labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several {
    /// What stands between the labels of a cell.
    pub separator: String,
}

impl Trained<'_> {
    /// The model's outputs for all rows, in their order.
    pub fn predict(&mut self, rows: &NewRows) -> Result<Predictions, RunError> {
        let batch = self.spec.fit.batch_size;
        let made = self.trainer.predict_rows(&rows.arrays, batch);
        let outputs = made.map_err(|e| RunError(e.to_string()))?;
        let names = self.trainer.model().output_names();
        let predicted = |(output, (name, values)): (usize, (&&str, Tensor))| {
            let labels = self.target_of(output).map_or(&[][..], |t| &t.labels);
            let width = values.shape.iter().skip(1).product::<usize>();
            Predicted {
                name: (*name).to_owned(),
                scores: self.scores(output, &values),
                labels: match width == labels.len() {
                    true => labels.to_vec(),
                    false => vec![],
                },
                values,
            }
        };
        Ok(Predictions {
            outputs: names
                .iter()
                .zip(outputs)
                .enumerate()
                .map(predicted)
                .collect(),
            files: rows.files.clone(),
            numbers: rows.numbers.clone(),
        })
    }

    /// Values of an output as probabilities of the classes that it learnt.
    pub(super) fn scores(&self, output: usize, given: &Tensor) -> Option<Scores> {
        let Data::F32(values) = &given.data else {
            return None;
        };
        let target = self.target_of(output)?;
        let names = &target.classes;
        let width: usize = given.shape.iter().skip(1).product();
        let facts = self.trainer.facts().ok()?;
        let logits = facts.outputs.get(output)?.from_logits;
        let sigmoid = |x: f32| if logits { 1.0 / (1.0 + (-x).exp()) } else { x };
        if target.label_encoding == LabelEncoding::MultiHot {
            let separator = target.label_separator.as_deref().unwrap_or("|");
            return (width == names.len() && given.shape.len() == 2).then(|| Scores {
                classes: names.clone(),
                probabilities: values.iter().map(|&x| sigmoid(x)).collect(),
                several: Some(Several {
                    separator: separator.to_owned(),
                }),
            });
        }
        match (width, names.len()) {
            (1, 2) => {
                let pair = |&x: &f32| [1.0 - sigmoid(x), sigmoid(x)];
                Some(Scores {
                    classes: names.clone(),
                    probabilities: values.iter().flat_map(pair).collect(),
                    several: None,
                })
            }
            // Units beyond the classes are there, but no label ever was theirs.
            (width, n) if n >= 2 && width >= n && given.shape.len() == 2 => {
                let mut probabilities = values.clone();
                if logits {
                    probabilities.chunks_mut(width).for_each(softmax);
                }
                let name = |i: usize| names.get(i).cloned().unwrap_or(format!("unit {i}"));
                Some(Scores {
                    classes: (0..width).map(name).collect(),
                    probabilities,
                    several: None,
                })
            }
            _ => None,
        }
    }
}

fn softmax(row: &mut [f32]) {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|x| *x = (*x - most).exp());
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|x| *x /= sum);
}

impl Scores {
    /// The likeliest class of each row; of two equal ones the first.
    pub fn predicted(&self) -> Vec<usize> {
        let best = |row: &[f32]| (1..row.len()).fold(0, |b, i| if row[i] > row[b] { i } else { b });
        let rows = self.probabilities.chunks(self.classes.len().max(1));
        rows.map(best).collect()
    }

    /// The predicted class, then a probability for each.
    fn columns(&self, stem: &str, of_class: &str) -> Columns {
        let classes = self.classes.iter().map(|c| cell(&format!("{of_class}{c}")));
        let rows = self.probabilities.chunks(self.classes.len().max(1));
        let row = |(row, class): (&[f32], usize)| {
            // Where the model gives no number there is no answer.
            let mut cells = vec![match row.iter().all(|p| p.is_finite()) {
                true => cell(&self.label(row, class)),
                false => String::new(),
            }];
            cells.extend(row.iter().map(f32::to_string));
            cells.join(",")
        };
        Columns {
            head: std::iter::once(cell(stem)).chain(classes).collect(),
            rows: rows.zip(self.predicted()).map(row).collect(),
        }
    }

    /// What is predicted for a row, as a label column would hold it.
    fn label(&self, row: &[f32], best: usize) -> String {
        match &self.several {
            None => self.classes[best].clone(),
            Some(several) => {
                let likely = self.classes.iter().zip(row).filter(|(_, p)| **p > 0.5);
                let names: Vec<&str> = likely.map(|(name, _)| name.as_str()).collect();
                names.join(&several.separator)
            }
        }
    }
}

impl Predictions {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        let first = self.outputs.first();
        first.map_or(0, |of| of.values.shape.first().copied().unwrap_or(0))
    }

    /// Rows with a result that is not finite.
    pub fn not_finite(&self) -> usize {
        let tables: Vec<(Vec<f64>, usize)> = self
            .outputs
            .iter()
            .map(|of| (of.values.to_f64(), of.width()))
            .collect();
        let bad = |row: usize| {
            let mut values = tables.iter().flat_map(|(v, n)| &v[row * n..(row + 1) * n]);
            values.any(|x| !x.is_finite())
        };
        (0..self.rows()).filter(|&row| bad(row)).count()
    }

    /// The name of the column of files or of row numbers, where there is one, and the comma after it.
    fn head(&self) -> &'static str {
        match (self.files.is_empty(), self.numbers.is_empty()) {
            (false, _) => "file,",
            (true, false) => "row,",
            (true, true) => "",
        }
    }

    /// The cell of a row's file or number, where there is one, and the comma after it.
    fn file(&self, row: usize) -> String {
        match (self.files.get(row), self.numbers.get(row)) {
            (Some(file), _) => cell(file) + ",",
            (None, Some(number)) => format!("{number},"),
            (None, None) => String::new(),
        }
    }

    /// A table: the file where rows are files, then for each output the predicted class and a probability per class, or the
    /// predicted numbers; with several outputs their names are those of the columns. Numbers are written shortest and read
    /// back exactly.
    pub fn to_csv(&self) -> String {
        let several = self.outputs.len() > 1;
        let columns: Vec<Columns> = self.outputs.iter().map(|of| of.columns(several)).collect();
        let line = |of: &dyn Fn(&Columns) -> String| {
            let cells: Vec<String> = columns.iter().map(of).collect();
            cells.join(",") + "\n"
        };
        let mut text = self.head().to_owned() + &line(&|of| of.head.join(","));
        for row in 0..self.rows() {
            text += &self.file(row);
            text += &line(&|of| of.rows.get(row).cloned().unwrap_or_default());
        }
        text
    }

    /// The raw output as the bytes of a `.npy` file; a model of several outputs has none.
    pub fn to_npy(&self) -> Result<Vec<u8>, RunError> {
        match self.outputs.as_slice() {
            [Predicted { values: t, .. }] => {
                let values = match &t.data {
                    Data::F32(v) => v.clone(),
                    _ => t.to_f64().into_iter().map(|x| x as f32).collect(),
                };
                Ok(write_npy(&Array::f32(t.shape.clone(), values)))
            }
            outputs => Err(RunError(format!(
                "the model has {} outputs, a .npy file holds one array; write a .csv",
                outputs.len()
            ))),
        }
    }
}

/// The columns of an output in a table: their names, and the cells of each row.
struct Columns {
    head: Vec<String>,
    rows: Vec<String>,
}

impl Predicted {
    /// Numbers per row.
    fn width(&self) -> usize {
        self.values.shape.iter().skip(1).product()
    }

    /// `named`: whether columns bear the output's name.
    fn columns(&self, named: bool) -> Columns {
        let stem = if named {
            self.name.as_str()
        } else {
            "predicted"
        };
        match &self.scores {
            Some(scores) => {
                let of_class = if named {
                    format!("{stem}_p_")
                } else {
                    "p_".to_owned()
                };
                scores.columns(stem, &of_class)
            }
            None => self.numbers(stem),
        }
    }

    fn numbers(&self, stem: &str) -> Columns {
        let width = self.width();
        let head = match width {
            1 => vec![cell(stem)],
            n if n == self.labels.len() => {
                let named = self.labels.iter().map(|l| cell(&format!("{stem}_{l}")));
                named.collect()
            }
            _ => (0..width).map(|i| cell(&format!("{stem}_{i}"))).collect(),
        };
        let rows = numbers(&self.values);
        Columns {
            head,
            rows: rows.chunks(width.max(1)).map(|row| row.join(",")).collect(),
        }
    }
}

fn numbers(t: &Tensor) -> Vec<String> {
    match &t.data {
        Data::F32(v) => v.iter().map(f32::to_string).collect(),
        _ => t.to_f64().iter().map(f64::to_string).collect(),
    }
}

/// A cell, quoted where CSV needs it.
fn cell(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) || text.trim() != text {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scores: Option<Scores>, outputs: Vec<(&str, Vec<usize>, Vec<f32>)>) -> Predictions {
        let mut scores = scores;
        let of = |(name, shape, v): (&str, Vec<usize>, Vec<f32>)| Predicted {
            name: name.to_owned(),
            values: Tensor::f32(shape, v).unwrap(),
            scores: scores.take(),
            labels: vec![],
        };
        Predictions {
            outputs: outputs.into_iter().map(of).collect(),
            files: vec![],
            numbers: vec![],
        }
    }

    #[test]
    fn classes_and_probabilities_as_csv() {
        let scores = Scores {
            classes: vec!["a,b".to_owned(), "c".to_owned()],
            probabilities: vec![0.25, 0.75, 0.5, 0.5],
            several: None,
        };
        let p = of(Some(scores), vec![("o", vec![2, 2], vec![0.0; 4])]);
        assert_eq!(
            p.to_csv(),
            "predicted,\"p_a,b\",p_c\nc,0.25,0.75\n\"a,b\",0.5,0.5\n"
        );
    }

    #[test]
    fn several_outputs_stand_side_by_side() {
        let scores = Scores {
            classes: vec!["a".to_owned(), "b".to_owned()],
            probabilities: vec![0.25, 0.75],
            several: None,
        };
        let p = of(
            Some(scores),
            vec![
                ("kind", vec![1, 2], vec![0.25, 0.75]),
                ("price", vec![1, 1], vec![7.5]),
            ],
        );
        assert_eq!(
            p.to_csv(),
            "kind,kind_p_a,kind_p_b,price\nb,0.25,0.75,7.5\n"
        );
    }

    #[test]
    fn no_number_is_no_answer() {
        let scores = Scores {
            classes: vec!["a".to_owned(), "b".to_owned()],
            probabilities: vec![f32::NAN, f32::NAN, 0.25, 0.75],
            several: None,
        };
        let p = of(Some(scores), vec![("o", vec![2, 2], vec![f32::NAN; 4])]);
        assert_eq!(p.to_csv(), "predicted,p_a,p_b\n,NaN,NaN\nb,0.25,0.75\n");
    }

    #[test]
    fn several_labels_of_a_row() {
        let scores = Scores {
            classes: vec!["a".to_owned(), "b".to_owned()],
            probabilities: vec![0.75, 0.625, 0.25, 0.5],
            several: Some(Several {
                separator: ";".to_owned(),
            }),
        };
        let p = of(Some(scores), vec![("o", vec![2, 2], vec![0.0; 4])]);
        assert_eq!(p.to_csv(), "predicted,p_a,p_b\na;b,0.75,0.625\n,0.25,0.5\n");
    }

    #[test]
    fn numbers_as_csv() {
        let mut p = of(None, vec![("o", vec![2, 1], vec![0.1, 3.0])]);
        assert_eq!(p.to_csv(), "predicted\n0.1\n3\n");
        p.numbers = vec![2, 5];
        assert_eq!(p.to_csv(), "row,predicted\n2,0.1\n5,3\n");
        let p = of(
            None,
            vec![
                ("a", vec![1, 2], vec![1.0, f32::NAN]),
                ("b", vec![1], vec![2.5]),
            ],
        );
        assert_eq!(p.to_csv(), "a_0,a_1,b\n1,NaN,2.5\n");
        assert_eq!(p.not_finite(), 1);
        assert!(p.to_npy().unwrap_err().to_string().contains("2 outputs"));
    }

    #[test]
    fn columns_of_several_labels_have_their_names() {
        let mut p = of(None, vec![("o", vec![1, 2], vec![1.0, 2.5])]);
        assert_eq!(p.to_csv(), "predicted_0,predicted_1\n1,2.5\n");
        p.outputs[0].labels = vec!["u".to_owned(), "v,w".to_owned()];
        assert_eq!(p.to_csv(), "predicted_u,\"predicted_v,w\"\n1,2.5\n");
    }

    #[test]
    fn softmax_of_large_numbers() {
        let mut row = [1000.0, 1000.0];
        softmax(&mut row);
        assert_eq!(row, [0.5, 0.5]);
    }
}
