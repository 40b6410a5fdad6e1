//! True and false positives and negatives of a batch, at one or many thresholds.
//!
//! Evenly spread thresholds are counted by buckets in one pass over the predictions, others by comparing every
//! prediction with every threshold. Follows keras/src/metrics/metrics_utils.py.

use regimen_graph::{DType, Fault, Tensor, Var};
use serde_json::Value as Json;

use crate::losses::{align, numerics::one_hot, same_rank};
use crate::{OptionValue, Options};

/// Weighted counts by threshold, (T,) or (T, L) by label.
pub(crate) struct Counts {
    pub(crate) true_positives: Var,
    pub(crate) false_positives: Var,
    pub(crate) true_negatives: Var,
    pub(crate) false_negatives: Var,
}

/// The names of the counts in the order of [`Counts::cells`], as Keras calls its variables.
pub(crate) const CELLS: [&str; 4] = [
    "true_positives",
    "false_positives",
    "true_negatives",
    "false_negatives",
];

impl Counts {
    /// The counts in the order of [`CELLS`].
    pub(crate) fn cells(self) -> [Var; 4] {
        [
            self.true_positives,
            self.false_positives,
            self.true_negatives,
            self.false_negatives,
        ]
    }
}

/// A list of one number as a scalar, any other list as it is.
pub(crate) fn single(list: &Var) -> Var {
    match list.ty().elements() {
        1 => list.reshape(&[]),
        _ => list.clone(),
    }
}

/// How predictions are looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct View<'a> {
    /// Only the k largest predictions of the last axis may be positive.
    pub(crate) top_k: Option<usize>,
    /// Only this entry of the last axis.
    pub(crate) class_id: Option<usize>,
    /// Each label of (B, L) by itself.
    pub(crate) multi_label: bool,
    /// A factor for each entry of the last axis.
    pub(crate) label_weights: Option<&'a [f64]>,
    /// Metric, for faults.
    pub(crate) class_name: &'a str,
}

/// Thresholds at most: a metric keeps numbers for each.
pub(crate) const MOST_THRESHOLDS: i64 = 1 << 20;

/// What predictions outside the top k become.
const LOWEST: f64 = -1e10;

/// One threshold or several, in [0, 1].
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// The thresholds.
    pub list: Vec<f64>,
    single: bool,
}

impl From<f64> for Thresholds {
    fn from(threshold: f64) -> Thresholds {
        Thresholds {
            list: vec![threshold],
            single: true,
        }
    }
}

impl From<Vec<f64>> for Thresholds {
    fn from(list: Vec<f64>) -> Thresholds {
        Thresholds {
            list,
            single: false,
        }
    }
}

impl OptionValue for Thresholds {
    const KIND: &'static str = "number from 0 to 1, or list of them";

    fn read(value: &Json) -> Result<Thresholds, String> {
        let expected = || "expected a number from 0 to 1, or a list of them".to_string();
        let single = !value.is_array();
        let list = if single {
            f64::read(value).map(|v| vec![v])
        } else {
            Vec::read(value)
        };
        let list: Vec<f64> = list.map_err(|_| expected())?;
        let inside = !list.is_empty() && list.iter().all(|t| (0.0..=1.0).contains(t));
        if inside {
            Ok(Thresholds { list, single })
        } else {
            Err(expected())
        }
    }

    fn write(&self) -> Json {
        if self.single {
            self.list[0].into()
        } else {
            self.list.clone().into()
        }
    }
}

/// The thresholds to use: those given, or 0.5, or with `top_k` one below every prediction that is kept.
pub(crate) fn thresholds_or_default(given: Option<&Thresholds>, top_k: Option<usize>) -> Vec<f64> {
    match given {
        Some(given) => given.list.clone(),
        None => vec![if top_k.is_some() { LOWEST } else { 0.5 }],
    }
}

/// Whether `top_k` is 1 or more and `class_id` 0 or more; notes a fault if not.
pub(crate) fn check_choice(
    options: &mut Options<'_>,
    top_k: Option<usize>,
    class_id: Option<i64>,
) -> bool {
    if top_k == Some(0) {
        options.error("top_k", "`top_k`: found 0, expected 1 or more");
    }
    let negative = class_id.filter(|class| *class < 0);
    if let Some(class) = negative {
        let text = format!("`class_id`: found {class}, expected a whole number, 0 or more");
        options.error("class_id", text);
    }
    top_k != Some(0) && negative.is_none()
}

/// Whether thresholds divide [0, 1] evenly, ends included.
pub(crate) fn evenly_spread(thresholds: &[f64]) -> bool {
    let n = thresholds.len();
    let near = |(i, t): (usize, &f64)| {
        let even = i as f64 / (n - 1) as f64;
        (t - even).abs() <= 1e-7 + 1e-5 * even
    };
    n >= 3 && thresholds.iter().enumerate().all(near)
}

/// Counts of a batch; `even` says that the thresholds divide [0, 1] evenly. Shapes that do not fit are a fault of the
/// graph.
pub(crate) fn counts(
    y_true: &Var,
    y_pred: &Var,
    thresholds: &[f64],
    even: bool,
    view: &View<'_>,
    weight: Option<&Var>,
) -> Counts {
    let (mut t, mut p) = same_rank(&y_true.cast(DType::F32), &y_pred.cast(DType::F32));
    if t.shape() != p.shape() {
        let found = format!("targets of shape {:?}", y_true.shape());
        let mend = "Give targets of 0 and 1, one for each prediction; integer labels of classes have to be one-hot.";
        let expected = format!("{:?}, the shape of the predictions", y_pred.shape());
        p.builder()
            .fault(view.class_name, Fault::new(found, expected, mend));
        t = p.clone();
    }
    if let Some(k) = view.top_k {
        p = keep_top_k(&p, k);
    }
    if let Some(class) = view.class_id {
        if p.rank() < 2 || class >= p.dim(-1) {
            let found = format!("class_id {class} for predictions of shape {:?}", p.shape());
            let mend = "Count classes from 0, along the last axis of the predictions.";
            p.builder().fault(
                view.class_name,
                Fault::new(found, "a class of the predictions", mend),
            );
        } else {
            (t, p) = (t.slice(-1, class, class + 1), p.slice(-1, class, class + 1));
        }
    }
    let weights = weights(&p, weight, view);
    let labels = if view.multi_label { p.dim(-1) } else { 1 };
    let flat = |x: &Var| x.reshape(&[x.ty().elements() / labels.max(1), labels]);
    let truth = flat(&t).ne_to(&t.scalar_like(0.0));
    let (p, w) = (flat(&p), flat(&weights));
    let zero = w.scalar_like(0.0);
    let (positive, negative) = (truth.select(&w, &zero), truth.select(&zero, &w));
    let outside =
        thresholds.first().is_some_and(|t| *t < 0.0) || thresholds.last().is_some_and(|t| *t > 1.0);
    let above = |w: &Var| {
        if even {
            above_by_buckets(&p, w, thresholds.len(), outside)
        } else {
            above_by_comparing(&p, w, thresholds)
        }
    };
    let (true_positives, false_positives) = (above(&positive), above(&negative));
    let shape = if view.multi_label {
        vec![thresholds.len(), labels]
    } else {
        vec![thresholds.len()]
    };
    let rest = |all: &Var, above: &Var| (all.sum(&[0], true) - above).reshape(&shape);
    Counts {
        true_negatives: rest(&negative, &false_positives),
        false_negatives: rest(&positive, &true_positives),
        true_positives: true_positives.reshape(&shape),
        false_positives: false_positives.reshape(&shape),
    }
}

/// Weights of samples and labels for every prediction.
fn weights(p: &Var, weight: Option<&Var>, view: &View<'_>) -> Var {
    let mut weights = p.ones_like();
    if let Some(w) = weight {
        weights = weights * align(&w.cast(p.dtype()), p);
    }
    if let (Some(list), false) = (view.label_weights, view.multi_label) {
        let list = p
            .builder()
            .constant(Tensor::from_f64(DType::F32, vec![list.len()], list));
        weights = weights * list;
    }
    if weights.shape() == p.shape() {
        return weights;
    }
    let expected = format!("weights that fit predictions of shape {:?}", p.shape());
    let mend = "Give one weight for each sample, and one label weight for each column.";
    p.builder().fault(
        view.class_name,
        Fault::new(
            format!("weights of shape {:?}", weights.shape()),
            expected,
            mend,
        ),
    );
    p.ones_like()
}

/// Sums (T, L) of weights (N, L) where predictions (N, L) are above each threshold.
fn above_by_comparing(p: &Var, w: &Var, thresholds: &[f64]) -> Var {
    let n = thresholds.len();
    let limits = p
        .builder()
        .constant(Tensor::from_f64(DType::F32, vec![n, 1, 1], thresholds));
    let wide = [1, p.dim(0), p.dim(1)];
    let above = p.reshape(&wide).gt(&limits);
    above
        .select(&w.reshape(&wide), &w.scalar_like(0.0))
        .sum(&[1], false)
}

/// The same for `n` evenly spread thresholds: each prediction falls into the bucket of the last threshold that it is
/// above, and the sums run from the highest threshold down. `outside` says that the ends lie beyond 0 and 1, so that 0
/// is above the first.
fn above_by_buckets(p: &Var, w: &Var, n: usize, outside: bool) -> Var {
    let labels = p.dim(1);
    let mut bucket = (p.clip(0.0, 1.0) * (n - 1) as f64).ceil() - 1.0;
    if outside {
        bucket = bucket.relu();
    }
    let label = p.builder().iota(DType::F32, &p.shape(), 1);
    // A prediction above no threshold has a negative bucket, which the sum leaves out.
    let below = bucket.lt(&bucket.scalar_like(0.0));
    let place = below
        .select(&bucket.scalar_like(-1.0), &(bucket * labels as f64 + label))
        .cast(DType::I32);
    let all = [p.ty().elements()];
    let sums = Var::scatter_add(&place.reshape(&all), &w.reshape(&all), n * labels);
    sums.reshape(&[n, labels]).cumsum(0, false, true)
}

/// Predictions outside the k largest of the last axis become the lowest.
fn keep_top_k(p: &Var, k: usize) -> Var {
    let classes = p.dim(-1);
    if k >= classes {
        return p.clone();
    }
    let places = p.top_k(k).1;
    let kept = one_hot(&places, classes).cast(DType::F32).sum(&[-2], false);
    kept.gt(&kept.scalar_like(0.0))
        .select(p, &p.scalar_like(LOWEST))
}
