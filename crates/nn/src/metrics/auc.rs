//! AUC: area under the ROC, precision-recall or precision-recall-gain curve, from counts at many thresholds.
//!
//! Precision-recall is interpolated as in Davis and Goadrich, "The relationship between precision-recall and ROC
//! curves", 2006. Follows keras/src/metrics/confusion_metrics.py.

use regimen_graph::{DType, Fault, Tensor, Var};
use serde_json::Value as Json;

use crate::losses::numerics::{EPSILON, divide_no_nan};
use crate::metrics::confusion::{self, MOST_THRESHOLDS, View};
use crate::metrics::{Direction, Metric, MetricDef, MetricState};
use crate::{Configured, OptionValue, Options, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "AUC",
    aliases: &[],
    about: "area under the ROC or precision-recall curve",
    options: Auc::options,
    read,
};

keras_config! {
    /// Area under a curve of rates at many thresholds.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("AUC");
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "AUC");
    /// ```
    pub struct Auc() {
        /// How many thresholds divide [0, 1]. Default 200.
        num_thresholds: i64 = 200,
        /// `ROC`, `PR` or `PRGAIN`.
        curve: Curve = Curve::Roc,
        /// `interpolation`, `minoring` or `majoring`.
        summation_method: Summation = Summation::Interpolation,
        /// Thresholds in place of `num_thresholds`.
        thresholds: Option<Vec<f64>> = None,
        /// Whether each label of (B, L) has an area of its own, which are then averaged.
        multi_label: bool = false,
        /// How many labels there are, with `multi_label`.
        num_labels: Option<usize> = None,
        /// A weight for each label.
        label_weights: Option<Vec<f64>> = None,
        /// Whether predictions are logits.
        from_logits: bool = false,
    }
}

/// Which curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// True positive rate over false positive rate.
    Roc,
    /// Precision over recall.
    Pr,
    /// Gain of precision over gain of recall (Flach and Kull, 2015).
    PrGain,
}

impl OptionValue for Curve {
    const KIND: &'static str = "ROC, PR or PRGAIN";

    fn read(value: &Json) -> Result<Curve, String> {
        match value.as_str() {
            Some("ROC" | "roc") => Ok(Curve::Roc),
            Some("PR" | "pr") => Ok(Curve::Pr),
            Some("PRGAIN" | "prgain") => Ok(Curve::PrGain),
            _ => Err(format!("expected {}", Self::KIND)),
        }
    }

    fn write(&self) -> Json {
        match self {
            Curve::Roc => "ROC",
            Curve::Pr => "PR",
            Curve::PrGain => "PRGAIN",
        }
        .into()
    }
}

/// How the area between two thresholds is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summation {
    /// Trapezoids; for PR, interpolated precision.
    Interpolation,
    /// The lower of both heights.
    Minoring,
    /// The higher of both heights.
    Majoring,
}

impl OptionValue for Summation {
    const KIND: &'static str = "interpolation, minoring or majoring";

    fn read(value: &Json) -> Result<Summation, String> {
        match value.as_str() {
            Some("interpolation" | "Interpolation") => Ok(Summation::Interpolation),
            Some("minoring" | "Minoring") => Ok(Summation::Minoring),
            Some("majoring" | "Majoring") => Ok(Summation::Majoring),
            _ => Err(format!("expected {}", Self::KIND)),
        }
    }

    fn write(&self) -> Json {
        match self {
            Summation::Interpolation => "interpolation",
            Summation::Minoring => "minoring",
            Summation::Majoring => "majoring",
        }
        .into()
    }
}

fn read(options: &mut Options<'_>) -> Option<Box<dyn Metric>> {
    let made = Auc::read(options)?;
    let mut fine = true;
    let mut refuse = |name: &str, text: String| {
        options.error(name, text);
        fine = false;
    };
    if made.thresholds.is_none() && !(2..=MOST_THRESHOLDS).contains(&made.num_thresholds) {
        refuse(
            "num_thresholds",
            format!(
                "`num_thresholds`: found {}, expected 2 to {MOST_THRESHOLDS}",
                made.num_thresholds
            ),
        );
    }
    if let Some(t) = made
        .thresholds
        .iter()
        .flatten()
        .find(|t| !(0.0..=1.0).contains(*t))
    {
        refuse(
            "thresholds",
            format!("`thresholds`: found {t}, expected numbers from 0 to 1"),
        );
    }
    if made.num_labels.is_some() && !made.multi_label {
        refuse(
            "num_labels",
            "`num_labels` is needed only when `multi_label` is true".to_string(),
        );
    }
    fine.then(|| Box::new(made) as Box<dyn Metric>)
}

/// Counts by threshold, (T,) or (T, L), from the lowest threshold up.
struct Rates<'a> {
    tp: &'a Var,
    fp: &'a Var,
    tn: &'a Var,
    fneg: &'a Var,
}

impl Auc {
    /// Thresholds with an end just outside [0, 1] on each side, and whether they divide it evenly.
    fn limits(&self) -> (Vec<f64>, bool) {
        let steps = usize::try_from(self.num_thresholds.saturating_sub(1))
            .unwrap_or(1)
            .max(1);
        let even = (1..steps).map(|i| i as f64 / steps as f64).collect();
        let mut inner: Vec<f64> = self.thresholds.clone().unwrap_or(even);
        inner.sort_by(f64::total_cmp);
        let ends = [vec![0.0], inner.clone(), vec![1.0]].concat();
        let even = self.thresholds.is_none() || confusion::evenly_spread(&ends);
        ([vec![-EPSILON], inner, vec![1.0 + EPSILON]].concat(), even)
    }

    /// The sum over thresholds; over labels the mean, weighted if asked for.
    fn total(&self, terms: &Var) -> Var {
        let areas = terms.sum(&[0], false);
        if !self.multi_label {
            return areas;
        }
        let Some(list) = &self.label_weights else {
            return areas.mean_all();
        };
        let weights =
            areas
                .builder()
                .constant(Tensor::from_f64(DType::F32, vec![list.len()], list));
        divide_no_nan(&(areas * &weights).sum_all(), &weights.sum_all())
    }

    /// Points of the curve: places and heights.
    fn curve_points(&self, c: &Rates<'_>) -> (Var, Var) {
        let recall = || divide_no_nan(c.tp, &(c.tp + c.fneg));
        match self.curve {
            Curve::Roc => (divide_no_nan(c.fp, &(c.fp + c.tn)), recall()),
            Curve::Pr => (recall(), divide_no_nan(c.tp, &(c.tp + c.fp))),
            Curve::PrGain => {
                let odds = divide_no_nan(&(c.tp + c.fneg), &(c.tn + c.fp));
                let gain = |wrong: &Var| 1.0 - &odds * divide_no_nan(wrong, c.tp);
                let (zero, one) = (c.tp.scalar_like(0.0), c.tp.scalar_like(1.0));
                let none = c.tp.eq_to(&zero);
                let recall = none.select(&zero, &gain(c.fneg)).maximum(&zero);
                (recall, none.select(&one, &gain(c.fp)))
            }
        }
    }

    /// Area terms under the precision-recall curve, precision interpolated between thresholds.
    fn interpolated_precision(&self, c: &Rates<'_>) -> Var {
        let (zero, one) = (c.tp.scalar_like(0.0), c.tp.scalar_like(1.0));
        let predicted = c.tp + c.fp;
        let (p0, p1) = pairs(&predicted);
        let (tp0, tp1) = pairs(c.tp);
        let gained = tp0 - &tp1;
        let slope = divide_no_nan(&gained, &(&p0 - &p1).maximum(&zero));
        let intercept = &tp1 - &slope * &p1;
        let both = p0.gt(&zero).and(&p1.gt(&zero));
        let ratio = both.select(&divide_no_nan(&p0, &p1.maximum(&zero)), &one);
        let positives = (tp1 + pairs(c.fneg).1).maximum(&zero);
        divide_no_nan(&(slope * (gained + intercept * ratio.log())), &positives)
    }
}

/// All thresholds but the last, and all but the first.
fn pairs(x: &Var) -> (Var, Var) {
    let n = x.dim(0);
    (x.slice(0, 0, n - 1), x.slice(0, 1, n))
}

impl Metric for Auc {
    fn class_name(&self) -> &'static str {
        "AUC"
    }

    fn states(&self, _: &[usize], y_pred: &[usize]) -> Vec<MetricState> {
        let mut shape = vec![self.limits().0.len()];
        if self.multi_label {
            shape.push(self.num_labels.or(y_pred.last().copied()).unwrap_or(1));
        }
        confusion::CELLS
            .map(|name| MetricState::new(name, &shape))
            .to_vec()
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let labels = self.num_labels.unwrap_or(y_pred.dim(-1));
        if self.multi_label && (y_pred.rank() != 2 || y_pred.dim(-1) != labels) {
            let found = format!("predictions of shape {:?}", y_pred.shape());
            let expected = format!("(samples, {labels} labels) with multi_label");
            y_pred.builder().fault(
                "AUC",
                Fault::new(found, expected, "Leave `multi_label` and `num_labels` out."),
            );
            return states.to_vec();
        }
        let p = if self.from_logits {
            y_pred.sigmoid()
        } else {
            y_pred.clone()
        };
        let (limits, even) = self.limits();
        let label_weights = self.label_weights.as_deref();
        let view = View {
            multi_label: self.multi_label,
            label_weights,
            class_name: "AUC",
            ..View::default()
        };
        let new = confusion::counts(y_true, &p, &limits, even, &view, weight);
        states
            .iter()
            .zip(new.cells())
            .map(|(old, new)| old + new)
            .collect()
    }

    fn result(&self, states: &[Var]) -> Var {
        let rates = Rates {
            tp: &states[0],
            fp: &states[1],
            tn: &states[2],
            fneg: &states[3],
        };
        if self.curve == Curve::Pr && self.summation_method == Summation::Interpolation {
            return self.total(&self.interpolated_precision(&rates));
        }
        let (x, y) = self.curve_points(&rates);
        let ((x0, x1), (y0, y1)) = (pairs(&x), pairs(&y));
        let heights = match self.summation_method {
            Summation::Interpolation => (y0 + y1) * 0.5,
            Summation::Minoring => y0.minimum(&y1),
            Summation::Majoring => y0.maximum(&y1),
        };
        self.total(&((x0 - x1) * heights))
    }

    fn direction(&self) -> Direction {
        Direction::Up
    }
}
