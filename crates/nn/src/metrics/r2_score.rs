//! R²: 1 - Σ (y - p)² / (Σ y² - (Σ y)² / n) of each column of (B, C), from weighted running sums.
//!
//! The mean over columns, or weighted by their variances, or one for each. With `num_regressors` k it is adjusted:
//! 1 - (1 - R²)(N - 1) / (N - k - 1), N the numbers seen (all columns), where k < N - 1. A column that is constant
//! has 0, or NaN where it is also predicted exactly, as in Keras. Follows keras/src/metrics/regression_metrics.py.

use regimen_graph::{DType, Fault, Var};
use serde_json::Value as Json;

use crate::losses::{align, same_rank};
use crate::metrics::{Direction, Metric, MetricDef, MetricState};
use crate::option_kinds::choice;
use crate::{Configured, OptionValue, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "R2Score",
    aliases: &[],
    about: "share of the targets' variance that predictions explain",
    options: R2Score::options,
    read: |o| {
        let made = R2Score::read(o)?;
        if made.num_regressors >= 0 {
            return Some(Box::new(made) as Box<dyn Metric>);
        }
        let found = made.num_regressors;
        o.error(
            "num_regressors",
            format!("`num_regressors`: found {found}, expected 0 or more"),
        );
        None
    },
};

keras_config! {
    /// Share of the targets' variance that predictions explain.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let named = metrics::read(&Object::named("R2Score"), "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "R2Score");
    /// ```
    pub struct R2Score() {
        /// `uniform_average`, `variance_weighted_average`, or null for one score a column.
        class_aggregation: Option<Aggregation> = Some(Aggregation::Uniform),
        /// How many independent variables the score is adjusted for. Default 0: not adjusted.
        num_regressors: i64 = 0,
    }
}

/// How the scores of columns become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// Their mean.
    Uniform,
    /// Their mean, weighted by the variances of the columns.
    VarianceWeighted,
}

impl OptionValue for Aggregation {
    const KIND: &'static str = "uniform_average or variance_weighted_average";

    fn read(value: &Json) -> Result<Aggregation, String> {
        let names = ["uniform_average", "variance_weighted_average"];
        choice(value, &names, |name| match name {
            "uniform_average" => Some(Aggregation::Uniform),
            "variance_weighted_average" => Some(Aggregation::VarianceWeighted),
            _ => None,
        })
    }

    fn write(&self) -> Json {
        match self {
            Aggregation::Uniform => "uniform_average",
            Aggregation::VarianceWeighted => "variance_weighted_average",
        }
        .into()
    }
}

/// What is summed, by column.
const SUMS: [&str; 4] = ["squared_sum", "sum", "residual", "count"];

impl R2Score {
    fn adjusted(&self, score: Var, numbers: &Var) -> Var {
        if self.num_regressors == 0 {
            return score;
        }
        let left = numbers - self.num_regressors as f64 - 1.0;
        let enough = left.gt(&left.scalar_like(0.0));
        let one = left.scalar_like(1.0);
        let factor = (numbers - 1.0) / enough.select(&left, &one);
        let adjusted = 1.0 - (1.0 - &score) * factor;
        enough.select(&adjusted, &score)
    }
}

impl Metric for R2Score {
    fn class_name(&self) -> &'static str {
        "R2Score"
    }

    fn states(&self, _: &[usize], y_pred: &[usize]) -> Vec<MetricState> {
        let columns = match y_pred {
            [_, columns] => *columns,
            _ => 1,
        };
        let numbers = MetricState::new("num_samples", &[]);
        let sums = SUMS.map(|name| MetricState::new(name, &[columns]));
        std::iter::once(numbers).chain(sums).collect()
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let (t, p) = same_rank(&y_true.cast(DType::F32), &y_pred.cast(DType::F32));
        if t.rank() != 2 || t.shape() != p.shape() {
            let found = format!(
                "targets of shape {:?} for predictions of shape {:?}",
                y_true.shape(),
                y_pred.shape()
            );
            let mend = "Let the model end with one column for each number to predict.";
            let fault = Fault::new(found, "both (samples, columns)", mend);
            p.builder().fault("R2Score", fault);
            return states.to_vec();
        }
        let w = match weight {
            Some(w) => align(&w.cast(DType::F32), &t).broadcast_to(&t.shape()),
            None => t.ones_like(),
        };
        let weighted = &t * &w;
        let new = [&t * &weighted, weighted, (&t - p).square() * &w, w];
        let numbers = &states[0] + t.ty().elements() as f64;
        let sums = states[1..]
            .iter()
            .zip(new)
            .map(|(s, x)| s + x.sum(&[0], false));
        std::iter::once(numbers).chain(sums).collect()
    }

    fn result(&self, states: &[Var]) -> Var {
        let (squares, sum, residual, count) = (&states[1], &states[2], &states[3], &states[4]);
        let total = squares - sum * (sum / count);
        let raw = 1.0 - residual / &total;
        let infinite = raw.abs().eq_to(&raw.scalar_like(f64::INFINITY));
        let raw = infinite.select(&raw.scalar_like(0.0), &raw);
        let score = match self.class_aggregation {
            Some(Aggregation::Uniform) => raw.mean_all(),
            Some(Aggregation::VarianceWeighted) => (&total * raw).sum_all() / total.sum_all(),
            None => raw,
        };
        self.adjusted(score, &states[0])
    }

    fn direction(&self) -> Direction {
        Direction::Up
    }
}
