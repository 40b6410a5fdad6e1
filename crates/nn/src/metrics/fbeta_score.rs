//! F-beta score: (1 + beta²) P R / (beta² P + R + ε) of each class, P precision and R recall, over (B, C) predictions.
//!
//! A prediction counts as positive above `threshold`; without one, where it is the largest of its row. Counts are summed
//! over classes first (`micro`), or scores are averaged (`macro`, `weighted` by how many are labelled), or stay one for
//! each class. Follows keras/src/metrics/f_score_metrics.py.

use regimen_graph::{DType, Fault, Var};
use serde_json::Value as Json;

use crate::losses::numerics::EPSILON;
use crate::losses::{align, same_rank};
use crate::metrics::{Direction, Metric, MetricDef, MetricState};
use crate::option_kinds::choice;
use crate::{Configured, OptionValue, Options, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "FBetaScore",
    aliases: &["fbeta_score"],
    about: "weighted harmonic mean of precision and recall",
    options: FBetaScore::options,
    read: |o| FBetaScore::read(o)?.checked(o, "FBetaScore"),
};

keras_config! {
    /// Weighted harmonic mean of precision and recall.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("FBetaScore").with("beta", 2).with("average", "macro");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "fbeta_score");
    /// ```
    pub struct FBetaScore() {
        /// `micro`, `macro` or `weighted`; default one score for each class.
        average: Option<Average> = None,
        /// How many times recall counts as much as precision. Default 1.
        beta: f64 = 1.0,
        /// Above it a prediction counts as positive. Default: where it is the largest of its row.
        threshold: Option<f64> = None,
    }
}

/// How the scores of classes become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Average {
    /// From counts over all classes.
    Micro,
    /// Mean of the classes' scores.
    Macro,
    /// Mean weighted by how many are labelled.
    Weighted,
}

impl OptionValue for Average {
    const KIND: &'static str = "micro, macro or weighted";

    fn read(value: &Json) -> Result<Average, String> {
        choice(value, &["micro", "macro", "weighted"], |name| match name {
            "micro" => Some(Average::Micro),
            "macro" => Some(Average::Macro),
            "weighted" => Some(Average::Weighted),
            _ => None,
        })
    }

    fn write(&self) -> Json {
        match self {
            Average::Micro => "micro",
            Average::Macro => "macro",
            Average::Weighted => "weighted",
        }
        .into()
    }
}

/// What is counted.
const STATES: [&str; 4] = [
    "true_positives",
    "false_positives",
    "false_negatives",
    "intermediate_weights",
];

impl FBetaScore {
    /// The metric under this name, if its options can be.
    pub(crate) fn checked(
        self,
        o: &mut Options<'_>,
        class_name: &'static str,
    ) -> Option<Box<dyn Metric>> {
        let beta = self.beta > 0.0;
        if !beta {
            let text = format!("`beta`: found {}, expected a number above 0", self.beta);
            o.error("beta", text);
        }
        let odd = self.threshold.filter(|t| !(*t > 0.0 && *t <= 1.0));
        if let Some(t) = odd {
            let text = format!("`threshold`: found {t}, expected a number above 0, at most 1");
            o.error("threshold", text);
        }
        let score = Score {
            class_name,
            options: self,
        };
        (beta && odd.is_none()).then(|| Box::new(score) as Box<dyn Metric>)
    }
}

/// The metric.
#[derive(Debug, Clone)]
struct Score {
    class_name: &'static str,
    options: FBetaScore,
}

impl Score {
    /// 1 where a prediction counts as positive.
    fn positive(&self, p: &Var) -> Var {
        let positive = match self.options.threshold {
            Some(threshold) => p.gt(&p.scalar_like(threshold)),
            // A row of zeros has no largest.
            None => {
                let size = p.abs();
                p.ge(&p.max(&[-1], true))
                    .and(&size.gt(&size.scalar_like(1e-9)))
            }
        };
        positive.cast(DType::F32)
    }
}

impl Metric for Score {
    fn class_name(&self) -> &'static str {
        self.class_name
    }

    fn states(&self, _: &[usize], y_pred: &[usize]) -> Vec<MetricState> {
        let shape = match self.options.average {
            Some(Average::Micro) => vec![],
            _ => vec![y_pred.last().copied().unwrap_or(1)],
        };
        STATES.map(|name| MetricState::new(name, &shape)).to_vec()
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let (t, p) = same_rank(&y_true.cast(DType::F32), &y_pred.cast(DType::F32));
        if t.rank() != 2 || t.shape() != p.shape() {
            let found = format!(
                "targets of shape {:?} for predictions of shape {:?}",
                y_true.shape(),
                y_pred.shape()
            );
            let mend = "Give one-hot rows, one column for each class.";
            let fault = Fault::new(found, "both (samples, classes)", mend);
            p.builder().fault(self.class_name, fault);
            return states.to_vec();
        }
        let axes: &[isize] = match self.options.average {
            Some(Average::Micro) => &[0, 1],
            _ => &[0],
        };
        let q = self.positive(&p);
        let new = [&q * &t, &q * (1.0 - &t), (1.0 - &q) * &t, t.clone()];
        let sum = |x: Var| match weight {
            Some(w) => (&x * align(&w.cast(DType::F32), &x)).sum(axes, false),
            None => x.sum(axes, false),
        };
        states.iter().zip(new).map(|(s, x)| s + sum(x)).collect()
    }

    fn result(&self, states: &[Var]) -> Var {
        let share = |rest: &Var| &states[0] / (&states[0] + rest + EPSILON);
        let (precision, recall) = (share(&states[1]), share(&states[2]));
        let squared = self.options.beta * self.options.beta;
        let mean = &precision * &recall / (precision * squared + recall + EPSILON);
        let scores = mean * (1.0 + squared);
        match self.options.average {
            None => scores,
            Some(Average::Micro | Average::Macro) => scores.mean_all(),
            Some(Average::Weighted) => {
                let weights = &states[3] / (states[3].sum_all() + EPSILON);
                (scores * weights).sum_all()
            }
        }
    }

    fn direction(&self) -> Direction {
        Direction::Up
    }
}
