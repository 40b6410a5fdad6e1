//! How well a trained run does on labelled rows: compiled metrics, and classes or errors in detail.

use regimen_data::{Target, epoch_order};
use regimen_graph::Tensor;
use regimen_nn::Object;
use regimen_run::event::Logs;
use regimen_run::spec::LabelEncoding;
use serde_json::{Map, Value, json};

use crate::run::classes::{ClassReport, Classified, Tagged};
use crate::run::counted::Counted;
use crate::run::inputs;
use crate::run::intervals::{GROUPS, Interval, bootstrap, of_groups, wilson};
use crate::run::{NewRows, RunError, Trained};
use crate::{Arrays, TrainError};

/// One number and how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// As Keras logs it.
    pub name: String,
    /// Over all rows.
    pub value: f64,
    /// 95 % interval; `None` where the rows cannot tell it.
    pub interval: Option<Interval>,
}

impl Measured {
    pub(super) fn new(name: &str, value: f64, interval: Option<Interval>) -> Measured {
        Measured {
            name: name.to_owned(),
            value,
            interval,
        }
    }
}

/// What an evaluation found.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Number of rows.
    pub rows: usize,
    /// Loss and compiled metrics as Keras's `evaluate` gives them; then, where they are not among those: accuracy,
    /// balanced accuracy and macro F1 of a classifier, MAE, RMSE and R² of a regression, with the output's name before
    /// them where the model has several.
    pub metrics: Vec<Measured>,
    /// What there is to say of each output that learnt a target, in the model's order.
    pub outputs: Vec<OutputReport>,
}

/// How well an output tells classes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OutputReport {
    /// The output's name.
    pub name: String,
    /// A report per class; empty unless it classifies.
    pub classes: Vec<ClassReport>,
    /// Rows by true class, in it by predicted class; empty unless every row has one class.
    pub confusion: Vec<Vec<usize>>,
}

impl Trained<'_> {
    /// Loss and metrics over labelled rows, with intervals.
    pub fn evaluate(&mut self, rows: &NewRows) -> Result<Evaluation, RunError> {
        let measured = self.measure(rows);
        measured.map_err(|e| RunError(e.to_string()))
    }

    fn measure(&mut self, rows: &NewRows) -> Result<Evaluation, TrainError> {
        let data = &rows.arrays;
        if data.y.is_empty() {
            let text = format!("{}: evaluation needs labels", rows.name);
            return Err(TrainError::Arguments(text));
        }
        let batch = self.spec.fit.batch_size;
        let outputs = self.trainer.predict_rows(data, batch)?;
        let mut metrics = self.compiled_metrics(data, &outputs)?;
        let names = self.trainer.model().output_names();
        let mut reports = vec![];
        for (output, (name, values)) in names.iter().zip(&outputs).enumerate() {
            let Some(target) = self.labels_of_output(data, output) else {
                continue;
            };
            let (more, report) = self.report(output, values, target);
            for m in more {
                let name = match names.len() {
                    1 => m.name,
                    _ => format!("{name}_{}", m.name),
                };
                if metrics.iter().all(|known| known.name != name) {
                    metrics.push(Measured { name, ..m });
                }
            }
            reports.push(OutputReport {
                name: (*name).to_owned(),
                ..report
            });
        }
        Ok(Evaluation {
            rows: data.rows(),
            metrics,
            outputs: reports,
        })
    }

    /// The target of rows that an output learnt.
    fn labels_of_output<'d>(&self, data: &'d Arrays, output: usize) -> Option<&'d Tensor> {
        let mut losses = self.trainer.compiled.losses.iter();
        data.y.get(losses.find(|of| of.output == output)?.target)
    }

    /// Classes or errors of an output in detail.
    fn report(
        &self,
        output: usize,
        values: &Tensor,
        target: &Tensor,
    ) -> (Vec<Measured>, OutputReport) {
        let mut report = OutputReport::default();
        let mut measured = vec![];
        let scores = self.scores(output, values);
        let several = scores.as_ref().filter(|s| s.several.is_some());
        let truth = scores
            .as_ref()
            .filter(|s| s.several.is_none())
            .and_then(|s| classes_of(target, s.classes.len()));
        let numbers = (self.target_of(output)).is_some_and(|t| t.classes.is_empty());
        if let Some(scores) = several.filter(|_| values.len() == target.len()) {
            let truth: Vec<bool> = target.to_f64().iter().map(|&t| t > 0.5).collect();
            let predicted: Vec<bool> = scores.probabilities.iter().map(|&p| p > 0.5).collect();
            let tagged = Tagged {
                names: &scores.classes,
                truth: &truth,
                predicted: &predicted,
            };
            (measured, report.classes) = tagged.report();
        } else if let (Some(scores), Some(truth)) = (scores, truth) {
            let classified = Classified {
                names: &scores.classes,
                truth: &truth,
                predicted: &scores.predicted(),
            };
            (measured, report.classes) = classified.report();
            report.confusion = classified.confusion();
        } else if numbers && values.len() == target.len() {
            measured = errors(target, values);
        }
        (measured, report)
    }

    /// Loss and metrics as compiled. Shares of rows get Wilson's interval, other means that of groups of rows, and
    /// metrics that are no means that of [`Counted`].
    fn compiled_metrics(
        &mut self,
        data: &Arrays,
        outputs: &[Tensor],
    ) -> Result<Vec<Measured>, TrainError> {
        let batch = self.spec.fit.batch_size;
        let all = self.trainer.evaluate(data, batch)?;
        let groups = self.group_logs(data)?;
        let one_class = |target: &Target| {
            !target.classes.is_empty() && target.label_encoding != LabelEncoding::MultiHot
        };
        let compiled = &self.trainer.compiled;
        let rows = data.rows() as f64;
        let measured = all.iter().map(|(name, &value)| {
            let found = compiled.metric_of(name);
            let metric = found.map(|m| (m.metric.metric.class_name(), &m.config));
            // The spread over groups of rows says nothing of sums and areas.
            let mean = found.is_none_or(|m| m.metric.metric.averages());
            let learnt = found.and_then(|m| self.target_of(m.output));
            let plain = data.sample_weight.is_none() && learnt.is_some_and(one_class);
            let interval = match metric {
                Some((class, _)) if plain && class.ends_with("Accuracy") => {
                    wilson(value * rows, rows)
                }
                Some((class @ ("AUC" | "Precision" | "Recall"), config)) if !name.contains('[') => {
                    let of =
                        found.and_then(|m| Some((data.y.get(m.target)?, outputs.get(m.output)?)));
                    let counted = of.and_then(|(target, output)| Counted::of(target, output));
                    counted.and_then(|c| c.interval(class, config, value))
                }
                _ if !mean => None,
                _ => {
                    let values: Vec<f64> =
                        groups.iter().filter_map(|g| g.get(name)).copied().collect();
                    let range = match metric {
                        Some((class, _)) => range(class),
                        None => self.range_of_loss(),
                    };
                    of_groups(value, &values, range)
                }
            };
            Measured::new(name, value, interval)
        });
        Ok(measured.collect())
    }

    fn range_of_loss(&self) -> Interval {
        let losses = inputs::compile(&self.spec).loss;
        let below_zero = |l: &Object| range(&l.class_name).0 < 0.0;
        match losses.iter().flatten().any(below_zero) {
            true => (f64::NEG_INFINITY, f64::INFINITY),
            false => (0.0, f64::INFINITY),
        }
    }

    /// The logs of groups of rows drawn at random; none where groups would have less than two rows.
    fn group_logs(&mut self, data: &Arrays) -> Result<Vec<Logs>, TrainError> {
        let (rows, batch) = (data.rows(), self.spec.fit.batch_size);
        if rows < 2 * GROUPS {
            return Ok(vec![]);
        }
        let order = epoch_order(rows, 0, 0, true);
        let mut logs = vec![];
        for g in 0..GROUPS {
            let part = &order[g * rows / GROUPS..(g + 1) * rows / GROUPS];
            let group = data.take(part);
            logs.push(self.trainer.evaluate(&group, batch)?);
        }
        Ok(logs)
    }
}

/// What a mean over rows of this class or spelling of it can be.
fn range(class: &str) -> Interval {
    let name = class.to_ascii_lowercase();
    match name.as_str() {
        name if name.ends_with("accuracy") => (0.0, 1.0),
        name if name.contains("cosine") => (-1.0, 1.0),
        name if name.contains("pearson") => (-1.0, 1.0),
        name if name.contains("poisson") || name.contains("concordance") => {
            (f64::NEG_INFINITY, f64::INFINITY)
        }
        _ => (0.0, f64::INFINITY),
    }
}

/// The class of each row of targets; `None` when they are no classes.
fn classes_of(target: &Tensor, classes: usize) -> Option<Vec<usize>> {
    let width: usize = target.shape.iter().skip(1).product();
    let values = target.to_f64();
    let class = |row: &[f64]| match row {
        [one] => (one.fract() == 0.0 && *one >= 0.0 && (*one as usize) < classes)
            .then_some(*one as usize),
        many => Some((1..many.len()).fold(0, |b, i| if many[i] > many[b] { i } else { b })),
    };
    let fits = target.shape.len() <= 2 && width <= classes;
    values
        .chunks(width.max(1))
        .map(|row| class(row).filter(|_| fits))
        .collect()
}

/// MAE, RMSE and R² (its mean over the columns, as scikit-learn's) of numbers.
fn errors(target: &Tensor, output: &Tensor) -> Vec<Measured> {
    let (y, p) = (target.to_f64(), output.to_f64());
    let rows = output.shape.first().copied().unwrap_or(0);
    let width = y.len().checked_div(rows).unwrap_or(0);
    let measure = |drawn: &[usize]| {
        let n = drawn.len() as f64;
        let (mut absolute, mut squares, mut r2) = (0.0, 0.0, 0.0);
        for c in 0..width {
            let column = drawn.iter().map(|&r| (y[r * width + c], p[r * width + c]));
            let mean = column.clone().map(|(y, _)| y).sum::<f64>() / n;
            // Not by its squares: rounding of the mean gives a constant column some.
            let first = drawn.first().map(|&r| y[r * width + c]);
            let constant = column.clone().all(|(y, _)| Some(y) == first);
            let (mut left, mut whole) = (0.0, 0.0);
            for (y, p) in column {
                absolute += (y - p).abs();
                left += (y - p).powi(2);
                whole += (y - mean).powi(2);
            }
            squares += left;
            // As scikit-learn has it for a column of one value.
            r2 += match constant {
                true => f64::from(u8::from(left == 0.0)),
                false => 1.0 - left / whole,
            };
        }
        let elements = n * width as f64;
        vec![
            absolute / elements,
            (squares / elements).sqrt(),
            r2 / width as f64,
        ]
    };
    let every: Vec<usize> = (0..rows).collect();
    let values = measure(&every);
    let intervals = bootstrap(rows, width, measure);
    ["mae", "rmse", "r2"]
        .iter()
        .zip(values.into_iter().zip(intervals))
        .map(|(name, (value, interval))| Measured::new(name, value, interval))
        .collect()
}

impl Evaluation {
    /// Metric names to values, and all else under `details`: classes and confusion of a single output, or `outputs` by their
    /// names. Numbers that are not finite are null.
    pub fn to_json(&self) -> Value {
        let mut all: Map<String, Value> = self
            .metrics
            .iter()
            .map(|m| (m.name.clone(), json!(m.value)))
            .collect();
        let intervals: Map<String, Value> = self
            .metrics
            .iter()
            .map(|m| (m.name.clone(), json!(m.interval)))
            .collect();
        let mut details = Map::new();
        details.insert("rows".to_owned(), json!(self.rows));
        details.insert("intervals".to_owned(), Value::Object(intervals));
        match self.outputs.as_slice() {
            [one] => details.extend(one.to_json()),
            several => {
                let each = several
                    .iter()
                    .map(|of| (of.name.clone(), Value::Object(of.to_json())));
                let told: Map<String, Value> = each.collect();
                details.insert("outputs".to_owned(), Value::Object(told));
            }
        }
        all.insert("details".to_owned(), Value::Object(details));
        Value::Object(all)
    }
}

impl OutputReport {
    fn to_json(&self) -> Map<String, Value> {
        let mut told = Map::new();
        if !self.classes.is_empty() {
            let class = |c: &ClassReport| {
                let [precision, recall, f1] = c.intervals;
                json!({
                    "name": c.name, "precision": c.precision, "recall": c.recall, "f1": c.f1, "support": c.support,
                    "intervals": {"precision": precision, "recall": recall, "f1": f1},
                })
            };
            let classes = self.classes.iter().map(class).collect();
            told.insert("classes".to_owned(), Value::Array(classes));
        }
        if !self.confusion.is_empty() {
            told.insert("confusion".to_owned(), json!(self.confusion));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_graph::Data;

    #[test]
    fn errors_of_numbers() {
        let t = Tensor::f32([4], vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        let p = Tensor::f32([4, 1], vec![1.0, 2.0, 3.0, 6.0]).unwrap();
        let found = errors(&t, &p);
        let values: Vec<f64> = found.iter().map(|m| m.value).collect();
        assert_eq!(values[..2], [0.5, 1.0]);
        assert!((values[2] - 0.2).abs() < 1e-12);
        assert!(found.iter().all(|m| m.interval.is_some()));
    }

    #[test]
    fn r2_of_a_constant_column_is_that_of_scikit_learn() {
        let t = Tensor::f32([3], vec![0.1; 3]).unwrap();
        let off = Tensor::f32([3, 1], vec![0.1, 0.5, 0.1]).unwrap();
        assert_eq!(errors(&t, &off)[2].value, 0.0);
        assert_eq!(errors(&t, &t)[2].value, 1.0);
    }

    #[test]
    fn ranges_of_means() {
        assert_eq!(range("BinaryAccuracy"), (0.0, 1.0));
        assert_eq!(range("cosine_similarity"), (-1.0, 1.0));
        assert_eq!(range("mse"), (0.0, f64::INFINITY));
        assert!(range("Poisson").0 < 0.0);
    }

    #[test]
    fn classes_of_targets() {
        let index = Tensor::i32([2], vec![2, 0]).unwrap();
        assert_eq!(classes_of(&index, 3), Some(vec![2, 0]));
        assert_eq!(classes_of(&index, 2), None);
        let hot = Tensor::f32([1, 3], vec![0.0, 1.0, 0.0]).unwrap();
        assert_eq!(classes_of(&hot, 3), Some(vec![1]));
        let half = Tensor {
            shape: vec![1],
            data: Data::F32(vec![0.5]),
        };
        assert_eq!(classes_of(&half, 2), None);
    }
}
